import { DataSource, type DataSourceOptions } from 'typeorm';
import { settings, TestHistory } from '../../../test/faults/history.js';
import { run } from '../../runtime/index.js';
import { dialects, type SubjectName } from './dialects.js';

/**
 * A runner as a process of its own: `node child.js <dialect> <data source options> <what it does>`.
 *
 * - `hold`: takes the lock, changes the schema, prints "holding" and waits
 * - `hang`: runs a history, and prints "in the middle" and waits in its second revision
 * - `run`: runs it to its end, and prints the result as JSON
 */
const [, , name = '', options = '{}', task = ''] = process.argv;

const dialect = dialects[name as SubjectName];
const say = (word: string): void => void process.stdout.write(`${word}\n`);
const forever = (): Promise<never> => new Promise(() => void setInterval(() => undefined, 60_000));
const dataSource = await new DataSource(JSON.parse(options) as DataSourceOptions).initialize();

if (task === 'hold') {
  const session = await dialect.openSession(dataSource, settings);
  await session.lock();
  await session.begin();
  await session.execute({ sql: 'CREATE TABLE held (id integer)' });
  say('holding');
  await forever();
}

const history = new TestHistory({
  a: (op) => op.createTable({ name: 'account', columns: [{ name: 'balance', type: 'integer' }] }),
  b: async (op) => {
    await op.execute('CREATE TABLE IF NOT EXISTS audit (id integer)');
    await op.execute('INSERT INTO account VALUES (100)');
    // Where rows are asked before the run, the function is called then too, up to its first query.
    await op.queryRunner.query('SELECT 1 AS one');
    say('in the middle');
    if (task === 'hang') await forever();
  },
  c: (op) => op.execute('UPDATE account SET balance = balance + 100'),
});

const { steps, notices, current } = await run(
  history.request(dataSource, {
    dialect,
    settings: { ...settings, runnerTimeout: 30_000 },
    onWait: () => say('waiting'),
  }),
);
say(JSON.stringify({ steps: steps.map(({ revision }) => revision), notices, current }));
await dataSource.destroy();
