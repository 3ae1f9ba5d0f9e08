import type { CommandHost } from '../../src/commands/command-host.js';
import { runDb } from '../../src/commands/db.js';
import { chooseFleet, ofFleet } from '../../src/commands/fleet/choose-fleet.js';
import { Output } from '../../src/commands/output/output.js';
import type {
  FleetPlan,
  FleetReport,
  FleetRun,
  FleetRunDetails,
  FleetStatus,
  MigrationFleet,
} from '../../src/index.js';
import { TenantWorld } from './tenant-world.js';

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const failing = (...ids: string[]): void => void Reflect.set(globalThis, 'failing', ids);

describe('db fleet', () => {
  let world: TenantWorld;
  let fleet: MigrationFleet;

  beforeEach(async () => {
    failing();
    world = await TenantWorld.create('sqlite');
    world.write({
      a1: {
        upgrade: `await op.execute('CREATE TABLE note (id integer, text varchar)');
          await op.execute("INSERT INTO note VALUES (1, 'x')");`,
        downgrade: `await op.dropTable('note');`,
      },
      b2: {
        upgrade: `if ((globalThis.failing ?? []).includes(op.context.tenant.id)) throw new Error('no room for ' + op.context.tenant.id);`,
        downgrade: '',
      },
    });
    await world.add('t1', 't2', 't3', 't4', 't5');
    fleet = await world.fleet();
  });

  afterEach(() => world.drop());

  /** Runs a command line on it. */
  async function db(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const texts = { stdout: '', stderr: '' };
    const streamOf = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (texts[name] += text) });
    const host: CommandHost = {
      group: 'db',
      usage: 'npx nest-cmd db',
      output: new Output(streamOf('stdout'), streamOf('stderr'), {}),
      env,
      cwd: process.cwd(),
      open: () => Promise.reject(new Error('This is about tenants.')),
      openFleet: async ({ overrides }) => {
        const known = { dataSources: ['default', 'shared'], fleets: ['default'] };
        const { others } = chooseFleet(known, overrides.dataSources);
        return { fleet: fleet.with(ofFleet(overrides)), others, close: async () => undefined };
      },
    };
    return { code: await runDb(['fleet', ...args], host), ...texts };
  }

  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await db([...args, '--json'])).stdout) as T;

  it('upgrades, and reports what failed and what to do; retry does the rest, and runs lists it', async () => {
    failing('t2', 't4');
    const { code, stdout, stderr } = await db(['upgrade', '--waves', '1', '100%', '--max-failures', '40%']);
    const [{ runId } = {} as FleetRun] = await json<FleetRun[]>('runs');
    expect(code).toBe(1);
    expect(
      stdout
        .replaceAll(/ +\d+(\.\d)? m?s/g, ' TIME')
        .split('\n')
        .slice(0, 7),
    ).toEqual([
      `Run ${runId} to b2: 5 tenants in TIME`,
      '  3 done, 2 failed',
      '',
      expect.stringMatching(/^ {2}wave {2}tenants {2}done {2}unchanged {2}failed +time$/),
      '     1        1     1          0       0 TIME',
      '     2        4     2          0       2 TIME',
      '',
    ]);
    expect(stdout).toContain('\n2 tenants failed in b2: t2, t4\n');
    expect(stdout).toMatch(/\n {2}MIGRATION_FAILED: .*no room for t[24]/);
    expect(stderr).toContain('2 of 5 tenants failed.');
    expect(stderr).toContain(`\`npx nest-cmd db fleet retry ${runId}\``);
    expect(stderr.match(/WARN {2}t\d failed:/g)).toHaveLength(1);

    failing();
    const beginning = runId.slice(0, 6);
    expect(await json<FleetReport>('retry', beginning)).toMatchObject({ runId, tenants: 2, done: 2, failed: [] });
    expect(await json<FleetRunDetails>('runs', beginning)).toMatchObject({ runId, state: 'finished', done: 5 });
    const listed = await db(['runs', runId]);
    expect(listed.stdout).toMatch(/^run +command +to +state .*\n\S+ +upgrade +b2 +finished /);
    expect(listed.stdout).toMatch(/\nt2 +\d +done +/);
    expect((await db(['retry', 'abc'])).code).toBe(2);
    expect((await db(['runs', '--limit', '1'])).stdout).toContain(runId);
  });

  it('chooses tenants, also by variables, and shows where they are', async () => {
    expect(await json<FleetReport>('upgrade', 'a1', '--tenant', 't1', '--tenant', 't2')).toMatchObject({ done: 2 });
    const shards = ['1/2', '2/2'].map(async (shard) => {
      const { stdout } = await db(['status', '--json'], { NEST_DB_FLEET_SHARD: shard });
      return (JSON.parse(stdout) as FleetStatus).tenants;
    });
    const [one = 0, other = 0] = await Promise.all(shards);
    expect(one + other).toBe(5);
    const status = await db(['status', '--target', 'a1']);
    expect(status).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        '5 tenants: 2 up to date, 3 behind',
        '',
        'tenants  at      for example',
        '      3  <base>  t3',
        '      2  a1      t1',
        '',
      ].join('\n'),
    });
    expect((await db(['status', '--exit-code'])).code).toBe(1);
    expect(await db(['upgrade', '--shard', '0/4'])).toMatchObject({ code: 2, stderr: expect.stringContaining('1/4') });
    expect(await db(['upgrade', '--waves', '5,2'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"5,2"'),
    });
    await world.destroy('t5');
    expect((await db(['upgrade'])).stdout).toContain('4 done, 1 gone');
    expect(await db(['status', '-e', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('plans once for each position', async () => {
    await db(['upgrade', 'a1', '--tenant', 't1']);
    const { stdout } = await db(['plan']);
    expect(stdout).toMatch(/^4 tenants, for example t2:\ndefault: from <base>, 2 revisions/);
    expect(stdout).toMatch(/\n1 tenant, for example t1:\ndefault: from a1, 1 revision/);
    const plans = await json<FleetPlan[]>('plan', 'base', '--downgrade', '--tenant', 't1');
    expect(plans).toMatchObject([
      { tenants: 1, example: 't1', plan: { steps: [{ kind: 'downgrade', revision: 'a1' }] } },
    ]);
  });

  it('takes back what a run did, and stamps', async () => {
    await db(['stamp', 'b2', '--tenant', 't1', '--tenant', 't2']);
    const { runId } = await json<FleetReport>('upgrade');
    const back = await db(['downgrade', '--run', runId.slice(0, 8)]);
    expect(back.stdout).toMatch(/^Run \S+ to where each was before: 3 tenants in .*\n {2}3 done\n/);
    expect((await db(['runs', '-n', '1'])).stdout).toMatch(/\n\S+ +downgrade +where each was +finished /);
    expect(await json<FleetStatus>('status')).toMatchObject({ upToDate: 2, behind: 3 });
    expect((await db(['stamp', 'base', '--tenant', 't1', '--purge', '-q'])).code).toBe(0);
    expect(await json<FleetStatus>('status')).toMatchObject({ upToDate: 1, behind: 4 });
  });

  it('is done where there is nobody yet, and where a part is empty', async () => {
    world.tenants = world.tenants.slice(0, 1);
    const codes = ['1/2', '2/2'].map(async (shard) => (await db(['upgrade', '--shard', shard])).code);
    expect(await Promise.all(codes)).toEqual([0, 0]);
    world.tenants = [];
    const { code, stdout } = await db(['upgrade']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Run \S+ to b2: 0 tenants in .*\n {2}nothing to do\n$/),
    });
    expect((await db(['status', '-e'])).stdout).toBe('0 tenants\n');
  });

  it('is about one data source, which has to have tenants', async () => {
    const none = await db(['status', '--data-source', 'shared']);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('Data source "shared" of MigrateModule has no tenants.');
    expect((await db(['status', '--data-source', 'shred'])).stderr).toContain('There is no data source "shred" here.');
    expect(await db(['status', '--data-source', 'a', '--data-source', 'b'])).toMatchObject({ code: 2 });
  });

  describe('before rows are lost', () => {
    beforeEach(async () => {
      await fleet.upgrade('head');
      await world.rows('t3', 'DELETE FROM T.note');
    });

    it('asks once, for all tenants', async () => {
      const asked: unknown[] = [];
      const refused = fleet.downgrade('base', {
        confirmDataLoss: (losses) => {
          asked.push(losses.map(({ revision, loss }) => [revision, loss]));
          return false;
        },
      });
      await expect(refused).rejects.toMatchObject({ code: 'DATA_LOSS' });
      expect(asked).toEqual([[['a1', 'the rows of note, about 1 of them, of t1 and 4 others at the same revision']]]);
      expect((await fleet.status()).upToDate).toBe(5);
      expect((await fleet.downgrade('base', { confirmDataLoss: () => true })).done).toBe(5);
    });

    it('refuses it where the option does, unless the call allows it', async () => {
      const careful = await world.fleet({}, { entry: { onDataLoss: 'refuse' } });
      await expect(careful.downgrade('base')).rejects.toMatchObject({ code: 'DATA_LOSS' });
      const { runId } = await careful.upgrade('head');
      await expect(fleet.downgrade('base', { onDataLoss: 'refuse', run: runId })).rejects.toMatchObject({
        code: 'EMPTY_SELECTION',
      });
      fleet = careful;
      expect((await db(['downgrade', 'base'])).code).toBe(1);
      expect((await db(['downgrade', 'base', '--yes'])).stdout).toContain('5 done');
    });

    it('looks at where each tenant goes back to', async () => {
      const [first] = await fleet.runs();
      const runId = first?.runId ?? '';
      const losses: string[] = [];
      const confirmDataLoss = (found: readonly { readonly loss: string }[]): boolean => {
        losses.push(...found.map(({ loss }) => loss));
        return false;
      };
      await expect(fleet.downgrade(undefined, { run: runId, confirmDataLoss })).rejects.toMatchObject({
        code: 'DATA_LOSS',
      });
      expect(losses).toHaveLength(1);
      expect((await fleet.downgrade('a1', { run: runId, confirmDataLoss })).done).toBe(5);
    });
  });
});
