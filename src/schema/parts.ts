/** The databases that the model has parts for: what no other one has. */
export type PartName = 'postgres' | 'sqlite' | 'mysql';

/** What only one database has, to be spread into a member of a schema; nothing where all fields are undefined. */
export function partOf<N extends PartName, F extends object>(database: N, fields: F): { readonly [P in N]?: F } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : ({ [database]: Object.fromEntries(given) } as { readonly [P in N]: F });
}

/** A member of a schema with other fields of what only one database has; `undefined` takes one away. */
export function withPart<N extends PartName, T extends { readonly [P in N]?: object }>(
  member: T,
  database: N,
  fields: NonNullable<T[N]>,
): T {
  const { [database]: former, ...rest } = member;
  return { ...rest, ...partOf(database, { ...former, ...fields }) } as unknown as T;
}
