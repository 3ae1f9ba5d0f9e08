import type { Dialect, Effects, TableSize } from '../dialects/dialect.js';
import { NO_EFFECTS } from '../dialects/effects.js';
import { lockKey } from '../dialects/common/effects/joined.js';
import { NewObjects } from '../effects/new-objects.js';
import {
  effectFactsOf,
  parsedOf,
  type PlanFacts,
  type Reading,
  type SentStatement,
  type SentStep,
} from '../effects/plan-report.js';
import { withoutPartitions } from '../effects/partitions.js';
import { SessionSettings } from '../effects/session-settings.js';
import type { Operation } from '../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';
import type { SqlStatement } from '../sql/ddl/statement.js';
import { searchPath } from '../sql/search-path.js';
import { hasDowngradeIn } from './allowances.js';
import { statementsIn, ownerOfIndex, tableRenamesIn } from './parts.js';
import { nameIn } from './tables-named.js';
import { type HeldLock, type LintedCall, type LintedStatement, type LintRun, tableOf } from './subject.js';

/** A revision that is linted, or that only comes between others that are. */
export interface LintStep extends Omit<SentStep, 'statements'> {
  readonly isLinted: boolean;
  /** The line of a call that the database refuses; present where its rest is unknown for that. */
  readonly refusedAt?: () => number | undefined;
  readonly statements: readonly (SentStatement & { readonly line?: () => number | undefined })[];
}

/** How revisions run. */
export interface LintSettings {
  /** Each revision is a run by itself: what another one creates is in use. */
  readonly isRunEach: boolean;
  readonly transactionPerMigration: boolean;
  /** Longest wait for the lock of a table, ms; 0 for no limit. */
  readonly lockTimeout: number;
  /** The text of a revision's file. */
  readonly sourceOf: (path: string) => string;
}

/** A statement whose effects are known as soon as the fold has come to it. */
class Statement implements LintedStatement {
  effects: Effects = NO_EFFECTS;
  holds: readonly HeldLock[] = [];

  constructor(
    readonly call: LintedCall,
    readonly sql: string,
    readonly parsed: SqlStatement,
    readonly isPart: boolean,
    readonly transaction: number | undefined,
  ) {}
}

interface Call extends LintedCall {
  readonly step: LintStep;
  readonly statements: Statement[];
}

/** Receives each statement, and each call after its statements, in the order of the run. */
export interface RunVisitor {
  statement(statement: LintedStatement, run: LintRun): void;
  call(call: LintedCall, run: LintRun): void;
  revision(step: LintStep, run: LintRun): void;
}

/**
 * Goes through the revisions in order, with what the run has made and locked so far. That is known at each statement for the
 * visitor; the calls to come are there, without their effects.
 */
export function visitRun(
  steps: readonly LintStep[],
  reading: Reading,
  facts: PlanFacts,
  settings: LintSettings,
  visitor: RunVisitor,
): void {
  new Fold(callsOf(steps, reading, settings), reading.dialect, facts, settings).visit(steps, visitor);
}

/** The calls of the steps: neighbours of one operation are what it compiles to. */
function callsOf(steps: readonly LintStep[], reading: Reading, settings: LintSettings): readonly Call[] {
  const calls: Call[] = [];
  for (const step of steps) {
    let last: Call | undefined;
    for (const sent of step.statements) {
      // Using a value too soon is the finding, and not what a run does about it.
      if (sent.isRemedy) continue;
      if (last?.operation !== sent.operation) calls.push((last = callOf(step, sent, calls.length, settings)));
      const all = parsedOf(sent, reading);
      const isPart = all.length > 1 || all.some(({ kind }) => kind === 'block');
      for (const parsed of all.flatMap(partsOf)) {
        last.statements.push(new Statement(last, sent.sql, parsed, isPart, sent.transaction));
      }
    }
  }
  return calls;
}

/** The statements of a block one by one, and that it builds others at run time. */
function partsOf(parsed: SqlStatement): readonly SqlStatement[] {
  const isDynamic = parsed.kind === 'block' && parsed.isDynamic === true;
  const built = { kind: 'unknown', verb: 'EXECUTE', reason: 'the block builds statements at run time' } as const;
  return [...statementsIn(parsed), ...(isDynamic ? [built] : [])];
}

function callOf(
  step: LintStep,
  { operation, schema, byHand, line }: LintStep['statements'][number],
  index: number,
  { sourceOf }: LintSettings,
): Call {
  const { revision, isLinted } = step;
  return {
    step,
    index,
    revision,
    isLinted,
    operation,
    schema,
    byHand,
    statements: [],
    line: () => line?.(),
    hasDowngrade,
  };

  function hasDowngrade(): boolean | undefined {
    return step.path === undefined ? undefined : hasDowngradeIn(sourceOf(step.path));
  }
}

class Fold implements LintRun {
  private created: NewObjects;
  /** Of each object and what its locks keep others from the first lock and the latest: a run of thousands of revisions has as many. */
  private held = new Map<string, readonly HeldLock[]>();
  private done: LintedStatement[] = [];
  private transaction: number | undefined;
  private current: Call | undefined;
  private settings = new SessionSettings();

  constructor(
    readonly calls: readonly Call[],
    readonly dialect: Dialect,
    readonly facts: PlanFacts,
    private readonly options: LintSettings,
  ) {
    this.created = new NewObjects(facts.ownSchema);
  }

  get transactionPerMigration(): boolean {
    return this.options.transactionPerMigration || this.options.isRunEach;
  }

  get lockTimeout(): number {
    return this.options.lockTimeout;
  }

  visit(steps: readonly LintStep[], visitor: RunVisitor): void {
    let [at, previous]: [number, LintStep | undefined] = [0, undefined];
    for (const step of steps) {
      if (this.options.isRunEach || previous?.isLinted === false) this.begin();
      previous = step;
      for (let call = this.calls[at]; call?.step === step; call = this.calls[++at]) this.visitCall(call, visitor);
      if (step.isLinted) visitor.revision(step, this);
    }
  }

  private visitCall(call: Call, visitor: RunVisitor): void {
    this.current = call;
    for (const statement of call.statements) {
      statement.effects = this.effectsOf(statement.parsed, call);
      statement.holds = this.holdsAt(statement);
      if (call.isLinted) visitor.statement(statement, this);
      this.created.note([statement.parsed], call.byHand ? undefined : call.operation, call.schema);
      this.settings.note(statement.parsed);
      this.noteRename(statement.parsed);
      this.done.push(statement);
    }
    if (call.isLinted) visitor.call(call, this);
  }

  inTransaction(transaction: number | undefined): readonly LintedStatement[] {
    return transaction === undefined || transaction !== this.transaction ? [] : this.done;
  }

  isNew(name: QualifiedName): boolean {
    return this.created.has(name);
  }

  isNewColumn(table: QualifiedName, column: string): boolean {
    return this.created.hasColumn(table, column);
  }

  isFilledColumn(table: QualifiedName, column: string): boolean {
    return this.created.isFilled(table, column);
  }

  isFree(name: QualifiedName): boolean {
    return this.isNew(name) || this.sizeOf(name)?.rows === 0;
  }

  sizeOf(name: QualifiedName): TableSize | undefined {
    return this.facts.sizes?.get(qualifiedKey(this.nameOf(name)));
  }

  nameOf(name: QualifiedName): QualifiedName {
    const path = name.schema === undefined ? searchPath(this.settings.facts.settings?.get('search_path')) : undefined;
    if (path === undefined) return nameIn(name, this.facts.ownSchema);
    const inEach = path.map((schema) => nameIn({ schema, name: name.name }, this.facts.ownSchema));
    return inEach.find((each) => this.has(each)) ?? inEach[0] ?? name;
  }

  /** Whether the schema before the call has it. */
  private has(name: QualifiedName): boolean {
    const call = this.current;
    return call !== undefined && (tableOf(call, name) !== undefined || ownerOfIndex(call, name) !== undefined);
  }

  /** The locks of a table that gets another name are those of that one. */
  private noteRename(parsed: SqlStatement): void {
    for (const { from, to } of tableRenamesIn(parsed)) {
      const key = qualifiedKey(this.nameOf(from));
      const renamed = [...this.held.values()].flat().filter(({ name }) => qualifiedKey(name) === key);
      for (const lock of renamed) this.held.delete(heldKey(lock));
      for (const lock of renamed) this.hold({ ...lock, name: this.nameOf(to) });
    }
  }

  /** Another run: nothing is new to it, and nothing locked. */
  private begin(): void {
    this.created = new NewObjects(this.facts.ownSchema);
    this.transaction = undefined;
    this.settings = new SessionSettings();
    this.held.clear();
    this.done = [];
  }

  private effectsOf(
    parsed: SqlStatement,
    call: { readonly operation: Operation; readonly schema: SchemaModel; readonly byHand: boolean },
  ): Effects {
    if (this.isOfNothing(parsed, call)) return NO_EFFECTS;
    const effects = withoutPartitions(
      this.dialect.effects(parsed, effectFactsOf(call, { ...this.facts, ...this.settings.facts })),
      call.schema,
    );
    const isUsed = (name: QualifiedName): boolean => !this.isFree(name);
    return {
      ...effects,
      locks: effects.locks.filter(({ object, name }) => object === 'database' || isUsed(name)),
      work: effects.work.filter(({ table }) => isUsed(table)),
      loses: effects.loses.filter(({ name, column }) => isUsed(name) && !this.isNewPart(name, column)),
      fails: effects.fails.filter(({ table }) => isUsed(table)),
      // Old INSERTs have no value for a new column either.
      breaks: effects.breaks.filter(
        ({ how, name, column }) => !this.isNew(name) && (how === 'required' || !this.isNewPart(name, column)),
      ),
    };
  }

  /** Whether it is IF EXISTS about tables that the database, which was asked, does not have. */
  private isOfNothing(parsed: SqlStatement, call: Pick<LintedCall, 'schema'>): boolean {
    const { sizes } = this.facts;
    const names = parsed.kind === 'drop' && parsed.object === 'TABLE' ? parsed.names : [];
    const all = parsed.kind === 'alterTable' ? [parsed.table] : names;
    if (sizes === undefined || all.length === 0 || !('ifExists' in parsed) || parsed.ifExists !== true) return false;
    return all
      .map((name) => this.nameOf(name))
      .every((name) => !sizes.has(qualifiedKey(name)) && tableOf(call, name) === undefined && !this.isNew(name));
  }

  private isNewPart(name: QualifiedName, column: string | undefined): boolean {
    return column !== undefined && this.isNewColumn(name, column);
  }

  /** Takes the locks of a statement. @returns those that keep others waiting while it works, and that it does not take itself */
  private holdsAt(statement: Statement): readonly HeldLock[] {
    const { transaction, effects, call } = statement;
    if (this.dialect.transactions !== 'whole') return [];
    if (transaction === undefined || transaction !== this.transaction) {
      this.held.clear();
      this.done = [];
    }
    this.transaction = transaction;
    if (transaction === undefined) return [];
    const isWorking = effects.work.length > 0 || effects.waitsForOthers === true;
    const own = new Map(effects.locks.map((lock) => [lockKey(lock), lock.blocks]));
    const holds = isWorking
      ? [...this.held.values()].flat().filter((lock) => isStronger(lock.blocks, own.get(lockKey(lock))))
      : [];
    for (const lock of effects.locks) if (lock.blocks !== 'nothing') this.hold({ ...lock, call, statement });
    return holds;
  }

  private hold(lock: HeldLock): void {
    const key = heldKey(lock);
    const [first] = this.held.get(key) ?? [];
    this.held.set(key, [...(first === undefined ? [] : [first]), lock]);
  }
}

function heldKey(lock: HeldLock): string {
  return `${lockKey(lock)} ${lock.blocks}`;
}

function isStronger(held: HeldLock['blocks'], own: HeldLock['blocks'] | undefined): boolean {
  if (own === undefined || own === 'nothing') return held !== 'nothing';
  return held === 'reads' && own !== 'reads';
}
