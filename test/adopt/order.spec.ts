import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Column,
  type DataSourceOptions,
  Entity,
  type MigrationInterface,
  PrimaryColumn,
  type QueryRunner,
} from 'typeorm';
import type { Notice } from '../../src/index.js';
import { tableNames } from '../support/application.js';
import { databases } from '../support/databases.js';
import { AdoptionBench, failure, migration, ranIn } from './adopting.js';
import { OldApplication } from './old-application.js';

type MigrationClass = new () => MigrationInterface;

@Entity()
class Person {
  @PrimaryColumn()
  id!: number;

  @Column({ default: 0 })
  age!: number;
}

/** It was written first, and merged last: it needs the table of the other one. */
const addAge = migration(
  'AddAge1600000000001',
  'ALTER TABLE person ADD COLUMN age integer NOT NULL DEFAULT 0',
  'ALTER TABLE person DROP COLUMN age',
);
const makePeople = migration(
  'MakePeople1600000000002',
  'CREATE TABLE person (id integer PRIMARY KEY)',
  'DROP TABLE person',
);
/** Its `down` reads before it decides. */
const askFirst = class AskFirst1600000000002 implements MigrationInterface {
  readonly name = 'AskFirst1600000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE person (id integer PRIMARY KEY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    if (await runner.hasTable('person')) await runner.query('DROP TABLE person');
  }
};
const seed = migration('Seed1600000000003', 'INSERT INTO person (id) VALUES (7)', 'DELETE FROM person WHERE id = 7');

describe.each(databases)('taking over what TypeORM ran on %s', (_dialect, make) => {
  const bench = AdoptionBench.use(make);
  const newDatabase = (): Promise<DataSourceOptions> => bench.newDatabase();
  const application = (migrations: DataSourceOptions['migrations'], options: Partial<DataSourceOptions> = {}) =>
    new OldApplication({ entities: [Person], migrations, ...options } as never, {
      directory: bench.repository,
    });
  /** TypeORM runs these one after the other, each in a deployment of its own. */
  const runOneByOne = async (database: DataSourceOptions, classes: readonly MigrationClass[]): Promise<void> => {
    for (const type of classes) await application([type]).runOldMigrations(database);
  };

  it.each<[string, MigrationClass[], string[]]>([
    [
      'one that was merged late',
      [makePeople, addAge, seed],
      ['MakePeople1600000000002', 'AddAge1600000000001', 'Seed1600000000003'],
    ],
    [
      'one that came last',
      [makePeople, seed, addAge],
      ['MakePeople1600000000002', 'Seed1600000000003', 'AddAge1600000000001'],
    ],
  ])('runs classes in the order of its table, not of their digits: %s', async (_what, ran, order) => {
    const [production, empty] = [await newDatabase(), await newDatabase()];
    await runOneByOne(production, ran);
    const app = application([addAge, makePeople, seed]);
    const notices: Notice[] = [];
    await app.start(production, async (migrations) => {
      const watched = migrations.with({ onNotice: (notice) => void notices.push(notice) });
      expect((await watched.adopt()).dataSources[0]?.migrations).toEqual(order);
    });
    expect(notices).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('AddAge1600000000001') }),
    );
    await app.start(empty, async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(await ranIn(dataSource)).toEqual(order);
      expect(await dataSource.query('SELECT * FROM person')).toEqual([{ id: 7, age: 0 }]);
      await migrations.downgrade('base');
      expect(await tableNames(dataSource)).not.toContain('person');
    });
  });

  it.each([
    ['drops', makePeople, { losses: [{ loss: expect.stringMatching(/rows of person/) }, {}] }],
    [
      'asks for before it drops it',
      askFirst,
      { losses: [{ loss: expect.stringMatching(/rows of person/) }, { isUnknown: true }] },
    ],
  ])('refuses a downgrade behind the adoption for what a class %s', async (_what, first, error) => {
    const database = await newDatabase();
    await runOneByOne(database, [first, seed]);
    await application([first, seed]).start(database, async (migrations, dataSource) => {
      await migrations.adopt();
      await expect(migrations.downgrade('base', { onDataLoss: 'refuse' })).rejects.toMatchObject(error);
      expect(await dataSource.query('SELECT id FROM person')).toEqual([{ id: 7 }]);
      const [plan] = await migrations.plan('base', { direction: 'downgrade' });
      expect(plan?.steps[0]?.statements[0]).toMatchObject({ sql: 'DELETE FROM person WHERE id = 7' });
      await migrations.downgrade('base');
      expect(await tableNames(dataSource)).not.toContain('person');
    });
  });

  it('runs them in the order that people give the list of the revision', async () => {
    const [production, empty] = [await newDatabase(), await newDatabase()];
    const [one, other] = [
      migration('One1600000000001', 'SELECT 1', 'SELECT 1'),
      migration('Other1600000000002', 'SELECT 1', 'SELECT 1'),
    ];
    const app = application([one, other], { entities: [] });
    await app.runOldMigrations(production);
    const notices: Notice[] = [];
    await app.start(production, (migrations) =>
      migrations.with({ onNotice: (notice) => void notices.push(notice) }).adopt(),
    );
    expect(notices.filter(({ level }) => level === 'warning')).toEqual([]);
    const versions = join(bench.repository, 'versions');
    const path = join(versions, readdirSync(versions)[0] ?? '');
    const text = readFileSync(path, 'utf8');
    const swapped = text
      .replace('One1600000000001', 'Third')
      .replace('Other1600000000002', 'One1600000000001')
      .replace('Third', 'Other1600000000002');
    writeFileSync(path, swapped);
    await app.start(empty, async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(await ranIn(dataSource)).toEqual(['Other1600000000002', 'One1600000000001']);
    });
  });

  describe('with a row in its table that has no class', () => {
    it.each([
      ['a database that was never stamped', []],
      ['one that lacks a class too', [seed]],
    ])('refuses to upgrade %s, with the name of the row', async (_what, lacking) => {
      const [production, other] = [await newDatabase(), await newDatabase()];
      const app = application([makePeople, seed]);
      await app.runOldMigrations(production);
      await app.start(production, (migrations) => migrations.adopt());
      const hotfix = migration('Hotfix1600000000009', 'SELECT 1', 'SELECT 1');
      await runOneByOne(other, [makePeople, ...(lacking.length === 0 ? [seed] : []), hotfix]);
      await app.start(other, async (migrations, dataSource) => {
        const error = await failure(migrations.upgrade());
        expect(`${error.message} ${error.hint ?? ''}`).toContain('Hotfix1600000000009');
        expect((await migrations.current())[0]?.revisions).toEqual([]);
        expect(await ranIn(dataSource)).toHaveLength(lacking.length === 0 ? 3 : 2);
      });
    });

    it('upgrades where the adoption allowed such rows', async () => {
      const [production, other] = [await newDatabase(), await newDatabase()];
      const gone = migration('Gone1600000000001', 'SELECT 1', 'SELECT 1');
      for (const database of [production, other]) await runOneByOne(database, [gone, makePeople]);
      const app = application([makePeople, seed]);
      await runOneByOne(production, [seed]);
      await app.start(production, (migrations) => migrations.adopt({ allowUnknown: true }));
      await app.start(other, async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await ranIn(dataSource)).toContain('Seed1600000000003');
        await migrations.stamp('base');
        expect(await migrations.adopt()).toMatchObject({ dataSources: [{ stamped: true }] });
      });
    });
  });

  it.each<[string, boolean]>([
    ['before there is a revision', false],
    ['with a revision', true],
  ])(
    'does not send to `upgrade` where the tables exist, and the table of TypeORM does not: %s',
    async (_what, isWritten) => {
      const [production, full] = [await newDatabase(), await newDatabase()];
      const app = application([makePeople, addAge].toReversed(), { migrationsTableName: 'wrong_name' });
      await runOneByOne(full, [makePeople, addAge]);
      if (isWritten) {
        await application([makePeople, addAge], { migrationsTableName: 'wrong_name' } as never).start(
          production,
          async (migrations, dataSource) => {
            await dataSource.query(
              'CREATE TABLE wrong_name (id integer PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
            );
            for (const [timestamp, name] of [
              [1600000000002, 'MakePeople1600000000002'],
              [1600000000001, 'AddAge1600000000001'],
            ]) {
              await dataSource.query(
                `INSERT INTO wrong_name (id, timestamp, name) VALUES (${String(timestamp).slice(-1)}, ${timestamp}, '${name}')`,
              );
            }
            await migrations.adopt({ revId: 'old' });
          },
        );
      }
      const error = await failure(app.start(full, (migrations) => migrations.adopt()));
      expect(error.message).toContain('person');
      expect(error.hint).toContain('migrationsTableName');
      expect(error.hint).toContain('stamp');
      expect(error.hint).not.toContain('upgrade');
    },
  );

  it('skips files of a folder that hold a data source, options or a helper, and what else they export', async () => {
    const folder = join(bench.root, 'old');
    mkdirSync(folder);
    const files = {
      '1600000000002-MakePeople.ts': `export class MakePeople1600000000002 { async up(r: any) { await r.query('CREATE TABLE person (id integer PRIMARY KEY, age integer NOT NULL DEFAULT 0)'); } async down(r: any) { await r.query('DROP TABLE person'); } }
export const circle: any = { list: [] }; circle.self = circle; circle.list.push(circle);
export const fn = () => 1; export const nothing = null;`,
      'data-source.ts': `import { DataSource } from 'typeorm'; export default new DataSource({ type: 'better-sqlite3', database: ':memory:' });`,
      'broken-source.ts': `import { DataSource } from 'typeorm'; if (!process.env['NOT_SET']) throw new Error('needs NOT_SET'); export const source = new DataSource({} as any);`,
      'helper.ts': `export class Base { async up() {} async down() {} }`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const production = await newDatabase();
    await application([
      migration(
        'MakePeople1600000000002',
        'CREATE TABLE person (id integer PRIMARY KEY, age integer NOT NULL DEFAULT 0)',
        'DROP TABLE person',
      ),
    ]).runOldMigrations(production);
    const app = application([]);
    const result = await app.start(production, (migrations) => migrations.adopt({ folder }));
    expect(result.dataSources[0]?.migrations).toEqual(['MakePeople1600000000002']);
    await app.start(await newDatabase(), async (migrations) => {
      await migrations.upgrade();
      expect((await migrations.status())[0]?.upToDate).toBe(true);
    });
  });

  it('says which pattern of the options found no class', async () => {
    const app = application([join(bench.root, 'dist/migrations/*.js')]);
    const error = await failure(app.start(await newDatabase(), (migrations) => migrations.adopt()));
    expect(error.message).toContain('dist/migrations/*.js');
  });
});
