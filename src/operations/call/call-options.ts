import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import type { Call } from './call.js';

/**
 * From and to of a rename, which may move to another schema. A new name as a string without a schema stays in that of the old one;
 * as an object without a schema it moves to the data source's own.
 */
export function readMove<K extends 'table' | 'enum' | 'view' | 'sequence'>(
  call: Call,
  key: K,
  from: unknown,
  to: unknown,
): Record<K, QualifiedName> & { readonly to: QualifiedName } {
  const source = call.target(from, `the ${key}`);
  const target = call.target(to, `the new name of the ${key}`);
  const stays = typeof to === 'string' && target.schema === undefined && source.schema !== undefined;
  const moved = { [key]: source } as Record<K, QualifiedName>;
  const wanted = stays ? { schema: source.schema, name: target.name } : target;
  if (qualifiedKey(wanted) === qualifiedKey(source))
    call.fail(`the ${key} is called '${displayName(source)}' already.`);
  return { ...moved, to: wanted };
}

/** From and to of a rename within the same table or database. */
export function readRename(call: Call, what: string, from: unknown, to: unknown): { from: string; to: string } {
  const names = {
    from: call.name(from, `the old name of the ${what}`),
    to: call.name(to, `the new name of the ${what}`),
  };
  if (names.from === names.to) call.fail(`the ${what} is called '${names.to}' already.`);
  return names;
}

/** Options that are `true` or absent. */
export function readFlags<K extends string>(call: Call, options: unknown, ...keys: readonly K[]): FlagsOf<K> {
  const { values } = call.fields(options ?? {}, 'the options', { known: keys });
  const flags = keys.filter((key) => call.flag(values[key], `'${key}'`));
  return Object.fromEntries(flags.map((key) => [key, true])) as FlagsOf<K>;
}

type FlagsOf<K extends string> = { readonly [F in K]?: true };
