import type { MigrationFleet } from '../../src/index.js';
import { databasesWithMysql } from '../support/databases.js';
import { writeRevision } from '../support/write-revisions.js';
import { TenantWorld } from './tenant-world.js';

/** Where tenants are, on each kind of database. */
describe.each(databasesWithMysql)('the status of a fleet on %s', (dialect) => {
  let world: TenantWorld;
  let fleet: MigrationFleet;
  const setVersion = (id: string, version: string): Promise<unknown> =>
    world.rows(id, `UPDATE T.migrate_version SET version_num = '${version}'`);

  beforeAll(async () => {
    world = await TenantWorld.create(dialect);
    world.write({
      a1: {
        upgrade: `await op.execute('CREATE TABLE note (id integer)');`,
        downgrade: `await op.execute('DROP TABLE note');`,
      },
      b2: {
        upgrade: `await op.execute('CREATE TABLE tag (id integer)');`,
        downgrade: `await op.execute('DROP TABLE tag');`,
      },
    });
    await world.add('one', 'two', 'three', 'four', 'five');
    fleet = await world.fleet();
  });

  afterAll(() => world.drop());

  it('counts tenants that were never migrated as behind', async () => {
    expect(await fleet.status()).toEqual({
      tenants: 5,
      upToDate: 0,
      behind: 5,
      ahead: 0,
      unknown: 0,
      gone: 0,
      unreachable: 0,
      states: [{ current: [], tenants: 5, example: 'one' }],
    });
  });

  it('plans once for each position', async () => {
    const plans = await fleet.plan();
    expect(plans.map(({ tenants, plan: { steps } }) => [tenants, steps.map(({ revision }) => revision)])).toEqual([
      [5, ['a1', 'b2']],
    ]);
  });

  it('counts each position, seen from a target', async () => {
    await fleet.stamp('a1', { tenants: ['one', 'two', 'three'] });
    await fleet.stamp('b2', { tenants: ['four'] });
    await setVersion('three', 'zz');
    await world.destroy('five');
    expect(await fleet.status()).toMatchObject({ upToDate: 1, behind: 2, unknown: 1, gone: 1, unreachable: 0 });
    expect(await fleet.status({ target: 'a1' })).toMatchObject({
      upToDate: 2,
      behind: 0,
      ahead: 1,
      unknown: 1,
      gone: 1,
    });
    expect((await fleet.status()).states).toEqual([
      { current: ['a1'], tenants: 2, example: 'one' },
      { current: ['zz'], tenants: 1, example: 'three' },
      { current: ['b2'], tenants: 1, example: 'four' },
    ]);
  });

  it('compares with all heads where no target is given', async () => {
    writeRevision(world.directory, 'c3', { upgrade: '' }, 'a1');
    expect(await fleet.status()).toMatchObject({ upToDate: 0, behind: 3, unknown: 1, gone: 1 });
    await expect(fleet.upgrade()).rejects.toMatchObject({ code: 'MULTIPLE_HEADS' });
    expect(await fleet.upgrade('heads', { tenants: ['one', 'four'] })).toMatchObject({ done: 2, target: ['b2', 'c3'] });
    expect(await fleet.status()).toMatchObject({ upToDate: 2, behind: 1 });
  });
});
