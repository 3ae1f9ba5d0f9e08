import { visibleInLine } from '../errors/visible.js';
import type { MigrationStatus } from '../results.js';
import { halfDoneText } from './output/half-done.js';
import type { DbCommand } from './command-host.js';
import type { CommandOptions } from './command-options.js';
import type { Style } from './output/output.js';

/** `db status` */
export const status: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('status')
      .summary('compare the database with the revision files')
      .description('Compare the revisions of the database with the files: current, behind, ahead, unknown or down.')
      .option('-e, --exit-code', 'exit 1 unless every database is current')
      .option('--timeout <ms>', 'longest wait for an answer, 0 for no limit (default: 3000)'),
  run: async ({ open, options, output }) => {
    const timeout = timeoutOf(options);
    const migrations = await open();
    const states = await migrations.status({ halfDone: true, ...(timeout === undefined ? {} : { timeout }) });
    const isNamed = migrations.dataSources.length > 1;
    const isFailed = ({ state }: MigrationStatus): boolean =>
      state === 'down' || (options.flag('exitCode') && state !== 'current');
    return {
      json: states,
      text: states.map(
        (one) => (isNamed ? `${one.dataSource}: ` : '') + describe(one, output.style) + halfDoneText(one),
      ),
      exitCode: states.some(isFailed) ? 1 : 0,
    };
  },
};

/** With `--wait` the wait for a database that is starting ends it, unless a time is given. */
function timeoutOf(options: CommandOptions): number | undefined {
  const waits = options.number('wait', 'seconds') !== undefined;
  return options.number('timeout', 'milliseconds') ?? (waits ? 0 : undefined);
}

/** `behind: at a1; 2 revisions are pending: b2, c3` */
function describe({ state, current, pending, unknown, error }: MigrationStatus, style: Style): string {
  const at = `at ${current.length === 0 ? '<base>' : named(current)}`;
  switch (state) {
    case 'current':
      return `${style.green(state)}: ${at}`;
    case 'behind':
      return `${style.yellow(state)}: ${at}; ${counted(pending.length)} pending: ${named(pending)}`;
    case 'ahead':
      return `${style.cyan(state)}: ${at}; newer code ran ${named(unknown)}, which no file declares`;
    case 'unknown':
      return `${style.yellow(state)}: ${at}; no file declares ${named(unknown)}`;
    case 'down':
      return `${style.yellow(state)}: ${visibleInLine(error?.message ?? 'no answer')}`;
  }
}

function counted(revisions: number): string {
  return revisions === 1 ? '1 revision is' : `${revisions} revisions are`;
}

/** Beyond these, the ids of a long history say nothing that their number does not. */
const MOST_NAMED = 10;

function named(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return ids.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
