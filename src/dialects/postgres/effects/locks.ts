import type { QualifiedName } from '../../../schema/schema.model.js';
import type { Blocks, LockTaken } from '../../effects.js';

/**
 * Table locks by their strength, weakest first, and what each keeps others from: all that conflicts with ROW EXCLUSIVE stops writers,
 * and only ACCESS EXCLUSIVE conflicts with ACCESS SHARE.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
const BLOCKS = {
  'ACCESS SHARE': 'nothing',
  'ROW SHARE': 'nothing',
  'ROW EXCLUSIVE': 'nothing',
  'SHARE UPDATE EXCLUSIVE': 'nothing',
  SHARE: 'writes',
  'SHARE ROW EXCLUSIVE': 'writes',
  EXCLUSIVE: 'writes',
  'ACCESS EXCLUSIVE': 'reads',
} as const satisfies Record<string, Blocks>;

export type LockMode = keyof typeof BLOCKS;

const MODES = Object.keys(BLOCKS) as LockMode[];

/** A lock of an object. @param object @default 'table' */
export function lock(name: QualifiedName, mode: LockMode, object: LockTaken['object'] = 'table'): LockTaken {
  return { object, name, mode, blocks: BLOCKS[mode] };
}

/** Whether a text is the name of a lock. */
export function isLockMode(text: string): text is LockMode {
  return Object.hasOwn(BLOCKS, text);
}

/** The place of a lock among PostgreSQL's, weakest first. */
export function strengthOf({ mode }: LockTaken): number {
  return MODES.indexOf(mode as LockMode);
}
