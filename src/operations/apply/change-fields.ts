/**
 * A member of a schema with some fields changed. It stays canonical: `null` and `false` remove a field, since a field that has its
 * default is absent. An undefined one stays as it is.
 */
export function changeFields<T extends object>(member: T, fields: object): T {
  const changed = { ...member } as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === false) delete changed[field];
    else if (value !== undefined) changed[field] = value;
  }
  return changed as unknown as T;
}
