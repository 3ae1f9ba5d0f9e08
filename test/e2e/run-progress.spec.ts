import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { commandLine, nestCmd, useRepository } from './cli.workspace.js';

const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
if (!hasTerminals) console.warn('Skipped: `script` of util-linux is not there to make a terminal with.');

/** What `nest-cmd` writes to a terminal of 80 columns, and what of it stays there. */
async function atTerminal(
  cwd: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ readonly live: readonly string[]; readonly left: string }> {
  const words = commandLine(args).map((word) => `'${word}'`);
  const { CI: _ci, FORCE_COLOR: _colours, JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, ...inherited } = process.env;
  const command = `stty cols 80; ${words.join(' ')}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, env: { ...inherited, NO_COLOR: '1', ...env } });
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await new Promise((done, reject) => child.once('error', reject).once('close', done));
  const [first = '', ...rewritten] = screen.split('\r\u001B[2K');
  const ends = rewritten.map((part) => part.split('\n'));
  // A line that is followed by the end of a line was not cleared: it is one that stays.
  const live = rewritten.filter((part) => part !== '' && !part.includes('\n'));
  return {
    live,
    left:
      first +
      ends
        .filter((part) => part.length > 1)
        .map((part) => part.join('\n'))
        .join(''),
  };
}

/** The lines that the command printed, without those of the application. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r*\n/).filter((line) => line !== '' && !/^(?:query:|app\.module)/.test(line));
}

(hasTerminals ? describe : describe.skip)('the progress of a run', () => {
  const made = useRepository();
  let database: TestDatabase;
  let dataSource: DataSource;
  let down = 'null';

  const revision = (id: string, ...statements: readonly string[]): void => {
    const calls = statements.map((call) => `  await ${call};\n`).join('');
    writeFileSync(
      join(made.app, 'migrations/versions', `${id}_step.ts`),
      `import type { Operations } from 'nestjs-migrate';

export const revision = '${id}';
export const downRevision = ${down};
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
${calls}}

export async function downgrade(op: Operations): Promise<void> {}
`,
    );
    down = `'${id}'`;
  };
  const sleeps = (seconds: number): string => `op.execute("SELECT pg_sleep(${seconds}), '\\u001b[2J'")`;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE big (n integer)');
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is a line of a terminal that is rewritten, and removed at the end', async () => {
    revision('a1', 'op.execute("SELECT 1")');
    revision('b2', sleeps(2.5));
    const env = { DATABASE_URL: database.url };
    const { live, left } = await atTerminal(made.app, ['db', 'upgrade'], env);
    expect(live.length).toBeGreaterThan(3);
    expect(live).toContainEqual("2 of 2 | 2 s | SELECT pg_sleep(2.5), '\\x1b[2J'");
    expect(live.filter((line) => line.includes('| 0 s |'))).toEqual([]);
    expect(linesOf(left)).toEqual(['INFO  Running upgrade  -> a1', 'INFO  Running upgrade a1 -> b2']);
  });

  it('shows how far an index is, and for whom it waits', async () => {
    const writer = dataSource.createQueryRunner();
    await writer.startTransaction();
    await writer.query('INSERT INTO big VALUES (1)');
    const [{ pid }] = await writer.query('SELECT pg_backend_pid() AS pid');
    revision('c3', `op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY big_n ON big (n)'))`);
    const running = atTerminal(made.app, ['db', 'upgrade'], { DATABASE_URL: database.url });
    await sleep(7_000);
    await writer.commitTransaction();
    await writer.release();
    const { live } = await running;
    expect(live.join('\n')).toContain(`| waiting for writers before build, pid ${pid} | CREATE INDEX CON`);
    expect(live.filter((line) => line.length > 79)).toEqual([]);
  });

  it('is nothing for a document, in quiet, on a dumb terminal and where there is none, unless a statement takes long', async () => {
    const env = { DATABASE_URL: database.url };
    revision('d4', sleeps(2));
    const { stderr } = await nestCmd(made.app, ['db', 'upgrade'], env);
    expect(linesOf(stderr)).toEqual(['INFO  Running upgrade c3 -> d4']);
    const cases: readonly [readonly string[], Record<string, string>][] = [
      [['--json'], {}],
      [['--quiet'], {}],
      [[], { TERM: 'dumb' }],
    ];
    for (const [index, [flags, more]] of cases.entries()) {
      revision(`e${index}`, sleeps(2));
      const { live, left } = await atTerminal(made.app, ['db', 'upgrade', ...flags], { ...env, ...more });
      expect({ live, line: left.includes('1 of 1') }).toEqual({ live: [], line: false });
    }
    revision('f6', sleeps(11));
    const long = await nestCmd(made.app, ['db', 'upgrade'], env);
    expect(linesOf(long.stderr)).toEqual([
      'INFO  Running upgrade e2 -> f6',
      "INFO  Running for 10 s, step 1 of 1: SELECT pg_sleep(11), '\\x1b[2J'",
    ]);
  });
});
