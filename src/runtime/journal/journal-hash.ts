import { createHash } from 'node:crypto';
import type { Operation } from '../../operations/operation.js';

/** The length of a statement that is kept until its hash is needed. */
const MAX_KEPT = 10_000;

/** The SHA-256 of data, in hexadecimal: the same whatever the order of its keys is. */
export function hashOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data, plain)).digest('hex');
}

/** The hash of an operation: later where that keeps little in memory, since most hashes are never needed. */
export function hashingOf(operation: Operation): () => string {
  // An interrupted one may go on with other batches.
  if (operation.kind === 'inBatches') return () => hashOf({ ...operation, size: undefined, pause: undefined });
  const isLarge =
    operation.kind === 'bulkInsert' ||
    (operation.kind === 'execute' && (operation.parameters !== undefined || operation.sql.length > MAX_KEPT));
  if (!isLarge) return () => hashOf(operation);
  const hash = hashOf(operation);
  return () => hash;
}

function plain(this: unknown, key: string, value: unknown): unknown {
  // `toJSON` has been called on the value already, and a Buffer is an object of numbers then.
  const own: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  if (typeof own === 'bigint') return `${own}n`;
  if (own instanceof Uint8Array) return { bytes: Buffer.from(own).toString('base64') };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
