import type { QualifiedName } from '../../../schema/schema.model.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import type { LockTaken } from '../../effects.js';
import type { AskedWay } from '../../../sql/ddl/statement.js';
import { ALGORITHMS, type Cost, LOCKS } from './algorithm.js';

/** The metadata lock of a table, as the clauses of ALTER TABLE name it. */
export function metadataLock(name: QualifiedName, lock: Cost['lock'], algorithm?: Cost['algorithm']): LockTaken {
  const blocks = { NONE: 'nothing', SHARED: 'writes', EXCLUSIVE: 'reads' } as const;
  return {
    object: 'table',
    name,
    mode: `${algorithm === undefined ? '' : `ALGORITHM=${algorithm}, `}LOCK=${lock}`,
    blocks: blocks[lock],
  };
}

/** Effects with the lock that their cost takes. */
export function withCost(table: QualifiedName, cost: Cost, rest: PartialEffects): PartialEffects {
  return { ...rest, locks: [metadataLock(table, cost.lock, cost.algorithm)] };
}

/**
 * Effects with the lock of the way that a statement asks for, which may be a slower one than it needs; that it is refused, where it
 * asks for less.
 *
 * @param isSure whether it needs so much for sure
 */
export function askedCost(
  table: QualifiedName,
  cost: Cost,
  { algorithm = 'DEFAULT', lock = 'DEFAULT' }: AskedWay = {},
  rest: PartialEffects = {},
  isSure = true,
): PartialEffects {
  const isCopy = algorithm === 'COPY';
  const needed: Cost = isCopy ? { algorithm, lock: stronger(cost.lock, 'SHARED') } : cost;
  const isLess = isBefore(ALGORITHMS, algorithm, needed.algorithm) || isBefore(LOCKS, lock, needed.lock);
  if (isSure && isLess) {
    const reason = `it needs ALGORITHM=${needed.algorithm}, LOCK=${needed.lock}`;
    return { refused: [{ name: table, reason }] };
  }
  return withCost(table, { algorithm: needed.algorithm, lock: stronger(needed.lock, lock) }, rest);
}

function isBefore(order: readonly string[], one: string, other: string): boolean {
  return order.includes(one) && order.indexOf(one) < order.indexOf(other);
}

function stronger(lock: Cost['lock'], other: string): Cost['lock'] {
  return LOCKS[Math.max(LOCKS.indexOf(lock), (LOCKS as readonly string[]).indexOf(other))] ?? lock;
}
