/**
 * A copy of plain data that nobody can change, for hooks, which only observe. What is no plain data, as an error, is
 * not copied.
 */
export function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozenCopy(item))) as T;
  if (!isPlain(value)) return value;
  const copied = Object.entries(value).map(([key, inner]) => [key, frozenCopy(inner)] as const);
  return Object.freeze(Object.fromEntries(copied)) as T;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
