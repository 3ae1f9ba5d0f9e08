import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { CompileContext, Dialect, RowsAsking } from '../../dialects/dialect.js';
import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { applyToTableWith } from '../../operations/apply/apply.js';
import type { Operation, TableOperation } from '../../operations/operation.js';
import type { TableModel } from '../../schema/schema.model.js';
import { codeTokens } from '../../sql/scanner.js';
import { DoneCalls } from '../journal/done-calls.js';
import type { JournalRow } from '../journal/journal-table.js';
import type { OperationSink } from '../revision/revision-call.js';
import type { FoldedSchema } from './folded-schema.js';

/** What is known of a run before it: the schema that its operations lead to, and the rows that are as they were. */
export interface Preflight {
  readonly dialect: Dialect;
  /** How rows are asked. */
  readonly asking: Omit<RowsAsking, 'notice'>;
  readonly schema: FoldedSchema;
  /** Nothing more is known of what the run will do. */
  isOver: boolean;
}

/** Ends what can be known of a run before it: the rest depends on answers of the database, or on the application. */
class PreflightEnd extends Error {}

/** So many calls have one turn of the event loop: a revision that works until it is stopped would let no signal come through. */
const CALLS_OF_A_TURN = 64;
/** A revision that makes more calls may make them until something else happens, which does not happen before the run. */
const MOST_CALLS = 2_000;

/** Takes the operations of one revision before the run, and asks whether rows are in the way of them. */
export class PreflightSink implements OperationSink {
  /** Why the run is refused. */
  refusal: MigrateError | undefined;
  /** What rows are in the way of. */
  readonly refusals: MigrateError[] = [];
  /** What went wrong while it asked. */
  trouble: unknown;
  /** How many operations it was called for. */
  calls = 0;
  /** Whether the database is asked. */
  isAsking = false;
  private readonly done: DoneCalls;

  /**
   * @param left the journal of the revision, which an earlier run has left in its middle
   * @param notice gets sentences about what happens to rows
   * @param isPatient rows that are in the way are only noted, and the revision goes on
   */
  constructor(
    private readonly preflight: Preflight,
    left: readonly JournalRow[],
    private readonly notice: (message: string) => void,
    private readonly isPatient?: true,
  ) {
    this.done = new DoneCalls(left);
  }

  /** Whether nothing more can be known. */
  get isEnded(): boolean {
    return this.preflight.isOver;
  }

  get queryRunner(): QueryRunner {
    throw this.end();
  }

  get manager(): EntityManager {
    throw this.end();
  }

  typeorm(): never {
    throw this.end();
  }

  autocommit(block: () => Promise<void>): Promise<void> {
    return block();
  }

  /** Ends it: what comes now cannot be known. @returns the error to throw */
  end(): Error {
    this.preflight.isOver = true;
    return new PreflightEnd('This is known only while the revision runs.');
  }

  async apply(operation: Operation): Promise<void> {
    this.calls += 1;
    if (this.calls % CALLS_OF_A_TURN === 0) await nextTurn();
    if (this.calls > MOST_CALLS) throw this.end();
    this.isAsking = true;
    try {
      await this.take(operation);
    } finally {
      this.isAsking = false;
    }
  }

  private async take(operation: Operation): Promise<void> {
    const { preflight } = this;
    if (preflight.isOver) throw this.end();
    const { dialect, asking, schema } = preflight;
    if (operation.kind === 'execute' && dialect.placeOf(operation.sql) === 'session') return;
    if (this.isDone()) return;
    try {
      await this.check(operation);
    } catch (error) {
      if (error instanceof MigrateError) this.refusal ??= error;
      else this.trouble ??= error;
      throw error;
    }
    if (operation.kind === 'execute' || operation.kind === 'inBatches') await this.touch(operation.sql);
    else if (operation.kind !== 'batch') asking.rows.note(operation);
    schema.add(operation);
  }

  /** Whether an earlier run has done the next call, so that the database has it already. */
  private isDone(): boolean {
    const { isDone, isPartly } = this.done.next();
    // What is done in part cannot be known.
    if (isPartly && !isDone) throw this.end();
    return isDone;
  }

  private async check(operation: Operation): Promise<void> {
    await this.compile(operation);
    const { dialect, asking, schema } = this.preflight;
    if (operation.kind !== 'batch') {
      if (isAsked(operation)) await this.ask(operation, await schema.table(operation.table));
      return;
    }
    let table = await schema.table(operation.table);
    for (const part of operation.operations) {
      await this.ask(part, table);
      asking.rows.note(part);
      table = table && applied(table, part, dialect);
    }
  }

  private async ask(operation: TableOperation, table: TableModel | undefined): Promise<void> {
    const { dialect, asking } = this.preflight;
    if (table === undefined || !isAsked(operation)) return;
    const found = (await dialect.askRows?.(operation, table, { ...asking, notice: this.notice })) ?? [];
    this.refusals.push(...found);
    if (this.isPatient !== true && found[0] !== undefined) throw found[0];
  }

  /** Refuses what this kind of database lacks; what else may be wrong depends on the database as it is then. */
  private async compile(operation: Operation): Promise<void> {
    const { dialect, schema } = this.preflight;
    const context: CompileContext = {
      offline: false,
      kept: new Map(),
      schema: () => schema.now(),
      table: async (name) => {
        const found = await schema.table(name);
        if (found === undefined) throw new PreflightEnd();
        return found;
      },
      operations: async () => [],
      query: async () => [],
    };
    try {
      await dialect.compile(operation, context);
    } catch (error) {
      if (
        error instanceof UnsupportedOperationError ||
        !(error instanceof MigrateError || error instanceof PreflightEnd)
      )
        throw error;
    }
  }

  /** Raw SQL changes the rows of the tables that it names, and of those that refer to them. */
  private async touch(sql: string): Promise<void> {
    const { dialect, asking, schema } = this.preflight;
    if (dialect.placeOf(sql) !== 'anywhere') return asking.rows.lose();
    const { tables, views } = await schema.now();
    const names = namesIn(sql, dialect);
    if (views.some(({ name }) => names.has(name.toLowerCase()))) return asking.rows.lose();
    for (const table of tables) {
      const refers = table.foreignKeys.some((key) => names.has(key.referencedTableName.toLowerCase()));
      if (refers || names.has(table.name.toLowerCase())) asking.rows.touch(table);
    }
  }
}

/** All names in the SQL, in small letters. */
function namesIn(sql: string, { sqlRules }: Dialect): ReadonlySet<string> {
  const names = codeTokens(sql, sqlRules).filter(({ isName }) => isName);
  return new Set(names.map(({ value }) => value.toLowerCase()));
}

function applied(table: TableModel, operation: TableOperation, { sqlRules }: Dialect): TableModel | undefined {
  try {
    return applyToTableWith(sqlRules)(table, operation);
  } catch (error) {
    if (error instanceof MigrateError) return undefined;
    throw error;
  }
}

/** Whether rows can be in the way of an operation. */
function isAsked(operation: Operation): operation is TableOperation {
  return ASKED.has(operation.kind);
}

const ASKED: ReadonlySet<string> = new Set([
  'addColumn',
  'alterColumn',
  'createPrimaryKey',
  'createUnique',
  'createIndex',
  'createForeignKey',
  'createCheck',
]);
