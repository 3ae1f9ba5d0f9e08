import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { renderOperations } from '../../src/autogenerate/render/render.js';
import { dump } from '../changes/dump.js';
import { createPostgresDatabase } from '../support/databases.js';
import { type Entities, run, upgrade, withDataSource } from './round-trip.js';

const STATES = `"state" IN ('new', 'sent', 'paid')`;

/** What PostgreSQL prints with casts that nobody writes. */
function orders(state: EntitySchemaColumnOptions): Entities {
  return [
    new EntitySchema({
      name: 'Order',
      tableName: 'order',
      columns: {
        id: { type: Number, primary: true, generated: 'increment' },
        state,
        level: { type: 'enum', enum: ['low', 'high'], default: 'low' },
        sum: { type: 'decimal', precision: 10, scale: 2, default: 0 },
        steps: { type: 'bigint', default: 1 },
        shift: { type: 'integer', default: -1 },
        tags: { type: 'varchar', array: true, default: [] },
        notes: { type: 'jsonb', default: { by: "O'Brien" } },
        wait: { type: 'interval', default: '24 hours' },
        until: { type: 'timestamptz', default: () => `now() + interval '1 day'` },
        twice: { type: 'numeric', asExpression: 'sum * 2', generatedType: 'STORED' },
      },
      checks: [
        { name: 'known_state', expression: STATES },
        { name: 'other_state', expression: `state NOT IN ('void', 'lost') AND sum >= 0` },
      ],
      indices: [{ name: 'open_orders', columns: ['level'], where: STATES }],
    }),
    new EntitySchema({
      name: 'OpenOrder',
      tableName: 'open_order',
      type: 'view',
      expression: `SELECT "id" FROM "order" WHERE ${STATES};`,
      columns: { id: { type: Number } },
    }),
  ];
}

const SHORT = { type: 'varchar', length: 10, default: 'new' } as const;

it('a revision writes new objects as the entities write them, without the casts of the catalog', async () => {
  const database = await createPostgresDatabase();
  await withDataSource(database, orders(SHORT), async (dataSource) => {
    const { operations } = await upgrade(dataSource);
    const body = renderOperations(operations);
    expect(body).not.toMatch(/::|character varying|ARRAY/);
    expect(body).toContain(`{ name: 'state', type: 'varchar', length: '10', default: "'new'" }`);
    expect(body).toContain(`{ name: 'shift', type: 'integer', default: -1 }`);
    expect(body).toContain(`expression: \`SELECT "id" FROM "order" WHERE ${STATES}\``);
  });
  await database.drop();
});

it('an upgrade leads to the same catalog as synchronize, to the letter', async () => {
  const [ours, theirs] = [await createPostgresDatabase(), await createPostgresDatabase()];
  const upgraded = await withDataSource(ours, orders(SHORT), async (dataSource) => {
    await upgrade(dataSource);
    return dump(dataSource);
  });
  const synchronized = await withDataSource(theirs, orders(SHORT), async (dataSource) => {
    await dataSource.synchronize();
    await dataSource.query('DROP TABLE "typeorm_metadata"');
    return dump(dataSource);
  });
  expect(upgraded).toEqual(synchronized);
  await Promise.all([ours.drop(), theirs.drop()]);
});

it('re-creating what depends on a column leads to the catalog of synchronize again, to the letter', async () => {
  const database = await createPostgresDatabase();
  const before = await withDataSource(database, orders(SHORT), async (dataSource) => {
    await dataSource.synchronize();
    return dump(dataSource);
  });
  await withDataSource(database, orders({ type: 'text', default: 'sent' }), async (dataSource) => {
    const { downgrade, operations } = await upgrade(dataSource);
    expect(operations.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['dropCheck', 'dropIndex', 'dropView']));
    await run(dataSource, downgrade);
    expect(await dump(dataSource)).toEqual(before);
  });
  await withDataSource(database, [], async (dataSource) => {
    const { downgrade } = await upgrade(dataSource);
    await run(dataSource, downgrade);
    expect(await dump(dataSource)).toEqual(before);
  });
  await database.drop();
});

it('a revision writes each new column as its entity does, wherever it is in the table', async () => {
  const database = await createPostgresDatabase();
  const event = (columns: Record<string, EntitySchemaColumnOptions>): Entities => [
    new EntitySchema({
      name: 'Event',
      tableName: 'event',
      columns: { id: { type: Number, primary: true }, ...columns },
    }),
  ];
  const from = { type: 'timestamptz', default: () => `now() - interval '1 h'` } as const;
  const until = { type: 'timestamptz', default: () => `now() + interval '1 h'` } as const;
  await withDataSource(database, event({ from, until: from }), (dataSource) => upgrade(dataSource));
  await withDataSource(database, event({ at: until, until, from: until }), async (dataSource) => {
    const body = renderOperations((await upgrade(dataSource)).operations);
    expect(body).toContain(`{ name: 'at', type: 'timestamptz', default: "now() + interval '1 h'" }`);
    expect(body.match(/default: "now\(\) \+ interval '1 h'"/g)).toHaveLength(3);
  });
  await database.drop();
});
