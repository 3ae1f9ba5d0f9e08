import { spawn, spawnSync } from 'node:child_process';
import { commandLine, nestCmd, useRepository } from './cli.workspace.js';

const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
if (!hasTerminals) console.warn('Skipped: `script` of util-linux is not there to make a terminal with.');

/** The lines that `nest-cmd` prints at a terminal of some columns. */
function atTerminal(cwd: string, columns: number, args: readonly string[]): Promise<readonly string[]> {
  const words = commandLine(args).map((word) => `'${word}'`);
  const { CI: _ci, FORCE_COLOR: _colours, JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, ...env } = process.env;
  const command = `stty cols ${columns}; ${words.join(' ')}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, env: { ...env, NO_COLOR: '1' } });
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', () => done(screen.trimEnd().split(/\r*\n/)));
  });
}

(hasTerminals ? describe : describe.skip)('the width of a terminal', () => {
  const made = useRepository();

  it.each([
    ['the help of nest-cmd', ['--help']],
    ['the help of the group', ['db', '--help']],
    ['the help of a command', ['db', 'migrate', '--help']],
    ['the help of adopt', ['db', 'adopt', '--help']],
    ['an error with its hint', ['db', 'show', 'nowhere']],
    ['an error of the command line', ['db', 'upgrade', '--nowhere']],
  ])('bounds %s', async (_what, args) => {
    for (const columns of [60, 100]) {
      const lines = await atTerminal(made.app, columns, args);
      const tooLong = lines.filter((line) => line.length > columns && /\S\s+\S/.test(line.trim()));
      expect(tooLong).toEqual([]);
      expect(lines.length).toBeGreaterThan(1);
    }
  });

  it('breaks at words, and never in a command or a name', async () => {
    const lines = await atTerminal(made.app, 60, ['db', 'show', 'nowhere']);
    expect(lines.slice(-3)).toEqual([
      'Error: No revision or branch is called "nowhere"',
      'See `npx nest-cmd db history` for the ids and labels there',
      'are. An id may be shortened while it stays unique.',
    ]);
  });

  it('does not matter to what is piped', async () => {
    const { stderr } = await nestCmd(made.app, ['db', 'show', 'nowhere'], { COLUMNS: '40' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'See `npx nest-cmd db history` for the ids and labels there are. An id may be shortened while it stays unique.',
    );
    const help = async (env: Record<string, string>): Promise<string> =>
      (await nestCmd(made.app, ['db', 'init', '--help'], env)).stdout;
    expect(await help({ COLUMNS: '40' })).toBe(await help({}));
  });
});
