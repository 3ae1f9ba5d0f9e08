import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { compile, compiled, entity, rootModule, shiftTimes, tsconfig, write } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd, runNode } from './cli.workspace.js';

describe('nest-cmd on a build and its sources', () => {
  const folder = freshFolders('app (new) ');
  let root: string;

  beforeEach(() => {
    root = folder();
  });

  /** The tables and columns that the entities have: the database is empty. */
  async function compared(args: readonly string[] = [], folder = root): Promise<{ model: string[]; stderr: string }> {
    const { code, stdout, stderr } = await nestCmd(folder, [...args, 'db', 'check', '--json', '--debug']);
    if (code !== 1) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
    if (!Array.isArray(JSON.parse(stdout))) throw new Error(`${stdout}${stderr}`);
    const planned = JSON.parse(stdout) as { table: { name: string; columns: { name: string }[] } }[];
    const model = planned.map(
      ({ table: { name, columns } }) => `${name}(${columns.map((one) => one.name).join(', ')})`,
    );
    return { model: model.toSorted(), stderr };
  }

  function change(files: Readonly<Record<string, string>>, seconds = 60): void {
    write(root, files);
    const time = new Date(Date.now() + seconds * 1_000);
    for (const path of Object.keys(files)) utimesSync(join(root, path), time, time);
  }

  function link(name: string, target: string, from = root): void {
    const path = join(from, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  describe('with entities by pattern', () => {
    const stale = /The build is older than src\/\S+\.ts; loading the TypeScript sources\./;

    it.each([
      ['a pattern of the build', `['dist/**/*.entity{.ts,.js}']`],
      ['a pattern of the build for compiled files alone', `['./dist/**/*.entity.js']`],
      ['an absolute pattern of the build', `[process.cwd() + '/dist/**/*.entity.js']`],
      ['files of the build, one by one', `{ one: 'dist/user.entity.js', two: 'dist/blog/*.entity.js' }`],
      ['a pattern by __dirname', `[require('node:path').join(__dirname, '**', '*.entity{.ts,.js}')]`],
      ['a pattern by __dirname for compiled files', `[__dirname + '/**/*.entity.js']`],
      ['classes and a pattern', `[User, 'dist/blog/*.js']`, `import { User } from './user.entity';`],
    ])('compares the entities as they are now: %s', async (_what, entities, imports = '') => {
      write(root, {
        'tsconfig.json': tsconfig({ rootDir: 'src' }),
        'src/app.module.ts': rootModule(entities, imports),
        'src/user.entity.ts': entity('User', 'name'),
        'src/blog/gone.entity.ts': entity('Gone'),
      });
      compile(join(root, 'src'), join(root, 'dist'));
      shiftTimes(join(root, 'src'), -60);
      rmSync(join(root, 'src/blog/gone.entity.ts'));
      change({ 'src/user.entity.ts': entity('User', 'email'), 'src/blog/post.entity.ts': entity('Post', 'title') });
      const { model, stderr } = await compared();
      expect(model).toEqual(['post(id, title)', 'user(id, email)']);
      expect(stderr).toMatch(stale);
    });

    it('compares those of the build while it is up to date', async () => {
      write(root, {
        'tsconfig.json': tsconfig({ rootDir: 'src' }, { exclude: ['src/scripts'] }),
        'src/app.module.ts': rootModule(`['dist/**/*.entity{.ts,.js}']`),
        'src/user.entity.ts': entity('User', 'name'),
      });
      compile(join(root, 'src'), join(root, 'dist'));
      // Not a part of the build, and older than it.
      write(root, { 'src/scripts/seed.ts': 'export {};' });
      shiftTimes(join(root, 'src'), -60);
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain('dist/app.module.js');
    });

    it('knows a build that counts from the folder of package.json, and does not search node_modules', async () => {
      write(root, {
        'tsconfig.json': tsconfig(),
        'src/app.module.ts': rootModule(`['dist/**/*.entity.js']`),
        'src/user.entity.ts': entity('User', 'name'),
        'scripts/seed.ts': 'export {};',
        'node_modules/other/dist/other.entity.js': 'throw new Error("not ours")',
        'node_modules/other/src/other.entity.ts': 'throw new Error("not ours")',
      });
      compile(join(root, 'src'), join(root, 'dist/src'));
      compile(join(root, 'scripts'), join(root, 'dist/scripts'));
      change({ 'src/user.entity.ts': entity('User', 'email'), 'src/post.entity.ts': entity('Post') });
      expect((await compared()).model).toEqual(['post(id)', 'user(id, email)']);
    });

    it('finds them without any build, and by --ts', async () => {
      write(root, {
        'tsconfig.json': tsconfig(),
        'src/app.module.ts': rootModule(`['dist/**/*.entity.js']`),
        'src/user.entity.ts': entity('User', 'name'),
      });
      expect((await compared()).model).toEqual(['user(id, name)']);
      compile(join(root, 'src'), join(root, 'dist'));
      shiftTimes(join(root, 'src'), -60);
      const old = -30;
      change({ 'src/user.entity.ts': entity('User', 'email') }, old);
      expect((await compared(['--ts'])).model).toEqual(['user(id, email)']);
    });

    it('does not warn of a stale build when the sources were asked for', async () => {
      write(root, {
        'tsconfig.json': tsconfig(),
        'src/app.module.ts': rootModule(`['dist/**/*.entity.js']`),
        'src/user.entity.ts': entity('User', 'name'),
      });
      compile(join(root, 'src'), join(root, 'dist'));
      change({ 'src/user.entity.ts': entity('User', 'email') });
      const { model, stderr } = await compared(['--ts']);
      expect(model).toEqual(['user(id, email)']);
      expect(stderr).not.toContain('older');
    });

    it('finds them in an application of ES modules', async () => {
      write(root, {
        'package.json': { name: 'app', type: 'module' },
        'tsconfig.json': tsconfig({ module: 'nodenext', rootDir: 'src' }),
        'src/app.module.ts': rootModule(`['dist/**/*.entity.js', import.meta.dirname + '/views/*.js']`),
        'src/user.entity.ts': entity('User', 'name'),
        'src/views/view.ts': entity('View', 'one'),
      });
      compile(join(root, 'src'), join(root, 'dist'), ts.ModuleKind.ESNext);
      change({ 'src/user.entity.ts': entity('User', 'email'), 'src/views/view.ts': entity('View', 'two') });
      expect((await compared()).model).toEqual(['user(id, email)', 'view(id, two)']);
    });

    it('leaves a pattern that has no sources here as it is', async () => {
      write(root, {
        'tsconfig.json': tsconfig(),
        'src/app.module.ts': rootModule(`['dist/*.entity.js', 'vendor/*.js', 'node_modules/other/*.js']`),
        'src/user.entity.ts': entity('User', 'name'),
        'from-vendor/vendor.ts': entity('Vendor'),
        'from-other/other.ts': entity('Other'),
      });
      compile(join(root, 'from-vendor'), join(root, 'vendor'));
      compile(join(root, 'from-other'), join(root, 'node_modules/other'));
      expect((await compared()).model).toEqual(['other(id)', 'user(id, name)', 'vendor(id)']);
    });
  });

  describe('of a monorepo', () => {
    beforeEach(() => {
      const project = { type: 'application', root: 'apps/api', sourceRoot: 'apps/api/src', entryFile: 'main' };
      const compilerOptions = { tsConfigPath: 'apps/api/tsconfig.app.json', webpack: false };
      write(root, {
        'nest-cli.json': { monorepo: true, ...project, projects: { api: { ...project, compilerOptions } } },
        'tsconfig.json': tsconfig({ baseUrl: '.', paths: { '@app/db': ['libs/db/src'] } }),
        'apps/api/tsconfig.app.json': {
          extends: '../../tsconfig.json',
          compilerOptions: { outDir: '../../dist/apps/api' },
          include: ['src/**/*'],
        },
        'apps/api/src/main.ts': `import { AppModule } from './app.module'; NestFactory.create(AppModule);`,
        'apps/api/src/app.module.ts': rootModule('[User]', `import { User } from '@app/db';`),
        'libs/db/src/index.ts': `export * from './user.entity';`,
        'libs/db/src/user.entity.ts': entity('User', 'name'),
        'libs/unused/src/index.ts': 'export {};',
      });
      for (const folder of ['apps/api/src', 'libs/db/src']) {
        compile(join(root, folder), join(root, 'dist/apps/api', folder));
      }
      // What tsc-alias, or a plugin of the compiler, makes of the alias.
      const imports = `import { User } from '../../../libs/db/src';`;
      write(join(root, 'from'), { 'app.module.ts': rootModule('[User]', imports) });
      compile(join(root, 'from'), join(root, 'dist/apps/api/apps/api/src'));
      for (const folder of ['apps', 'libs']) shiftTimes(join(root, folder), -60);
    });

    it('loads a build that is newer than its sources and libraries', async () => {
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain('dist/apps/api/apps/api/src/app.module.js');
    });

    it('names the source of a library that the build is older than', async () => {
      change({ 'libs/db/src/user.entity.ts': entity('User', 'email') });
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, email)']);
      expect(stderr).toContain('The build is older than libs/db/src/user.entity.ts; loading the TypeScript sources.');
    });

    it('minds a file that was added to a library', async () => {
      change({ 'libs/db/src/blog/post.entity.ts': entity('Post') });
      expect((await compared()).stderr).toContain('older than libs/db/src/blog/post.entity.ts');
    });

    it('does not mind a file that nothing imports, where building again would not take it up: tsc --incremental', async () => {
      const info = { fileNames: ['../../apps/api/src/app.module.ts'], fileInfos: ['unknown'], version: '6.0.3' };
      write(root, { 'dist/apps/api/tsconfig.app.tsbuildinfo': info });
      change({ 'libs/db/src/unused.ts': 'export {};' });
      expect((await compared()).stderr).not.toContain('older');
      change({ 'libs/db/src/user.entity.ts': entity('User', 'email') });
      expect((await compared()).stderr).toContain('older than libs/db/src/user.entity.ts');
    });

    it('does not mind a library that it was not made of', async () => {
      change({ 'libs/unused/src/index.ts': 'export const one = 1;', 'libs/unused/src/two.ts': 'export {};' });
      expect((await compared()).stderr).not.toContain('older');
    });

    it('loads a file of the build that is named, and says what it is older than', async () => {
      change({ 'libs/db/src/user.entity.ts': entity('User', 'email') });
      const { model, stderr } = await compared(['--app', 'dist/apps/api/apps/api/src/main.js']);
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toMatch(
        /older than libs\/db\/src\/user\.entity\.ts; loading the build, since it is what was named/,
      );
    });
  });

  describe('that is a bundle', () => {
    /** What webpack makes of an application, with `mode: 'none'` as `nest build` has it: files by number, nothing minified. */
    function bundle(to: string, files: Readonly<Record<string, string>>): void {
      const paths = Object.keys(files);
      const modules = Object.values(files).map((file, index) => {
        const outputText = compiled(readFileSync(join(root, file), 'utf8'));
        const code = outputText.replaceAll(/\brequire\("([^"]+)"\)/g, (all, name: string) =>
          paths.includes(name) ? `__webpack_require__(${paths.indexOf(name) + 1})` : all,
        );
        return `/* ${index + 1} */ ((module, exports, __webpack_require__) => {\n${code}\n})`;
      });
      write(root, {
        [to]: `(() => {
var __webpack_modules__ = [, ${modules.join(',\n')}];
var __webpack_module_cache__ = {};
function __webpack_require__(id) {
  var cached = __webpack_module_cache__[id];
  if (cached !== undefined) return cached.exports;
  var module = __webpack_module_cache__[id] = { exports: {} };
  __webpack_modules__[id](module, module.exports, __webpack_require__);
  return module.exports;
}
var __webpack_exports__ = {};
(() => {
var exports = __webpack_exports__;
const core_1 = require("@nestjs/core");
const app_module_1 = __webpack_require__(${paths.indexOf('./app.module') + 1});
void core_1.NestFactory.create(app_module_1.AppModule);
throw new Error('the bundle must not start the application');
})();
})();`,
      });
    }

    const named = ['--app', 'dist/main.js'];
    const warning = (source: string): string =>
      `The build is older than ${source}; loading the build, since it is what was named.`;

    describe('of one application', () => {
      beforeEach(() => {
        write(root, {
          'nest-cli.json': { compilerOptions: { webpack: true } },
          'tsconfig.json': tsconfig(),
          'src/main.ts': `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app.module'; void NestFactory.create(AppModule);`,
          'src/app.module.ts': rootModule('[User]', `import { User } from './user.entity';`),
          'src/user.entity.ts': entity('User', 'name'),
          'src/unused.ts': 'export {};',
        });
        bundle('dist/main.js', { './app.module': 'src/app.module.ts', './user.entity': 'src/user.entity.ts' });
        shiftTimes(join(root, 'src'), -60);
      });

      it('is loaded without a warning while it is up to date', async () => {
        change({ 'src/unused.ts': 'export const one = 1;', 'src/added.entity.ts': entity('Added') });
        const { model, stderr } = await compared(named);
        expect(model).toEqual(['user(id, name)']);
        expect(stderr).not.toContain('older');
      });

      it.each([
        ['an entity', 'src/user.entity.ts', entity('User', 'email')],
        ['the root module', 'src/app.module.ts', rootModule('[User]', `import { User } from './user.entity';`)],
      ])('names %s that was changed since', async (_what, path, text) => {
        change({ [path]: text });
        const { model, stderr } = await compared(named);
        expect(model).toEqual(['user(id, name)']);
        expect(stderr).toContain(warning(path));
      });

      it('names the changed source for a bundle that package.json names', async () => {
        change({ 'src/user.entity.ts': entity('User', 'email') });
        write(root, { 'package.json': { name: 'app', private: true, 'nest-cmd': { app: 'dist/main.js' } } });
        expect((await compared()).stderr).toContain(warning('src/user.entity.ts'));
      });

      it('is passed by for its sources with --ts', async () => {
        change({ 'src/user.entity.ts': entity('User', 'email') });
        const { model, stderr } = await compared([...named, '--ts']);
        expect(model).toEqual(['user(id, email)']);
        expect(stderr).not.toContain('older');
      });

      it('is loaded where the sources are not there', async () => {
        rmSync(join(root, 'src'), { recursive: true });
        const { model, stderr } = await compared(named);
        expect(model).toEqual(['user(id, name)']);
        expect(stderr).not.toContain('older');
      });
    });

    it('counts the libraries of a monorepo that it was made of, and no others', async () => {
      const project = { type: 'application', root: 'apps/api', sourceRoot: 'apps/api/src', entryFile: 'main' };
      const compilerOptions = { tsConfigPath: 'apps/api/tsconfig.app.json', webpack: true };
      write(root, {
        'nest-cli.json': { monorepo: true, ...project, projects: { api: { ...project, compilerOptions } } },
        'tsconfig.json': tsconfig({
          baseUrl: '.',
          paths: { '@app/db': ['libs/db/src'], '@app/db/*': ['libs/db/src/*'] },
        }),
        'apps/api/tsconfig.app.json': {
          extends: '../../tsconfig.json',
          compilerOptions: { outDir: '../../dist/apps/api' },
          include: ['src/**/*'],
        },
        'apps/api/src/main.ts': `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app.module'; void NestFactory.create(AppModule);`,
        'apps/api/src/app.module.ts': rootModule('[User]', `import { User } from '@app/db';`),
        'libs/db/src/index.ts': `export * from './lib/user.entity';`,
        'libs/db/src/lib/user.entity.ts': entity('User', 'name'),
        'libs/other/src/index.ts': 'export {};',
      });
      const files = {
        './app.module': 'apps/api/src/app.module.ts',
        '@app/db': 'libs/db/src/index.ts',
        './lib/user.entity': 'libs/db/src/lib/user.entity.ts',
      };
      bundle('dist/apps/api/main.js', files);
      for (const folder of ['apps', 'libs']) shiftTimes(join(root, folder), -60);
      change({ 'libs/other/src/index.ts': 'export const one = 1;' });
      const app = ['--app', 'dist/apps/api/main.js'];
      expect((await compared(app)).stderr).not.toContain('older');
      change({ 'libs/db/src/lib/user.entity.ts': entity('User', 'email') });
      const { model, stderr } = await compared(app);
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain(warning('libs/db/src/lib/user.entity.ts'));
    });

    describe('with the root module as a second file', () => {
      beforeEach(() => {
        write(root, {
          'tsconfig.json': tsconfig({ rootDir: 'src' }),
          'src/main.ts': `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app.module'; void NestFactory.create(AppModule);`,
          'src/app.module.ts': rootModule('[User]', `import { User } from './blog/user.entity';`),
          'src/blog/user.entity.ts': entity('User', 'name'),
        });
        const outputText = compiled(`${entity('User', 'name').replace('export ', '')}\n${rootModule('[User]')}`);
        write(root, { 'dist/app.module.js': outputText, 'dist/main.js': outputText });
        shiftTimes(join(root, 'src'), -60);
      });

      it('is loaded while it is up to date, named or not', async () => {
        for (const args of [[], ['--app', 'dist/app.module.js#AppModule']]) {
          const { model, stderr } = await compared(args);
          expect(model).toEqual(['user(id, name)']);
          expect(stderr).toContain('dist/app.module.js');
          expect(stderr).not.toContain('older');
        }
      });

      it('is passed by when it is stale, unless it was named', async () => {
        change({ 'src/blog/user.entity.ts': entity('User', 'email') });
        const { model, stderr } = await compared();
        expect(model).toEqual(['user(id, email)']);
        expect(stderr).toContain('The build is older than src/blog/user.entity.ts; loading the TypeScript sources.');
        const other = await compared(['--app', 'dist/app.module.js']);
        expect(other.model).toEqual(['user(id, name)']);
        expect(other.stderr).toContain(warning('src/blog/user.entity.ts'));
      });
    });
  });

  describe('as compilers leave it', () => {
    beforeEach(() => {
      write(root, {
        'tsconfig.json': tsconfig(
          {
            rootDir: 'src',
            incremental: true,
            skipLibCheck: true,
            types: ['node'],
            strictPropertyInitialization: false,
          },
          { include: ['src'] },
        ),
        'src/app.module.ts': rootModule(`['dist/**/*.entity.js']`),
        'src/user.entity.ts': entity('User', 'name'),
        'src/old/gone.entity.ts': entity('Gone'),
      });
    });

    it('is passed by where it still has an entity whose source is gone', async () => {
      compile(join(root, 'src'), join(root, 'dist'));
      shiftTimes(join(root, 'src'), -60);
      write(root, { 'dist/legacy.js': 'exports.helper = 1;' });
      rmSync(join(root, 'src/old'), { recursive: true });
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain(
        'The build has dist/old/gone.entity.js, whose source is gone; loading the TypeScript sources.',
      );
    });

    it('is loaded although it has a compiled file without a source, where that has no entity', async () => {
      compile(join(root, 'src'), join(root, 'dist'));
      shiftTimes(join(root, 'src'), -60);
      write(root, { 'dist/legacy.js': `require('typeorm'); exports.helper = 1;` });
      expect((await compared()).stderr).toMatch(/^INFO  Loading .*dist\/app\.module\.js$/m);
    });

    it('is not stale where tsc --incremental did not write again what had not changed', async () => {
      const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
      const build = async (): Promise<void> => {
        expect(await runNode(root, [tsc, '-p', 'tsconfig.json'])).toMatchObject({ code: 0 });
      };
      await build();
      change({ 'src/user.entity.ts': entity('User', 'name') });
      await build();
      expect((await compared()).stderr).toMatch(/^INFO  Loading .*dist\/app\.module\.js$/m);
      change({ 'src/user.entity.ts': entity('User', 'email') });
      expect((await compared()).stderr).toContain('The build is older than src/user.entity.ts;');
    });
  });

  describe('with revisions among what the build compiles', () => {
    const revision = `export const revision = '0a1b2c3d4e5f';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;
export async function upgrade(): Promise<void> {}
export async function downgrade(): Promise<void> {}`;

    it.each([
      ['a repository next to the sources', 'migrations', '.'],
      ['a repository among the sources', 'src/migrations', '.'],
      ['a repository among the sources, with rootDir', 'src/migrations', 'src'],
      ['another version location, without settings of its own', 'src/billing/versions', 'src'],
    ])('is not stale because of a new revision: %s', async (_what, folder, rootDir) => {
      const versions = folder.endsWith('versions') ? folder : `${folder}/versions`;
      write(root, {
        'tsconfig.json': tsconfig(rootDir === 'src' ? { rootDir } : {}),
        'src/app.module.ts': rootModule('[User]', `import { User } from './user.entity';`),
        'src/user.entity.ts': entity('User', 'name'),
        'ormconfig.ts': 'export {};',
        ...(folder.startsWith('src') && !folder.endsWith('versions') ? { [`${folder}/migrations.json`]: {} } : {}),
        [`${versions}/0a1b2c3d4e5f_first.ts`]: revision,
      });
      compile(join(root, rootDir), join(root, 'dist'));
      for (const path of ['src', 'migrations']) shiftTimes(join(root, path), -60);
      change({ 'ormconfig.ts': 'export {};' }, -60);
      change({
        [`${versions}/1a1b2c3d4e5f_second.ts`]: revision.replace("'0a1", "'1a1"),
        [`${versions}/0a1b2c3d4e5f_first.ts`]: revision,
      });
      const loaded = async (): Promise<string> => (await nestCmd(root, ['db', 'heads', '--debug'])).stderr;
      expect(await loaded()).toMatch(/^INFO  Loading .*app\.module\.js$/m);
      change({ 'src/user.entity.ts': entity('User', 'email') });
      expect(await loaded()).toContain('The build is older than src/user.entity.ts;');
    });
  });

  describe('with a package that is linked into node_modules', () => {
    let db: string;

    /** Two packages side by side: the application, and the one with its entities. */
    beforeEach(() => {
      db = `${root}-db`;
      write(root, {
        'package.json': { name: 'app', private: true, dependencies: { '@org/db': '*' } },
        'tsconfig.json': tsconfig(),
        'src/app.module.ts': rootModule('[User]', `import { User } from '@org/db';`),
      });
      write(db, {
        'package.json': { name: '@org/db', main: 'dist/index.js' },
        'tsconfig.json': tsconfig({ paths: { '#entities/*': ['./src/entities/*'] } }),
        'src/index.ts': `export * from './entities/user.entity';`,
        'src/entities/user.entity.ts': entity('User', 'name'),
      });
      link('@org/db', db);
      compile(join(root, 'src'), join(root, 'dist'));
      compile(join(db, 'src'), join(db, 'dist'));
      for (const folder of [root, db]) shiftTimes(join(folder, 'src'), -60);
    });

    const changeEntity = (seconds = 60): void => {
      write(db, { 'src/entities/user.entity.ts': entity('User', 'email') });
      shiftTimes(join(db, 'src/entities'), seconds);
    };

    it('loads both builds when both are up to date', async () => {
      changeEntity(-30);
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).not.toContain('older');
    });

    it('loads the sources of the package when they are newer than its build', async () => {
      changeEntity();
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, email)']);
      expect(stderr).toMatch(/The build of @org\/db is older than .+\/src\/entities\/user\.entity\.ts; loading the/);
    });

    it('loads them for another package too, whose build is up to date', async () => {
      const models = `${root}-models`;
      write(models, {
        'package.json': { name: '@org/models', exports: { '.': { types: './d.ts', default: './lib/index.js' } } },
        'src/index.ts': `export * from '@org/db';`,
        'package-lock.json': '{}',
      });
      compile(join(models, 'src'), join(models, 'lib'));
      write(models, { 'package.json': { name: '@org/models', main: './lib', dependencies: { '@org/db': '*' } } });
      write(models, {
        'package.json': { name: '@org/models', exports: './lib/index.js', dependencies: { '@org/db': '*' } },
      });
      link('@org/models', models);
      link('@org/db', db, models);
      write(root, {
        'package.json': { name: 'app', dependencies: { '@org/models': '*' } },
        'src/app.module.ts': rootModule('[User]', `import { User } from '@org/models';`),
      });
      changeEntity();
      expect((await compared()).model).toEqual(['user(id, email)']);
    });

    it('loads the sources of a package that is not built, with its own aliases', async () => {
      rmSync(join(db, 'dist'), { recursive: true });
      write(db, { 'src/index.ts': `export * from '#entities/user.entity';` });
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain('@org/db is not built: there is no ');
    });

    it('loads a package whose package.json names its sources', async () => {
      write(db, { 'package.json': { name: '@org/db', main: 'src/index.ts' } });
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toContain('@org/db has TypeScript as its entry; loading the TypeScript sources.');
    });

    it('knows the source of a path that the package exports', async () => {
      const files = { './entities': './dist/entities/user.entity.js', './package.json': './package.json' };
      write(db, { 'package.json': { name: '@org/db', exports: files } });
      write(root, { 'src/app.module.ts': rootModule('[User]', `import { User } from '@org/db/entities';`) });
      rmSync(join(db, 'dist'), { recursive: true });
      expect((await compared()).model).toEqual(['user(id, name)']);
    });

    it('knows a package of ES modules that was bundled into one file', async () => {
      write(root, { 'package.json': { name: 'app', type: 'module', dependencies: { '@org/db': '*' } } });
      write(root, { 'tsconfig.json': tsconfig({ module: 'nodenext' }) });
      write(db, { 'package.json': { name: '@org/db', type: 'module', exports: { import: './out/index.mjs' } } });
      write(db, { 'src/index.ts': `export * from './entities/user.entity.js';`, 'out/index.mjs': 'broken(' });
      shiftTimes(join(db, 'src'), -60);
      changeEntity();
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, email)']);
      expect(stderr).toContain('The build of @org/db is older');
    });

    it('says that a package is stale whose sources it cannot find', async () => {
      write(db, { 'package.json': { name: '@org/db', main: 'dist/bundle.js' } });
      compile(join(db, 'src/entities'), join(db, 'dist'));
      renameSync(join(db, 'dist/user.entity.js'), join(db, 'dist/bundle.js'));
      expect((await compared()).stderr).not.toContain('older');
      changeEntity();
      const { model, stderr } = await compared();
      expect(model).toEqual(['user(id, name)']);
      expect(stderr).toMatch(/The build of @org\/db is older than .+user\.entity\.ts, and is loaded: .+ Build it\./);
    });

    it('has one copy of the entities where an alias leads to the sources', async () => {
      const pet = `
        import { Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
        import { User } from '@org/db';
        @Entity() export class Pet { @PrimaryGeneratedColumn() id: number; @ManyToOne(() => User) owner: User; }`;
      const pets = `${root}-pets`;
      write(pets, { 'package.json': { name: '@org/pets', main: 'dist/pet.js' }, 'src/pet.ts': pet });
      compile(join(pets, 'src'), join(pets, 'dist'));
      link('@org/pets', pets);
      link('@org/db', db, pets);
      rmSync(join(root, 'dist'), { recursive: true });
      const imports = `import { User } from '@org/db'; import { Pet } from '@org/pets';`;
      write(root, {
        'package.json': { name: 'app', dependencies: { '@org/db': '*', '@org/pets': '*' } },
        'tsconfig.json': tsconfig({ paths: { '@org/db': [`${relative(root, db)}/src/index.ts`] }, baseUrl: '.' }),
        'src/app.module.ts': rootModule('[User, Pet]', imports),
      });
      expect((await compared()).model).toEqual(['pet(id, ownerId)', 'user(id, name)']);
    });
  });
});
