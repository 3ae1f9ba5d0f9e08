import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

describe('nest-cmd started below the folder of the application', () => {
  const workspace = new CliWorkspace();
  let app: string;
  let src: string;
  const here = (args: string[], env: Record<string, string> = {}): Promise<CommandRun> =>
    nestCmd(src, ['db', ...args], env);

  beforeAll(async () => {
    app = workspace.add('commonjs');
    src = join(app, 'src');
    await here(['init']);
    await here(['revision', '-m', 'first', '--rev-id', 'f1']);
  });
  afterAll(() => workspace.remove());

  it.each([
    ['-d before the command', ['-d', '../migrations', 'heads']],
    ['-d behind it', ['heads', '-d', '../migrations/']],
    ['--directory=', ['--directory=./../migrations', 'heads']],
  ])('finds the repository that %s leads to from there', async (_what, args) => {
    expect(await here(args)).toMatchObject({ code: 0, stdout: 'f1 (head)\n' });
  });

  it('makes a folder where the user is, and names the next command as it has to be typed there', async () => {
    const { code, stderr } = await here(['-d', 'made here', 'init']);
    expect(code).toBe(0);
    expect(stderr).toContain('`npx nest-cmd db -d "made here" migrate');
    expect(existsSync(join(src, 'made here/migrations.json'))).toBe(true);
    expect(existsSync(join(app, 'made here'))).toBe(false);
    expect(await here(['-d', 'made here', 'heads'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('takes what the environment gives from the folder of the application', async () => {
    expect(await here(['heads'], { NEST_DB_DIRECTORY: 'migrations' })).toMatchObject({ stdout: 'f1 (head)\n' });
    const wrong = await here(['heads'], { NEST_DB_DIRECTORY: '../migrations' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining(join(workspace.root, 'migrations')) });
  });

  it('writes scripts where the user is, and says so', async () => {
    const written = await here(['upgrade', '--sql', '--output', 'out/sql']);
    expect(written).toMatchObject({ code: 0, stdout: 'Writing out/sql/default.sql ...  done\n' });
    expect(existsSync(join(src, 'out/sql/default.sql'))).toBe(true);
    const above = await here(['upgrade', '--sql', '--output', '../release']);
    expect(above.stdout).toBe(`Writing ${join(app, 'release/default.sql')} ...  done\n`);
    const variable = await here(['upgrade', '--sql'], { NEST_DB_UPGRADE_OUTPUT: 'of-app' });
    expect(variable.stdout).toBe(`Writing ${join(app, 'of-app/default.sql')} ...  done\n`);
    expect(existsSync(join(app, 'of-app/default.sql'))).toBe(true);
  });

  it('names the script that cannot be written as the user sees it', async () => {
    writeFileSync(join(src, 'a-file'), '');
    const { code, stderr } = await here(['upgrade', '--sql', '--output', 'a-file']);
    expect(code).toBe(1);
    expect(stderr).toContain('to a-file/default.sql: ');
  });

  it('takes a template by its path from there, and by its name', async () => {
    mkdirSync(join(src, 'tmpl'));
    writeFileSync(join(src, 'tmpl/script.ts.eta'), '// mine');
    expect(await here(['-d', 'own', 'init', '-t', './tmpl'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(src, 'own/script.ts.eta'), 'utf8')).toBe('// mine');
    expect(await here(['-d', 'two', 'init', '-t', 'multidb'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(src, 'two/README'), 'utf8')).toContain('several databases');
  });

  it('reads the file of renames from there', async () => {
    const missing = await here(['migrate', '--rename-file', 'renames.txt']);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining(join(src, 'renames.txt')) });
  });

  it('takes a version location by its name in the repository, and by its path from there', async () => {
    const settings = join(app, 'migrations/migrations.json');
    const before = readFileSync(settings, 'utf8');
    const locations = ['versions', 'more/versions'];
    writeFileSync(settings, JSON.stringify({ ...JSON.parse(before), versionLocations: locations }));
    const at = async (path: string): Promise<string> =>
      (await here(['revision', '-m', 'x', '--head', 'base', '--splice', '--version-path', path])).stdout;
    expect(await at('more/versions')).toContain(join(app, 'migrations/more/versions'));
    expect(await at('../migrations/versions')).toContain(join(app, 'migrations/versions'));
    expect(await at('./../migrations/more/versions')).toContain(join(app, 'migrations/more/versions'));
    writeFileSync(settings, before);
  });

  it.each(['--folder', '--typeorm-config'])('looks for what %s names from there', async (option) => {
    const alone = await here(['adopt', '--dry-run', '-d', 'none', option, 'not-here']);
    expect(alone.stderr).toContain(join(src, 'not-here'));
    const named = await here(['adopt', '--dry-run', '-d', 'none', option, 'default=not=here']);
    expect(named.stderr).toContain(join(src, 'not=here'));
  });
});
