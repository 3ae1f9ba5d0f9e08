import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';

/** `db fleet worker` */
export const fleetWorker: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    group
      .command('worker')
      .summary('migrate tenants that a queue hands out')
      .description(
        'Migrate the tenants that others hand out by the queue of the application, until a signal: what is being migrated then is finished within --grace.',
      )
      .option('--concurrency <count>', 'how many at once (default: that of the worker, or of forRoot)')
      .addHelpText('after', examples(group, ['worker', 'worker --concurrency 8 --grace 300'])),
  run: async ({ options, output, stopOptions, openFleet }) => {
    const concurrency = options.count('concurrency');
    const fleet = await openFleet();
    output.info(`Waiting for tenants of data source "${fleet.dataSource}"`);
    const report = await fleet.work({ ...stopOptions, ...(concurrency !== undefined && { concurrency }) });
    return { json: report, text: [`Settled ${report.tenants} ${report.tenants === 1 ? 'tenant' : 'tenants'}.`] };
  },
};
