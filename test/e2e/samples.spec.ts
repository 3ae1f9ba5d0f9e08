import { cpSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { ServedSample } from '../support/served-sample.js';
import { type CommandRun, CliWorkspace, nestCmd, runNode } from './cli.workspace.js';

const packageRoot = resolve(__dirname, '../..');

/** The built `nest-cmd` in the folder of a sample, and the sample over HTTP. */
interface Steps {
  directory(): string;
  db(...args: string[]): Promise<CommandRun>;
  call: ServedSample['call'];
  becomes: ServedSample['becomes'];
}

/** Copies a sample, builds it and starts it as its README says, with one of its databases on PostgreSQL. */
function stepsOf(sample: string, urlVariable: string): Steps {
  let workspace: CliWorkspace;
  let database: TestDatabase;
  let served: ServedSample | undefined;
  const directory = (): string => join(workspace.root, sample);
  const environment = (): Record<string, string> => ({ [urlVariable]: database.url });
  const isSource = (path: string): boolean =>
    !/node_modules|\.sqlite|\.demo|\bdist\b/.test(path.slice(packageRoot.length));

  beforeAll(async () => {
    [workspace, database] = [new CliWorkspace(), await createPostgresDatabase()];
    cpSync(join(packageRoot, sample), directory(), { recursive: true, filter: isSource });
    const built = await runNode(directory(), [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
    expect(built).toMatchObject({ code: 0, stdout: '' });
    served = await ServedSample.start(directory(), environment());
  }, 180_000);

  afterAll(async () => {
    await served?.stop();
    await database.drop();
    workspace.remove();
  });

  return {
    directory,
    db: (...args) => nestCmd(directory(), ['db', ...args], environment()),
    call: (...args) => (served as ServedSample).call(...args),
    becomes: (...args) => (served as ServedSample).becomes(...args),
  };
}

describe('sample-app: one history for SQLite and PostgreSQL', () => {
  const { db, call, becomes } = stepsOf('sample-app', 'ANALYTICS_URL');

  it('is ready after one command has upgraded both databases', async () => {
    const { error } = await becomes(503, '/health');
    expect(Object.keys(error.migrations.dataSources)).toEqual(['default', 'analytics']);

    const upgrade = await db('upgrade');
    expect(upgrade).toMatchObject({ code: 0 });
    expect(upgrade.stderr).toContain('[default] Running upgrade c389c1b10515 -> 7d04b6a1e2c9');
    expect(upgrade.stderr).toContain('[analytics] Running upgrade c389c1b10515 -> 7d04b6a1e2c9');
    expect(await db('check')).toMatchObject({ code: 0 });
    await becomes(200, '/health');
  });

  it('sells from one database, and reports from the other', async () => {
    const { body: user } = await call('POST', '/users', {
      email: 'ada@example.org',
      givenName: 'Ada',
      familyName: 'K',
    });
    const { body: product } = await call('POST', '/products', { name: 'Middlemarch', priceInCents: 1250 });
    const lines = [{ productId: product.id, quantity: 3 }];
    const { body: order } = await call('POST', '/orders', { userId: user.id, lines });
    await call('GET', '/products');
    await call('PATCH', `/orders/${order.id}`, { status: 'paid' });
    await call('POST', '/reports/daily/refresh');
    expect((await call('GET', '/reports/daily')).body).toMatchObject([
      { pageViews: 1, ordersPlaced: 1, revenueInCents: 3750 },
    ]);
  });

  it('undoes only one of the databases', async () => {
    expect(await db('downgrade', '--data-source', 'analytics')).toMatchObject({ code: 0 });
    expect((await db('current')).stdout).toBe('default: 7d04b6a1e2c9 (head)\nanalytics: c389c1b10515\n');
  });
});

describe('sample-separate: a history for each database', () => {
  const { db, call, directory } = stepsOf('sample-separate', 'AUDIT_URL');

  /** How many revisions wait in each history, as the application tells. */
  async function pending(): Promise<Record<string, number>> {
    const states = (await call('GET', '/migrations')).body as { dataSource: string; pending: string[] }[];
    return Object.fromEntries(states.map((state) => [state.dataSource, state.pending.length]));
  }

  it('upgrades one, then the other, and each knows only its own revisions', async () => {
    expect(await pending()).toEqual({ default: 2, audit: 1 });
    const upgrade = await db('upgrade');
    expect(upgrade).toMatchObject({ code: 0 });
    expect(upgrade.stderr).toContain('find invoices by customer');
    expect(upgrade.stderr).toContain('Not of this repository: "audit" (--data-source audit)');
    expect(await pending()).toEqual({ default: 0, audit: 1 });

    const auditUpgrade = await db('--data-source', 'audit', 'upgrade');
    expect(auditUpgrade).toMatchObject({ code: 0 });
    expect(auditUpgrade.stderr).not.toContain('invoices');
    expect(auditUpgrade.stderr).not.toContain('Not of this repository');
    expect(await pending()).toEqual({ default: 0, audit: 0 });
    expect(await db('--data-source', 'audit', 'check')).toMatchObject({ code: 0 });
  });

  it('names the command that makes a missing repository', async () => {
    const { stderr } = await db('--data-source', 'audit', 'heads', '-d', 'nowhere');
    expect(stderr).toContain('Make one with `npx nest-cmd db init`, or');
    const gone = join(directory(), 'migrations-audit');
    renameSync(gone, `${gone}.away`);
    const missing = await db('--data-source', 'audit', 'heads');
    renameSync(`${gone}.away`, gone);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Make one with `npx nest-cmd db init --data-source audit`, or'),
    });
  });

  it('writes to both', async () => {
    const { status, body } = await call('POST', '/invoices', { customer: 'Ada', amountInCents: 100 });
    expect([status, body]).toMatchObject([201, { customer: 'Ada', isPaid: false }]);
    expect((await call('GET', '/audit')).body).toMatchObject([
      { action: 'invoice created', subject: `invoice ${body.id}` },
    ]);
  });
});
