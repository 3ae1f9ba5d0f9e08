import type { GroupPart, Remedy, Statement } from '../../dialects/dialect.js';
import { savepoint } from './frames.js';
import type { SenderParts } from './sender-parts.js';

const REMEDY = 'nestjs_migrate_remedy';

/**
 * How a statement is tried where the transaction of the run cannot begin again: `patient`, also where it waits too long for a lock;
 * `brief`, since a transaction of the revision's own would keep its locks meanwhile; `once` in one that it has begun by SQL, which takes
 * nothing behind an error.
 */
export type Tries = 'patient' | 'brief' | 'once';

/** Sends the statements of operations to the session, and again where there is a remedy for their error. */
export class StatementDelivery {
  /** What was sent may be used only after a commit. */
  commitAfter = false;

  constructor(private readonly parts: SenderParts) {}

  async sendAll(statements: readonly Statement[], tries: Tries, isGroup = false): Promise<void> {
    for (const [index, statement] of statements.entries()) {
      await this.send(statement, tries, isGroup ? partAt(index, statements.length) : undefined);
    }
  }

  async send(given: Statement, tries: Tries, part?: GroupPart): Promise<void> {
    const { session, failures, gate, interruption, statements } = this.parts;
    if (interruption.hasHappened) await interruption.refuse();
    const statement: Statement = gate.canBeginAgain ? given : { ...given, isPatient: tries === 'patient' };
    try {
      await statements.during(() =>
        session.execute(statement, part).catch(async (error: unknown) => {
          if (tries === 'once') throw error;
          await this.retry(statement, error, part);
        }),
      );
    } catch (error) {
      // The error of a statement that is ended with its revision is not one that the revision catches.
      if (!interruption.hasHappened) failures.push({ error, sql: statement.sql });
      throw error;
    }
    if (statement.commitAfter) this.commitAfter = true;
  }

  /** Runs what a statement needs before it. */
  async heal({ statements, notice }: Remedy): Promise<void> {
    const frame = savepoint(this.parts.session, REMEDY);
    await frame.begin();
    try {
      for (const statement of statements) await this.parts.session.execute(statement);
    } catch (error) {
      await frame.undo().catch(() => undefined);
      throw error;
    }
    await frame.keep();
    this.parts.gate.notice(notice);
  }

  /** Sends a statement again where the dialect knows what to do about its error. */
  private async retry(statement: Statement, error: unknown, part: GroupPart | undefined): Promise<void> {
    const { context, remedies, session } = this.parts;
    context.forget();
    const remedy = await remedies?.after(error);
    if (remedy === undefined) throw error;
    await this.heal(remedy);
    await session.execute(statement, part);
  }
}

function partAt(index: number, count: number): GroupPart {
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'next';
}
