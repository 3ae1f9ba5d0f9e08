import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { PlanReport } from '../../src/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

describe('nest-cmd db plan', () => {
  const workspace = new CliWorkspace();
  let app: string;
  let postgres: TestDatabase;

  const both = ['--data-source', 'default', '--data-source', 'db-2'];
  const db = (...args: string[]): Promise<CommandRun> => nestCmd(app, ['db', ...args], { DATABASE_URL: postgres.url });
  const reports = ({ stdout }: CommandRun): readonly PlanReport[] => JSON.parse(stdout) as readonly PlanReport[];
  const write = (id: string, down: string | null, upgrade: string, downgrade = ''): void =>
    writeFileSync(
      join(app, 'migrations/versions', `${id}.js`),
      `/** change ${id} */
       export const revision = '${id}';
       export const downRevision = ${JSON.stringify(down)};
       export const branchLabels = null;
       export const dependsOn = null;
       const up = async (op) => { ${upgrade} };
       const back = async (op) => { ${downgrade} };
       export const upgrade = { default: up, 'db-2': up };
       export const downgrade = { default: back, 'db-2': back };`,
    );

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    app = workspace.add('several');
    await db('init');
    write(
      'a1',
      null,
      `await op.createTable({ name: 'book', columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'note', type: 'varchar', isNullable: true }] });`,
      `await op.dropTable('book');`,
    );
    await db('upgrade', ...both);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`INSERT INTO book SELECT n, 'x' FROM generate_series(1, 1234) n; ANALYZE book`);
    await client.end();
    write(
      'a2',
      'a1',
      `await op.createTable({ name: 'shelf', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
       await op.createIndex('shelf', { name: 'IDX_shelf', columnNames: ['id'] });
       await op.createIndex('book', { name: 'IDX_note', columnNames: ['note'] });
       await op.dropColumn('book', 'note');`,
    );
    write(
      'a3',
      'a2',
      `const rows = await op.queryRunner.query('SELECT count(*) FROM book'); if (rows.length > 5) await op.dropTable('book');`,
    );
  });
  afterAll(async () => {
    workspace.remove();
    await postgres.drop();
  });

  it('shows what each statement locks, builds and loses on each database, and changes nothing', async () => {
    const { code, stdout, stderr } = await db('plan', ...both);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('default: from a1, 2 revisions, 4 statements in 1 transaction');
    expect(stdout).toContain(
      ['  CREATE INDEX "IDX_note" ON "book" ("note")', '      locks book (SHARE): writes wait'].join('\n'),
    );
    expect(stdout).toMatch(/builds an index of book: 1,234 rows, \d+ KiB/);
    expect(stdout).toContain('◆ loses the values of book.note (1,234 rows)');
    expect(stdout).not.toMatch(/locks shelf|index of shelf/);
    expect(stdout).toMatch(/not known from here on: Revision a3 asks the database in line \d+/);
    expect(stdout).toContain('db-2: from a1, 2 revisions');
    expect((await db('current', ...both)).stdout).toMatch(/a1/);
  });

  it('prints the same as a document', async () => {
    const [first, second] = reports(await db('plan', '--json', ...both));
    const [step] = first?.steps ?? [];
    expect(step?.statements.map(({ blocks, transaction }) => [blocks, transaction])).toEqual([
      ['nothing', 1],
      ['nothing', 1],
      ['writes', 1],
      ['reads', 1],
    ]);
    expect(step?.statements.at(-1)).toMatchObject({ loses: [{ what: 'values', target: 'book.note', rows: 1234 }] });
    expect(second?.steps[0]?.statements.at(-1)?.locks[0]).toMatchObject({ object: 'database', blocks: 'writes' });
  });

  it('plans a downgrade, and a range without a database, as Markdown too', async () => {
    const [down] = reports(await db('plan', '-1', '--downgrade', '--data-source', 'default', '--format', 'json'));
    expect(down?.steps.map(({ kind, revision }) => `${kind} ${revision}`)).toEqual(['downgrade a1']);
    expect(down?.steps[0]?.statements[0]?.loses).toEqual([{ what: 'rows', target: 'book', rows: 1234 }]);
    const range = await nestCmd(app, ['db', 'plan', 'a1:a2', '--data-source', 'default', '--format', 'markdown'], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    expect(range.stdout).toContain(
      '| 1 | `ALTER TABLE "book" DROP COLUMN "note"` | locks book (ACCESS EXCLUSIVE): reads and writes wait',
    );
    expect(range.stdout).toContain('**◆ loses the values of book.note**');
  });
});
