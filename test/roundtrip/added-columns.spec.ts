import { databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { dump } from '../changes/dump.js';
import { compare, run, upgrade, withDataSource } from './round-trip.js';
import type { Operation } from '../../src/operations/operation.js';

const before = table('t', { gone: { type: 'varchar', nullable: true } });
const after = table('t', { name: { type: 'varchar' }, rank: { type: 'int' }, 'odd "one"': { type: 'int' } });

describe.each(databases)('NOT NULL columns without a default, added on %s', (_dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
    await withDataSource(database, [before], (dataSource) => upgrade(dataSource));
  });
  afterEach(() => database.drop());

  it('are added to an empty table, and dropped by the downgrade', async () => {
    await withDataSource(database, [after], async (dataSource) => {
      const had = await dump(dataSource);
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await dump(dataSource)).toEqual(had);
    });
  });

  it('fail on a table with rows, and are added once the lines of the warnings are filled in', async () => {
    await withDataSource(database, [after], async (dataSource) => {
      await dataSource.query('INSERT INTO t (gone) VALUES (NULL), (NULL)');
      const { operations, warnings } = await compare(dataSource, { detectRenames: false });
      await expect(run(dataSource, operations)).rejects.toThrow(/null values|no value/);
      const filled = operations.flatMap((operation): readonly Operation[] => {
        const { message = '' } = warnings.find((warning) => warning.operation === operation) ?? {};
        const [, sql] = /op\.execute\(`(.*)`\)/.exec(message) ?? [];
        return [...(sql === undefined ? [] : [{ kind: 'execute', sql: sql.replace('…', '7') } as const]), operation];
      });
      expect(filled).toHaveLength(operations.length + 3);
      await run(dataSource, filled);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await dataSource.query('SELECT name, rank FROM t')).toEqual([
        { name: '7', rank: 7 },
        { name: '7', rank: 7 },
      ]);
    });
  });

  it('are added to the primary key of an empty table', async () => {
    const keyed = new (before.constructor as new (options: object) => typeof before)({
      name: 't',
      columns: { a: { type: 'int', primary: true }, b: { type: 'int', primary: true } },
    });
    await withDataSource(database, [keyed], async (dataSource) => {
      await upgrade(dataSource, { detectRenames: false });
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });
});
