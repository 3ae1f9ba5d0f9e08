import { type DataSourceOptions, EntitySchema } from 'typeorm';
import { createConnection } from 'mysql2/promise';
import type { MigrateOptions } from '../../src/index.js';
import type { Entity } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';
import { createMysqlDatabase } from '../support/databases.js';
import { mysqlColumns, mysqlColumnsOfOurs } from '../support/mysql-columns.js';
import { mysqlServerPath, startMysql } from '../support/mysql-server.js';
import { mysqlSets } from '../support/mysql-sets.js';
import { mysqlSpellings } from '../support/mysql-spellings.js';

const columns = { ...mysqlColumns, ...mysqlSpellings };
/** Columns of a time, a number or a date, and what TypeORM writes in quotes that a server with other modes reads differently. */
const named = Object.keys(columns).filter(
  (name) => !/unicode|emoji|fn/.test(name) && /^(?:ts|timestamp|dt|datetime|date|int|dec|enum|char) /.test(name),
);

const entities = (lists: readonly (readonly string[])[]) => [
  ...lists.map(
    (names, table) =>
      new EntitySchema({
        name: `Table${table}`,
        tableName: `Table${table}`,
        columns: {
          id: { type: 'int', primary: true, generated: 'increment' },
          base: { type: 'int' },
          ...Object.fromEntries(names.map((name, at) => [`c${at}`, columns[name]!])),
        },
      }),
  ),
  ...Object.entries(mysqlSets)
    .filter(([name]) =>
      /^(?:relation|many to many|name with|view (?:of|with (?!strings|functions|groups))|index|tree)/.test(name),
    )
    .flatMap(([, set], at) => set((name) => `S${at}_${name}`.slice(0, 64))),
];

/** What only migrations write in the right quotes, and text that a database in latin1 lacks letters for. */
const ours = [
  new EntitySchema({
    name: 'Ours',
    columns: {
      id: { type: 'int', primary: true },
      base: { type: 'int' },
      ...Object.fromEntries(
        Object.entries({
          ...mysqlColumnsOfOurs,
          quoted: { type: 'int', asExpression: '"base" + 1' } as const,
          at: { type: 'timestamp', default: '2024-07-01 12:30:00.25', precision: 3 } as const,
        })
          .filter(([name]) => !/Cyrillic|emoji|double quotes/.test(name))
          .map(([, column], at) => [`c${at}`, column]),
      ),
      russian: { type: 'varchar', charset: 'utf8mb4', default: 'привет', comment: 'привет' },
    },
    checks: [{ name: 'CHK', expression: '"base" > 0' }],
  }),
  new EntitySchema({
    name: 'OursView',
    tableName: 'OursView',
    type: 'view',
    expression: `SELECT "o"."base" AS "base", 'a' AS "text" FROM "ours" "o"`,
    columns: { base: { type: 'int' } },
  }),
];

const describeWithServer = mysqlServerPath() === undefined ? describe.skip : describe;

describeWithServer('A server with other settings', () => {
  let server: Awaited<ReturnType<typeof startMysql>>;
  beforeAll(async () => {
    server = await startMysql(undefined, {
      more: [
        '--character-set-server=latin1',
        '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES',
        '--lower-case-table-names=1',
        '--default-time-zone=+05:30',
        '--explicit-defaults-for-timestamp=0',
        '--innodb-strict-mode=0',
        '--default-storage-engine=MyISAM',
      ],
    });
    const admin = await createConnection(server.url);
    await admin.query('SET GLOBAL sql_quote_show_create = 0');
    await admin.end();
  });
  afterAll(() => server.stop());

  const lists = Array.from({ length: Math.ceil(named.length / 12) }, (_, at) => named.slice(at * 12, at * 12 + 12));
  const cases: readonly (readonly [
    how: 'synchronize' | 'migrations',
    what: string,
    readonly Entity[],
    MigrateOptions,
  ])[] = [
    ['synchronize', 'all kinds', entities(lists) as Entity[], {}],
    ['migrations', 'all kinds', entities(lists) as Entity[], {}],
    ['migrations', 'what TypeORM cannot', ours, { versionTable: 'MigrateVersion' }],
  ];
  it.each(cases)('shows no difference in what %s have created: %s', async (how, _what, all, options) => {
    const database = await createMysqlDatabase('mariadb', server.url);
    try {
      await Workbench.on(
        { ...database, options: { ...database.options } as DataSourceOptions, dialect: 'mysql' as never },
        (bench) =>
          bench.stage(all, async ({ migrations, dataSource }) => {
            await migrations.init();
            if (how === 'synchronize') {
              await dataSource.initialize();
              await dataSource.synchronize();
            } else {
              await migrations.migrate();
              await migrations.upgrade();
            }
            expect(await migrations.check()).toEqual([]);
          }),
        options,
      );
    } finally {
      await database.drop();
    }
  });

  it('takes the names of tables in a rename as the entities have them', async () => {
    const database = await createMysqlDatabase('mariadb', server.url);
    const entity = (tableName: string, column: string): EntitySchema =>
      new EntitySchema({
        name: tableName,
        tableName,
        columns: { id: { type: 'int', primary: true }, [column]: { type: 'varchar', length: 20 } },
      });
    try {
      await Workbench.on(
        { ...database, options: database.options as DataSourceOptions, dialect: 'mysql' as never },
        async (bench) => {
          await bench.stage([entity('OldPost', 'title')], async ({ migrations }) => {
            await migrations.init();
            await migrations.migrate();
            await migrations.upgrade();
          });
          await bench.stage([entity('NewPost', 'heading')], async ({ migrations, dataSource }) => {
            await migrations.migrate({ renames: ['OldPost:NewPost', 'NewPost.title:NewPost.heading'] });
            await dataSource.query("INSERT INTO oldpost VALUES (1, 'kept')");
            await migrations.upgrade();
            expect(await dataSource.query('SELECT * FROM newpost')).toEqual([{ id: 1, heading: 'kept' }]);
            expect(await migrations.check()).toEqual([]);
          });
        },
      );
    } finally {
      await database.drop();
    }
  });
});
