import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import {
  describeOperation,
  getMigrationServiceToken,
  MigrateModule,
  type MigrateOptions,
  type Operation,
  MigrationService,
} from 'nestjs-migrate';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { databases } from '../support/databases.js';
import { tableNames, temporaryDirectory, withApplication } from '../support/application.js';
import { useScene } from '../support/scene.js';
import { buildDatabase } from './build-database.js';
import { databaseCode } from './database-code.list.js';
import { DatabaseCode } from './database-code.js';
import { dropNoTables, onlyWhereNeeded, sortColumns } from './directives.js';
import { followEntities } from './follow-entities.js';
import { ignoreViews, keepIndexes, keepTables, onlyOurTables } from './include-object.js';
import { isAtHeads } from './is-at-heads.js';
import { splitNames } from './large-data.js';
import { Note } from './note.entity.js';
import { migrateNumbered } from './numbered-revisions.js';
import { upgradeDataSource } from './own-data-source.js';
import { takeOver, withoutAlembic } from './take-over.js';
import { TenantSchema } from './tenant-schema.js';
import { TenantVersionTable } from './tenant-version-table.js';
import { upgradeTenants } from './upgrade-tenants.js';

const PAGE = join(__dirname, '../../docs/guide/coming-from-flask-migrate.md');

describe('the page for those who come from Flask-Migrate', () => {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

  it.each(files)('shows %s as it is tested here', (file) => {
    const code = readFileSync(join(__dirname, file), 'utf8');
    expect(blocks).toContain(`// ${file}\n${code}`);
  });

  it('shows no other code', () => {
    expect(blocks.map((code) => /^\/\/ (.*)\n/.exec(code)?.[1]).toSorted()).toEqual(files.toSorted());
  });
});

describe('the tables of the page', () => {
  const read = (path: string): string => readFileSync(join(__dirname, '../..', path), 'utf8');
  /** What stands in the right column of a section's table, in backticks. */
  const counterparts = (section: string): string[] => {
    const [, rest = ''] = readFileSync(PAGE, 'utf8').split(`## ${section}\n`);
    const rows = (rest.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
    return rows
      .slice(2)
      .flatMap((row) => [...(row.split(' | ')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text!));
  };

  it('name only options of commands that docs/commands.md has', () => {
    const known = read('docs/commands.md');
    const options = counterparts('Commands').flatMap((text) => text.match(/--[a-z-]+/g) ?? []);
    expect(options).not.toHaveLength(0);
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });

  it.each(['Options of Migrate()', 'Options of env.py', 'Settings of alembic.ini'])(
    'name under "%s" only options that docs/options.md has',
    (section) => {
      const known = read('docs/options.md');
      const options = counterparts(section).filter((text) => /^[a-z][A-Za-z]+$/.test(text));
      expect(options).not.toHaveLength(0);
      expect(options.filter((option) => !known.includes(`\`${option}\``) && !known.includes(`\`${option}(`))).toEqual(
        [],
      );
    },
  );

  it('name only operations that docs/guide/revisions.md has', () => {
    const known = read('docs/guide/revisions.md');
    const operations = counterparts('Operations').flatMap(
      (text) => /^(?:op\.)?([a-z]+[A-Z][A-Za-z]+)$/.exec(text)?.[1] ?? [],
    );
    expect(operations).not.toHaveLength(0);
    expect(operations.filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** A revision by hand; its body is what `upgrade` does. */
function writeRevision(directory: string, id: string, down: string | null, up: string, back = ''): void {
  const source = [
    `export const revision = '${id}';`,
    `export const downRevision = ${JSON.stringify(down)};`,
    'export const branchLabels = null;',
    'export const dependsOn = null;',
    `export async function upgrade(op) { ${up} }`,
    `export async function downgrade(op) { ${back} }`,
  ];
  mkdirSync(join(directory, 'versions'), { recursive: true });
  writeFileSync(join(directory, 'versions', `${id}.ts`), `${source.join('\n')}\n`);
}

describe.each(databases)('recipes of the cookbook on %s', (dialect, make) => {
  const scene = useScene(make);

  it('build-database.ts: a database made at once is at head, and old revisions can be pruned', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'notes' });
        await migrations.upgrade();
        writeRevision(scene.directory, 'second', (await migrations.heads())[0]!.revision, '');
        await migrations.upgrade();
        await dataSource.query('DROP TABLE note');
        await dataSource.query('DROP TABLE migrate_version');
      },
      { entities: [Note] },
    );
    await scene.inApplication(
      async (migrations, dataSource) => {
        const app = { get: (token: unknown) => (token === DataSource ? dataSource : migrations) };
        await buildDatabase(app as never);
        expect(await migrations.status()).toMatchObject([{ state: 'current', current: ['second'] }]);
        expect(await migrations.check()).toEqual([]);

        rmSync((await migrations.history()).at(-1)!.path);
        writeRevision(scene.directory, 'second', null, '');
        expect((await migrations.history()).map(({ revision }) => revision)).toEqual(['second']);
        expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
      },
      { entities: [Note] },
    );
  });

  it('optional-data.ts: rows are inserted only with -x data=true', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      copyFileSync(join(__dirname, 'optional-data.ts'), join(scene.directory, 'versions', 'optional_data.ts'));
      const codes = (): Promise<unknown[]> => dataSource.query('SELECT code FROM country ORDER BY code');
      await migrations.upgrade();
      expect(await codes()).toEqual([]);
      await migrations.downgrade();
      await migrations.with({ xArgs: { data: 'true' } }).upgrade();
      expect(await codes()).toEqual([{ code: 'BE' }, { code: 'NL' }]);
    });
  });

  it('tenant-version-table.ts: each tenant has a version table of its own', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeRevision(scene.directory, 'first', null, '');
        await migrations.with({ xArgs: { tenant: 'acme' } }).upgrade();
        expect(await migrations.with({ xArgs: { tenant: 'acme' } }).status()).toMatchObject([{ current: ['first'] }]);
        expect(await migrations.with({ xArgs: { tenant: 'globex' } }).status()).toMatchObject([{ current: [] }]);
        expect(await migrations.status()).toMatchObject([{ current: [] }]);
        expect(await tableNames(dataSource)).toEqual(['migrate_version_acme', 'migrate_version_acme_history']);
      },
      { providers: [TenantVersionTable] },
    );
  });

  it('is-at-heads.ts: reports whether every database is at the heads', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      writeRevision(scene.directory, 'first', null, '');
      expect(await isAtHeads(migrations)).toBe(false);
      await expect(migrations.current({ checkHeads: true })).rejects.toMatchObject({ code: 'DATABASE_NOT_AT_HEADS' });
      await migrations.upgrade();
      expect(await isAtHeads(migrations)).toBe(true);
      await migrations.current({ checkHeads: true });
    });
  });

  describe('include-object.ts', () => {
    const others = ['CREATE TABLE legacy (id integer PRIMARY KEY)', 'CREATE TABLE app_old (id integer PRIMARY KEY)'];
    const summary = new EntitySchema<{ total: number }>({
      name: 'summary',
      type: 'view',
      expression: 'SELECT count(*) AS total FROM note',
      columns: { total: { type: 'integer' } },
    });
    const found = async (options: MigrateOptions, entities: unknown[] = [Note]): Promise<string[]> =>
      scene.inApplication(
        async (migrations) =>
          (await migrations.check())
            .flatMap((operation): readonly Operation[] =>
              operation.kind === 'batch' ? operation.operations : [operation],
            )
            .map((operation) => describeOperation(operation))
            .toSorted(),
        { entities: entities as never, migrate: options },
      );
    const prepare = (...statements: string[]): Promise<void> =>
      scene.inApplication(async (migrations, dataSource) => {
        await migrations.init();
        for (const sql of statements) await dataSource.query(sql);
      });
    const note = 'CREATE TABLE note (text varchar NOT NULL, id integer PRIMARY KEY, changes integer)';

    it('keepTables drops no table that no entity describes', async () => {
      await prepare(...others);
      expect(await found({})).toEqual(["added table 'note'", "removed table 'app_old'", "removed table 'legacy'"]);
      expect(await found(keepTables)).toEqual(["added table 'note'"]);
    });

    it('onlyOurTables sees only those that start with app_', async () => {
      await prepare(...others);
      expect(await found(onlyOurTables)).toEqual(["added table 'note'", "removed table 'app_old'"]);
    });

    it('keepIndexes drops no index that no entity describes', async () => {
      await prepare(note, 'CREATE INDEX by_hand ON note (changes)');
      const removed = expect.stringContaining("removed index 'by_hand'");
      const added = expect.stringContaining("added index 'IDX_note_text'");
      expect(await found({})).toEqual(expect.arrayContaining([removed, added]));
      expect(await found(keepIndexes)).toEqual(expect.arrayContaining([added]));
      expect(await found(keepIndexes)).not.toEqual(expect.arrayContaining([removed]));
    });

    it('ignoreViews neither makes nor drops a view', async () => {
      await prepare(note, 'CREATE VIEW by_hand AS SELECT id FROM note');
      const views = async (options: MigrateOptions): Promise<string[]> =>
        (await found(options, [Note, summary])).filter((line) => line.includes(' view '));
      expect(await views({})).toEqual(["added view 'summary'", "removed view 'by_hand'"]);
      expect(await views(ignoreViews)).toEqual([]);
    });
  });

  it('directives.ts: sortColumns puts the id first', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        const columns = await dataSource.createQueryRunner().getTable('note');
        expect(columns?.columns.map(({ name }) => name)).toEqual(['id', 'text', 'changes']);
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade();
      },
      { entities: [Note], migrate: { processRevisionDirectives: sortColumns } },
    );
  });

  it('directives.ts: onlyWhereNeeded runs where tables are there already, and downgrades twice', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const [written] = await migrations.migrate();
        expect(readFileSync(written!.path, 'utf8')).toContain('ifNotExists: true');
        await dataSource.synchronize();
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await dataSource.query('DROP TABLE note');
        await migrations.downgrade();
      },
      { entities: [Note], migrate: { processRevisionDirectives: onlyWhereNeeded } },
    );
  });

  it('directives.ts: dropNoTables keeps the table of an entity that is gone, and check finds nothing', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        await dataSource.query('CREATE TABLE gone (id integer PRIMARY KEY)');
        expect(await migrations.migrate()).toEqual([]);
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [Note], migrate: { processRevisionDirectives: dropNoTables } },
    );
  });

  it('directives.ts: a dropped table needs no operations for its indexes, and without changes no revision is written', async () => {
    const gone = { entities: [new EntitySchema({ name: 'other', columns: { id: { type: 'int', primary: true } } })] };
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        expect(await migrations.migrate()).toEqual([]);
      },
      { entities: [Note] },
    );
    await scene.inApplication(async (migrations) => {
      const [written] = await migrations.migrate({ detectRenames: false });
      const source = readFileSync(written!.path, 'utf8');
      expect(source).toContain(`op.dropTable('note'`);
      expect(source).not.toContain('op.dropIndex');
      await migrations.upgrade();
    }, gone);
  });

  it('database-code.ts: functions and triggers are written when they change, up and down', async () => {
    const update = async (dataSource: DataSource): Promise<number> => {
      await dataSource.query(`UPDATE note SET text = text || '!'`);
      return Number((await dataSource.query('SELECT changes FROM note'))[0].changes);
    };
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'notes that count' });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO note (text) VALUES ('a')`);
        expect(await update(dataSource)).toBe(1);
        const code = new DatabaseCode(dataSource);
        expect(await code.changes()).toEqual([]);
        expect(await migrations.migrate()).toEqual([]);

        const list = databaseCode[dataSource.options.type] as unknown as { create: string }[];
        const original = list[0]!.create;
        list[0]!.create = original.replace('OLD.changes + 1', 'OLD.changes + 10');
        try {
          expect(await code.changes()).toHaveLength(1);
          const [written] = await migrations.migrate({ message: 'count by ten' });
          expect(written).toBeDefined();
          await migrations.upgrade();
          expect(await update(dataSource)).toBe(11);
          expect(await migrations.migrate()).toEqual([]);
          await migrations.downgrade();
          expect(await update(dataSource)).toBe(12);
          await migrations.upgrade();
          await migrations.downgrade('base');
          expect(await tableNames(dataSource)).not.toContain('note');
        } finally {
          list[0]!.create = original;
        }
      },
      { entities: [Note], providers: [DatabaseCode] },
    );
  });

  it('database-code.ts: works together with another hook', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        const [written] = await migrations.migrate();
        const source = readFileSync(written!.path, 'utf8');
        expect(source.indexOf(`name: 'id'`)).toBeLessThan(source.indexOf(`name: 'text'`));
        expect(source).toMatch(/CREATE (OR REPLACE FUNCTION|TRIGGER)/);
      },
      { entities: [Note], providers: [DatabaseCode], migrate: { processRevisionDirectives: sortColumns } },
    );
  });

  it('own-data-source.ts: a script upgrades a data source of its own', async () => {
    mkdirSync(scene.directory);
    writeRevision(scene.directory, 'first', null, `await op.execute('CREATE TABLE made (id integer)');`);
    const dataSource = new DataSource(scene.database.options as DataSourceOptions);
    await upgradeDataSource(dataSource, scene.directory);
    const opened = dataSource.isInitialized ? dataSource : await dataSource.initialize();
    expect(await tableNames(opened)).toContain('made');
    await opened.destroy();
  });

  it('take-over.ts: a database of Alembic is made again on an empty one, and the next migrate finds what differs', async () => {
    const isLeftOut = { entities: [Note], migrate: withoutAlembic };
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      const key = dialect === 'postgres' ? 'serial PRIMARY KEY' : 'integer PRIMARY KEY AUTOINCREMENT';
      await dataSource.query(
        `CREATE TABLE note (text varchar NOT NULL, id ${key}, changes integer NOT NULL DEFAULT 0)`,
      );
      await dataSource.query('CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)');
      await dataSource.query(`INSERT INTO note (text) VALUES ('kept')`);
      await takeOver(migrations);
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
      await migrations.migrate({ message: 'as the entities' });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      expect(await dataSource.query('SELECT text FROM note')).toEqual([{ text: 'kept' }]);
      expect(await tableNames(dataSource)).toContain('alembic_version');
    }, isLeftOut);
    const empty = await make();
    try {
      await withApplication(
        { database: empty, ...isLeftOut, migrate: { ...withoutAlembic, directory: scene.directory } },
        async ({ migrations, dataSource }) => {
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(await tableNames(dataSource)).not.toContain('alembic_version');
        },
      );
    } finally {
      await empty.drop();
    }
  });

  it('follow-entities.ts: the database has what the entities describe', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await followEntities(migrations);
        await followEntities(migrations);
        expect(await migrations.check()).toEqual([]);
        expect(await migrations.history()).toEqual([]);
      },
      { entities: [Note] },
    );
  });

  it('numbered-revisions.ts: ids count up', async () => {
    const inRepository = (entities: never) =>
      scene.inApplication(
        async (migrations) => {
          await migrateNumbered(migrations, 'next');
          await migrations.upgrade();
          return (await migrations.history()).map(({ revision }) => revision);
        },
        { entities },
      );
    await scene.inApplication((migrations) => migrations.init());
    expect(await inRepository([Note] as never)).toEqual(['0001']);
    const other = new EntitySchema({ name: 'other', columns: { id: { type: 'int', primary: true } } });
    expect(await inRepository([Note, other] as never)).toEqual(['0002', '0001']);
  });

  it('large-data.ts: rows are filled between two revisions', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      writeRevision(
        scene.directory,
        '27c6a30d7c24',
        null,
        `await op.addColumn('person', { name: 'full_name', type: 'text', isNullable: true });`,
      );
      writeRevision(
        scene.directory,
        'last',
        '27c6a30d7c24',
        `await op.alterColumn('person', 'full_name', { isNullable: false }); await op.dropColumn('person', 'name');`,
      );
      await dataSource.query('CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL)');
      const rows = Array.from({ length: 2500 }, (_, id) => `(${id}, 'name ${id}')`);
      await dataSource.query(`INSERT INTO person VALUES ${rows.join()}`);
      await splitNames(migrations, dataSource);
      expect(await dataSource.query('SELECT * FROM person WHERE id = 2499')).toEqual([
        { id: 2499, full_name: 'name 2499' },
      ]);
    });
  });

  it('several histories of one application are reached by the names of their data sources', async () => {
    const other = await make();
    const audit = temporaryDirectory();
    const [first, second] = [scene.database, other].map(({ options }) => new DataSource(options as DataSourceOptions));
    const module = await Test.createTestingModule({
      imports: [
        MigrateModule.forRoot([
          { name: 'default', dataSource: first!, directory: scene.directory },
          { name: 'audit', dataSource: second!, directory: audit.directory },
        ]),
      ],
    }).compile();
    await module.init();
    try {
      for (const [token, directory] of [
        [MigrationService, scene.directory],
        [getMigrationServiceToken('audit'), audit.directory],
      ] as const) {
        const migrations: MigrationService = module.get(token);
        await migrations.init();
        writeRevision(directory, `of_${directory === audit.directory ? 'audit' : 'default'}`, null, '');
        await migrations.upgrade();
      }
      const heads = await module.get<MigrationService>(getMigrationServiceToken('audit')).current();
      expect(heads).toMatchObject([{ dataSource: 'audit', revisions: [{ revision: 'of_audit' }] }]);
    } finally {
      await module.close();
      await Promise.all([first, second].map((one) => (one!.isInitialized ? one!.destroy() : undefined)));
      await other.drop();
      audit.remove();
    }
  });

  if (dialect === 'postgres') {
    it('upgrade-tenants.ts: each tenant has its tables, and its version table, in a schema of its own', async () => {
      process.env['DATABASE_URL'] = scene.database.url;
      process.env['MIGRATIONS'] = scene.directory;
      try {
        await scene.inApplication(
          async (migrations) => {
            await migrations.init();
            await migrations.migrate();
            const [head] = await migrations.heads();
            writeRevision(
              scene.directory,
              'rows',
              head!.revision,
              `await op.execute("INSERT INTO note (text) VALUES ('hello')");`,
            );
          },
          { entities: [Note] },
        );
        await upgradeTenants(['acme', 'globex']);
        await upgradeTenants(['acme', 'initech']);
        await scene.inApplication(async (_migrations, dataSource) => {
          for (const schema of ['acme', 'globex', 'initech']) {
            expect(await dataSource.query(`SELECT text FROM ${schema}.note`)).toEqual([{ text: 'hello' }]);
            expect(await dataSource.query(`SELECT count(*)::int AS rows FROM ${schema}.migrate_version`)).toEqual([
              { rows: 1 },
            ]);
          }
          expect(await tableNames(dataSource)).toEqual([]);
        });
      } finally {
        delete process.env['DATABASE_URL'];
        delete process.env['MIGRATIONS'];
      }
    });

    it('tenant-schema.ts: -x tenant=acme works in the schema acme', async () => {
      await scene.inApplication(
        async (migrations, dataSource) => {
          await migrations.init();
          writeRevision(scene.directory, 'first', null, `await op.execute('CREATE TABLE note (id integer)');`);
          for (const tenant of ['acme', 'globex']) await migrations.with({ xArgs: { tenant } }).upgrade();
          const rows = await dataSource.query(`SELECT schemaname FROM pg_tables WHERE tablename = 'note' ORDER BY 1`);
          expect(rows).toEqual([{ schemaname: 'acme' }, { schemaname: 'globex' }]);
        },
        { providers: [TenantSchema] },
      );
    });
  }
});
