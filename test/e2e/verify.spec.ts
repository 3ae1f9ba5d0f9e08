import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrationService, VerifyFinding } from '../../src/index.js';
import { createPostgresDatabase, databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { writeRevisions } from '../support/write-revisions.js';

async function findings(migrations: MigrationService): Promise<readonly VerifyFinding[]> {
  const [report] = await migrations.verify();
  expect(report?.dataSource).toBe('default');
  return report?.findings ?? [];
}

const table = (name: string): string => `await op.execute('CREATE TABLE ${name} (id integer)');`;

describe.each(databases)('verify on %s', (name, make) => {
  const scene = useScene(make);
  const pathOf = (id: string): string => join(scene.directory, 'versions', `${id}.ts`);
  const edit = (id: string, change: (source: string) => string): void =>
    writeFileSync(pathOf(id), change(readFileSync(pathOf(id), 'utf8')));

  /** Works with a history of three revisions, two of which were run. */
  function withHistory(work: (migrations: MigrationService, dataSource: DataSource) => Promise<void>): Promise<void> {
    return scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      writeRevisions(scene.directory, {
        a1: { upgrade: table('one'), downgrade: `await op.dropTable('one');` },
        b2: { upgrade: table('two'), downgrade: `await op.dropTable('two');` },
        c3: { upgrade: table('three') },
      });
      await migrations.upgrade('b2');
      await work(migrations, dataSource);
    });
  }

  it('finds nothing where nothing was run, and creates nothing', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      expect(await migrations.verify()).toEqual([{ dataSource: 'default', findings: [] }]);
      const runner = dataSource.createQueryRunner();
      expect(await runner.hasTable('migrate_version')).toBe(false);
      await runner.release();
    });
  });

  it('finds the file of an applied revision that was changed, but for white space and comments', async () => {
    await withHistory(async (migrations) => {
      expect(await findings(migrations)).toEqual([]);
      edit('a1', (source) => `// reformatted\n${source.replaceAll('{ await', '{\n\n    await')}\n`);
      edit('c3', (source) => source.replace('three', 'four'));
      expect(await findings(migrations)).toEqual([]);
      edit('b2', (source) => source.replace('two (id integer)', 'two (id bigint)'));
      expect(await findings(migrations)).toEqual([
        {
          kind: 'changed-file',
          revision: 'b2',
          message: `The file of revision b2 was changed after it was run: ${pathOf('b2')}`,
          hint: expect.stringContaining('a revision of its own'),
        },
      ]);
      await migrations.downgrade();
      expect(await findings(migrations)).toEqual([]);
      await migrations.upgrade('b2');
      expect(await findings(migrations)).toEqual([]);
    });
  });

  it('compares with what the last upgrade ran, and nothing where it was stamped', async () => {
    await withHistory(async (migrations) => {
      await migrations.downgrade('base');
      edit('a1', (source) => source.replace('CREATE TABLE one', 'CREATE  TABLE one'));
      await migrations.stamp('a1');
      expect(await findings(migrations)).toEqual([]);
      edit('a1', (source) => source.replace('CREATE  TABLE one', 'CREATE TABLE one'));
      expect(await findings(migrations)).toEqual([]);
    });
  });

  it('compares a checksum of every character, as older versions recorded, with every character', async () => {
    await withHistory(async (migrations, dataSource) => {
      const old = createHash('sha256')
        .update(readFileSync(pathOf('a1')))
        .digest('hex');
      await dataSource.query(`UPDATE migrate_version_history SET checksum = '${old}' WHERE revision = 'a1'`);
      expect(await findings(migrations)).toEqual([]);
      edit('a1', (source) => `${source}\n`);
      expect(await findings(migrations)).toMatchObject([
        { kind: 'changed-file', message: expect.stringContaining('(white space and comments included)') },
      ]);
    });
  });

  it('finds applied revisions whose files are gone, and still compares the files that are there', async () => {
    await withHistory(async (migrations) => {
      await migrations.upgrade();
      rmSync(pathOf('c3'));
      rmSync(pathOf('b2'));
      edit('a1', (source) => source.replace('one', 'first'));
      expect(await findings(migrations)).toMatchObject([
        { kind: 'missing-file', revision: 'b2' },
        { kind: 'missing-file', revision: 'c3', message: expect.stringContaining('no revision file declares it') },
        { kind: 'changed-file', revision: 'a1' },
      ]);
    });
  });

  it('asks only what is applied: a file that went after its downgrade is nothing', async () => {
    await withHistory(async (migrations) => {
      await migrations.downgrade();
      rmSync(pathOf('c3'));
      rmSync(pathOf('b2'));
      expect(await findings(migrations)).toEqual([]);
    });
  });

  it('finds a step that was never finished', async () => {
    await withHistory(async (migrations, dataSource) => {
      await dataSource.query(
        `INSERT INTO migrate_version_history (revision, direction, started_at, statements_done, applied_by)
         VALUES ('c3', 'upgrade', '2026-03-01T12:00:00.250Z', 4, 'ada@host')`,
      );
      const known =
        name === 'postgres'
          ? 'was never finished: its runner died, or lost the database. At least 4 statements of it had been committed and stay.'
          : 'is not finished: its runner is still at work, or died.';
      expect(await findings(migrations)).toEqual([
        {
          kind: 'unfinished-step',
          revision: 'c3',
          message: `The upgrade of c3 that ada@host started at 2026-03-01T12:00:00.250Z ${known}`,
          hint: expect.stringContaining('begins the upgrade again from its first statement'),
        },
      ]);
      await migrations.upgrade();
      expect(await findings(migrations)).toEqual([]);
    });
  });

  it('changes nothing: no row, no statement but queries', async () => {
    await withHistory(async (migrations) => {
      const queries: string[] = [];
      await migrations.with({ onQuery: ({ sql }) => queries.push(sql) }).verify();
      expect(queries.length).toBeGreaterThan(2);
      expect(queries.filter((sql) => !/^\s*SELECT\b/.test(sql))).toEqual([]);
    });
  });

  it('works on the connection of a caller, inside its transaction', async () => {
    await withHistory(async (migrations, dataSource) => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await migrations.upgrade('c3', { queryRunner: runner });
      edit('c3', (source) => source.replace('three', 'four'));
      expect(await migrations.verify({ queryRunner: runner })).toMatchObject([
        { findings: [{ kind: 'changed-file', revision: 'c3' }] },
      ]);
      await runner.rollbackTransaction();
      await runner.release();
      expect(await findings(migrations)).toEqual([]);
    });
  });
});

describe('verify on PostgreSQL', () => {
  const scene = useScene(createPostgresDatabase);

  it('finds INVALID indexes and constraints that are NOT VALID, of its schemas', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await dataSource.query(`
          CREATE SCHEMA reporting; CREATE SCHEMA other;
          CREATE DOMAIN positive AS integer;
          ALTER DOMAIN positive ADD CONSTRAINT over_zero CHECK (VALUE > 0) NOT VALID;
          CREATE TABLE "Item" (id integer, price integer); INSERT INTO "Item" VALUES (1, 1), (1, 2);
          ALTER TABLE "Item" ADD CONSTRAINT "CHK_price" CHECK (price < 10) NOT VALID, ADD CONSTRAINT fine CHECK (price < 20);
          CREATE TABLE heir () INHERITS ("Item");
          CREATE TABLE reporting.day AS SELECT * FROM "Item"; CREATE TABLE other.day AS SELECT * FROM "Item";
          CREATE TABLE part (id integer) PARTITION BY LIST (id); CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
          CREATE INDEX part_id ON ONLY part (id)`);
        for (const on of ['"UQ id" ON "Item"', 'uq ON reporting.day', 'uq ON other.day']) {
          await expect(dataSource.query(`CREATE UNIQUE INDEX CONCURRENTLY ${on} (id)`)).rejects.toThrow('unique');
        }
        const found = await findings(migrations);
        expect(found.map(({ kind, object }) => [kind, object])).toEqual([
          ['invalid-index', '"UQ id"'],
          ['invalid-index', 'part_id'],
          ['invalid-index', 'reporting.uq'],
          ['not-valid-constraint', '"Item"."CHK_price"'],
          ['not-valid-constraint', 'positive.over_zero'],
        ]);
        expect(found[0]?.hint).toContain('REINDEX INDEX CONCURRENTLY "UQ id"');
        await dataSource.query('UPDATE "Item" SET id = price; UPDATE reporting.day SET id = price');
        // The hints mend what they are about.
        for (const { hint } of found) {
          const [statement] = /(?:REINDEX INDEX|ALTER (?:TABLE|DOMAIN)) [^.]+(?:\.uq)?/.exec(hint) ?? [];
          if (statement !== undefined) await dataSource.query(statement);
        }
        await dataSource.query('CREATE INDEX part_1_id ON part_1 (id); ALTER INDEX part_id ATTACH PARTITION part_1_id');
        expect(await findings(migrations)).toEqual([]);
      },
      { migrate: { includeSchemas: ['reporting'] } },
    );
  });

  it('finds no index that is being built, and no step that a run is at work on', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      writeRevisions(scene.directory, {
        a1: { upgrade: table('one') },
        b2: {
          upgrade: `await op.execute('CREATE INDEX CONCURRENTLY i ON one (id)');`.replace(
            /^await (.*);$/,
            'await op.autocommit(() => $1);',
          ),
        },
      });
      await migrations.upgrade('a1');
      const reader = dataSource.createQueryRunner();
      await reader.startTransaction();
      await reader.query('INSERT INTO one VALUES (1)');
      const run = migrations.upgrade();
      const isBuilding = async (): Promise<boolean> =>
        ((await dataSource.query(`SELECT FROM pg_class WHERE relname = 'i'`)) as unknown[]).length > 0;
      while (!(await isBuilding())) await sleep(20);
      expect(await migrations.log({ limit: 1 })).toMatchObject([{ revision: 'b2', result: 'unfinished' }]);
      expect(await findings(migrations)).toEqual([]);
      await reader.commitTransaction();
      await reader.release();
      await run;
      expect(await findings(migrations)).toEqual([]);
    });
  });

  it('looks at the schema of the data source, and at the lock of its version table', async () => {
    const tenant = new DataSource({ ...scene.database.options, schema: 'tenant' } as DataSourceOptions);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeRevisions(scene.directory, { a1: { upgrade: table('one') } });
        await migrations.upgrade();
        await dataSource.query(`
          CREATE TABLE public.one (id integer);
          ALTER TABLE public.one ADD CONSTRAINT of_others CHECK (id > 0) NOT VALID;
          ALTER TABLE tenant.one ADD CONSTRAINT own CHECK (id > 0) NOT VALID;
          INSERT INTO tenant.migrate_version_history (revision, direction, started_at) VALUES ('b2', 'upgrade', now())`);
        const defect = { kind: 'not-valid-constraint', object: expect.stringMatching(/one\.own$/) };
        expect(await migrations.verify()).toMatchObject([
          { dataSource: 'tenant', findings: [{ kind: 'unfinished-step', revision: 'b2' }, defect] },
        ]);
        const runner = tenant.createQueryRunner();
        await runner.startTransaction();
        await migrations.stamp('a1', { queryRunner: runner });
        expect(await migrations.verify()).toMatchObject([{ findings: [defect] }]);
        await runner.rollbackTransaction();
        await runner.release();
        await migrations.close();
      },
      { migrate: { dataSources: [{ name: 'tenant', dataSource: tenant }] } },
    );
  });
});
