import type { InitializeHook, LoadHook } from 'node:module';

// Node runs this module in a thread of its own: what makes `import` load a bundle without the code that starts it.

export interface ChangedBundle {
  readonly url: string;
  readonly source: string;
}

let changed: ChangedBundle;

export const initialize: InitializeHook<ChangedBundle> = (bundle) => {
  changed = bundle;
};

export const load: LoadHook = (url, context, nextLoad) =>
  url === changed.url ? { format: 'module', source: changed.source, shortCircuit: true } : nextLoad(url, context);
