import { once } from 'node:events';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { run } from '../../src/runtime/index.js';
import { settings, TestHistory } from './history.js';

/**
 * A runner as a process of its own: `node pooler.child.js <data source options> <where it waits>`.
 *
 * It waits, until something comes on its standard input, inside the transaction of the second revision (`inside`), or between two
 * statements that it runs outside (`outside`). At `computing` it keeps its only thread busy there for longer than a lease is valid. The last line that it prints is the result or the error as JSON.
 */
const [, , options = '{}', place = ''] = process.argv;

const say = (word: string): void => void process.stdout.write(`${word}\n`);

async function wait(where: string): Promise<void> {
  if (place !== where) return;
  say(where);
  await once(process.stdin, 'data');
}

function compute(): void {
  if (place !== 'computing') return;
  say(place);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
}

const add = 'UPDATE account SET balance = balance + 100';
const history = new TestHistory({
  a: (op) => op.execute('CREATE TABLE account (balance integer); INSERT INTO account VALUES (0)'),
  b: async (op) => {
    await op.execute(add);
    await wait('inside');
  },
  c: (op) =>
    op.autocommit(async () => {
      await op.execute(add);
      await wait('outside');
      compute();
      await op.execute('ALTER TABLE account ADD COLUMN IF NOT EXISTS more integer');
    }),
  d: (op) => op.execute(add),
});

const dataSource = await new DataSource(JSON.parse(options) as DataSourceOptions).initialize();
try {
  const { steps, current } = await run(
    history.request(dataSource, { settings: { ...settings, runnerTimeout: 60_000 }, onWait: () => say('waiting') }),
  );
  say(JSON.stringify({ steps: steps.map((step) => step.revision), current }));
} catch (error) {
  const { code, message, cause } = error as Error & { code?: string };
  say(JSON.stringify({ code, message, cause: (cause as { code?: string } | undefined)?.code }));
} finally {
  await dataSource.destroy();
  process.stdin.destroy();
}
