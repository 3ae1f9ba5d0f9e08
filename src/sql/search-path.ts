/** The schemas of a `search_path`, in order; undefined for the one of the connection. */
export function searchPath(value: string | undefined): readonly string[] | undefined {
  if (value === undefined || /^\s*default\s*$/i.test(value)) return undefined;
  const schemas = value
    .split(',')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/s, '$2'))
    .filter((schema) => schema !== '' && schema !== '$user' && schema !== 'pg_catalog');
  return schemas.length === 0 ? undefined : schemas;
}
