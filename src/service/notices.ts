/** A statement that this package sends for itself. */
export interface OwnQuery {
  /** The data source that it is sent to. */
  readonly dataSource: string;
  /** Its text, with placeholders for parameters. */
  readonly sql: string;
}

/** What a call reports besides its result. */
export interface Notice {
  /** How much it matters: a warning may need an answer. */
  readonly level: 'info' | 'warning';
  /** One sentence or several. */
  readonly message: string;
  /** The data source that it is about; absent where it is about none. */
  readonly dataSource?: string;
}

/** A step of a run that begins. */
export interface StepNotice {
  /** The data source that it runs on. */
  readonly dataSource: string;
  /** What is done: a revision is run, or only noted (`stamp`). */
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  /** The revisions that it leaves; empty from base. */
  readonly from: readonly string[];
  /** The revisions that it leads to; empty to base. */
  readonly to: readonly string[];
  /** The message of the revision. */
  readonly message: string;
  /** Which step of its data source it is, from 1. */
  readonly number: number;
  /** How many steps the data source has. */
  readonly total: number;
}

/** A statement of a run that is sent, runs or has ended. */
export interface StatementNotice {
  /** The data source that it runs on. */
  readonly dataSource: string;
  /** Its text. Those of the run itself are reported as well, such as the COMMIT. */
  readonly sql: string;
  /** `running` once a second while it runs; `done` when it has ended, also where it has failed. */
  readonly state: 'sent' | 'running' | 'done';
  /** How long ago it was sent, in ms. */
  readonly ms: number;
  /** How far the database is with it: on PostgreSQL with an index that it builds, or what it waits for. */
  readonly progress?: StatementProgress;
}

/** How far a database is with a statement. */
export interface StatementProgress {
  /** What it does at the moment, as the database names it: `building index: scanning table`. */
  readonly phase: string;
  /** How much of the phase is done, between 0 and 100; absent where the database does not count. */
  readonly percent?: number;
}

/** A drop and an addition that may be a rename. */
export interface RenameQuestion {
  /** The data source in which it was found. */
  readonly dataSource: string;
  /** What it is a rename of. */
  readonly kind: 'schema' | 'table' | 'column' | 'enumValue';
  /** A schema, a table, a column with its table, or a value with its enum: `user.name`. */
  readonly from: string;
  /** The same under its new name. */
  readonly to: string;
  /** How alike the two are, between 0 and 1. */
  readonly score: number;
}
