import { once } from 'node:events';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run } from '../../src/runtime/index.js';
import { settings, TestHistory } from './history.js';

/**
 * A runner as a process of its own: `node child.js <data source options> <what the second revision does>`.
 *
 * Prints a word when something happens, and at the end the result as JSON.
 */
const [, , options = '{}', behaviour = ''] = process.argv;

const say = (word: string): void => void process.stdout.write(`${word}\n`);

/** Waits between two statements outside the transaction. */
async function outside(op: Operations): Promise<void> {
  await op.execute('UPDATE account SET balance = balance + 1');
  say('outside');
  await once(process.stdin, 'data');
  await op.execute('UPDATE account SET balance = balance + 10');
}

const history = new TestHistory({
  a: (op) => op.execute('CREATE TABLE account (balance integer)'),
  b: async (op) => {
    await op.execute('INSERT INTO account VALUES (100)');
    if (behaviour === 'half committed') await op.autocommit(() => op.execute('UPDATE account SET balance = 200'));
    if (behaviour === 'outside') await op.autocommit(() => outside(op));
    say('in the middle');
    if (behaviour === 'patient') await once(process.stdin, 'data');
    else if (behaviour !== '' && behaviour !== 'outside')
      await new Promise((resolve) => void setTimeout(resolve, 600_000));
  },
  c: (op) => op.execute('UPDATE account SET balance = balance + 100'),
});

const dataSource = await new DataSource(JSON.parse(options) as DataSourceOptions).initialize();
try {
  const { steps, notices, current } = await run(
    history.request(dataSource, { settings: { ...settings, runnerTimeout: 30_000 }, onWait: () => say('waiting') }),
  );
  say(JSON.stringify({ steps: steps.map((step) => step.revision), notices, current }));
} finally {
  await dataSource.destroy();
  process.stdin.destroy();
}
