import { DataSource, EntitySchema } from 'typeorm';
import { createPostgresDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

/** Texts of entities with backslashes, in every place that has texts. */
const code = new EntitySchema({
  name: 'code',
  columns: {
    id: { type: 'int', primary: true },
    path: { type: 'varchar', default: 'a\\b' },
    kind: { type: 'enum', enum: ['c\\d', "it's"], default: 'c\\d', comment: 'one \\ two' },
    twice: { type: 'varchar', asExpression: `path || '\\'`, generatedType: 'STORED', nullable: true },
  },
  checks: [{ name: 'digits', expression: `path ~ '^[\\w\\\\]+$'` }],
  indices: [{ name: 'some', columns: ['path'], where: `path <> '\\'` }],
});
const names = new EntitySchema({
  name: 'names',
  type: 'view',
  expression: `SELECT id, path || '\\n' AS line FROM code`,
  columns: { id: { type: 'int' }, line: { type: 'varchar' } },
});
const entities = [code, names];
const LINE = [{ path: 'a\\b', kind: 'c\\d', twice: 'a\\b\\', line: 'a\\b\\n' }];

/** As psql sends a script: one statement after the other, so that a setting counts for those behind it. */
async function sendStatements(dataSource: DataSource, script: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  for (const statement of script.split('\n\n')) await runner.query(statement);
  await runner.query('RESET standard_conforming_strings');
  await runner.release();
}

describe.each(['off', 'on'])('backslashes in literals with standard_conforming_strings = %s', (setting) => {
  const scene = useScene(createPostgresDatabase);

  beforeEach(async () => {
    const admin = await new DataSource(scene.database.options).initialize();
    const [row] = await admin.query<{ name: string }[]>('SELECT current_database() AS name');
    await admin.query(`ALTER DATABASE "${row?.name}" SET standard_conforming_strings = ${setting}`);
    await admin.destroy();
  });

  const line = async (dataSource: DataSource): Promise<unknown> => {
    await dataSource.query('INSERT INTO code (id) VALUES (1)');
    return dataSource.query('SELECT code.path, code.kind, code.twice, names.line FROM code JOIN names USING (id)');
  };

  it('are stored as written by a run, and nothing differs afterwards', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'first' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await line(dataSource)).toEqual(LINE);
        await dataSource.query('DELETE FROM code');
        await migrations.downgrade();
        await migrations.upgrade();
        expect(await line(dataSource)).toEqual(LINE);
        // The application keeps its own setting.
        const [row] = await dataSource.query<object[]>('SHOW standard_conforming_strings');
        expect(row).toEqual({ standard_conforming_strings: setting });
      },
      { entities },
    );
  });

  it('are stored as written by a script', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'first' });
        const [script] = await migrations.upgrade('head', { sql: true });
        await sendStatements(dataSource, script?.sql ?? '');
        expect(await line(dataSource)).toEqual(LINE);
        expect(await migrations.check()).toEqual([]);
      },
      { entities },
    );
  });
});
