import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

const STYLES = ['--no-diff3', '--diff3', '--zdiff3'] as const;

describe('a merge conflict that nobody resolved', () => {
  let workspace: CliWorkspace;
  let scratch: string;
  let directory: string;
  let count = 0;
  const db = (...args: string[]) => nestCmd(workspace.root, ['db', ...args, '-d', directory]);

  beforeAll(() => {
    workspace = new CliWorkspace();
    scratch = mkdtempSync(join(tmpdir(), 'nestjs-migrate-merge-'));
  });

  beforeEach(async () => {
    directory = join(workspace.root, `history ${(count += 1)}`);
    await db('init');
    await db('revision', '--rev-id', 'a1', '-m', 'first');
  });

  afterAll(() => {
    workspace.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Lets git merge two changes of a file of the repository, which it cannot. @returns the line of the first marker */
  function conflict(file: string, style: string, change: (text: string, side: string) => string): number {
    const path = join(directory, file);
    const base = readFileSync(path, 'utf8');
    const sides = { ours: change(base, 'one'), base, theirs: change(base, 'two') };
    for (const [name, text] of Object.entries(sides)) writeFileSync(join(scratch, name), text);
    const merge = ['merge-file', '--stdout', style, ...Object.keys(sides).map((name) => join(scratch, name))];
    let merged = '';
    try {
      execFileSync('git', merge, { encoding: 'utf8' });
    } catch (error) {
      merged = (error as { stdout: string }).stdout;
    }
    writeFileSync(path, merged);
    return merged.split('\n').findIndex((line) => line.startsWith('<<<<<<<')) + 1;
  }

  const inBody = (text: string, side: string): string => text.replace(/(upgrade\(.*\{)/, `$1 return ${side}();`);
  const inHeader = (text: string, side: string): string => text.replace('first', `first ${side}`);

  it.each(STYLES)('is refused by every command with file and line, as git writes it with %s', async (style) => {
    const line = conflict('versions/a1_first.ts', style, inBody);
    expect(line).toBeGreaterThan(0);
    const place = `${join(directory, 'versions/a1_first.ts')}:${line}: has a merge conflict`;
    for (const command of ['heads --fail-on-multiple', 'history', 'show a1', 'revision -m next', 'merge heads']) {
      const { code, stdout, stderr } = await db(...command.split(' '));
      expect({ command, code, stdout }).toEqual({ command, code: 1, stdout: '' });
      expect(stderr).toContain(place);
      expect(stderr).not.toMatch(/^ +at /m);
    }
  });

  it('is refused where it is only in the comment of a revision', async () => {
    const line = conflict('versions/a1_first.ts', '--diff3', inHeader);
    expect(await db('heads')).toMatchObject({ code: 1, stderr: expect.stringContaining(`a1_first.ts:${line}: `) });
  });

  it.each([
    ['migrations.json', (text: string, side: string) => text.replace('"timezone": null', `"timezone": "${side}"`)],
    ['script.ts.eta', (text: string, side: string) => text.replace('Create Date', `Made ${side}`)],
  ])('is refused in %s', async (file, change) => {
    for (const style of STYLES) {
      const before = readFileSync(join(directory, file), 'utf8');
      const line = conflict(file, style, change);
      expect(line).toBeGreaterThan(0);
      for (const command of [
        ['heads', '--fail-on-multiple'],
        ['revision', '-m', 'next'],
      ]) {
        const { code, stderr } = await db(...command);
        expect(code).toBe(1);
        expect(stderr).toContain(`${join(directory, file)}:${line}: has a merge conflict`);
        expect(stderr).not.toContain('Two revisions');
      }
      writeFileSync(join(directory, file), before);
    }
    expect(await db('heads')).toMatchObject({ code: 0, stdout: 'a1 (head)\n' });
  });

  it('is not seen in the text that a valid revision inserts', async () => {
    const file = join(directory, 'versions/a1_first.ts');
    const statement = "await op.execute(`INSERT INTO page VALUES ('\nTitle\n=======\n>>>>>>> quoted\n')`);";
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(upgrade\(.*\{)/, `$1\n${statement}\n`));
    expect(await db('heads', '--fail-on-multiple')).toMatchObject({ code: 0, stdout: 'a1 (head)\n' });
  });
});

describe('a merge conflict that nobody resolved, in an application', () => {
  const scene = useScene(createSqliteDatabase);

  it('fails every call before it touches the database', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      const [{ path } = { path: '' }] = await migrations.revision({ revId: 'a1', message: 'first' });
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, `${source}<<<<<<< HEAD\n=======\n>>>>>>> feature\n`);
      const error = { code: 'MERGE_CONFLICT', file: path, line: source.split('\n').length };
      await expect(migrations.upgrade()).rejects.toMatchObject(error);
      await expect(migrations.stamp()).rejects.toMatchObject(error);
      await expect(migrations.current()).rejects.toMatchObject(error);
      await expect(migrations.check()).rejects.toMatchObject(error);
      await expect(migrations.status()).rejects.toMatchObject(error);
      expect(await dataSource.query('SELECT name FROM sqlite_master')).toEqual([]);
    });
  });
});
