/** How InnoDB carries out an ALTER TABLE, cheapest first. INSTANT changes the catalog alone; COPY writes all rows of the table again. */
export const ALGORITHMS = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'] as const;

/** What an ALTER TABLE costs. */
export interface Cost {
  readonly algorithm: (typeof ALGORITHMS)[number];
  /** What others may do with the table meanwhile: `NONE` keeps nobody from it, `SHARED` keeps writers, `EXCLUSIVE` all. */
  readonly lock: 'NONE' | 'SHARED' | 'EXCLUSIVE';
  /** It is instant only without an index that is built: together with one, InnoDB writes the rows again. */
  readonly isAlone?: true;
  /** An index is built. */
  readonly isBuild?: true;
}

export const INSTANT: Cost = { algorithm: 'INSTANT', lock: 'NONE' };
/** A column is added, dropped or renamed in the catalog alone. */
export const INSTANT_COLUMN: Cost = { ...INSTANT, isAlone: true };
/** An index is added, and the rows stay as they are. */
export const NOCOPY: Cost = { algorithm: 'NOCOPY', lock: 'NONE', isBuild: true };
/** An index is dropped. */
export const DROP_INDEX: Cost = { algorithm: 'NOCOPY', lock: 'NONE' };
/** The rows are written again, and others may write meanwhile. */
export const REBUILD: Cost = { algorithm: 'INPLACE', lock: 'NONE' };
/** The rows are written again or an index is built, and writers wait. */
export const INPLACE_SHARED: Cost = { algorithm: 'INPLACE', lock: 'SHARED' };
/** An index is built, and writers wait. */
export const NOCOPY_SHARED: Cost = { algorithm: 'NOCOPY', lock: 'SHARED', isBuild: true };
export const COPY: Cost = { algorithm: 'COPY', lock: 'SHARED' };

export const LOCKS = ['NONE', 'SHARED', 'EXCLUSIVE'] as const;

/** The cost of several actions in one statement: the slowest algorithm, the strongest lock. */
export function together(costs: readonly Cost[]): Cost {
  const all = costs.reduce<Cost>(
    (sum, cost) => ({
      algorithm: later(ALGORITHMS, sum.algorithm, cost.algorithm),
      lock: later(LOCKS, sum.lock, cost.lock),
    }),
    INSTANT,
  );
  const [isAlone, isBuild] = [costs.some((cost) => cost.isAlone), costs.some((cost) => cost.isBuild)];
  const isRewritten = isAlone && isBuild && all.algorithm === 'NOCOPY';
  return {
    ...all,
    ...(isRewritten && { algorithm: 'INPLACE' }),
    ...(isAlone && { isAlone: true }),
    ...(isBuild && { isBuild: true }),
  };
}

function later<T>(order: readonly T[], one: T, other: T): T {
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}
