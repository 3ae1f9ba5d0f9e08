import type { QualifiedName } from '../schema/schema.model.js';

/**
 * How runs on one database exclude each other. `session`: a lock of the connection. `lease`: a row that its owner renews, for
 * connections that a pooler shares. `auto`: whichever of them the connection is fit for. `none`: not at all.
 *
 * @example const lock: LockMode = process.env.DIRECT_URL ? 'session' : 'lease';
 */
export type LockMode = 'auto' | 'session' | 'lease' | 'none';

export const lockModes: readonly LockMode[] = ['auto', 'session', 'lease', 'none'];

/** The name of the table with the lease: `<version table>_lock`. Only databases that were reached through a pooler have it. */
export function lockTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: `${versionTable.name}_lock` };
}
