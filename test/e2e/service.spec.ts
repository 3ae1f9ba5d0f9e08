import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSource, EntitySchema } from 'typeorm';
import type { MigrateModuleOptions, MigrationService, Notice, RevisionInfo } from '../../src/index.js';
import { tableNames, withApplication } from '../support/application.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const author = new EntitySchema({
  name: 'author',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, name: { type: 'varchar', length: 40 } },
});

describe.each(databases)('MigrationService on %s', (_name, make) => {
  const scene = useScene(make);

  /** Calls the service of an application with one entity, whose repository is there. */
  function inApplication<T>(
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    options: Partial<MigrateModuleOptions> = {},
    entities: EntitySchema[] = [author],
  ): Promise<T> {
    const providers = [{ provide: 'LIBRARY', useValue: 'alexandria' }];
    return scene.inApplication(work, { entities, migrate: options, providers });
  }

  const inRepository: typeof inApplication = (work, options, entities) =>
    inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        return work(migrations, dataSource);
      },
      options,
      entities,
    );

  /** Writes an empty revision with this id. */
  async function write(migrations: MigrationService, revId: string, head?: string): Promise<RevisionInfo> {
    const [written] = await migrations.revision({ revId, message: `about ${revId}`, head, splice: head !== undefined });
    return written!;
  }

  /** A revision as a person writes it. */
  function writeByHand(revId: string, downRevision: string | null, upgrade: string, file = `${revId}.ts`): string {
    const path = join(scene.directory, 'versions', file);
    const source = [
      `import type { Operations } from 'nestjs-migrate';`,
      `export const revision = '${revId}';`,
      `export const downRevision = ${JSON.stringify(downRevision)};`,
      `export async function upgrade(op: Operations): Promise<void> {`,
      upgrade,
      `}`,
      `export async function downgrade(): Promise<void> {}`,
    ];
    writeFileSync(path, source.join('\n'));
    return path;
  }

  describe('each method', () => {
    it('init makes the repository, and lists what it wrote', async () => {
      await inApplication(async (migrations) => {
        const { directory, files } = await migrations.init();
        expect(directory).toBe(scene.directory);
        expect(files).toEqual(
          ['README', 'migrations.json', 'script.ts.eta', 'tsconfig.json'].map((name) => join(directory, name)),
        );
        expect(migrations.listTemplates().map(({ name }) => name)).toEqual(['default', 'multidb']);
      });
    });

    it('migrate writes what differs, with notices, and nothing the second time', async () => {
      await inRepository(async (migrations) => {
        const notices: Notice[] = [];
        const [written, ...others] = await migrations
          .with({ onNotice: (notice) => notices.push(notice) })
          .migrate({ message: 'authors', branchLabel: 'library', revId: 'a1' });
        expect(others).toEqual([]);
        expect(written).toEqual({
          revision: 'a1',
          downRevision: [],
          dependsOn: [],
          branchLabels: ['library'],
          branchesInto: [],
          message: 'authors',
          doc: expect.stringMatching(/^authors\n\nRevision ID: a1\n/),
          path: join(scene.directory, 'versions', 'a1_authors.ts'),
          isHead: true,
          isEffectiveHead: false,
          isBranchPoint: false,
          isMergePoint: false,
        });
        expect(notices.map(({ message }) => message)).toContain("Detected added table 'author'");

        await migrations.upgrade();
        expect(await migrations.migrate({ message: 'again' })).toEqual([]);
      });
    });

    it('upgrade and downgrade report their steps', async () => {
      await inRepository(async (migrations, dataSource) => {
        await migrations.migrate({ message: 'authors', revId: 'a1' });
        await write(migrations, 'b2');
        const steps: string[] = [];
        const noted = migrations.with({ onStep: ({ from, to, message }) => steps.push(`${from} > ${to}: ${message}`) });

        expect(await noted.upgrade()).toEqual([
          {
            dataSource: 'default',
            steps: [
              { kind: 'upgrade', revision: 'a1', from: [], to: ['a1'], message: 'authors', ms: expect.any(Number) },
              {
                kind: 'upgrade',
                revision: 'b2',
                from: ['a1'],
                to: ['b2'],
                message: 'about b2',
                ms: expect.any(Number),
              },
            ],
            current: ['b2'],
            notices: [],
          },
        ]);
        expect(steps).toEqual([' > a1: authors', 'a1 > b2: about b2']);
        expect(await tableNames(dataSource)).toContain('author');

        const [down] = await migrations.downgrade();
        expect(down?.steps.map(({ kind, revision }) => [kind, revision])).toEqual([['downgrade', 'b2']]);
        expect(down?.current).toEqual(['a1']);
        expect((await migrations.downgrade('base'))[0]?.current).toEqual([]);
        expect(await tableNames(dataSource)).not.toContain('author');
      });
    });

    it('current, status, check and stamp show where a database is', async () => {
      await inRepository(async (migrations, dataSource) => {
        await migrations.migrate({ message: 'authors', revId: 'a1' });
        expect(await migrations.current()).toEqual([{ dataSource: 'default', revisions: [] }]);
        expect(await tableNames(dataSource)).toEqual([]);
        expect(await migrations.status()).toEqual([
          {
            dataSource: 'default',
            state: 'behind',
            current: [],
            heads: ['a1'],
            unknown: [],
            pending: ['a1'],
            upToDate: false,
          },
        ]);

        const [stamped] = await migrations.stamp('a1');
        expect(stamped).toMatchObject({ steps: [{ kind: 'stamp', from: [], to: ['a1'] }], current: ['a1'] });
        expect(await migrations.current({ checkHeads: true })).toMatchObject([{ revisions: [{ revision: 'a1' }] }]);
        expect(await migrations.check()).toMatchObject([
          { kind: 'createTable', dataSource: 'default', table: { name: 'author' } },
        ]);
        expect(await migrations.status()).toMatchObject([{ pending: [], upToDate: true }]);

        await migrations.stamp('base');
        await expect(migrations.current({ checkHeads: true })).rejects.toMatchObject({ code: 'DATABASE_NOT_AT_HEADS' });
      });
    });

    it('heads, branches, history, show and merge read the graph', async () => {
      await inRepository(async (migrations) => {
        await write(migrations, 'a1a1');
        await write(migrations, 'b2b2', 'a1a1');
        await write(migrations, 'c3c3', 'a1a1');
        await migrations.upgrade('b2b2');

        const ids = (revisions: readonly RevisionInfo[]): string[] => revisions.map(({ revision }) => revision);
        expect(ids(await migrations.heads())).toEqual(['b2b2', 'c3c3']);
        expect((await migrations.branches()).map(({ revision, branches }) => [revision, ids(branches)])).toEqual([
          ['a1a1', ['b2b2', 'c3c3']],
        ]);
        expect(ids(await migrations.show('c'))).toEqual(['c3c3']);
        expect(await migrations.show('current')).toMatchObject([{ revision: 'b2b2', currentIn: ['default'] }]);
        const marked = await migrations.history({ indicateCurrent: true });
        expect(marked.filter(({ currentIn }) => currentIn?.length).map(({ revision }) => revision)).toEqual(['b2b2']);

        const merge = await migrations.merge([], { message: 'join', revId: 'd4d4' });
        expect(merge).toMatchObject({
          revision: 'd4d4',
          downRevision: ['b2b2', 'c3c3'],
          isMergePoint: true,
          isHead: true,
        });
        expect(ids(await migrations.history({ range: 'b2b2:d4d4' }))).toEqual(['d4d4', 'b2b2']);
        expect((await migrations.upgrade())[0]?.current).toEqual(['d4d4']);
        await expect(migrations.merge()).rejects.toMatchObject({ code: 'NOTHING_TO_MERGE' });
      });
    });

    it('edit opens the file in the editor of the environment', async () => {
      await inRepository(async (migrations) => {
        const { path } = await write(migrations, 'a1');
        const before = process.env['VISUAL'];
        const editor = join(scene.directory, 'editor.cjs');
        writeFileSync(editor, `require('node:fs').appendFileSync(process.argv[2], '// seen');`);
        process.env['VISUAL'] = `${process.execPath} ${editor}`;
        try {
          expect(await migrations.edit('a1')).toMatchObject([{ revision: 'a1' }]);
        } finally {
          if (before === undefined) delete process.env['VISUAL'];
          else process.env['VISUAL'] = before;
        }
        expect(readFileSync(path, 'utf8')).toMatch(/\/\/ seen$/);
      });
    });

    it('upgrade({ sql }) writes the script and leaves the database alone', async () => {
      await inRepository(async (migrations, dataSource) => {
        await migrations.migrate({ message: 'authors', revId: 'a1' });
        await write(migrations, 'b2');
        const [all] = await migrations.upgrade('head', { sql: true });
        expect(all?.steps.map(({ revision, ms }) => [revision, ms])).toEqual([
          ['a1', 0],
          ['b2', 0],
        ]);
        expect(all?.sql).toMatch(/CREATE TABLE "author"/);
        expect(all?.sql).toMatch(/INSERT INTO "migrate_version" .*'a1'/);
        expect((await migrations.upgrade('a1:b2', { sql: true }))[0]?.sql).not.toMatch(/CREATE TABLE "author"/);
        expect((await migrations.downgrade('a1:base', { sql: true }))[0]?.sql).toMatch(/DROP TABLE "author"/);
        expect(await tableNames(dataSource)).toEqual([]);
      });
    });

    it('ensureVersion makes the version table and nothing else, or writes the statement', async () => {
      await inRepository(async (migrations, dataSource) => {
        await write(migrations, 'a1');
        const [script] = await migrations.ensureVersion({ sql: true });
        expect(script?.sql).toMatch(/CREATE TABLE "migrate_version"/);
        expect(await tableNames(dataSource)).toEqual([]);
        expect(await migrations.ensureVersion()).toMatchObject([{ steps: [], current: [] }]);
        expect(await tableNames(dataSource)).toEqual(['migrate_version']);
        expect(await migrations.ensureVersion()).toMatchObject([{ steps: [], current: [] }]);
      });
    });
  });

  describe('options', () => {
    it('processRevisionDirectives may drop what was found', async () => {
      const processRevisionDirectives = (): [] => [];
      await inRepository(async (migrations) => expect(await migrations.migrate()).toEqual([]), {
        processRevisionDirectives,
      });
    });

    it('onVersionApply is called for each step; x arguments and providers reach the revision', async () => {
      const applied: unknown[] = [];
      await inRepository(
        async (migrations, dataSource) => {
          writeByHand(
            'a1',
            null,
            `const source: string = await op.get('LIBRARY');
             await op.createTable({ name: op.context.xArgs.table + source, columns: [{ name: 'id', type: 'integer' }] });`,
          );
          await migrations.with({ xArgs: { table: 'books_of_' } }).upgrade();
          expect(await tableNames(dataSource)).toContain('books_of_alexandria');
        },
        { onVersionApply: (version) => void applied.push(version) },
      );
      expect(applied).toEqual([
        { dataSource: 'default', kind: 'upgrade', revision: 'a1', from: [], to: ['a1'], rows: ['a1'] },
      ]);
    });

    it('versionTable and fileTemplate are respected', async () => {
      await inRepository(
        async (migrations, dataSource) => {
          const { path } = await write(migrations, 'a1');
          expect(path).toBe(join(scene.directory, 'versions', 'about_a1.a1.ts'));
          await migrations.upgrade();
          expect(await tableNames(dataSource)).toEqual(['schema_version', 'schema_version_history']);
        },
        { versionTable: 'schema_version', fileTemplate: '%(slug)s.%(rev)s' },
      );
    });
  });

  describe('what goes wrong', () => {
    it('no entities: says so instead of dropping every table', async () => {
      await inRepository(
        async (migrations) => {
          await expect(migrations.migrate()).rejects.toMatchObject({
            code: 'NO_ENTITIES',
            message: expect.stringContaining('0 entities'),
            hint: expect.stringContaining('autoLoadEntities'),
          });
        },
        {},
        [],
      );
    });

    it('synchronize: warned of', async () => {
      const notices: Notice[] = [];
      const synchronized = {
        ...scene.database,
        options: { ...scene.database.options, synchronize: true } as typeof scene.database.options,
      };
      await withApplication(
        { database: synchronized, entities: [author], migrate: { directory: scene.directory } },
        async ({ migrations }) => {
          await migrations.init();
          await migrations.with({ onNotice: (notice) => notices.push(notice) }).migrate();
        },
      );
      expect(notices).toContainEqual({
        level: 'warning',
        dataSource: 'default',
        message: expect.stringContaining('synchronize is true'),
      });
    });

    it('directory missing, and not empty', async () => {
      await inApplication(async (migrations) => {
        await expect(migrations.heads()).rejects.toMatchObject({
          code: 'REPOSITORY_NOT_FOUND',
          message: expect.stringContaining(scene.directory),
        });
        await migrations.init();
        await expect(migrations.init()).rejects.toMatchObject({
          code: 'DIRECTORY_NOT_EMPTY',
          message: expect.stringContaining(scene.directory),
        });
      });
    });

    it('database behind: which revision it has, which is head, and the command to run', async () => {
      await inRepository(async (migrations) => {
        await write(migrations, 'a1');
        await migrations.upgrade();
        await write(migrations, 'b2');
        const behind = {
          code: 'DATABASE_NOT_UP_TO_DATE',
          message: expect.stringMatching(
            /^Target database is not up to date: data source "default" \(.*\) is at a1, head is b2\.$/,
          ),
          hint: expect.stringContaining('`npx nest-cmd db upgrade`'),
        };
        await expect(migrations.migrate()).rejects.toMatchObject(behind);
        await expect(migrations.check()).rejects.toMatchObject(behind);
      });
    });

    it('options about changes for an empty revision', async () => {
      await inRepository(async (migrations) => {
        const idle: readonly Parameters<typeof migrations.revision>[0][] = [
          { sqlBody: true },
          { renames: ['a:b'] },
          { renameFile: 'renames.txt' },
          { detectRenames: false },
          { confirmRename: () => true },
        ];
        for (const options of idle) {
          const [option] = Object.keys(options ?? {});
          await expect(migrations.revision({ message: 'by hand', ...options })).rejects.toMatchObject({
            code: 'IDLE_OPTION',
            option,
            message: expect.stringContaining(`'${option}'`),
          });
        }
        expect(await migrations.revision({ message: 'by hand', sqlBody: false, renames: [] })).toHaveLength(1);
      });
    });

    it('a range without a script', async () => {
      await inRepository(async (migrations) => {
        await expect(migrations.upgrade('a1:b2')).rejects.toMatchObject({
          code: 'INVALID_TARGET',
          message: expect.stringContaining('"a1:b2" is a range'),
          hint: expect.stringContaining('"b2"'),
        });
        const toBase = expect.stringContaining('"base"') as unknown;
        await expect(migrations.downgrade('base:')).rejects.toMatchObject({ hint: toBase });
      });
    });

    it('unknown revision: whether it came from the argument or from the version table', async () => {
      await inRepository(async (migrations, dataSource) => {
        await write(migrations, 'a1');
        await expect(migrations.upgrade('ffff')).rejects.toMatchObject({
          code: 'REVISION_NOT_FOUND',
          source: 'argument',
        });
        await migrations.upgrade();
        await dataSource.query(`UPDATE "migrate_version" SET version_num = 'gone'`);
        const inTable = { code: 'REVISION_NOT_FOUND', source: 'version-table', target: 'gone' };
        await expect(migrations.upgrade()).rejects.toMatchObject(inTable);
        await expect(migrations.check()).rejects.toMatchObject(inTable);
        expect(await migrations.status()).toMatchObject([
          { current: ['gone'], unknown: ['gone'], pending: [], upToDate: false },
        ]);
        expect((await migrations.stamp('a1', { purge: true }))[0]?.current).toEqual(['a1']);
      });
    });

    it('a file that does not parse, with its line; duplicate ids, with both files', async () => {
      await inRepository(async (migrations) => {
        const path = writeByHand('a1', null, '  const = 1;');
        await expect(migrations.upgrade()).rejects.toMatchObject({
          code: 'INVALID_REVISION_FILE',
          file: path,
          line: 5,
        });
        copyFileSync(path, join(scene.directory, 'versions', 'copy.ts'));
        await expect(migrations.heads()).rejects.toMatchObject({
          code: 'DUPLICATE_REVISION',
          files: expect.arrayContaining([path, join(scene.directory, 'versions', 'copy.ts')]),
        });
      });
    });

    it('a failing migration: rolled back with the run, and named with its statement', async () => {
      await inRepository(async (migrations, dataSource) => {
        writeByHand(
          'a1',
          null,
          `await op.createTable({ name: 'kept_out', columns: [{ name: 'id', type: 'integer' }] });`,
        );
        const path = writeByHand('b2', 'a1', `await op.execute('INSERT INTO nowhere VALUES (1)');`);
        await expect(migrations.upgrade()).rejects.toMatchObject({
          code: 'MIGRATION_FAILED',
          failure: {
            revision: 'b2',
            file: path,
            line: 5,
            statement: 'INSERT INTO nowhere VALUES (1)',
            rolledBack: ['a1'],
          },
        });
        expect(await tableNames(dataSource)).not.toContain('kept_out');
        expect(await migrations.current()).toMatchObject([{ revisions: [] }]);
      });
    });

    it('a data source that is not there', async () => {
      await inRepository(async (migrations) => {
        expect(() => migrations.with({ dataSources: ['analytics'] })).toThrow(
          'There is no data source "analytics" here.',
        );
      });
    });

    it('calls made at once do not disturb each other, and leave the connection to the application', async () => {
      await inRepository(async (migrations, dataSource) => {
        await migrations.migrate({ message: 'authors', revId: 'a1' });
        const answers = await Promise.all([
          migrations.upgrade(),
          migrations.upgrade(),
          migrations.history(),
          migrations.current(),
        ]);
        const steps = [...answers[0], ...answers[1]].flatMap((result) => result.steps.map(({ revision }) => revision));
        expect(steps).toEqual(['a1']);
        expect(await migrations.check()).toEqual([]);
        await migrations.close();
        expect(dataSource.isInitialized).toBe(true);
      });
    });
  });
});
