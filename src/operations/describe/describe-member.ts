/** A name that TypeORM makes of a hash, which means nothing to a person. */
const HASHED = /^(?:PK|UQ|FK|IDX|CHK|XCL|REL)_[0-9a-f]{10,}$/;

/** A constraint or an index for people: the name that somebody gave it, and its columns or expression, `'by_email' (email)`. */
export function memberName(name: string | undefined, parts: readonly string[] | undefined): string {
  const list = parts === undefined || parts.length === 0 ? undefined : `(${parts.join(', ')})`;
  if (name === undefined) return list ?? '()';
  if (list === undefined) return `'${name}'`;
  return HASHED.test(name) ? list : `'${name}' ${list}`;
}
