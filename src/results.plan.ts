/** What a plan would do to one database, before it runs. */
export interface PlanReport {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The revisions that the plan starts from; empty from base. */
  readonly from: readonly string[];
  /** Whether the database was asked for the size of its tables and its version; else only the revisions are known. */
  readonly isConnected: boolean;
  /**
   * Whether no table that is compared with the entities has a row; only where something of a step is not known, since then that is all
   * that says whether it can take something away.
   */
  readonly isEmpty?: boolean;
  /** The steps, in their order; none when there is nothing to do. */
  readonly steps: readonly PlannedStep[];
  /** How many transactions the statements are in. */
  readonly transactions: number;
}

/** One revision of a plan. */
export interface PlannedStep {
  /** Whether the revision is run or undone. */
  readonly kind: 'upgrade' | 'downgrade';
  /** The revision. */
  readonly revision: string;
  /** Its message. */
  readonly message: string;
  /** Absolute path of its file. */
  readonly path?: string;
  /** Its statements, in their order. */
  readonly statements: readonly PlannedStatement[];
  /** Why its statements are not known from there on: it asks the database something, or runs classes of TypeORM. */
  readonly unknown?: string;
}

/** One statement of a plan, and what it does to tables that were there before the plan. */
export interface PlannedStatement {
  /** The statement. */
  readonly sql: string;
  /** Which transaction it is in, counted from 1; absent outside of any. */
  readonly transaction?: number;
  /** It runs outside a transaction, and what came before it is committed. */
  readonly outsideTransaction?: true;
  /** What it locks until its transaction ends. */
  readonly locks: readonly PlannedLock[];
  /** What its strongest lock keeps others from: `reads` means writing and reading. */
  readonly blocks: 'nothing' | 'writes' | 'reads';
  /** Locks of earlier statements of its transaction that keep others waiting while it works. */
  readonly holds?: readonly PlannedLock[];
  /** Work that takes longer the more rows there are, by table. */
  readonly work: {
    /** Tables whose rows are all read. */
    readonly scans?: readonly string[];
    /** Tables whose rows are all written again. */
    readonly rewrites?: readonly string[];
    /** Tables that get an index built. */
    readonly builds?: readonly string[];
  };
  /** Rows of the tables that it works on, as the database estimates them; absent where it was not asked. */
  readonly rows?: number;
  /** Bytes of these tables with their indexes. */
  readonly bytes?: number;
  /** What it takes away for good. */
  readonly loses?: readonly PlannedLoss[];
  /** What it may fail over. */
  readonly fails?: readonly PlannedFailure[];
  /** Why the database refuses it, whatever the rows are. */
  readonly refused?: readonly PlannedRefusal[];
  /** What the release before may still use. */
  readonly breaks?: readonly PlannedBreakage[];
  /** It waits until the transactions that others have open are over. */
  readonly waitsForOthers?: true;
  /** What could not be known of it, as ends of a sentence. */
  readonly unknown?: readonly string[];
  /** What of `unknown` is so little known that it may take anything away. */
  readonly mayLose?: readonly string[];
}

/** A lock of a plan. */
export interface PlannedLock {
  /** What kind of object it is. */
  readonly object: 'table' | 'index' | 'view' | 'sequence' | 'database';
  /** Its name, with its schema where that is not the data source's own. */
  readonly name: string;
  /** The database's own name of the lock: `ACCESS EXCLUSIVE`. */
  readonly mode: string;
  /** What it keeps others from. */
  readonly blocks: 'nothing' | 'writes' | 'reads';
}

/** Data that a plan takes away. */
export interface PlannedLoss {
  /** `rows` of a table, `values` of a column, parts of values (`precision`), or the `position` of a sequence. */
  readonly what: 'rows' | 'values' | 'precision' | 'position';
  /** `table`, or `table.column`. */
  readonly target: string;
  /** Which rows, where it is not all of them: `partition p0`, `duplicates`. */
  readonly part?: string;
  /** How many rows, as the database estimates them; absent where it was not asked. */
  readonly rows?: number;
}

/** What a statement of a plan may fail over. */
export interface PlannedFailure {
  /** Rows with NULL, with the same values, that break a check, that refer to nothing, whose values do not fit, or any row at all. */
  readonly on: 'nulls' | 'duplicates' | 'check' | 'orphans' | 'values' | 'any';
  /** `table`, or `table.column`. */
  readonly target: string;
}

/** Why the database refuses a statement of a plan. */
export interface PlannedRefusal {
  /** The table. */
  readonly target: string;
  /** A clause: `it needs ALGORITHM=COPY, LOCK=SHARED`. */
  readonly reason: string;
}

/** What the release before may still use. */
export interface PlannedBreakage {
  /** It is dropped or renamed, or old INSERTs do not fill it. */
  readonly how: 'dropped' | 'renamed' | 'required';
  /** `table`, or `table.column`. */
  readonly target: string;
}
