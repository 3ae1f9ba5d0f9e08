import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CliWorkspace, commandLine, nestCmd } from './cli.workspace.js';

jest.setTimeout(120_000);

const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
if (!hasTerminals) console.warn('Skipped: `script` of util-linux is not there to make a terminal with.');

interface Session {
  readonly code: number | null;
  readonly screen: string;
}

/** Runs `nest-cmd` at a terminal, and types an answer whenever it asks; the last one answers whatever else is asked. */
function atTerminal(
  cwd: string,
  args: readonly string[],
  answers: readonly string[],
  env: Record<string, string> = {},
): Promise<Session> {
  const words = commandLine(args).map((word) => `'${word}'`);
  const { CI: _ci, FORCE_COLOR: _colours, ...inherited } = process.env;
  const child = spawn('script', ['-qefc', words.join(' '), '/dev/null'], {
    cwd,
    env: { ...inherited, NO_COLOR: '1', ...env },
  });
  let screen = '';
  let asked = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    for (; asked < screen.split('[y/N] ').length - 1; asked++)
      child.stdin.write(answers[asked] ?? answers.at(-1) ?? '');
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done({ code, screen }));
  });
}

(hasTerminals ? describe : describe.skip)('renames asked at a terminal', () => {
  let workspace: CliWorkspace;
  let app: string;

  const entity = (): string => join(app, 'src/users/user.entity.ts');
  const revisions = (): string[] => readdirSync(join(app, 'migrations/versions'));
  const source = (id: string): string => {
    const name = revisions().find((file) => file.startsWith(id));
    return name === undefined ? '' : readFileSync(join(app, 'migrations/versions', name), 'utf8');
  };

  beforeAll(async () => {
    workspace = new CliWorkspace();
    app = workspace.add('commonjs');
    writeFileSync(join(app, '.prettierrc'), '{ "singleQuote": true, "printWidth": 120 }');
    await nestCmd(app, ['db', 'init']);
    await nestCmd(app, ['db', 'migrate', '-m', 'first', '--rev-id', 'a1']);
    await nestCmd(app, ['db', 'upgrade']);
    const database = new Database(join(app, 'shop.sqlite'));
    database.exec(`INSERT INTO user (name) VALUES ('Ada')`);
    database.close();
    const changed = readFileSync(entity(), 'utf8')
      .replace('name: string;', 'fullName: string;')
      .replace('@Entity()', `@Entity('person')`);
    writeFileSync(entity(), changed);
  });
  // What was written was written to be looked at.
  afterEach(() => {
    for (const file of revisions().filter((name) => !name.startsWith('a1'))) {
      rmSync(join(app, 'migrations/versions', file));
    }
  });
  afterAll(() => workspace.remove());

  it('asks about the table, and when it is renamed about its column, once each', async () => {
    const { code, screen } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b1'], ['y\n', 'YES\n']);
    const questions = [...screen.matchAll(/Was .*\?/g)].map(([question]) => question);
    expect(questions).toEqual(['Was "user" renamed to "person"?', 'Was "person.name" renamed to "person.fullName"?']);
    expect(code).toBe(0);
    expect(source('b1')).toContain("await op.renameTable('user', 'person')");
    expect(source('b1')).toContain("await op.renameColumn('person', 'name', 'fullName')");
    expect(source('b1')).not.toContain('drop');
    expect(screen).toContain('Detected renamed');
  });

  it.each([
    ['no', 'n\n'],
    ['nothing', '\n'],
    ['the end of the input', '\u0004'],
  ])('drops and adds when the answer is %s', async (_what, answer) => {
    const { code, screen } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b2'], ['y\n', answer]);
    expect(code).toBe(0);
    expect(screen).toContain('WARN  drops "person.name" with all its values');
    expect(source('b2')).toContain("op.renameTable('user', 'person')");
    expect(source('b2')).toMatch(/\/\/ drops "person\.name" with all its values\n\s*\S*dropColumn\(/);
  });

  it('asks again where the answer is neither yes nor no', async () => {
    const answers = ['yeah\n', 'person\n', ' Y \n', 'nope\n', 'NO\n'];
    const { code, screen } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b7'], answers);
    expect(code).toBe(0);
    expect(screen.match(/Please answer y or n\./g)).toHaveLength(3);
    expect(screen.match(/Was "user" renamed to "person"\?/g)).toHaveLength(3);
    expect(screen.match(/Was "person.name" renamed to "person.fullName"\?/g)).toHaveLength(2);
    expect(source('b7')).toContain("op.renameTable('user', 'person')");
    expect(source('b7')).toContain('dropColumn(');
  });

  it('writes nothing when it is interrupted', async () => {
    const { code } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b3'], ['y\n', '\u0003']);
    expect(code).toBe(130);
    expect(revisions()).toEqual(['a1_first.ts']);
  });

  it.each([
    ['--no-renames', ['--no-renames'], {}],
    ['the same from the environment', [], { NEST_DB_MIGRATE_NO_RENAMES: 'true' }],
  ])('asks and warns of nothing with %s', async (_what, flags, env) => {
    const { code, screen } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b4', ...flags], ['y\n'], env);
    expect(code).toBe(0);
    expect(screen).not.toMatch(/\[y\/N\]|if this is a rename/);
    expect(screen).toContain('WARN  drops the table "user" with all its rows');
  });

  it.each([
    ['in CI', [], { CI: 'true' }],
    ['for a document', ['--json'], {}],
  ])('asks nobody %s, and warns on the screen and in the file', async (_what, flags, env) => {
    const { code, screen } = await atTerminal(app, ['db', 'migrate', '--rev-id', 'b5', ...flags], ['y\n'], env);
    expect(code).toBe(0);
    expect(screen).not.toContain('[y/N]');
    const warning = `"user" was dropped and "person" added: if this is a rename, replace both by op.renameTable('user', 'person')`;
    expect(screen).toContain(`WARN  ${warning}`);
    expect(source('b5')).toContain(`// ${warning}`);
  });

  it('takes the answers from a file, and passes over those that are done', async () => {
    writeFileSync(
      join(app, 'renames.txt'),
      '# the great renaming\nuser:person\n\nuser.name:person.fullName\nold:gone\n',
    );
    const written = await nestCmd(app, ['db', 'migrate', '--rev-id', 'b6', '--rename-file', 'renames.txt']);
    expect(written).toMatchObject({ code: 0, stderr: expect.not.stringContaining('was dropped') });
    expect(await nestCmd(app, ['db', 'upgrade'])).toMatchObject({ code: 0 });
    const database = new Database(join(app, 'shop.sqlite'));
    expect(database.prepare('SELECT "fullName" FROM person').pluck().all()).toEqual(['Ada']);
    database.close();
    const again = await nestCmd(app, ['db', 'migrate'], { NEST_DB_MIGRATE_RENAME_FILE: 'renames.txt' });
    expect(again).toMatchObject({ code: 0, stdout: '', stderr: expect.not.stringContaining('WARN') });
  });

  it('refuses a file that is not there, and options that an empty revision has no use for', async () => {
    expect(await nestCmd(app, ['db', 'migrate', '--rename-file', 'nowhere.txt'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Cannot take renames from .*nowhere\.txt: there is no such file/),
    });
    expect(await nestCmd(app, ['db', 'revision', '--no-renames'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--no-renames makes no sense here'),
    });
  });
});
