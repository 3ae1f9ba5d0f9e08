/** The kind of a database, which has a part in the model for what only it has; `mysql` is MariaDB too. */
export type DialectName = 'postgres' | 'sqlite' | 'mysql';

/** The part of one database, to be spread into a member of a schema; empty where all fields are undefined. */
export function partOf<N extends DialectName, F extends object>(database: N, fields: F): { readonly [P in N]?: F } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : ({ [database]: Object.fromEntries(given) } as { readonly [P in N]: F });
}

/** A member of a schema with fields in the part of one database changed; `undefined` removes a field. */
export function withPart<N extends DialectName, T extends { readonly [P in N]?: object }>(
  member: T,
  database: N,
  fields: NonNullable<T[N]>,
): T {
  const { [database]: former, ...rest } = member;
  return { ...rest, ...partOf(database, { ...former, ...fields }) } as unknown as T;
}
