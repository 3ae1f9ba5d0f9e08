import { EntitySchema } from 'typeorm';
import Sqlite from 'better-sqlite3';
import { Workbench } from '../changes/workbench.js';
import { createSqliteDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { typeormDifferences } from './round-trip.js';

/** Reserved words, scripts without capitals, and every character that means something in a text, a path or a pattern. */
const NAMES = [
  'order',
  'naïve 表 ключ 🐘',
  '1st',
  'a.b',
  "it's",
  'a"b',
  '[x]',
  '`y`',
  '100%_',
  '$&',
  'temporary_t',
  'rowid',
];

/** TypeORM itself ends a text at the quote. */
const TYPEORM_STUMBLES = new Set(["it's", 'a"b']);

/** The name for a table, which with a dot would be one of an attached database. */
const tableNamed = (name: string): string => name.replaceAll('.', '_');

/** A table and one that refers to it, called so with everything that a name can stand in. */
function named(name: string, type: 'int' | 'bigint', column = name): EntitySchema[] {
  const sql = `"${column.replaceAll('"', '""')}"`;
  const parent = table(
    tableNamed(name),
    {
      [column]: { type, default: 1 },
      [`${column} kind`]: { type: 'simple-enum', enum: ['it’s', name], default: name },
    },
    {
      uniques: [{ name: `UQ ${name}`, columns: [column] }],
      checks: [{ name: `CHK ${name}`, expression: `${sql} <> 7` }],
      indices: [{ name: `IDX ${name}`, columns: [`${column} kind`], where: `${sql} > 0` }],
    },
  );
  const child = new EntitySchema<{ id: number; up: object }>({
    name: `${tableNamed(name)} child`,
    columns: { id: { type: 'int', primary: true, generated: true } },
    relations: {
      up: { type: 'many-to-one', target: tableNamed(name), joinColumn: { name: `${column} id` }, onDelete: 'CASCADE' },
    },
  });
  return [parent, child];
}

it.each(NAMES)(
  'a table and columns with the name %s are no difference after an upgrade, and keep their rows',
  async (name) => {
    const database = await createSqliteDatabase();
    const rows = (): unknown => {
      const file = new Sqlite(database.url);
      const quoted = tableNamed(name).replaceAll('"', '""');
      const found = [quoted, `${quoted} child`].map((each) => file.prepare(`SELECT * FROM "${each}"`).raw().all());
      file.close();
      return found;
    };
    const called = tableNamed(name);
    const filled = [[[1, 5, name]], [[1, 1]]];
    try {
      await Workbench.on(database, async (bench) => {
        await bench.stage(named(name, 'int'), async ({ migrations, dataSource }) => {
          await migrations.init();
          await migrations.migrate();
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          if (!TYPEORM_STUMBLES.has(name)) expect(await typeormDifferences(dataSource)).toEqual([]);
          const quoted = name.replaceAll('"', '""');
          await dataSource.query(`INSERT INTO "${tableNamed(quoted)}" ("${quoted}") VALUES (5)`);
          await dataSource.query(`INSERT INTO "${tableNamed(quoted)} child" ("${quoted} id") VALUES (1)`);
        });
        await bench.stage(named(name, 'bigint', `${name} new`), async ({ migrations }) => {
          await migrations.migrate({
            renames: [
              `${called}.${name}:${called}.${name} new`,
              `${called}.${name} kind:${called}.${name} new kind`,
              `${called} child.${name} id:${called} child.${name} new id`,
            ],
          });
          const [script] = await migrations.upgrade('+1', { sql: true });
          expect(script?.sql).toContain('PRAGMA');
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(rows()).toEqual(filled);
          await migrations.downgrade('-1');
          expect(rows()).toEqual(filled);
        });
      });
    } finally {
      await database.drop();
    }
  },
);

it('entities of an attached database are refused, and left alone with synchronize: false', async () => {
  const away = { columns: { id: { type: 'int', primary: true } }, database: 'other.sqlite' } as const;
  const view = {
    type: 'view',
    expression: 'SELECT 1 AS id',
    columns: { id: { type: 'int' } },
    database: away.database,
  } as const;
  await Workbench.use('sqlite', async (bench) => {
    await bench.stage([table('here', {})], ({ migrations }) => migrations.init());
    for (const options of [away, view]) {
      const entity = new EntitySchema({ name: 'away', ...options });
      await bench.stage([table('here', {}), entity], async ({ migrations }) => {
        for (const command of [() => migrations.migrate(), () => migrations.check()]) {
          await expect(command()).rejects.toMatchObject({
            code: 'UNSUPPORTED_ENTITY',
            message: expect.stringMatching(/"away" is stored in "other\.sqlite"/),
          });
        }
      });
    }
    const left = new EntitySchema({ name: 'away', ...away, synchronize: false });
    await bench.stage([table('here', {}), left], async ({ migrations }) => {
      expect(await migrations.check()).toMatchObject([{ kind: 'createTable', table: { name: 'here' } }]);
    });
  });
});

it('a column whose capitals alone change is renamed without a question', async () => {
  const database = await createSqliteDatabase();
  const person = (name: string): EntitySchema =>
    table('person', { [name]: { type: 'varchar', nullable: true }, age: { type: 'int' } });
  try {
    await Workbench.on(database, async (bench) => {
      await bench.stage([person('fullName')], async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO person (fullName, age) VALUES ('Ann', 7)`);
      });
      await bench.stage([person('fullname')], async ({ migrations, dataSource, warnings }) => {
        await migrations.migrate();
        expect(warnings).toEqual([]);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT * FROM person')).toEqual([{ id: 1, fullname: 'Ann', age: 7 }]);
        await migrations.downgrade();
        expect(await dataSource.query('SELECT * FROM person')).toEqual([{ id: 1, fullName: 'Ann', age: 7 }]);
      });
    });
  } finally {
    await database.drop();
  }
});
