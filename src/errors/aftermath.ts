import { type DatabaseOutcome, describeOutcome } from './database-outcome.js';

/** What became of a run that ended early. */
export interface RunAftermath {
  /** Earlier steps of this run that are committed and stay. */
  readonly kept: readonly string[];
  /** Earlier steps of this run that were rolled back with it. */
  readonly rolledBack: readonly string[];
  /** Statements of the step itself that are committed and stay: it left the transaction of the run behind them. */
  readonly keptStatements: number;
  /** Whether it is not known if the statement that was under way is committed: the connection was lost, and the database did not answer. */
  readonly isLastUnknown?: boolean;
  /** The version rows as they are now; absent when the database could not be asked. */
  readonly current?: readonly string[];
  /** The outcome on the other databases of the run, where it was over several. */
  readonly elsewhere?: readonly DatabaseOutcome[];
  /** The run was inside a transaction of the caller's (`queryRunner`), which is still open. */
  readonly isCallers?: boolean;
}

/** Sentences about what is rolled back and what is kept. */
export function describeAftermath(aftermath: RunAftermath): readonly (string | false | undefined)[] {
  const { kept, rolledBack, keptStatements, current } = aftermath;
  return [
    aftermath.isCallers === true &&
      'The run is rolled back to where it began; the transaction of the queryRunner is open, and yours to commit or roll back.',
    rolledBack.length > 0 && `Rolled back with it: ${rolledBack.join(', ')}.`,
    kept.length > 0 && `Committed before it and kept: ${kept.join(', ')}.`,
    keptStatements > 0 &&
      `${count(keptStatements)} of it ${keptStatements === 1 ? 'is' : 'are'} committed and kept, and the next run goes on behind ${keptStatements === 1 ? 'it' : 'them'}.`,
    aftermath.isLastUnknown === true &&
      'Whether the statement under way is committed is not known: the database did not answer since. The next run finds out, and goes on behind what is.',
    current && `The database is at ${idList(current)}.`,
    ...(aftermath.elsewhere ?? []).flatMap(describeOutcome),
  ];
}

/** Version rows as messages name them. */
export function idList(ids: readonly string[]): string {
  return ids.length === 0 ? '<base>' : ids.join(', ');
}

function count(statements: number): string {
  return statements === 1 ? '1 statement' : `${statements} statements`;
}
