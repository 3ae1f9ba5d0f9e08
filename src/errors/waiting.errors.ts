import { sentences } from './sentences.js';
import { MigrateError } from './migrate.error.js';
import { shortStatement } from './statement-text.js';

/** Who holds the database, as far as that can be found out: every field is absent where it is not known or not shown. */
export interface RunnerInfo {
  /** Process id of its session in the database; for a run in this process, that of the process. */
  readonly pid?: number;
  /** It is another run in this process. */
  readonly isHere?: boolean;
  /** Who it is by its own account: the owner of a lease, `alice@ci-7`. */
  readonly owner?: string;
  /** The user whom it has logged in as. */
  readonly user?: string;
  /** The name that it gave to the database. */
  readonly applicationName?: string;
  /** The address from which it is connected, with its host name where the server looks that up; `local` for a socket file. */
  readonly host?: string;
  /** Since when it has been connected, or has held its lease, or its turn in this process. */
  readonly since?: Date;
  /** Its state, such as `active` or `idle in transaction`. */
  readonly state?: string;
  /** The statement that it runs, or ran last, in one line and cut; other users' statements the database may hide. */
  readonly query?: string;
  /** When its lease ends unless it renews that. */
  readonly expires?: Date;
  /** Path of the database file that it holds. */
  readonly file?: string;
  /** A statement that shows it. */
  readonly look?: string;
  /** A statement that ends it, for one whose process is gone. */
  readonly end?: string;
}

/**
 * What a run has waited for: another run, or, where the database does not say who holds it, any connection that writes;
 * one that reads, while the run is to be committed; or the application, in the same process.
 */
export type BusyWith = 'runner' | 'writer' | 'reader' | 'application';

/**
 * A wait that goes on.
 *
 * @example
 *     migrations.with({ onWait: (dataSource, busyWith, { holder }) => console.log(dataSource, busyWith, holder?.pid) });
 */
export interface WaitInfo {
  /** How long it has lasted, in ms. */
  readonly waitedMs: number;
  /** When the run gives up, in ms from the start of the wait. */
  readonly limitMs: number;
  /** Who is waited for. */
  readonly holder?: RunnerInfo;
}

const BUSY: Readonly<Record<BusyWith, string>> = {
  runner: 'Another migration run holds the database',
  writer: 'Another connection holds the database, a migration run or something else that writes',
  reader: 'Another connection is still reading, and until it is done the run cannot be committed',
  application: 'The application has a transaction open, and until it ends the run cannot go on',
};

const WAITS: Readonly<Record<BusyWith, string>> = {
  runner: 'Another process is running migrations on this database; waiting for it to finish',
  writer: 'Another connection is writing to this database, a migration run or something else; waiting for it to finish',
  reader: 'Another connection is reading this database; the commit waits for it to finish',
  application: 'The application has a transaction open on this database; waiting for it to end',
};

/** The notice of a run that begins to wait, or still waits, as a sentence without its end. */
export function describeWait(busyWith: BusyWith, { waitedMs, limitMs, holder }: WaitInfo): string {
  const what =
    holder?.isHere === true
      ? 'Another run of this process works on this database; waiting for it to finish'
      : WAITS[busyWith];
  const waited = waitedMs < 1_000 ? '' : `${seconds(waitedMs)} so far, `;
  return `${what} (${waited}${seconds(limitMs)} at most)${prefixed(': ', describeHolder(holder))}`;
}

/** Somebody else held the database, and was not done in time. */
export class RunnerBusyError extends MigrateError {
  readonly code = 'RUNNER_BUSY';

  constructor(
    /** How long was waited, in ms. */
    readonly waitedMs: number,
    /** Who holds the database, where that can be found out. */
    readonly holder?: RunnerInfo,
    /** What was waited for. */
    readonly busyWith: BusyWith = 'runner',
  ) {
    const who = describeHolder(holder);
    super(`${BUSY[busyWith]}${who === '' ? '' : ` (${who})`}; gave up after ${waitedMs} ms.`, {
      hint: sentences(
        'Nothing was changed.',
        busyWith === 'reader'
          ? 'Run the command again when it is done.'
          : 'Run the command again when it is done, or raise `runnerTimeout`; `npx nest-cmd db status` and `npx nest-cmd db log` show how far it is.',
        holder?.look && `Look at it with: ${holder.look}.`,
        holder?.end && `Only if its process is gone, end it with: ${holder.end}.`,
      ),
    });
  }
}

/** The pool of a data source gave no connection in time: the application has all of them, or the server does not answer. */
export class NoConnectionError extends MigrateError {
  readonly code = 'NO_CONNECTION';

  constructor(
    dataSource: string,
    /** How long was waited, in ms. */
    readonly waitedMs: number,
  ) {
    super(`The pool of data source "${dataSource}" gave no connection within ${seconds(waitedMs)}.`, {
      hint: sentences(
        'Nothing was changed.',
        'Has the application all of them in use? A call inside a transaction needs one more: make it outside, give it the connection of the transaction (`queryRunner`), or raise `poolSize`.',
        'What needs longer has a larger `connectTimeout`.',
      ),
    });
    this.dataSource = dataSource;
  }
}

/** `pid 7, user "app", application "psql", from 10.0.0.3, since 2026-01-01T00:00:00.000Z, idle in transaction, last ran: SELECT 1`. */
export function describeHolder(holder: RunnerInfo | undefined): string {
  if (holder === undefined) return '';
  const { pid, owner, user, applicationName, host, since, state, query, expires, file, isHere } = holder;
  const ran = state === undefined || state === 'active' ? 'running' : 'last ran';
  return [
    file && `file ${file}`,
    owner,
    pid !== undefined && !isHere && `pid ${pid}`,
    user && `user "${user}"`,
    applicationName && `application "${applicationName}"`,
    host && `from ${host}`,
    since && `since ${since.toISOString()}`,
    expires && `its lease ends at ${expires.toISOString()} unless renewed`,
    state !== 'active' && state,
    query && `${ran}: ${shortStatement(query)}`,
  ]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(', ');
}

function prefixed(prefix: string, text: string): string {
  return text === '' ? '' : prefix + text;
}

/** `60 s`, `0.3 s`. */
function seconds(ms: number): string {
  return `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1_000)} s`;
}
