import type { MigrationFleet } from '../../src/index.js';
import { databasesWithMysql } from '../support/databases.js';
import { TenantWorld } from './tenant-world.js';

/** Where tenants are, on each kind of database. */
describe.each(databasesWithMysql)('the status of a fleet on %s', (dialect) => {
  let world: TenantWorld;
  let fleet: MigrationFleet;

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
});
