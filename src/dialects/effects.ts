import type { QueryRunner } from 'typeorm';
import type { KnownDomain, KnownFunction, KnownPartition, QualifiedName, SchemaModel } from '../schema/schema.model.js';
import type { Operation } from '../operations/operation.js';
import type { SqlReader } from '../sql/ddl/reader.js';
import type { SqlStatement } from '../sql/ddl/statement.js';

/** What a lock keeps other sessions from, the table as a whole: reading, too, where it is `reads`. */
export type Blocks = 'nothing' | 'writes' | 'reads';

/** A lock that a statement takes, and its transaction keeps to its end. */
export interface LockTaken {
  /** What kind of object it locks. */
  readonly object: 'table' | 'index' | 'view' | 'sequence' | 'database';
  /** The object. */
  readonly name: QualifiedName;
  /** The database's own name of the lock: `ACCESS EXCLUSIVE`. */
  readonly mode: string;
  /** What it keeps other sessions from. */
  readonly blocks: Blocks;
}

/** Work that takes longer the more rows there are. */
export interface TableWork {
  /** `scan` reads all rows, `build` makes an index of them, `rewrite` writes them and their indexes again. */
  readonly kind: 'scan' | 'build' | 'rewrite';
  /** The table. */
  readonly table: QualifiedName;
  /** The index that is built, or that makes it necessary. */
  readonly index?: string;
  /** The column that makes it necessary, where it is one. */
  readonly column?: string;
  /** Why, as a clause: `the default gen_random_uuid() differs from row to row`. */
  readonly reason?: string;
}

/** Data that a statement takes away. */
export interface Loss {
  /** `rows` of a table, `values` of a column, digits and parts of values (`precision`), or the `position` of a sequence. */
  readonly what: 'rows' | 'values' | 'precision' | 'position';
  /** The table, the view or the sequence. */
  readonly name: QualifiedName;
  /** The column. */
  readonly column?: string;
  /** Which of them, where it is not all: `partition p0`, `duplicates`. */
  readonly part?: string;
  /** What becomes of each value depends on the time zone of the session. */
  readonly isByTimeZone?: true;
}

/** Something about rows that a statement may fail over. */
export interface FailsOn {
  /** The table. */
  readonly table: QualifiedName;
  /** The column, where it is about one. */
  readonly column?: string;
  /** Which rows: `nulls`, `duplicates`, `check` (rows that break it), `orphans`, `values` (those that do not fit the new type), `any`. */
  readonly on: 'nulls' | 'duplicates' | 'check' | 'orphans' | 'values' | 'any';
  /** Why, as a clause, where it is not what is usual: `its default is not constant`. */
  readonly reason?: string;
}

/** Why the database refuses a statement. */
export interface Refusal {
  /** The table. */
  readonly name: QualifiedName;
  /** A clause: `it needs ALGORITHM=COPY`. */
  readonly reason: string;
}

/** Something that the release before the change may still use. */
export interface Breakage {
  /** `dropped` and `renamed` objects, and columns that old INSERTs do not fill (`required`). */
  readonly how: 'dropped' | 'renamed' | 'required';
  /** The object. */
  readonly name: QualifiedName;
  /** The column. */
  readonly column?: string;
}

/** What a statement does to a database that serves. */
export interface Effects {
  /** The locks that its transaction keeps, the strongest for each object; none of what it creates itself. */
  readonly locks: readonly LockTaken[];
  readonly work: readonly TableWork[];
  readonly loses: readonly Loss[];
  readonly fails: readonly FailsOn[];
  readonly breaks: readonly Breakage[];
  /** What the database refuses of it, whatever the rows are; then it does nothing. Absent: nothing. */
  readonly refused?: readonly Refusal[];
  /** It must run outside a transaction. */
  readonly isOutside?: true;
  /** It commits what its transaction has done before, and itself: no transaction holds it. */
  readonly commits?: true;
  /** It waits until transactions that others have open are over. */
  readonly waitsForOthers?: true;
  /** What could not be known of it, as sentences. */
  readonly unknown: readonly string[];
  /** What could not be known at all, so that it may take anything away, as ends of a sentence. */
  readonly opaque: readonly string[];
}

/** What is known where the effects of a statement are asked for. */
export interface EffectFacts {
  /** The major version of the server; absent: the oldest that is supported, in doubt. */
  readonly version?: number;
  /** The version as the server has it, where several products share a dialect: `10.11.6-MariaDB`. */
  readonly server?: string;
  /** The schema before the statement, as far as it is known. */
  readonly schema: SchemaModel;
  /** The operation that the statement is a part of; absent for SQL by itself. */
  readonly operation?: Operation;
  /** The schema of names without one, where the data source specifies it. */
  readonly ownSchema?: string;
  /** What revisions have set in the session before, by its name in small letters. */
  readonly settings?: ReadonlyMap<string, string>;
  /** The time zone of the session; absent where it is not known. */
  readonly timeZone?: string;
  /** The domains that the database has; absent where it was not asked. */
  readonly domains?: readonly KnownDomain[];
  /** The functions that it has, besides those of the server itself; absent where it was not asked. */
  readonly functions?: readonly KnownFunction[];
}

/** The size of a table. */
export interface TableSize {
  /** How many rows it has; an estimate where counting would take long. */
  readonly rows?: number;
  /** Bytes, with its indexes. */
  readonly bytes?: number;
}

/** What the server says of itself, for `EffectFacts`. */
export interface ServerFacts extends Pick<EffectFacts, 'version' | 'server' | 'timeZone' | 'domains' | 'functions'> {
  /** The partitions of its tables, for the schema that a plan starts from. */
  readonly partitions?: readonly KnownPartition[];
  /** The schemas of the database besides that of the connection; absent where there are none. */
  readonly schemas?: readonly string[];
}

/** Knows what the statements of a kind of database do to one that serves. */
export interface DialectEffects {
  /** What a statement locks, reads, writes and loses, and what may fail. Never throws. */
  effects(statement: SqlStatement, facts: EffectFacts): Effects;

  /** What reads the database's SQL into statements. */
  reader(): Promise<SqlReader>;

  /** The sizes of tables, by their `qualifiedKey`, without those that do not exist. Changes nothing, and counts no large table. */
  sizes(runner: QueryRunner, tables: readonly QualifiedName[]): Promise<ReadonlyMap<string, TableSize>>;

  /** The version of the server and the time zone of its sessions, as far as effects depend on them. */
  serverFacts(runner: QueryRunner): Promise<ServerFacts>;
}

/** A statement that does nothing of all this. */
export const NO_EFFECTS: Effects = { locks: [], work: [], loses: [], fails: [], breaks: [], unknown: [], opaque: [] };
