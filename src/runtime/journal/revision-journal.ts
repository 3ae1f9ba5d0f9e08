import type { QueryRunner } from 'typeorm';
import type { StatementOutcome } from '../../dialects/dialect.js';
import { shortStatement } from '../../errors/statement-text.js';
import { JournalMismatchError, StatementUnderWayError, TemporaryTableLostError } from '../../errors/journal.errors.js';
import { dropsTableOf, makesTemporary } from './temporary-objects.js';
import type { EntryState, JournalRow, JournalTable } from './journal-table.js';

/** Statements beyond this are cut in the journal, unless it must send them again. */
const MAX_STATEMENT_LENGTH = 10_000;

/** Rows that are added with one statement. */
const MAX_ROWS = 200;

/** An entry of the journal, which changes as its statement goes on. */
export interface Entry extends JournalRow {
  readonly hash: string;
  statement: string;
  statements: number;
  state: EntryState;
  details: string | null;
}

/** What a flush writes of an entry. */
interface Change {
  readonly entry: Entry;
  readonly row: JournalRow;
  /** Its state in the table; undefined where it has no row there. */
  readonly was: EntryState | undefined;
}

/** The step that a journal is of. */
export interface JournaledStep {
  readonly revision: string;
  readonly direction: string;
  readonly file: string | undefined;
}

/** Finds out what became of a statement that was under way, by the fingerprint of the moment before it. */
type FindOutcome = (statement: string, before: string | undefined) => Promise<StatementOutcome>;

/**
 * The journal of one revision while it runs: what an earlier run has done of it is passed over, in the order of its calls, and what is
 * done now is recorded.
 *
 * Entries are kept here until `flush` writes them, which whoever commits them calls in that transaction. So a revision that never
 * leaves the transaction of its run writes nothing.
 */
export class RevisionJournal {
  readonly isKept = true;
  /** Number of the last call. */
  private number = 0;
  private readonly recorded = new Map<number, readonly Entry[]>();
  private readonly reads = new Map<number, Entry[]>();
  /** The state of each entry in the table. */
  private readonly stored = new Map<Entry, EntryState>();
  private readonly pending = new Set<Entry>();
  private hasTable = false;
  /** Entries that were written since the last commit, with what the table had of them at that. */
  private readonly uncommitted = new Map<Entry, EntryState | undefined>();
  /** The last call that is done. */
  private readonly lastDone: number;
  /** Rows of earlier runs that the next flush deletes: of calls, by number, and of reads behind what is done, which are sent again. */
  private readonly obsolete = new Set<number | 'reads'>();
  /** Those that were deleted since the last commit. */
  private readonly deleted = new Set<number | 'reads'>();

  /**
   * @param rows what earlier runs have recorded, and this one before its transaction began again
   * @param sent the numbers of the calls that this run has sent, in all of its tries
   * @param resumeFrom the number of the first call to run: those before it count as done, whatever they are
   */
  constructor(
    private readonly table: JournalTable,
    private readonly step: JournaledStep,
    rows: readonly JournalRow[],
    private readonly sent: Set<number>,
    private readonly resumeFrom = 0,
  ) {
    for (const row of rows) this.take({ ...row });
    this.lastDone = Math.max(resumeFrom - 1, 0, ...rows.filter(isDone).map(({ number }) => number));
    if (rows.some(({ number, state }) => state === 'read' && number > this.lastDone)) this.obsolete.add('reads');
  }

  /** Whether there is nothing of an earlier run, by its rows or by what the caller knows. */
  get isEmpty(): boolean {
    return this.stored.size === 0 && this.resumeFrom === 0;
  }

  /** Whether the table has rows of this revision. */
  get isStored(): boolean {
    return this.stored.size > 0;
  }

  /**
   * The entries of the next call: one, or those of the parts in which an earlier run has begun to send it.
   *
   * @param hashed the hash of the call, which is made when it is needed
   * @param title what the call is, for people
   * @throws JournalMismatchError where another call is recorded as done, StatementUnderWayError where it is not known whether it is
   */
  async call(hashed: () => string, title: () => string, find: FindOutcome): Promise<readonly Entry[]> {
    this.number += 1;
    const { number } = this;
    const entries = this.recorded.get(number);
    if (entries === undefined) {
      const entry = planned(number, hashed, title());
      if (number < this.resumeFrom) this.mark(entry, 'done');
      else this.sent.add(number);
      return [entry];
    }
    if (number < this.resumeFrom) {
      for (const entry of entries) if (entry.state !== 'done') this.mark(entry, 'done');
      return entries;
    }
    for (const entry of entries) if (entry.state === 'begun') await this.settle(entry, find);
    const hash = hashed();
    if (entries.some(isDone)) {
      if (entries[0]?.hash !== hash) throw this.mismatch(entries, title());
      return this.withoutTemporary(entries);
    }
    this.sent.add(number);
    if (entries[0]?.hash === hash) return entries;
    if (entries.some(isPartlyDone)) throw this.mismatch(entries, title());
    // It may have been recorded in parts.
    this.obsolete.add(number);
    return [planned(number, hashed, title())];
  }

  /** The answer to a query that only reads, where calls behind it are done; undefined where it is to be sent. */
  answer(hash: string): Entry | undefined {
    const next = this.number + 1;
    if (next > this.lastDone) return undefined;
    const reads = this.reads.get(next);
    return reads?.[0]?.hash === hash ? reads.shift() : undefined;
  }

  /** Adds a query that only reads, with its answer. */
  addRead(hash: string, statement: string, details: string): void {
    const number = this.number + 1;
    this.pending.add({ number, part: 0, hash, statement: cut(statement), statements: 0, state: 'read', details });
  }

  /** Makes entries for the parts of an operation, as they are sent. */
  split(
    { number, hash }: Entry,
    parts: readonly { readonly sql: string; readonly details: string }[],
  ): readonly Entry[] {
    const entries = parts.map(({ sql, details }, index): Entry => ({
      number,
      part: index + 1,
      hash,
      statement: sql,
      statements: 1,
      state: 'planned',
      details,
    }));
    for (const entry of entries) this.pending.add(entry);
    return entries;
  }

  mark(
    entry: Entry,
    state: EntryState,
    changes: Partial<Pick<Entry, 'statement' | 'statements' | 'details'>> = {},
  ): void {
    Object.assign(entry, { state }, changes);
    if (entry.part === 0) entry.statement = cut(entry.statement);
    this.pending.add(entry);
  }

  /** Writes what is not written yet, in the transaction that is open, or by itself. */
  async flush(runner: QueryRunner): Promise<void> {
    if (this.pending.size === 0) return;
    const { revision, direction } = this.step;
    // Others may be marked meanwhile.
    const changes = [...this.pending].map((entry): Change => ({
      entry,
      row: { ...entry },
      was: this.stored.get(entry),
    }));
    const obsolete = [...this.obsolete];
    if (!this.hasTable) await this.table.ensure(runner);
    this.hasTable = true;
    for (const rows of obsolete) await this.delete(runner, rows);
    const added = changes.filter(({ was }) => was === undefined).map(({ row }) => row);
    for (let at = 0; at < added.length; at += MAX_ROWS) {
      await this.table.add(runner, revision, direction, added.slice(at, at + MAX_ROWS));
    }
    for (const { row, was } of changes) {
      if (was !== undefined) await this.table.update(runner, revision, direction, { ...row, state: was }, row);
    }
    this.flushed(changes, obsolete);
  }

  /** Notes that what was flushed is committed. */
  kept(): void {
    this.uncommitted.clear();
    this.deleted.clear();
  }

  /** Takes back what was flushed since the last commit, as its transaction was rolled back. */
  undoFlush(): void {
    // It may have been created in that transaction.
    this.hasTable = false;
    for (const [entry, was] of this.uncommitted) {
      this.pending.add(entry);
      if (was === undefined) this.stored.delete(entry);
      else this.stored.set(entry, was);
    }
    for (const rows of this.deleted) this.obsolete.add(rows);
    this.kept();
  }

  /** What is done and was not called, at the end of the revision's function, as a sentence; undefined without any. */
  end(): string | undefined {
    const [entry] = [...this.recorded.values()].flat().filter((one) => one.number > this.number && isDone(one));
    if (entry === undefined) return undefined;
    const { revision, direction } = this.step;
    return `Statement ${entry.number} of the ${direction} of ${revision} was done by an earlier run, and its file has it no more: ${shortStatement(entry.statement)}`;
  }

  private async delete(runner: QueryRunner, rows: number | 'reads'): Promise<void> {
    const { revision, direction } = this.step;
    if (rows === 'reads') await this.table.cutReads(runner, revision, direction, this.lastDone + 1);
    else await this.table.removeCall(runner, revision, direction, rows);
  }

  private flushed(changes: readonly Change[], obsolete: readonly (number | 'reads')[]): void {
    for (const { entry, row, was } of changes) {
      if (!this.uncommitted.has(entry)) this.uncommitted.set(entry, was);
      this.stored.set(entry, row.state);
      if (entry.state === row.state) this.pending.delete(entry);
    }
    for (const rows of obsolete) {
      this.deleted.add(rows);
      this.obsolete.delete(rows);
    }
  }

  private take(entry: Entry): void {
    const entries = entry.state === 'read' ? this.reads : this.recorded;
    entries.set(entry.number, [...(entries.get(entry.number) ?? []), entry]);
    this.stored.set(entry, entry.state);
  }

  private async settle(entry: Entry, find: FindOutcome): Promise<void> {
    const outcome = await find(entry.statement, fingerprintIn(entry.details));
    if (outcome === 'unknown') {
      throw new StatementUnderWayError(this.step, { number: entry.number, statement: entry.statement }, this.done());
    }
    this.mark(entry, outcome === 'done' ? 'done' : 'planned');
  }

  /** @throws TemporaryTableLostError where the entries are done, and have made what ended with the session of an earlier run */
  private withoutTemporary(entries: readonly Entry[]): readonly Entry[] {
    const lost = entries.find((entry) => isDone(entry) && this.isLost(entry));
    if (lost === undefined) return entries;
    throw new TemporaryTableLostError(this.step, { number: lost.number, statement: lost.statement }, this.done());
  }

  private isLost({ number, statement }: Entry): boolean {
    const { rules } = this.table;
    if (this.sent.has(number) || !makesTemporary(statement, rules)) return false;
    return !this.done().some((later) => later.number > number && dropsTableOf(later.statement, statement, rules));
  }

  private mismatch(entries: readonly Entry[], found: string): JournalMismatchError {
    const [entry] = entries as [Entry];
    const statement = entry.part === 0 ? entry.statement : entries.map((part) => part.statement).join('; ');
    const isPartly = entries.some(isPartlyDone);
    return new JournalMismatchError(this.step, { number: entry.number, statement, isPartly }, found, this.done());
  }

  /** What is done, for messages. */
  private done(): readonly { readonly number: number; readonly statement: string }[] {
    return [...this.recorded.values()].flat().filter(isDone);
  }
}

function planned(number: number, hashed: () => string, title: string): Entry {
  let hash: string | undefined;
  return {
    number,
    part: 0,
    // Most entries are never written.
    get hash() {
      return (hash ??= hashed());
    },
    statement: cut(title),
    statements: 1,
    state: 'planned',
    details: null,
  };
}

/** The fingerprint in what is kept of a statement that was begun. */
function fingerprintIn(details: string | null): string | undefined {
  if (details?.startsWith('{') !== true) return undefined;
  return (JSON.parse(details) as { readonly before?: string }).before;
}

function isDone({ state }: JournalRow): boolean {
  return state === 'done';
}

/** Whether it runs in batches, of which some are done. */
function isPartlyDone({ state, details }: JournalRow): boolean {
  return state !== 'done' && details?.startsWith('{"from":') === true;
}

function cut(statement: string): string {
  return statement.slice(0, MAX_STATEMENT_LENGTH);
}
