import type { Dialect, EffectFacts, Effects, LockTaken, TableSize } from '../dialects/dialect.js';
import type { Operation } from '../operations/operation.js';
import { displayName, qualifiedKey, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';
import { ownReader, type SqlReader } from '../sql/ddl/reader.js';
import type { SqlStatement } from '../sql/ddl/statement.js';
import type { PlannedLock, PlannedStatement, PlannedStep } from '../results.js';
import { joined } from '../dialects/common/effects/joined.js';
import { NewObjects } from './new-objects.js';
import { fills, givesColumn, givesName } from './replaced.js';
import { SessionSettings } from './session-settings.js';
import { Held } from './held.js';
import { Transactions } from './transactions.js';

/** A statement that a plan would send, and what is known before it. */
export interface SentStatement {
  readonly sql: string;
  /** A person wrote it. */
  readonly byHand: boolean;
  /** A run sends it of itself, so that the next one is not refused. */
  readonly isRemedy?: true;
  /** The transaction that it is in, by number; absent outside of any. */
  readonly transaction?: number;
  /** The operation that it is a part of. */
  readonly operation: Operation;
  /** The schema before the operation. */
  readonly schema: SchemaModel;
}

/** A revision of a plan, with the statements that it would send. */
export interface SentStep extends Omit<PlannedStep, 'statements'> {
  readonly statements: readonly SentStatement[];
}

/** Reads the statements that people wrote, as `Dialect.reader` gives it. */
export interface Reading {
  readonly dialect: Dialect;
  readonly read: SqlReader;
}

/** What is known of the database that the plan is for. */
export interface PlanFacts extends Pick<
  EffectFacts,
  'version' | 'server' | 'timeZone' | 'settings' | 'domains' | 'functions' | 'ownSchema'
> {
  /** Sizes of tables, by `qualifiedKey`; absent where no database was asked. */
  readonly sizes?: ReadonlyMap<string, TableSize>;
}

/**
 * What the statements of a plan do to what was there before it: a table that the plan itself creates is used by nobody.
 *
 * Locks are added up over each transaction: `holds` is what earlier statements have locked while a later one works.
 */
export function reportOf(steps: readonly SentStep[], reading: Reading, facts: PlanFacts): readonly PlannedStep[] {
  const { dialect } = reading;
  const created = new NewObjects(facts.ownSchema);
  const held = new Held();
  const settings = new SessionSettings();
  const transactions = new Transactions();
  return steps.map((step) => ({
    ...step,
    statements: step.statements.map((statement, at) => {
      const parsed = parsedOf(statement, reading);
      // What a text by hand creates is new to its own later statements.
      const texts = statement.byHand ? parsed.map((one) => [one]) : [parsed];
      const own = joined(
        texts.map((some) => {
          const left = created.without(effectsOf(some, statement, dialect, { ...facts, ...settings.facts }));
          some.forEach((one) => settings.note(one));
          created.note(some, statement.byHand ? undefined : statement.operation, statement.schema);
          return left;
        }),
      );
      const effects = inStep(own, step.statements, at, (sent) => parsedOf(sent, reading), facts.ownSchema);
      const transaction = transactions.of(statement.transaction, effects);
      const holds = dialect.transactions === 'whole' ? held.at(statement.transaction, effects) : [];
      return planned(statement, { effects, holds, transaction }, facts);
    }),
  }));
}

/** What remains of the effects of a statement by the others of its revision: what they fill before it, and make again behind it. */
function inStep(
  effects: Effects,
  statements: readonly SentStatement[],
  at: number,
  read: (sent: SentStatement) => readonly SqlStatement[],
  ownSchema = 'public',
): Effects {
  const nameOf = ({ schema, name }: QualifiedName): QualifiedName =>
    schema === undefined || schema === ownSchema ? { name } : { schema, name };
  const behind = (): readonly SqlStatement[] => statements.slice(at).flatMap(read);
  return {
    ...effects,
    fails: effects.fails.filter(
      ({ on, table, column }) =>
        on !== 'nulls' ||
        column === undefined ||
        !statements.slice(0, at).some((sent) => fills(sent, read(sent), table, column, nameOf)),
    ),
    breaks: effects.breaks.filter(({ how, name, column }) => {
      if (how === 'required') return true;
      return column === undefined ? !givesName(behind(), name, nameOf) : !givesColumn(behind(), name, column, nameOf);
    }),
  };
}

/** The tables that a plan locks, works on or takes data from, whose sizes are of interest. */
export function tablesIn(steps: readonly SentStep[], reading: Reading): readonly QualifiedName[] {
  const names = new Map<string, QualifiedName>();
  for (const { statements } of steps) {
    for (const statement of statements) {
      const parsed = parsedOf(statement, reading);
      const { locks, work, loses, fails } = effectsOf(parsed, statement, reading.dialect, {});
      const locked = locks.filter(({ object, blocks }) => object === 'table' && blocks !== 'nothing');
      const worked = [...work, ...fails].map(({ table }) => table);
      for (const name of [...worked, ...[...locked, ...loses].map((each) => each.name)]) {
        names.set(qualifiedKey(name), name);
      }
    }
  }
  return [...names.values()];
}

/** What this package writes itself its own reader knows, which takes a tenth of the time. */
export function parsedOf(sent: SentStatement, { dialect, read }: Reading): readonly SqlStatement[] {
  const known = parsed.get(sent);
  if (known !== undefined) return known;
  const found = (sent.byHand ? read : ownReader(dialect.sqlRules))(sent.sql);
  parsed.set(sent, found);
  return found;
}

/** Statements are read for the sizes of their tables first, and then for what they do. */
const parsed = new WeakMap<SentStatement, readonly SqlStatement[]>();

/** What the statements of one text do, each with the schema before it as far as it is known. */
function effectsOf(parsed: readonly SqlStatement[], sent: SentStatement, dialect: Dialect, known: PlanFacts): Effects {
  const facts = effectFactsOf(sent, known);
  return joined(parsed.map((one) => dialect.effects(one, facts)));
}

/** What a dialect is given to know the effects of a statement by. */
export function effectFactsOf(
  { schema, operation, byHand }: Pick<SentStatement, 'schema' | 'operation' | 'byHand'>,
  { version, server, timeZone, settings, domains, functions, ownSchema }: PlanFacts,
): EffectFacts {
  return {
    schema,
    ...(!byHand && { operation }),
    ...(version !== undefined && { version }),
    ...(server !== undefined && { server }),
    ...(timeZone !== undefined && { timeZone }),
    ...(settings !== undefined && { settings }),
    ...(domains !== undefined && { domains }),
    ...(functions !== undefined && { functions }),
    ...(ownSchema !== undefined && { ownSchema }),
  };
}

/** The statement as a person wrote it where a run sends it in batches, of which a script makes a block. */
function sqlOf({ sql, operation }: SentStatement): string {
  return operation.kind === 'inBatches' ? `${operation.sql} -- in batches of ${operation.size} rows` : sql;
}

/** What is known of a statement in its place of the plan. */
interface Planned {
  readonly effects: Effects;
  readonly holds: readonly LockTaken[];
  readonly transaction: number | undefined;
}

function planned(
  statement: SentStatement,
  { effects, holds, transaction }: Planned,
  { sizes }: PlanFacts,
): PlannedStatement {
  const { locks, work, loses, fails, breaks, refused = [], opaque, waitsForOthers } = effects;
  const unknown = [...effects.unknown, ...opaque];
  const tablesOf = (kind: string): readonly string[] => [
    ...new Set(work.filter((each) => each.kind === kind).map(({ table }) => displayName(table))),
  ];
  const [scans, rewrites, builds] = [tablesOf('scan'), tablesOf('rewrite'), tablesOf('build')];
  const size = totalOf(
    work.map(({ table }) => table),
    sizes,
  );
  return {
    sql: sqlOf(statement),
    ...(transaction === undefined ? { outsideTransaction: true } : { transaction }),
    locks: locks.map(asPlanned),
    blocks: strongestOf(locks),
    ...(holds.length > 0 && { holds: holds.map(asPlanned) }),
    work: {
      ...(scans.length > 0 && { scans }),
      ...(rewrites.length > 0 && { rewrites }),
      ...(builds.length > 0 && { builds }),
    },
    ...size,
    ...(loses.length > 0 && {
      loses: loses.map(({ what, name, column, part }) => {
        // How many of the rows these are is not known.
        const rows = part === undefined ? sizes?.get(qualifiedKey(name))?.rows : undefined;
        return {
          what,
          target: targetOf(name, column),
          ...(part !== undefined && { part }),
          ...(rows !== undefined && { rows }),
        };
      }),
    }),
    ...(fails.length > 0 && { fails: fails.map(({ on, table, column }) => ({ on, target: targetOf(table, column) })) }),
    ...(breaks.length > 0 && {
      breaks: breaks.map(({ how, name, column }) => ({ how, target: targetOf(name, column) })),
    }),
    ...(refused.length > 0 && {
      refused: refused.map(({ name, reason }) => ({ target: displayName(name), reason })),
    }),
    ...(waitsForOthers && { waitsForOthers }),
    ...(unknown.length > 0 && { unknown }),
    ...(opaque.length > 0 && { mayLose: opaque }),
  };
}

function asPlanned({ object, name, mode, blocks }: LockTaken): PlannedLock {
  return { object, name: displayName(name), mode, blocks };
}

function targetOf(name: QualifiedName, column: string | undefined): string {
  return column === undefined ? displayName(name) : `${displayName(name)}.${column}`;
}

function strongestOf(locks: readonly LockTaken[]): PlannedStatement['blocks'] {
  if (locks.some(({ blocks }) => blocks === 'reads')) return 'reads';
  return locks.some(({ blocks }) => blocks === 'writes') ? 'writes' : 'nothing';
}

/** Rows and bytes of several tables together; nothing where the size of one is not known. */
function totalOf(
  tables: readonly QualifiedName[],
  sizes: ReadonlyMap<string, TableSize> | undefined,
): { readonly rows?: number; readonly bytes?: number } {
  const keys = [...new Set(tables.map(qualifiedKey))];
  const known = keys.flatMap((key) => sizes?.get(key) ?? []);
  if (keys.length === 0 || known.length < keys.length) return {};
  const sum = (part: 'rows' | 'bytes'): number | undefined =>
    known.reduce<number | undefined>((all, size) => {
      const one = size[part];
      return all === undefined || one === undefined ? undefined : all + one;
    }, 0);
  const [rows, bytes] = [sum('rows'), sum('bytes')];
  return { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) };
}
