import { databases } from '../support/databases.js';
import { Bench } from './bench.js';
import { catalogOf } from './catalog.js';

const table = 'CREATE TABLE "post" ("id" integer PRIMARY KEY NOT NULL)';
const from = { from: 'database' } as const;

describe.each(databases)('taking over what a database holds on %s', (_, make) => {
  it('writes it as the first revision and notes the database there; another one is made by it', () =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      const wanted = await catalogOf(bench.source);
      const result = await bench.migrations(bench.source).adopt({ ...from, revId: 'first' });
      expect(result).toMatchObject({
        revision: { revision: 'first', message: 'adopt the database' },
        written: true,
        done: false,
        dataSources: [{ dataSource: 'default', origin: 'the database', migrations: [], stamped: true }],
      });
      expect(await catalogOf(bench.source)).toEqual(wanted);
      expect(await bench.migrations(bench.source).status()).toMatchObject([{ upToDate: true }]);
      await bench.migrations(bench.target).upgrade();
      expect(await catalogOf(bench.target)).toEqual(wanted);
    }));

  it('does nothing the second time, and only reports in a dry run', () =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      const migrations = bench.migrations(bench.source);
      expect(await migrations.adopt({ ...from, dryRun: true })).toMatchObject({ revision: null, dryRun: true });
      expect(bench.notices).toContain('info: Read from the database: 1 table');
      await expect(migrations.heads()).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
      const { revision } = await migrations.adopt(from);
      expect(await migrations.adopt(from)).toMatchObject({ written: false, done: true, revision });
      expect(await migrations.heads()).toHaveLength(1);
    }));

  it('refuses a repository with revisions that the database is not at, and a database at a revision without them', () =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      await bench.migrations(bench.source).adopt(from);
      await bench.target.query(table);
      await expect(bench.migrations(bench.target).adopt(from)).rejects.toMatchObject({
        code: 'ADOPTION_REFUSED',
        message: expect.stringMatching(/has revisions already, and the database of data source "default" is at none/),
        hint: expect.stringMatching(/`npx nest-cmd db stamp \w+`\..*`npx nest-cmd db upgrade`\./),
      });
      await expect(bench.migrations(bench.source, 'other').adopt(from)).rejects.toMatchObject({
        code: 'ADOPTION_REFUSED',
        message: expect.stringMatching(/is at revision \w+, and the repository .*other has no revisions/),
      });
    }));

  it('refuses an empty database, and options about migrations, without making a repository', () =>
    Bench.use(make, async (bench) => {
      const migrations = bench.migrations(bench.source);
      await expect(migrations.adopt(from)).rejects.toMatchObject({
        code: 'NOTHING_TO_ADOPT',
        message: 'The database holds nothing that could be adopted.',
      });
      await expect(migrations.adopt({ ...from, folder: 'src/old' })).rejects.toMatchObject({
        code: 'FROM_DATABASE_OPTION',
        message: "'folder' has no meaning with `from: 'database'`, which writes what the database holds.",
      });
      await expect(migrations.heads()).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
    }));
});

it.each(databases)('takes over two databases of one history on %s', (_, make) =>
  Bench.use(make, async (bench) => {
    await bench.run(table);
    await bench.target.query('CREATE TABLE "tag" ("id" integer PRIMARY KEY NOT NULL)');
    expect(await bench.both().adopt(from)).toMatchObject({
      dataSources: [
        { dataSource: 'default', stamped: true },
        { dataSource: 'second', stamped: true },
      ],
    });
    expect(await bench.both().status()).toMatchObject([{ upToDate: true }, { upToDate: true }]);
    const source = bench.sourceOf();
    expect(source).toMatch(/post[\s\S]*tag/);
  }),
);
