import { join } from 'node:path';
import type { MigrationService } from '../../src/index.js';
import { startApplication, type TestApplication, temporaryDirectory } from '../support/application.js';
import { createMysqlDatabase, databases, type TestDatabase } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { writeRevision } from '../support/write-revisions.js';
import { AddLikes1700000000002, AddRoles1700000000001, exampleSchema, mysqlExampleSchema } from './example-schema.js';
import { type Example, ExampleModules, examplesOf, revisionBodyOf } from './examples.js';
import { typeErrors } from './typecheck.js';

const root = join(__dirname, '../..');
const examples = examplesOf(root);
const named = (list: readonly Example[]): [string, Example][] => list.map((example) => [example.name, example]);

/** The examples that cannot be a part of a script, as their documentation says, and the errors that it names. */
const REFUSED_IN_SCRIPTS: Readonly<Record<string, string>> = {
  'Operations.queryRunner': 'OfflineReadError',
  'Operations.runTypeormMigrations': 'TypeormScriptError',
  'Operations.revertTypeormMigrations': 'TypeormScriptError',
};

describe('the examples of the public surface', () => {
  const modules = new ExampleModules(root);
  const errors = typeErrors(root, new Map(examples.map((example) => [example.name, modules.sourceOf(example)])));

  it.each(named(examples))('%s has the types of the package', (name) => {
    expect(errors.get(name) ?? []).toEqual([]);
  });
});

describe.each(databases)('the examples of revisions on %s', (dialect, make) => {
  const own = examples.filter(
    (example) => revisionBodyOf(example) !== undefined && (example.database ?? dialect) === dialect,
  );
  const leaving = own.filter(({ code }) => /autocommit|isConcurrent|inBatches/.test(code));
  const staying = own.filter((example) => !leaving.includes(example));
  const ids = new Map(own.map((example, index) => [example, `example${index}`]));
  const idOf = (example: Example): string => ids.get(example)!;
  let repository: ReturnType<typeof temporaryDirectory>;
  let database: TestDatabase;
  let application: TestApplication;

  beforeAll(async () => {
    repository = temporaryDirectory();
    writeRevision(repository.directory, 'tables', { upgrade: exampleSchema });
    for (const example of own) {
      writeRevision(repository.directory, idOf(example), { upgrade: `\n${revisionBodyOf(example)!}\n` }, 'tables');
    }
    database = await make();
    application = await startOn(database);
    await application.migrations.upgrade('tables');
  });

  afterAll(async () => {
    await application.module.close();
    await database.drop();
    repository.remove();
  });

  function startOn(on: TestDatabase): Promise<TestApplication> {
    const options = { ...on.options, migrations: [AddRoles1700000000001, AddLikes1700000000002] };
    const hasher = { hash: async (text: string) => `hash of ${text}` };
    return startApplication({
      database: { ...on, options },
      migrate: { directory: repository.directory, xArgs: { seed: 'of the run' } },
      providers: [{ provide: 'PASSWORD_HASHER', useValue: hasher }],
    });
  }

  it.each(named(staying))('run: %s', async (_, example) => {
    expect(await tryOut(application, idOf(example))).toEqual([idOf(example)]);
  });

  it.each(named(leaving))('run, and leave the transaction: %s', async (_, example) => {
    const other = await make();
    const { migrations, module } = await startOn(other);
    try {
      const [result] = await migrations.upgrade(idOf(example));
      expect(result?.current).toEqual([idOf(example)]);
    } finally {
      await module.close();
      await other.drop();
    }
  });

  it.each(named(own))('are written as a script, or refused as documented: %s', async (name, example) => {
    const written = scriptOf(application.migrations, `tables:${idOf(example)}`);
    await expect(written).resolves.toMatch(REFUSED_IN_SCRIPTS[name] ?? /COMMIT;/);
  });
});

const onMysql = examples.filter((example) => revisionBodyOf(example) !== undefined && example.database === 'mysql');

describeOnMysql('the examples of revisions for MySQL', () => {
  it.each(named(onMysql))('run, and are written as a script: %s', async (_, example) => {
    const repository = temporaryDirectory();
    writeRevision(repository.directory, 'tables', { upgrade: mysqlExampleSchema });
    writeRevision(repository.directory, 'example', { upgrade: `\n${revisionBodyOf(example)!}\n` }, 'tables');
    const database = await createMysqlDatabase();
    const { migrations, module } = await startApplication({ database, migrate: { directory: repository.directory } });
    try {
      expect(await migrations.upgrade()).toMatchObject([{ current: ['example'] }]);
      expect(await scriptOf(migrations, 'base:example')).toMatch(/ALTER TABLE/);
    } finally {
      await module.close();
      await database.drop();
      repository.remove();
    }
  });
});

/** Runs a revision in a transaction that is rolled back, so that the next one finds the tables as they were. */
async function tryOut({ migrations, dataSource }: TestApplication, id: string): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  if (dataSource.options.type !== 'postgres') await queryRunner.query('PRAGMA foreign_keys = OFF');
  await queryRunner.startTransaction();
  try {
    const [result] = await migrations.upgrade(id, { queryRunner });
    return result?.current ?? [];
  } finally {
    await queryRunner.rollbackTransaction();
    await queryRunner.release();
  }
}

/** The text of a script, or the name of the error with which it is refused. */
async function scriptOf(migrations: MigrationService, range: string): Promise<string> {
  try {
    const [result] = await migrations.upgrade(range, { sql: true });
    return result?.sql ?? '';
  } catch (error) {
    return (error as Error).name;
  }
}
