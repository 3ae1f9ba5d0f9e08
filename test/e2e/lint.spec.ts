import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataSource } from 'typeorm';
import type { CommandHost } from '../../src/commands/command-host.js';
import { runDb } from '../../src/commands/db.js';
import { Output } from '../../src/commands/output/output.js';
import { type LintFinding, MigrationService } from '../../src/index.js';
import { version } from '../../src/version.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import { createPostgresDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { writeRevision, writeRevisions } from '../support/write-revisions.js';

const table = (name: string): string =>
  `await op.createTable({ name: '${name}', columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'note', type: 'text', isNullable: true }] });`;
const index = (name: string): string =>
  `\n  await op.createIndex('${name}', { name: 'IDX_${name}', columnNames: ['note'] });\n`;

const short = (findings: readonly LintFinding[]): readonly string[] =>
  findings
    .filter(({ class: kind }) => kind === 'needs-concurrently')
    .map(({ revision, line, code, target }) => `${revision}:${line} ${code} ${target}`);

describe('lint of a repository', () => {
  const scene = useScene(createPostgresDatabase);

  /** Works with a history of which a1 is run, and `book` has a row. */
  function withHistory(work: (migrations: MigrationService) => Promise<void>, migrate: object = {}): Promise<void> {
    return scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeRevisions(scene.directory, { a1: { upgrade: table('book') + table('empty') } });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO book VALUES (1, 'x')`);
        writeRevision(scene.directory, 'b2', { upgrade: index('book') + index('empty') }, 'a1');
        writeRevision(
          scene.directory,
          'c3',
          { upgrade: table('shelf') + index('shelf') + index('book').replace('IDX', 'I2') },
          'b2',
        );
        await work(migrations);
      },
      { migrate },
    );
  }

  /** Runs a command line on it. */
  async function db(
    migrations: MigrationService,
    ...args: readonly string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const texts = { stdout: '', stderr: '' };
    const streamOf = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (texts[name] += text) });
    const host: CommandHost = {
      group: 'db',
      usage: 'npx nest-cmd db',
      output: new Output(streamOf('stdout'), streamOf('stderr'), {}),
      env: {},
      cwd: dirname(scene.directory),
      open: async ({ overrides }) => ({ migrations: migrations.with(overrides), close: async () => undefined }),
      openFleet: () => Promise.reject(new Error('There are no tenants here.')),
    };
    return { code: await runDb(args, host), ...texts };
  }

  it('looks at the revisions that are pending, where a table without rows keeps nobody waiting', async () => {
    await withHistory(async (migrations) => {
      expect(short(await migrations.lint())).toEqual([
        'b2:9 index-stops-writers book',
        'c3:11 index-stops-writers book',
      ]);
      const [finding] = await migrations.lint();
      expect(finding).toMatchObject({
        dataSource: 'default',
        path: join(scene.directory, 'versions/b2.ts'),
        url: `https://unpkg.com/nestjs-migrate@${version}/docs/lint/index-stops-writers.md`,
      });
    });
  });

  it('looks at a range, one revision, or all, each by itself, without a database', async () => {
    await withHistory(async (migrations) => {
      const empty = 'b2:11 index-stops-writers empty';
      expect(short(await migrations.lint({ range: 'a1:b2' }))).toEqual(['b2:9 index-stops-writers book', empty]);
      expect(short(await migrations.lint({ range: 'b2' }))).toEqual(['b2:9 index-stops-writers book', empty]);
      expect(short(await migrations.lint({ range: 'base:head' }))).toEqual([]);
      expect(short(await migrations.lint({ all: true }))).toEqual([
        'b2:9 index-stops-writers book',
        empty,
        'c3:11 index-stops-writers book',
      ]);
    });
  });

  it('looks at what is new or edited since a commit of git, and at no file that is only renamed', async () => {
    await withHistory(async (migrations) => {
      const git = (...args: readonly string[]): unknown =>
        execFileSync('git', ['-C', scene.directory, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
          stdio: 'pipe',
        });
      git('init', '-q');
      git('add', 'versions/a1.ts', 'versions/b2.ts');
      git('commit', '-q', '-m', 'first');
      git('mv', 'versions/b2.ts', 'versions/b2_renamed.ts');
      expect(short(await migrations.lint({ since: 'HEAD' }))).toEqual(['c3:11 index-stops-writers book']);
      writeFileSync(
        join(scene.directory, 'versions/b2_renamed.ts'),
        readFileSync(join(scene.directory, 'versions/b2_renamed.ts'), 'utf8').replace('IDX_book', 'IDX_other'),
      );
      const both = [
        'b2:9 index-stops-writers book',
        'b2:11 index-stops-writers empty',
        'c3:11 index-stops-writers book',
      ];
      expect(short(await migrations.lint({ since: 'HEAD' }))).toEqual(both);
      await expect(migrations.lint({ since: 'nowhere' })).rejects.toMatchObject({ code: 'GIT_REFERENCE' });
      await expect(migrations.lint({ since: 'HEAD', all: true })).rejects.toMatchObject({ code: 'MIGRATE_OPTIONS' });
    });
  });

  it('leaves out what options and comments allow, and refuses a rule that does not exist', async () => {
    const path = join(scene.directory, 'versions/c3.ts');
    await withHistory(
      async (migrations) => {
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace(
            "await op.createIndex('book'",
            "// lint: allow index-stops-writers, at night\n  await op.createIndex('book'",
          ),
        );
        expect(short(await migrations.lint({ range: 'c3' }))).toEqual([]);
      },
      { lint: { levels: { 'index-stops-writers': 'note' } } },
    );
    await scene.inApplication(
      (migrations) =>
        expect(migrations.lint()).rejects.toMatchObject({
          code: 'MIGRATE_OPTIONS',
          hint: "Did you mean 'small-primary-key'?",
        }),
      { migrate: { lint: { allow: ['smal-primary-key'] } } },
    );
  });

  it('answers on a command line by its exit code, in each format', async () => {
    await withHistory(async (migrations) => {
      const text = await db(migrations, 'lint', 'a1:b2');
      expect(text.code).toBe(1);
      expect(text.stdout).toContain('migrations/versions/b2.ts:9  error  index-stops-writers  book');
      expect(text.stdout).toContain('isConcurrent: true');
      expect((await db(migrations, 'lint', 'a1:b2', '--fail-on', 'none')).code).toBe(0);
      expect((await db(migrations, 'lint', 'a1')).code).toBe(0);
      for (const wrong of [
        ['--format', 'xml'],
        ['--fail-on', 'all'],
        ['nowhere'],
        ['--since', 'nowhere'],
        ['--all', 'a1:b2'],
      ]) {
        expect((await db(migrations, 'lint', ...wrong)).code).toBe(2);
      }
      const json = await db(migrations, 'lint', 'a1:b2', '--format', 'json');
      expect(JSON.parse(json.stdout)).toEqual(JSON.parse((await db(migrations, 'lint', 'a1:b2', '--json')).stdout));
      const github = await db(migrations, 'lint', 'a1:b2', '--format', 'github');
      expect(github.stdout).toMatch(
        /^::error file=\S*versions\/b2\.ts,line=9,title=index-stops-writers book::Writers of book wait/,
      );
      const sarif = JSON.parse((await db(migrations, 'lint', 'a1:b2', '--format', 'sarif')).stdout) as {
        runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[];
      };
      const [run] = sarif.runs;
      expect(run?.results[0]?.ruleId).toBe(run?.tool.driver.rules[run.results[0]?.ruleIndex ?? -1]?.id);
    });
  });

  it('looks at parts of several data sources, and at the comments in them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-lint-'));
    const directory = join(folder, 'migrations');
    const head = (id: string, down: string) =>
      `export const revision = '${id}';\nexport const downRevision = ${down};\nexport const branchLabels = null;\nexport const dependsOn = null;\n`;
    mkdirSync(join(directory, 'versions'), { recursive: true });
    writeFileSync(
      join(directory, 'versions/a1.js'),
      `${head('a1', 'null')}const up = async (op) => { ${table('book')} };
export const upgrade = { one: up, two: up };
export const downgrade = {};`,
    );
    writeFileSync(
      join(directory, 'versions/b2.js'),
      `${head('b2', "'a1'")}export const upgrade = {
  one: async (op) => {
    ${index('book').trim()}
  },
  two: async (op) => {
    // lint: allow index-stops-writers, at night
    ${index('book').trim()}
    // lint: allow drop-table-loses-rows
    ${index('book').replace('IDX', 'I2').replace('note', 'id').trim()}
  },
};
export const downgrade = {};`,
    );
    // Nothing listens there: what no database is asked for needs none.
    const sources = ['one', 'two'].map((name) => ({
      entry: { name },
      dataSource: new DataSource({ type: 'postgres', host: '127.0.0.1', port: 1 }),
    }));
    const environment = new MigrationEnvironment({ command: 'db', directory }, sources, () => undefined as never);
    const migrations = new MigrationService(environment, ['one', 'two']);
    const findings = await migrations.lint({ all: true });
    expect(findings.map(({ dataSource, line, code }) => `${dataSource}:${line} ${code}`)).toEqual([
      'one:7 index-stops-writers',
      'one:12 allowance-without-a-finding',
      'two:13 index-stops-writers',
    ]);
    await expect(migrations.lint()).rejects.toMatchObject({ code: 'DATA_SOURCES_FAILED' });
    rmSync(folder, { recursive: true });
  });

  it('is not stopped by a revision that asks the database something, and by one that fails it is', async () => {
    await withHistory(async (migrations) => {
      writeRevision(
        scene.directory,
        'd4',
        {
          upgrade: `${index('book').replace('IDX', 'I3')}const [row] = await op.queryRunner.query('SELECT 1 AS one'); if (row.one > 0) { ${index('book')} }`,
        },
        'c3',
      );
      expect(short(await migrations.lint({ range: 'd4' }))).toEqual(['d4:9 index-stops-writers book']);
      const [unread] = (await migrations.lint({ range: 'd4' })).filter(({ code }) => code === 'sql-not-understood');
      expect(unread?.message).toMatch(/^Revision d4 asks the database in line 10, and what it does then depends on/);
      const cte = `await op.inBatches({ table: 'book' }, 'WITH a AS (SELECT 1) UPDATE book SET note = id');`;
      writeRevision(scene.directory, 'd4', { upgrade: `${index('book').replace('IDX', 'I4')}${cte}` }, 'c3');
      const refused = await migrations.lint({ range: 'd4' });
      expect(short(refused)).toEqual(['d4:9 index-stops-writers book']);
      expect(refused.find(({ line }) => line === 10)).toMatchObject({
        code: 'refused-by-the-database',
        level: 'error',
        line: 10,
        message: expect.stringContaining('This fails: inBatches is not possible on PostgreSQL'),
      });
      writeRevision(scene.directory, 'd4', { upgrade: `throw new Error('no');` }, 'c3');
      expect((await db(migrations, 'lint', 'd4')).code).toBe(2);
    });
  });
});
