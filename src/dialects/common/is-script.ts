import type { CompileContext } from '../writer.js';

/** Whether statements are for a script, which has to guard itself and cannot look at what there is: a plan has those of a run. */
export function isScript({ offline, planned }: Pick<CompileContext, 'offline' | 'planned'>): boolean {
  return offline && planned === undefined;
}
