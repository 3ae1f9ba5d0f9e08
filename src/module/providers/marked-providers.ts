import type { ModulesContainer } from '@nestjs/core';

/** The order in which providers are called: lower numbers first, 0 where none is given. */
interface Ordered {
  readonly order?: number;
}

/** A provider that carries a mark, and the options of the mark. */
export interface MarkedProvider<Options extends object> {
  readonly token: string | symbol | (abstract new (...args: never[]) => unknown);
  readonly name: string;
  readonly options: Options;
  /** How far its module is from the root; a global module is farthest. */
  readonly distance: number;
}

/**
 * The marked providers of all modules, none of them made for it: by `order`, then from the farthest module to the root
 * module, so that the application has the last word over the modules it imports, then by name.
 *
 * @param markOf what a provider's token and class are marked with; undefined when they are not
 */
export function markedProviders<Options extends object>(
  modules: ModulesContainer,
  markOf: (token: unknown, type: unknown) => Options | undefined,
): readonly MarkedProvider<Options>[] {
  const found = new Map<unknown, MarkedProvider<Options>>();
  for (const module of modules.values()) {
    for (const { token, metatype, isAlias } of module.providers.values()) {
      const options = isAlias === true ? undefined : markOf(token, metatype);
      if (options === undefined || found.has(token)) continue;
      found.set(token, {
        token,
        name: nameOf(token),
        options,
        distance: module.distance,
      } as MarkedProvider<Options>);
    }
  }
  return [...found.values()].sort(
    (left, right) =>
      orderOf(left.options) - orderOf(right.options) ||
      right.distance - left.distance ||
      left.name.localeCompare(right.name, 'en'),
  );
}

function orderOf({ order = 0 }: Ordered): number {
  return order;
}

function nameOf(token: unknown): string {
  if (typeof token === 'function') return token.name;
  return typeof token === 'symbol' ? (token.description ?? 'unnamed') : String(token);
}
