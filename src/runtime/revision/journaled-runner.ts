import { deserialize, serialize } from 'node:v8';
import type { Dialect, DialectSession, Remedies } from '../../dialects/dialect.js';
import { JournalAnswerError } from '../../errors/journal.errors.js';
import { isRead } from '../../sql/statements.js';
import { hashOf } from '../journal/journal-hash.js';
import type { Journal } from '../journal/journal.js';
import type { RunningStatements } from './running-statements.js';
import type { StatementSender } from './statement-sender.js';
import { type RunnerStatement, watchedRunner, type WatchedRunner } from './watched-runner.js';

interface RunnerParts {
  readonly session: DialectSession;
  readonly dialect: Dialect;
  readonly journal: Journal;
  readonly sender: StatementSender;
  readonly remedies: Remedies | undefined;
  readonly statements: RunningStatements;
  /** Whether the revision is outside the transaction of the run. */
  isOutside(): boolean;
}

/** Answers beyond this are not kept. */
const MAX_ANSWER = 64 * 1024;

/** What the journal keeps of an answer that is too long. */
const TOO_LONG = 'too long';

/**
 * The revision's query runner, whose statements are in the journal as those of `op` are, each with its answer.
 *
 * @param around runs the work of a statement as a part of the revision
 */
export function journaledRunner(
  parts: RunnerParts,
  around: (work: () => Promise<unknown>) => Promise<unknown>,
): WatchedRunner {
  const statements = new RunnerStatements(parts);
  return watchedRunner(parts.session.revisionRunner, (statement, send) =>
    around(() => statements.query(statement, (sql) => parts.statements.during(() => send(sql)))),
  );
}

class RunnerStatements {
  /** The statements before this one outside a transaction: each has a transaction of its own. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: RunnerParts) {}

  async query(statement: RunnerStatement, send: (sql?: string) => Promise<unknown>): Promise<unknown> {
    const { session, dialect, sender, remedies, isOutside } = this.parts;
    const { sql, parameters } = statement;
    if (dialect.placeOf(sql) === 'session') return sender.control(sql, send);
    const hash = hashOf(statement);
    if (isRead(sql, dialect.sqlRules)) return this.read(hash, sql, send);
    if (isOutside()) return this.inTurn(() => this.write(hash, sql, () => session.sendAlone(sql, send)));
    await sender.settle();
    const needed = remedies?.areNeeded === true ? remedies : undefined;
    const remedy = await needed?.before({ sql, parameters });
    if (remedy !== undefined) await sender.heal(remedy);
    return this.write(hash, sql, send);
  }

  private async read(hash: string, sql: string, send: () => Promise<unknown>): Promise<unknown> {
    const { journal } = this.parts;
    const recorded = journal.answer(hash);
    if (recorded !== undefined && recorded.details !== null && recorded.details !== TOO_LONG)
      return answerOf(recorded.details);
    const answer = await send();
    if (journal.isKept) journal.addRead(hash, sql, textOf(answer));
    return answer;
  }

  private async write(hash: string, sql: string, send: () => Promise<unknown>): Promise<unknown> {
    const { session, journal, sender } = this.parts;
    const entries = await journal.call(
      () => hash,
      () => sql,
      (statement, before) => session.outcomeOf(statement, before),
    );
    const [entry] = entries;
    if (entry === undefined) return undefined;
    if (entry.state !== 'done') return sender.record(entry, sql, () => sender.counted(send), textOf);
    if (entry.details === TOO_LONG) throw new JournalAnswerError(entry);
    await sender.passOver(entries, sql);
    return entry.details === null ? undefined : answerOf(entry.details);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

function textOf(answer: unknown): string {
  const bytes = serialize(plainAnswer(answer));
  return bytes.length > MAX_ANSWER ? TOO_LONG : bytes.toString('base64');
}

/** TypeORM's structured answers are objects of a class. */
function plainAnswer(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? { ...answer } : answer;
}

function answerOf(details: string): unknown {
  return deserialize(Buffer.from(details, 'base64'));
}
