import { copyFileSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import ts from 'typescript';
import { build, CliWorkspace, nestCmd, runNode } from './cli.workspace.js';

describe('nest-cmd', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });

  afterAll(() => workspace.remove());

  describe('without an application', () => {
    it('answers --help', async () => {
      const { code, stdout, stderr } = await nestCmd(workspace.root, ['--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('\n  npx nest-cmd db upgrade');
      expect(stdout).toContain('--list');
    });

    it('answers db --help with all commands, in 80 columns', async () => {
      const { code, stdout } = await nestCmd(workspace.root, ['db', '--help']);
      expect(code).toBe(0);
      const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)( \[.*?)? {2,}/gm)].map(([, name]) => name);
      expect(names).toEqual(
        expect.arrayContaining(
          'list-templates init revision migrate edit merge upgrade downgrade show history heads branches current status log stamp check verify'.split(
            ' ',
          ),
        ),
      );
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    });

    it.each([
      [[], 'Usage: npx nest-cmd'],
      [['db'], 'Usage: npx nest-cmd db'],
      [['--bogus'], "unknown option '--bogus'"],
      [['--json', 'db', 'check'], 'Options of db come behind it: `npx nest-cmd db check --json`'],
      [
        ['--data-source', 'shop', '--app', 'x.ts', 'db', 'heads'],
        '`npx nest-cmd db heads --data-source shop --app x.ts`',
      ],
      [['--verbose', 'greet'], 'Options of greet come behind it: `npx nest-cmd greet --verbose`'],
      [['db', 'upgarde', 'heads'], 'Did you mean upgrade?'],
      [['db', 'heads', '--bogus'], "unknown option '--bogus'"],
      [['db', 'upgrade', 'a', 'b'], 'too many arguments'],
      [['db', 'history', '-r'], 'argument missing'],
      [['completion', 'tcsh'], 'bash, zsh and fish'],
    ])('exits 2 for %j', async (args, message) => {
      const { code, stdout, stderr } = await nestCmd(workspace.root, args);
      expect(code).toBe(2);
      if (args.includes('--json')) expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE' } });
      else expect(stdout).toBe('');
      expect(stderr).toContain(message);
    });

    it('lists the templates', async () => {
      const { code, stdout } = await nestCmd(workspace.root, ['db', 'list-templates', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toContainEqual({ name: 'default', description: expect.any(String) });
    });

    it('says where it looked, and how to say where the application is', async () => {
      const { code, stdout, stderr } = await nestCmd(workspace.root, ['db', 'heads']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^Error: Cannot find the root module/);
      expect(stderr).toContain('NEST_APP=');
    });

    it('looks at the files of a repository that -d names, and says what is missing where a database is needed', async () => {
      const directory = join(workspace.root, 'files alone');
      const db = (...args: string[]) => nestCmd(workspace.root, ['db', ...args, '-d', directory]);
      expect(await db('init')).toMatchObject({ code: 0 });
      expect(await db('revision', '-m', 'by hand', '--rev-id', 'a1')).toMatchObject({ code: 0 });
      expect(await db('heads')).toMatchObject({ code: 0, stdout: 'a1 (head)\n' });
      const { code, stderr } = await db('upgrade');
      expect(code).toBe(1);
      expect(stderr).toContain('no data source "default"');
    });

    it.each(['bash', 'zsh', 'fish'])('completes in %s', async (shell) => {
      const { code, stdout } = await nestCmd(workspace.root, ['completion', shell]);
      expect(code).toBe(0);
      expect(stdout).toContain('downgrade');
      expect(stdout).toContain('resolve-dependencies');
    });
  });

  describe('on a CommonJS application in TypeScript, in a folder with a space', () => {
    let app: string;

    beforeAll(() => {
      app = workspace.add('commonjs', 'my shop');
    });

    it('upgrades an empty database although a provider queries it and another needs a Redis that is down', async () => {
      expect(await nestCmd(app, ['db', 'init'])).toMatchObject({ code: 0 });
      const written = await nestCmd(app, ['db', 'migrate', '-m', 'first', '--rev-id', 'f1']);
      expect(written).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Generating .*f1_first\.ts \.\.\. {2}done\n$/),
      });
      const upgraded = await nestCmd(app, ['db', 'upgrade']);
      expect(upgraded).toMatchObject({ code: 0, stdout: '' });
      expect(upgraded.stderr).toContain('Running upgrade  -> f1, first');
      const tables = new Database(join(app, 'shop.sqlite')).prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table'",
      );
      expect(tables.pluck().all()).toEqual(expect.arrayContaining(['user', 'profile']));
    });

    it('prints data on stdout only, whatever the application prints', async () => {
      const { code, stdout, stderr } = await nestCmd(app, ['db', 'current', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([
        { dataSource: 'default', revisions: [{ revision: 'f1', isHead: true }] },
      ]);
      expect(stderr).toContain('app.module is loaded');
      expect(stderr).not.toContain('query: ');
      const down = await nestCmd(app, ['db', 'downgrade', '--json']);
      expect(JSON.parse(down.stdout)).toMatchObject([{ current: [] }]);
      expect(down.stderr.match(/^query: \S+/gm)).toEqual(['query: DROP', 'query: DROP']);
      expect(down.stderr).not.toContain('migrate_version');
      const up = await nestCmd(app, ['db', 'upgrade', '--debug']);
      expect(up).toMatchObject({ code: 0, stdout: '' });
      expect(up.stderr).toMatch(/^query: CREATE TABLE "user"/m);
      expect(up.stderr).toMatch(/^DEBUG .*migrate_version/m);
    });

    it('ends although the application keeps a timer, and runs no main.ts', async () => {
      expect(await nestCmd(app, ['db', 'heads'])).toMatchObject({ code: 0, stdout: 'f1 (head)\n' });
    });

    it('takes targets as they are typed, before and after options', async () => {
      const down = await nestCmd(app, ['db', 'downgrade', '-1', '-d', 'migrations']);
      expect(down).toMatchObject({ code: 0, stderr: expect.stringContaining('Running downgrade f1 -> , first') });
      const up = await nestCmd(app, ['db', '--json', 'upgrade', '+1']);
      expect(JSON.parse(up.stdout)).toMatchObject([
        { dataSource: 'default', current: ['f1'], steps: [{ kind: 'upgrade' }] },
      ]);
      const history = await nestCmd(app, ['db', 'history', '-i', '-r', 'base:current']);
      expect(history.stdout).toBe('<base> -> f1 (head) (current), first\n');
    });

    it('checks', async () => {
      const entity = join(app, 'src/users/user.entity.ts');
      const before = readFileSync(entity, 'utf8');
      expect(await nestCmd(app, ['db', 'check'])).toMatchObject({
        code: 0,
        stdout: 'No new upgrade operations detected.\n',
      });
      writeFileSync(
        entity,
        before.replace('name: string;', 'name: string;\n\n  @Column({ nullable: true })\n  email: string;'),
      );
      const changed = await nestCmd(app, ['db', 'check']);
      expect(changed.code).toBe(1);
      expect(changed.stdout).toMatch(/^New upgrade operations detected:\n.*email.*\n$/);
      expect(await nestCmd(app, ['db', 'revision', '--sql-body'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--sql-body makes no sense here'),
      });
      const written = await nestCmd(app, ['db', 'migrate', '--sql-body', '--rev-id', 'c1', '--json']);
      expect(written.code).toBe(0);
      const [{ path }] = JSON.parse(written.stdout) as [{ path: string }];
      expect(readFileSync(path, 'utf8').match(/op\.(?!execute)\w+|ADD "email"|DROP COLUMN "email"/g)).toEqual([
        'ADD "email"',
        'DROP COLUMN "email"',
      ]);
      rmSync(path);
      writeFileSync(entity, before);
    });

    it('takes options from the environment', async () => {
      const missing = await nestCmd(app, ['db', 'heads'], { NEST_DB_DIRECTORY: 'nowhere' });
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') });
      const own = await nestCmd(app, ['db', 'heads'], {
        NEST_DB_DIRECTORY: 'nowhere',
        NEST_DB_HEADS_DIRECTORY: 'migrations',
      });
      expect(own).toMatchObject({ code: 0, stdout: 'f1 (head)\n' });
      const typed = await nestCmd(app, ['db', 'heads', '-d', 'migrations'], { NEST_DB_HEADS_DIRECTORY: 'nowhere' });
      expect(typed.code).toBe(0);
    });

    it('gives a revision what it asks for: providers made on demand, and x arguments', async () => {
      await nestCmd(app, ['db', 'revision', '-m', 'greet', '--rev-id', 'f2']);
      const file = join(app, 'migrations/versions/f2_greet.ts');
      const body = `await op.execute("INSERT INTO user (name) VALUES (?)", [(await op.get<string>('MOTTO')) + ' ' + op.context.xArgs.who]);`;
      writeFileSync(file, readFileSync(file, 'utf8').replace(/(upgrade\([^{]*\{)[^}]*\}/, `$1 ${body} }`));
      const run = await nestCmd(app, ['db', 'upgrade', '-x', 'who=Ann']);
      expect(run).toMatchObject({ code: 0 });
      const names = new Database(join(app, 'shop.sqlite')).prepare('SELECT name FROM user').pluck();
      expect(names.all()).toEqual(['migrate gladly Ann']);
      await nestCmd(app, ['db', 'stamp', 'f1']);
      rmSync(file);
    });

    it('prints an error as a line, as a document, and with its stack', async () => {
      const plain = await nestCmd(app, ['db', 'upgrade', 'nothing']);
      expect(plain).toMatchObject({ code: 1, stdout: '' });
      expect(plain.stderr).toMatch(/^Error: .*nothing/m);
      expect(plain.stderr).not.toMatch(/^ +at /m);
      const json = await nestCmd(app, ['db', 'upgrade', 'nothing', '--json']);
      expect(JSON.parse(json.stdout)).toMatchObject({
        error: { code: expect.any(String), message: expect.stringContaining('nothing') },
      });
      expect((await nestCmd(app, ['db', 'upgrade', 'nothing', '--debug'])).stderr).toMatch(/^ +at /m);
    });

    it('says in a moment that the database is down, and does not mind where none is needed', async () => {
      const down = { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/shop' };
      expect(await nestCmd(app, ['db', 'heads'], down)).toMatchObject({ code: 0, stdout: 'f1 (head)\n' });
      const { code, stdout, stderr } = await nestCmd(app, ['db', 'current'], down);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^Error: .*127\.0\.0\.1:1\/shop.*ECONNREFUSED/m);
      expect(stderr).not.toContain('secret');
      expect(stderr).not.toContain('Retrying');
    });

    it.each([
      ['a syntax error', 'export class {', /^Error: .*users\/tokens\.ts:1: /m],
      [
        'a package that is missing',
        "import 'no-such-package';",
        /^Error: .*users\/tokens\.ts: cannot find package no-such-package/m,
      ],
      [
        'a file that is missing',
        "import './no-such-file';",
        /^Error: .*users\/tokens\.ts: cannot find \.\/no-such-file/m,
      ],
      ['a throw', '\nthrow new Error("no licence");', /^Error: .*users\/tokens\.ts:2: no licence/m],
      [
        'a decorator that is not imported',
        'class Pet {\n  id: number;\n\n  @Colum()\n  name: string;\n\n  run() {\n    return 1;\n  }\n}',
        /^Error: .*users\/tokens\.ts:4: .*Colum is not defined/m,
      ],
      [
        'a decorator that its package does not have',
        "import { Colum } from 'typeorm';\nclass Pet {\n  @Colum()\n  name: string;\n\n  id: number;\n}",
        /^Error: .*users\/tokens\.ts:3: .*Colum\)? is not a function/m,
      ],
      [
        'a name in the options of a decorator',
        "import { Column } from 'typeorm';\n// Kinds\nclass Pet {\n  @Column({ type: Kinds.text })\n  name: string;\n\n  id: number;\n}",
        /^Error: .*users\/tokens\.ts:4: .*Kinds is not defined/m,
      ],
    ])('names the file of %s in one line', async (_what, code, message) => {
      const module = join(app, 'src/users/users.module.ts');
      const before = readFileSync(module, 'utf8');
      writeFileSync(join(app, 'src/users/tokens.ts'), code);
      writeFileSync(module, `import './tokens';\n${before}`);
      const run = await nestCmd(app, ['db', 'heads']);
      writeFileSync(module, before);
      rmSync(join(app, 'src/users/tokens.ts'));
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(message);
      expect(run.stderr).not.toMatch(/^ +at /m);
    });

    it('runs the nest-commander commands of the application, and lists them', async () => {
      expect(await nestCmd(app, ['--list'])).toMatchObject({
        code: 0,
        stdout: 'db     database migrations\ngreet  greet somebody\n',
      });
      const greeted = await nestCmd(app, ['greet', 'Bob'], { REDIS_PORT: 'none' });
      expect(greeted).toMatchObject({ code: 0, stdout: expect.stringContaining('Hello Bob') });
      const failed = await nestCmd(app, ['greet', 'nobody'], { REDIS_PORT: 'none' });
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: there is nobody to greet') });
      expect(await nestCmd(app, ['gret'])).toMatchObject({ code: 2, stderr: expect.stringContaining('db, greet') });
    });

    it('prefers a build that is fresh, and leaves one that is not', async () => {
      build(app, ts.ModuleKind.CommonJS);
      const sources = join(app, 'src');
      const fresh = await nestCmd(app, ['db', 'heads', '--debug']);
      expect(fresh).toMatchObject({
        code: 0,
        stdout: 'f1 (head)\n',
        stderr: expect.stringContaining('dist/app.module.js'),
      });
      const forced = await nestCmd(app, ['db', 'heads', '--debug', '--ts']);
      expect(forced.stderr).toContain('src/app.module.ts');
      const later = new Date(Date.now() + 60_000);
      utimesSync(join(sources, 'users/user.entity.ts'), later, later);
      const stale = await nestCmd(app, ['db', 'heads', '--debug']);
      expect(stale.stderr).toMatch(/older than src\/users\/user\.entity\.ts/);
      expect(stale.stderr).toContain('src/app.module.ts');
      renameSync(sources, join(app, 'hidden'));
      const image = await nestCmd(app, ['db', 'heads']);
      renameSync(join(app, 'hidden'), sources);
      expect(image).toMatchObject({ code: 0, stdout: 'f1 (head)\n' });
    });

    describe('through its own nest-commander command line', () => {
      const db = (...args: string[]) => runNode(app, [join(app, 'dist/cli.js'), 'db', ...args], { REDIS_PORT: 'none' });
      const afterBoot = (stdout: string) => stdout.replaceAll(/^(app\.module is loaded|query: .*)\n/gm, '');

      it.each([
        [['heads'], 0],
        [['upgrade', '+5'], 1],
        [['history', '-r', '-1:head'], 0],
        [['heads', '--bogus'], 2],
        [['upgrade', 'a', 'b'], 2],
        [['current', '--wait', '5', '--connect-timeout', '2000'], 0],
        [['current', '--wait', 'soon'], 2],
        [['fleet', 'status'], 1],
      ])('%j prints and exits %i as nest-cmd does', async (args, code) => {
        const [theirs, ours] = [await db(...args), await nestCmd(app, ['db', ...args])];
        expect([theirs.code, ours.code]).toEqual([code, code]);
        expect(afterBoot(theirs.stdout)).toBe(ours.stdout);
      });

      it('never upgrades by itself, whatever upgradeOnBootstrap says', async () => {
        const env = { REDIS_PORT: 'none', UPGRADE_ON_BOOTSTRAP: 'yes', DATABASE_FILE: 'spare.sqlite' };
        copyFileSync(join(app, 'shop.sqlite'), join(app, 'spare.sqlite'));
        const later = join(app, 'migrations/versions/f3_later.ts');
        const marks = `export const branchLabels = null; export const dependsOn = null;`;
        const functions = 'export async function upgrade() {} export async function downgrade() {}';
        writeFileSync(later, `export const revision = 'f3'; export const downRevision = 'f1'; ${marks} ${functions}`);
        const { stdout } = await runNode(app, [join(app, 'dist/cli.js'), 'db', 'current'], env);
        expect(afterBoot(stdout)).toBe('f1\n');
        expect(await nestCmd(app, ['greet', 'Bob'], env)).toMatchObject({ code: 0 });
        const rows = new Database(join(app, 'spare.sqlite')).prepare('SELECT version_num FROM migrate_version').pluck();
        expect(rows.all()).toEqual(['f1']);
        rmSync(later);
      });

      it('shows the tree for --help, and for none', async () => {
        const help = await db('--help');
        expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Run revisions:') });
        expect((await db()).code).toBe(2);
      });
    });
  });

  describe('on a monorepo', () => {
    it('runs the project that nest-cli.json names, and the one that --project names', async () => {
      const root = workspace.add('commonjs', 'mono/apps/shop');
      const mono = join(root, '../..');
      renameSync(join(root, 'package.json'), join(mono, 'package.json'));
      rmSync(join(root, 'nest-cli.json'));
      const project = { type: 'application', root: 'apps/shop', sourceRoot: 'apps/shop/src', entryFile: 'main' };
      writeFileSync(
        join(mono, 'nest-cli.json'),
        JSON.stringify({ monorepo: true, root: 'apps/shop', sourceRoot: 'apps/shop/src', projects: { shop: project } }),
      );
      const init = await nestCmd(mono, ['db', 'init', '-d', 'history']);
      expect(init.stderr).toContain('Next: `npx nest-cmd db -d history migrate');
      expect(init).toMatchObject({ code: 0, stdout: expect.stringContaining('/history') });
      const revision = ['db', 'revision', '--rev-id', 'm1', '-m', 'first', '-d', 'history'];
      expect(await nestCmd(mono, ['--project', 'shop', ...revision])).toMatchObject({ code: 0 });
      expect(await nestCmd(mono, ['db', 'heads', '-d', 'history'])).toMatchObject({ code: 0, stdout: 'm1 (head)\n' });
      const unknown = await nestCmd(mono, ['--project', 'store', 'db', 'heads']);
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toContain('store');
    });
  });

  describe('on an application of ES modules', () => {
    let app: string;

    beforeAll(() => {
      app = workspace.add('esm');
    });

    it('asks the configure hooks of the application', async () => {
      const { code, stdout } = await nestCmd(app, ['books', 'init'], { HISTORY_FOLDER: 'told by a hook' });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('/esm/told by a hook') });
    });

    it('uses the command name and the folder that forRootAsync gives, from source and from a build', async () => {
      expect(await nestCmd(app, ['books', 'init'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('/esm/history'),
      });
      expect(
        await nestCmd(app, ['books', 'migrate', '--rev-id', 'b1'], { NEST_BOOKS_MIGRATE_MESSAGE: 'all' }),
      ).toMatchObject({ code: 0 });
      expect(await nestCmd(app, ['books', 'upgrade'])).toMatchObject({ code: 0 });
      expect((await nestCmd(app, ['books', 'history'])).stdout).toBe('<base> -> b1 (head), all\n');
      build(app, ts.ModuleKind.ESNext);
      const compiled = await nestCmd(app, ['--debug', 'books', 'check']);
      expect(compiled).toMatchObject({ code: 0, stderr: expect.stringContaining('dist/root.module.js') });
    });

    it('names the command group when another one is called', async () => {
      const { code, stderr } = await nestCmd(app, ['db', 'heads']);
      expect(code).toBe(1);
      expect(stderr).toContain('nest-cmd books');
    });
  });
});
