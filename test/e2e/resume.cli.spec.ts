import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

describe.each([
  ['postgres', createPostgresDatabase],
  ['sqlite', createSqliteDatabase],
] as const)('nest-cmd db upgrade --resume-from on %s', (name, make) => {
  const workspace = new CliWorkspace();
  let app: string;
  let database: TestDatabase;
  let dataSource: DataSource;

  const db = (...args: string[]): Promise<CommandRun> =>
    nestCmd(app, ['db', ...args], { [name === 'postgres' ? 'DATABASE_URL' : 'DATABASE_FILE']: database.url });
  const amounts = async (): Promise<unknown> =>
    ((await dataSource.query('SELECT amount FROM account')) as { amount: number }[]).map(({ amount }) => amount);

  /** Writes the revision with the SQL of its three statements, the second one outside the transaction. */
  function write(...[first, second, third]: readonly [string, string, string]): void {
    const folder = join(app, 'migrations/versions');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'a1.ts'),
      `export const revision = 'a1';
       export const downRevision = null;
       export const branchLabels = null;
       export const dependsOn = null;
       export async function upgrade(op) {
         await op.execute(${JSON.stringify(first)});
         await op.autocommit(() => op.execute(${JSON.stringify(second)}));
         await op.execute(${JSON.stringify(third)});
       }
       export async function downgrade(op) {}`,
    );
  }

  beforeAll(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE account (amount integer)');
    await dataSource.query('INSERT INTO account VALUES (1)');
    app = workspace.add('commonjs');
    await db('init');
  });

  afterAll(async () => {
    await dataSource.destroy();
    workspace.remove();
    await database.drop();
  });

  it('goes on with the statement that a person names, where the file has another one in place of what is done', async () => {
    const [first, third] = ['UPDATE account SET amount = amount + 10', 'UPDATE account SET amount = amount * 3'];
    write(first, 'UPDATE account SET amount = amount + 100', 'UPDATE nowhere SET amount = 0');
    expect(await db('upgrade')).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') });
    expect(await amounts()).toEqual([111]);

    write(first, 'UPDATE account SET amount = amount + 200', third);
    const stopped = await db('upgrade');
    expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('db upgrade --resume-from 3') });
    expect(stopped.stderr).not.toContain('    at ');
    expect(await amounts()).toEqual([111]);

    expect(await db('upgrade', '--resume-from', '7')).toMatchObject({ code: 1 });
    expect(await db('upgrade', '--resume-from', 'x')).toMatchObject({ code: 2 });
    expect(await amounts()).toEqual([111]);
    expect(await db('upgrade', '--resume-from', '3')).toMatchObject({ code: 0 });
    expect(await amounts()).toEqual([333]);
    expect(await db('current')).toMatchObject({ code: 0, stdout: expect.stringContaining('a1') });
  });

  it('is refused where no run has left a revision in its middle', async () => {
    const { code, stderr } = await db('downgrade', '--resume-from', '2');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no run has left it in its middle') });
    expect(await db('upgrade', '--resume-from', '2', '--sql')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Leave --sql or --resume-from out.'),
    });
  });
});
