import { createHash, randomBytes } from 'node:crypto';
import type { TwoPhaseSession } from '../../dialects/dialect.js';
import {
  CommitUnfinishedError,
  PrepareRefusedError,
  TransactionInDoubtError,
  TwoPhaseUnavailableError,
} from '../../errors/joint-run.errors.js';
import { DecisionTable } from '../bookkeeping/decision-table.js';
import type { DatabaseOutcome } from '../../errors/database-outcome.js';
import { reasonOf, withElsewhere } from '../failure.js';
import type { Runner } from '../runner.js';
import { outcomeOf } from './outcome.js';
import { withVersionTable } from '../bookkeeping/version-table.js';

/*
 * The protocol. One database of a run is its decider. A row with the run's id in the decision table of that database means that
 * the run is to be committed. The transaction of the run itself writes it:
 *
 *   1. the row is written in the decider's transaction
 *   2. every transaction that can be prepared is; the decider is the database that cannot prepare, where there is one
 *   3. the decider's transaction is committed: this is the decision, in one step
 *   4. the others are committed
 *
 * The name of a prepared transaction contains the id of its run and the decider, so the next run needs nothing else: it looks for
 * the row. It holds the locks of both databases then, so the run that wrote the row, or would have, has ended.
 */

/**
 * Checks that two-phase commit is possible, before anything is run. A run on one database does not need it.
 *
 * @throws TwoPhaseUnavailableError when it is not
 */
export async function requireTwoPhase(runners: readonly Runner[]): Promise<void> {
  if (runners.length < 2) return;
  const perStep = runners.find(({ request }) => request.settings.transactionPerMigration);
  if (perStep !== undefined) {
    throw new TwoPhaseUnavailableError(
      `twoPhase needs one transaction around the run, and data source "${dataSourceNameOf(perStep)}" has transactionPerMigration.`,
      { hint: 'Leave one of the two options out.' },
    );
  }
  const committing = runners.find(({ transaction }) => transaction.policy === 'rows');
  if (committing !== undefined) {
    throw new TwoPhaseUnavailableError(
      `twoPhase needs one transaction around the run, and the database of data source "${dataSourceNameOf(committing)}" commits changes of its schema by itself.`,
      { hint: 'Leave twoPhase out, or run that data source by itself with --data-source.' },
    );
  }
  const unable = runners.filter(({ session }) => session.twoPhase === undefined);
  if (unable.length > 1) {
    const titles = [...new Set(unable.map(({ request }) => request.dialect.title))];
    throw new TwoPhaseUnavailableError(
      `twoPhase allows for one database that cannot prepare a transaction, and these are ${unable.length}: ${unable.map(dataSourceNameOf).join(', ')}.`,
      { hint: `${titles.join(' and ')} cannot. Leave twoPhase out, or run them one by one with --data-source.` },
    );
  }
  for (const runner of runners) {
    const { twoPhase } = runner.session;
    if (twoPhase?.refused !== undefined) {
      const { reason, hint } = twoPhase.refused;
      throw new TwoPhaseUnavailableError(`${reason} "${dataSourceNameOf(runner)}".`, { hint });
    }
    if (twoPhase === undefined || (await twoPhase.limit()) > 0) continue;
    throw new TwoPhaseUnavailableError(
      `twoPhase needs prepared transactions, which the server of data source "${dataSourceNameOf(runner)}" has switched off.`,
      { hint: `${twoPhase.toEnable}; or leave twoPhase out.` },
    );
  }
}

/** Commits the open transactions of several runners, so that after a crash the next run can commit or roll back all of them. */
export class TwoPhaseCommit {
  private readonly runId = randomBytes(16).toString('hex');
  private readonly decider: Runner;

  /** @param runners at least two, all with an open transaction */
  constructor(private readonly runners: readonly Runner[]) {
    const unable = runners.find(({ session }) => session.twoPhase === undefined);
    this.decider = unable ?? (runners[0] as Runner);
  }

  async run(): Promise<void> {
    const { request, session } = this.decider;
    await withVersionTable(request.settings.versionTable, request.dialect, () =>
      decisionTable(this.decider).add(session.runner, this.runId),
    );
    await this.prepareAll();
    await this.decide();
    await this.commitOthers();
  }

  private async prepareAll(): Promise<void> {
    const id = `${this.runId}:${await deciderKey(this.decider)}`;
    for (const runner of this.runners) {
      if (runner.session.twoPhase === undefined) continue;
      try {
        await runner.transaction.prepare(id);
      } catch (error) {
        await this.rollbackAll();
        const { outcomes } = this;
        throw new PrepareRefusedError(
          dataSourceNameOf(runner),
          runner.transaction.lost,
          outcomes,
          reasonOf(error),
          error,
        );
      }
    }
  }

  private async decide(): Promise<void> {
    try {
      await this.decider.transaction.commit();
    } catch (error) {
      if (!(await this.isUndone())) throw this.inDoubt(error);
      await this.rollbackAll();
      const others = this.runners.filter((runner) => runner !== this.decider);
      throw withElsewhere(await this.decider.failLastStep(error), others.map(outcomeOf));
    }
  }

  /** Whether it is certain, after a failed commit, that the decision was not made. */
  private async isUndone(): Promise<boolean> {
    const { session } = this.decider;
    try {
      if (session.inTransaction) await session.rollback();
      return !(await hasDecided(this.decider, this.runId));
    } catch {
      return false;
    }
  }

  /** Commits the prepared transactions; one that fails does not keep the others from being committed. */
  private async commitOthers(): Promise<void> {
    const errors: unknown[] = [];
    for (const { transaction } of this.runners) {
      if (transaction.prepared !== undefined) {
        await transaction.commit().catch((error: unknown) => void errors.push(error));
      }
    }
    if (errors.length > 0) {
      throw new CommitUnfinishedError(this.outcomes, errors.map(reasonOf).join('; '), errors[0]);
    }
  }

  private async rollbackAll(): Promise<void> {
    for (const { transaction } of this.runners) await transaction.rollback();
  }

  private inDoubt(error: unknown): TransactionInDoubtError {
    return new TransactionInDoubtError(
      `Whether data source "${dataSourceNameOf(this.decider)}" committed the run, and so decided for all, is not known: ${reasonOf(error)}`,
      { hint: 'The next run finds out, and commits or rolls back what is still prepared.', cause: error },
    );
  }

  private get outcomes(): readonly DatabaseOutcome[] {
    return this.runners.map(outcomeOf);
  }
}

/**
 * Ends what earlier two-phase runs left prepared: commits it where the decider has the run's row, else rolls it back.
 *
 * All runners must hold their locks.
 *
 * @throws TransactionInDoubtError when the decider is none of these databases
 */
export async function settleInDoubt(runners: readonly Runner[]): Promise<void> {
  for (const runner of runners) {
    const { twoPhase } = runner.session;
    for (const id of (await twoPhase?.prepared()) ?? []) {
      await settleTransaction(runner, twoPhase as TwoPhaseSession, id, runners);
    }
  }
}

async function settleTransaction(
  runner: Runner,
  twoPhase: TwoPhaseSession,
  id: string,
  runners: readonly Runner[],
): Promise<void> {
  if (runner.session.isCallers) throw inCallersTransaction(dataSourceNameOf(runner), twoPhase.nameOf(id));
  const [runId = '', key = ''] = id.split(':');
  const decider = await findDecider(runners, key);
  if (decider === undefined) throw undecidable(dataSourceNameOf(runner), twoPhase, id);
  const isDecided = await hasDecided(decider, runId);
  try {
    await (isDecided ? twoPhase.commit(id) : twoPhase.rollback(id));
  } catch (error) {
    throw stuck(dataSourceNameOf(runner), twoPhase.ending(isDecided ? 'commit' : 'rollback', id), error);
  }
  runner.notice(
    isDecided
      ? `An earlier run over several databases died after "${dataSourceNameOf(decider)}" had committed it: what it had prepared here is committed now.`
      : `An earlier run over several databases died before it was committed: what it had prepared here is rolled back.`,
  );
}

/** Whether the decider has the run's row. It is read in a transaction of its own, since on some databases that is the lock. */
async function hasDecided(decider: Runner, runId: string): Promise<boolean> {
  await decider.session.begin();
  try {
    return await decisionTable(decider).has(decider.session.runner, runId);
  } finally {
    await decider.session.rollback();
  }
}

async function findDecider(runners: readonly Runner[], key: string): Promise<Runner | undefined> {
  for (const runner of runners) {
    if ((await deciderKey(runner)) === key) return runner;
  }
  return undefined;
}

function undecidable(dataSource: string, twoPhase: TwoPhaseSession, id: string): TransactionInDoubtError {
  return new TransactionInDoubtError(
    `A run over several databases died, and left a transaction prepared on data source "${dataSource}"; the data source that decides about it is not part of this run.`,
    {
      hint:
        'Run on all data sources, without --data-source. If the other one was renamed or moved, look whether its version table has what that run applied, ' +
        `and then send ${twoPhase.ending('commit', id)} or ${twoPhase.ending('rollback', id)} to this one.`,
    },
  );
}

function inCallersTransaction(dataSource: string, transaction: string): TransactionInDoubtError {
  return new TransactionInDoubtError(
    `A run over several databases died, and left the transaction '${transaction}' prepared on data source "${dataSource}": it cannot be ended inside the transaction of the queryRunner.`,
    {
      hint: 'Run upgrade once without a queryRunner, or outside of that transaction: it finds out whether to commit it.',
    },
  );
}

function stuck(dataSource: string, command: string, error: unknown): TransactionInDoubtError {
  return new TransactionInDoubtError(
    `A run over several databases died, and what it left prepared on data source "${dataSource}" cannot be ended: ${reasonOf(error)}`,
    { hint: `Send this as the user who ran it, or as a superuser: ${command}.`, cause: error },
  );
}

/** A key by which a later run recognizes the decider: of its data source's name, and of what the database calls itself. */
async function deciderKey({ request, session }: Runner): Promise<string> {
  const key = await request.dialect.databaseKey(session.runner, request.settings.versionTable);
  return createHash('sha256').update(`${request.dataSourceName}\u0000${key}`).digest('hex').slice(0, 32);
}

function decisionTable({ request }: Runner): DecisionTable {
  return new DecisionTable(request.dialect, request.settings.versionTable);
}

function dataSourceNameOf({ request }: Runner): string {
  return request.dataSourceName;
}
