import type { Dialect, Effects, LockTaken, TableSize } from '../dialects/dialect.js';
import type { PlanFacts } from '../effects/plan-report.js';
import type { Operation } from '../operations/operation.js';
import {
  type ColumnModel,
  displayName,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';
import type { SqlStatement } from '../sql/ddl/statement.js';

/** One call of `op`, or of a query runner, in a revision that is linted. */
export interface LintedCall {
  /** Its place among the calls of the run. */
  readonly index: number;
  readonly revision: string;
  /** Findings are reported for it; else it only is what comes between. */
  readonly isLinted: boolean;
  readonly operation: Operation;
  /** A person wrote its SQL. */
  readonly byHand: boolean;
  /** The schema before it, as far as that is known. */
  readonly schema: SchemaModel;
  readonly statements: readonly LintedStatement[];
  /** The line in the file of the revision. */
  line(): number | undefined;
  /** Whether the `downgrade` of the revision does anything; undefined where its file has no such function. */
  hasDowngrade(): boolean | undefined;
}

/** One statement of SQL that a call sends. */
export interface LintedStatement {
  readonly call: LintedCall;
  /** The text that it is in: of this statement alone, but for SQL of several statements in one text. */
  readonly sql: string;
  readonly parsed: SqlStatement;
  /** Its text has other statements too, or it is in a block. */
  readonly isPart: boolean;
  /** The transaction that it is in, by number; absent outside of any. */
  readonly transaction?: number;
  /** What it does to tables that were there before the run and have rows; breakages also to empty tables. */
  readonly effects: Effects;
  /** Locks of earlier statements of its transaction, which keep others waiting while it works. */
  readonly holds: readonly HeldLock[];
}

/** A lock, and the statement that took it. */
export interface HeldLock extends LockTaken {
  readonly call: LintedCall;
  readonly statement: LintedStatement;
}

/** What rules may ask about the revisions that are linted together, and about the database, at the statement that they look at. */
export interface LintRun {
  readonly dialect: Dialect;
  readonly facts: PlanFacts;
  /** All calls, those to come too. */
  readonly calls: readonly LintedCall[];
  /** Statements of a transaction so far, in order. */
  inTransaction(transaction: number | undefined): readonly LintedStatement[];
  /** Whether the run itself made it: nobody uses it. */
  isNew(name: QualifiedName): boolean;
  /** Whether the run added the column, or made its table. */
  isNewColumn(table: QualifiedName, column: string): boolean;
  /** Whether the run added the column with a value for each row. */
  isFilledColumn(table: QualifiedName, column: string): boolean;
  /** Whether the run made it, or the database says that it has no rows. */
  isFree(name: QualifiedName): boolean;
  sizeOf(name: QualifiedName): TableSize | undefined;
  /** A name as the model has it: without the data source's own schema. */
  nameOf(name: QualifiedName): QualifiedName;
  /** Whether a run puts each revision into a transaction of its own. */
  readonly transactionPerMigration: boolean;
  /** The option `lockTimeout`, ms; 0 for no limit. */
  readonly lockTimeout: number;
}

/** A table of the schema before a call. */
export function tableOf({ schema }: Pick<LintedCall, 'schema'>, name: QualifiedName): TableModel | undefined {
  let tables = byKey.get(schema);
  if (tables === undefined) {
    tables = new Map(schema.tables.map((table) => [qualifiedKey(table), table]));
    byKey.set(schema, tables);
  }
  return tables.get(qualifiedKey(name));
}

/** The tables of a schema by their `qualifiedKey`: many rules ask for them at each call. */
const byKey = new WeakMap<SchemaModel, ReadonlyMap<string, TableModel>>();

/** What a table is a partition of, before a call; undefined where it is none. */
export function parentOf({ schema }: Pick<LintedCall, 'schema'>, name: QualifiedName): QualifiedName | undefined {
  const key = qualifiedKey(name);
  return schema.partitions?.find((partition) => qualifiedKey(partition) === key)?.parent;
}

/** A column of the schema before a call. */
export function columnOf(
  call: Pick<LintedCall, 'schema'>,
  name: QualifiedName,
  column: string,
): ColumnModel | undefined {
  return tableOf(call, name)?.columns.find((each) => each.name === column);
}

/** How a finding names a table or a column. */
export function targetOf(name: QualifiedName, column?: string): string {
  return column === undefined ? displayName(name) : `${displayName(name)}.${column}`;
}
