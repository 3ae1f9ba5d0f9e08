import { createHash } from 'node:crypto';

/** The SHA-256 of data, in hexadecimal: the same whatever the order of its keys is. */
export function hashOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data, plain)).digest('hex');
}

function plain(this: unknown, key: string, value: unknown): unknown {
  // `toJSON` has been called on the value already, and a Buffer is an object of numbers then.
  const own: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  if (typeof own === 'bigint') return `${own}n`;
  if (own instanceof Uint8Array) return { bytes: Buffer.from(own).toString('base64') };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
