import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { QueryRunner } from 'typeorm';
import type { OwnSchema, Remedies, Statement } from '../../dialects/dialect.js';
import { TypeormScriptError } from '../../errors/adopt.errors.js';
import { ColumnUnknownOfflineError } from '../../errors/database.errors.js';
import type { MigrateError } from '../../errors/migrate.error.js';
import {
  OfflineReadError,
  PlanProviderError,
  ScriptHistoryError,
  ScriptMemberError,
  ScriptTableError,
} from '../../errors/script.errors.js';
import type { RunResult } from '../../results.js';
import type { Operation } from '../../operations/operation.js';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import type { TypeormDirection } from '../revision/typeorm/typeorm-run.js';
import type { PlanStep } from '../../repository/revision.js';
import { CallSites, lineIn, type Stack } from '../revision/call-sites.js';
import { failureOf, noAftermath, reasonOf } from '../failure.js';
import { type DoneCall, DoneCalls } from '../journal/done-calls.js';
import type { JournalRow, OpenJournal } from '../journal/journal-table.js';
import { recordingRunner } from './recording-runner.js';
import { dropHelpers } from './schema-helpers.js';
import { recordClasses } from './typeorm-classes.js';
import { callRevision, contextOf, functionOf, loadAll, type OperationSink } from '../revision/revision-call.js';
import type { LoadedRevision, ScriptRequest, StepPlace } from '../run.request.js';
import { ScriptContext } from './script-context.js';
import type { ScriptOutput } from './script-output.js';
import { ScriptText } from './script-text.js';
import { nameOfStep, runningText, stepResult } from '../step-text.js';
import { VersionTable } from '../bookkeeping/version-table.js';

/**
 * Writes a plan as a script instead of running it: the result's `sql`. Never connects.
 *
 * The script creates the version table when it starts from base, and updates its rows; it writes no history table, which
 * records runs of this package. Every statement, comment, BEGIN and COMMIT is followed by one empty line.
 *
 * @throws OfflineReadError when a revision reads from the database, TypeormScriptError when it runs classes of TypeORM
 * @throws MigrationFailedError when a revision throws, or when a statement depends on the definition of a table that the
 *   operations do not give
 */
export async function writeScript(request: ScriptRequest): Promise<RunResult> {
  const text = new ScriptText(request.dialect);
  await writeTo(text, request);
  return {
    dataSource: request.dataSourceName,
    steps: request.plan.map((step) => stepResult(step, 0)),
    current: request.plan.at(-1)?.rows ?? request.startRows,
    sql: text.toString(),
    notices: [],
  };
}

/** Writes a plan as a script to an output; throws what `writeScript` throws. */
export async function writeTo(output: ScriptOutput, request: ScriptRequest): Promise<void> {
  await new Script(request, output).write();
}

class Script {
  private readonly versions: VersionTable;
  private readonly context: ScriptContext;
  private readonly sites = new CallSites();

  constructor(
    private readonly request: ScriptRequest,
    private readonly text: ScriptOutput,
  ) {
    this.versions = new VersionTable(request.dialect, request.settings.versionTable);
    this.context = new ScriptContext(
      () => replay(request),
      request.dialect.sqlRules,
      request.dialect.ownSchema(request.dataSource)?.name,
      request.startSchema,
      request.planned,
      text.trustsRawSql,
    );
  }

  async write(): Promise<void> {
    const { plan, startRows, settings, dialect, dataSource } = this.request;
    const perStep = settings.transactionPerMigration || dialect.transactions === 'rows';
    const loaded = await loadAll(plan, this.request.load);
    const schema = dialect.ownSchema(dataSource);
    if (schema !== undefined) this.text.statement(schema.enter);
    if (!perStep) this.text.begin();
    if (this.request.ensureVersionTable === true) await this.createVersionTable(schema);
    for (const [index, step] of plan.entries()) {
      if (perStep) this.text.begin();
      if (index === 0 && startRows.length === 0) await this.createVersionTable(schema);
      const endsTransaction = await this.writeStep(step, loaded.get(step), { number: index + 1, total: plan.length });
      if (perStep) this.text.commit();
      else if (endsTransaction && index < plan.length - 1) this.separate();
    }
    if (!perStep) this.text.commit();
  }

  /** Creates the version table, and before it the schema of the data source, which may be as new. */
  private async createVersionTable(schema: OwnSchema | undefined): Promise<void> {
    if (schema !== undefined) this.text.statement(schema.ensure);
    for (const sql of await this.versions.creation()) this.text.statement(sql);
  }

  /** Writes a step. @returns whether a commit must come before the next one */
  private async writeStep(step: PlanStep, loaded: LoadedRevision | undefined, place: StepPlace): Promise<boolean> {
    this.request.onStep?.(step, place);
    this.text.step?.(step);
    this.text.comment(runningText(step));
    const fn = functionOf(step, loaded);
    const sink = new ScriptSink(this.request, step, this.text, this.context);
    try {
      const request = this.request.withoutProviders ? { ...this.request, get: sink.refuseProvider } : this.request;
      if (fn !== undefined) await callRevision(fn, request, step, contextOf(request, true), sink, this.sites);
      sink.throwIfRefused();
    } catch (error) {
      if (isUnknown(error) && this.text.leaves?.(error) === true) return this.writeRows(step, sink);
      const { dataSourceName: dataSource } = this.request;
      throw failureOf(error, { step, dataSource, sites: this.sites, failures: [] }, noAftermath);
    }
    return this.writeRows(step, sink);
  }

  private writeRows(step: PlanStep, sink: ScriptSink): boolean {
    for (const change of step.rowChanges) this.text.statement(this.versions.changeSql(change));
    return sink.commitAfter || sink.left;
  }

  private separate(): void {
    this.text.commit();
    this.text.begin();
  }
}

function leftOf(step: PlanStep, journals: ScriptRequest['left'] = []): readonly JournalRow[] {
  const isOf = ({ revision, direction }: OpenJournal): boolean =>
    revision === nameOfStep(step) && direction === step.kind;
  return journals.find(isOf)?.rows ?? [];
}

const UNKNOWN = [
  OfflineReadError,
  PlanProviderError,
  TypeormScriptError,
  ScriptTableError,
  ScriptMemberError,
  ColumnUnknownOfflineError,
  // A database is not asked for what it refuses in any case; who reads a plan decides about that.
  UnsupportedOperationError,
];

/** Whether an error ends what is known of a revision: it is about what only a database could answer, or refuses. */
function isUnknown(error: unknown): error is MigrateError {
  return UNKNOWN.some((type) => error instanceof type);
}

/** Writes the operations of one revision into the script. */
class ScriptSink implements OperationSink {
  readonly queryRunner: QueryRunner;
  readonly manager: OperationSink['manager'];
  /** What the revision did may be used only after a commit. */
  commitAfter = false;
  /** Whether a part of the revision is committed before its end, so that its version row must be committed at its end. */
  left = false;
  private outside = false;
  private readonly done: DoneCalls;
  private readonly remedies: Remedies | undefined;
  private refusal: MigrateError | undefined;
  readonly called?: OperationSink['called'];

  constructor(
    private readonly request: ScriptRequest,
    private readonly step: PlanStep,
    private readonly text: ScriptOutput,
    private readonly context: ScriptContext,
  ) {
    const { queryRunner, manager } = recordingRunner(
      request.dataSource,
      {
        write: (sql, parameters, place) => this.record(sql, parameters, place),
        read: (sql, stack) => this.refuse(sql, stack),
      },
      request.dialect.sqlRules,
    );
    this.queryRunner = queryRunner;
    this.manager = manager;
    // A script needs the exact statements, which depend on what they read.
    if (text.leaves !== undefined) {
      const helpers = dropHelpers(request.dataSource, (sql, place) => this.record(sql, [], place));
      Object.assign(queryRunner, helpers);
    }
    this.remedies = request.dialect.remedies?.(context);
    this.done = new DoneCalls(leftOf(step, request.left));
    if (text.called !== undefined) this.called = (operation, place) => text.called?.(operation, place);
  }

  async apply(operation: Operation): Promise<void> {
    const { isDone, isPartly, rest } = this.doneOf(operation);
    if (isDone) return;
    await this.text.operation?.(operation, this.context);
    const isRest = isPartly && rest.length > 0;
    const statements = isRest ? rest : await this.request.dialect.compile(operation, this.context);
    // As in a run: outside the transaction a failure would leave half of the operation behind.
    const isWhole = this.outside && statements.length > 1 && !statements.some((one) => one.outsideTransaction);
    if (isWhole) this.text.begin();
    for (const statement of statements) {
      await this.remedyBefore(statement);
      await this.write(statement, operation.kind === 'execute' || operation.kind === 'inBatches');
    }
    if (isWhole) this.text.commit();
    this.context.add(operation);
    if (!this.outside) this.remedies?.note(operation);
  }

  /** What an earlier run has done of an operation; each run sends what sets up the session again. */
  private doneOf(operation: Operation): DoneCall {
    const isOfSession = operation.kind === 'execute' && this.request.dialect.placeOf(operation.sql) === 'session';
    return isOfSession ? { isDone: false, isPartly: false, rest: [] } : this.done.next();
  }

  private async remedyBefore(statement: Statement): Promise<void> {
    const remedy = this.outside ? undefined : await this.remedies?.before(statement);
    for (const each of remedy?.statements ?? []) this.text.change(each, false, true);
  }

  private async write(statement: Statement, byHand: boolean): Promise<void> {
    const write = async (): Promise<void> => this.text.change(statement, byHand);
    if (statement.outsideTransaction) await this.autocommit(write);
    else await write();
    if (statement.commitAfter) this.commitAfter = true;
  }

  async autocommit(fn: () => Promise<void>): Promise<void> {
    if (this.outside) return fn();
    this.text.commit();
    this.outside = true;
    this.left = true;
    await fn();
    this.outside = false;
    this.text.begin();
  }

  /** Records the statements of classes of TypeORM, where a database knows which ran, and none of them asks it something. */
  async typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    const { dataSource, dataSourceName, typeormRows } = this.request;
    const places = { dataSource, dataSourceName, revisionFile: this.step.revision?.path };
    try {
      if (typeormRows === undefined) throw new TypeormScriptError(nameOfStep(this.step));
      const executed = await typeormRows(history.table);
      await recordClasses({ ...places, history, direction, executed, runner: this.queryRunner });
    } catch {
      this.refusal ??= new TypeormScriptError(nameOfStep(this.step));
    }
    this.throwIfRefused();
  }

  /** Used as `op.get` where no provider is to be called. */
  readonly refuseProvider = async (token: unknown): Promise<never> => {
    this.refusal ??= new PlanProviderError(nameOfStep(this.step), token);
    throw this.refusal;
  };

  /** Throws the refusal also where the revision caught it: it went on without the answer that it had asked for. */
  throwIfRefused(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  private async record(sql: string, parameters: readonly unknown[], place: Stack): Promise<void> {
    const operation: Operation = { kind: 'execute', sql, parameters };
    if (this.doneOf(operation).isDone) return;
    this.text.called?.(operation, place);
    await this.text.operation?.(operation, this.context);
    await this.remedyBefore({ sql, parameters });
    this.text.change({ sql, parameters }, true);
    this.context.add(operation);
  }

  private refuse(sql: string, stack: Stack): never {
    const file = this.step.revision?.path;
    const line = file === undefined ? undefined : lineIn(stack.text, file);
    this.refusal ??= new OfflineReadError(nameOfStep(this.step), file, line, sql);
    throw this.refusal;
  }
}

/** The operations of the revisions before the script, which are not written. What they read from the database gives no rows. */
async function replay(request: ScriptRequest): Promise<readonly Operation[]> {
  const operations: Operation[] = [];
  const keep = (operation: Operation): void => void operations.push(operation);
  const recorder = {
    write: (sql: string) => keep({ kind: 'execute', sql }),
    read: () => undefined,
  };
  const sink: OperationSink = {
    ...recordingRunner(request.dataSource, recorder, request.dialect.sqlRules),
    apply: async (operation) => keep(operation),
    autocommit: (fn) => fn(),
    // What TypeORM's classes make is not known without a database: a statement that depends on it is refused.
    typeorm: async () => undefined,
  };
  const loaded = await loadAll(request.history, request.load);
  for (const step of request.history) {
    const fn = functionOf(step, loaded.get(step));
    if (fn === undefined) continue;
    try {
      await callRevision(fn, request, step, contextOf(request, true), sink, new CallSites());
    } catch (error) {
      throw new ScriptHistoryError(nameOfStep(step), step.revision?.path, reasonOf(error), error);
    }
  }
  return operations;
}
