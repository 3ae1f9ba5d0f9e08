import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Dialect } from '../../src/dialects/dialect.js';
import { runAll } from '../../src/runtime/index.js';
import { requestsFor } from './several.js';

/**
 * A two-phase run over several databases, as a process of its own that stops for good when a moment has come:
 * `node two-phase.child.js <list of data source options> <moment>`.
 *
 * Moments are `verified N`, `prepared N` and `committed N`, where N is the place of the data source in the list.
 */
const [, , options = '[]', moment = ''] = process.argv;

async function reached(event: string): Promise<void> {
  if (event !== moment) return;
  process.stdout.write('stopped\n');
  await new Promise((resolve) => void setTimeout(resolve, 600_000));
}

/** The dialect, its sessions stopping behind what they have done. */
function stopping(dialect: Dialect, place: number): Dialect {
  return Object.assign(Object.create(dialect) as Dialect, {
    openSession: async (...args: Parameters<Dialect['openSession']>) => {
      const session = await dialect.openSession(...args);
      stopBehind(session, 'verify', `verified ${place}`);
      if (session.twoPhase === undefined) stopBehind(session, 'commit', `committed ${place}`);
      else {
        stopBehind(session.twoPhase, 'prepare', `prepared ${place}`);
        stopBehind(session.twoPhase, 'commit', `committed ${place}`);
      }
      return session;
    },
  });
}

function stopBehind<T extends object>(target: T, method: keyof T, event: string): void {
  const work = (target[method] as (...args: unknown[]) => Promise<void>).bind(target);
  const stopping = async (...args: unknown[]): Promise<void> => {
    await work(...args);
    await reached(event);
  };
  Object.assign(target, { [method]: stopping });
}

const dataSources = await Promise.all(
  (JSON.parse(options) as DataSourceOptions[]).map((one) => new DataSource(one).initialize()),
);
const requests = requestsFor(dataSources);
await runAll(
  requests.map((request, place) => ({ ...request, dialect: stopping(request.dialect, place) })),
  { twoPhase: true },
);
process.stdout.write('never stopped\n');
