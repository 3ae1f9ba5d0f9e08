import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, entity, rootModule, shiftTimes, tsconfig, write } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd } from './cli.workspace.js';

describe('nest-cmd in a workspace of several projects', () => {
  const folder = freshFolders('workspace-');
  let root: string;

  beforeEach(() => {
    root = folder();
  });

  async function tables(folder: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    const { code, stdout, stderr } = await nestCmd(
      folder,
      [...args, 'db', 'check', '-d', join(root, 'migrations')],
      env,
    );
    if (code !== 1 || !stdout.startsWith('New upgrade')) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
    return [...stdout.matchAll(/added table '(.+)'/g)].map(([, name]) => name);
  }

  const compilerOptions = (tsconfig() as { compilerOptions: object }).compilerOptions;
  const main = `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app/app.module'; void NestFactory.create(AppModule); throw new Error('main.ts must never run');`;

  describe('with several applications', () => {
    const nestFiles = (): Readonly<Record<string, string | object>> => {
      const project = (name: string): object => ({
        root: `apps/${name}`,
        sourceRoot: `apps/${name}/src`,
        entryFile: 'main',
      });
      const projects = { api: project('api'), admin: project('admin'), db: { ...project('db'), type: 'library' } };
      return { 'nest-cli.json': { monorepo: true, ...project('api'), projects } };
    };
    const nxFiles = (): Readonly<Record<string, string | object>> => ({
      'nx.json': {},
      'apps/api/project.json': { name: 'api', projectType: 'application' },
      'apps/admin/project.json': { name: '@org/admin', projectType: 'application' },
      'apps/admin-e2e/project.json': { name: 'admin-e2e', projectType: 'application' },
    });
    const sources = (directory = ''): Readonly<Record<string, string | object>> => ({
      'tsconfig.json': tsconfig(),
      'apps/api/src/main.ts': main.replace('./app/app.module', './app.module'),
      'apps/api/src/app.module.ts': rootModule('[User]', `import { User } from './user.entity';`),
      'apps/api/src/user.entity.ts': entity('User', 'name'),
      'apps/admin/src/main.ts': main.replace('./app/app.module', './app.module'),
      'apps/admin/src/app.module.ts': rootModule('[Log]', `import { Log } from './log.entity';`)
        .replace('app.sqlite', 'admin.sqlite')
        .replace('MigrateModule.forRoot()', `MigrateModule.forRoot(${directory})`),
      'apps/admin/src/log.entity.ts': entity('Log', 'text'),
    });
    const noted = (): unknown =>
      (JSON.parse(readFileSync(join(root, 'migrations/migrations.json'), 'utf8')) as Record<string, unknown>)[
        'applications'
      ];

    it.each([
      ['of a Nest monorepo', nestFiles, 'admin'],
      ['of Nx', nxFiles, '@org/admin'],
    ])('does not let the one work in the repository of the other: %s', async (_what, files, admin) => {
      rmSync(join(root, 'migrations'), { recursive: true });
      write(root, { ...files(), ...sources() });
      const as = async (name: string, ...args: readonly string[]) => nestCmd(root, ['--project', name, 'db', ...args]);
      expect(await as('api', 'init')).toMatchObject({ code: 0 });
      expect(noted()).toEqual(['api']);
      expect(await as('api', 'migrate', '-m', 'users')).toMatchObject({ code: 0 });
      expect(await as('api', 'upgrade')).toMatchObject({ code: 0 });
      for (const command of ['init', 'upgrade', 'migrate', 'check', 'stamp', 'heads']) {
        const { code, stderr } = await as(admin, command);
        expect(code).toBe(1);
        expect(stderr).toContain(`is that of "api" (migrations.json), and this is the application "${admin}"`);
        expect(stderr).toContain(`MigrateModule.forRoot({ directory: 'migrations-admin' })`);
      }
      const settings = join(root, 'migrations/migrations.json');
      writeFileSync(settings, readFileSync(settings, 'utf8').replace('["api"]', `["api", "${admin}"]`));
      expect(await as(admin, 'heads')).toMatchObject({ code: 0 });
    });

    it('lets each have a repository of its own', async () => {
      rmSync(join(root, 'migrations'), { recursive: true });
      write(root, { ...nestFiles(), ...sources(`{ directory: 'migrations-admin' }`) });
      for (const name of ['api', 'admin']) {
        expect(await nestCmd(root, ['--project', name, 'db', 'init'])).toMatchObject({ code: 0 });
        expect(await nestCmd(join(root, 'apps', name), ['db', 'migrate', '-m', 'first'])).toMatchObject({ code: 0 });
      }
    });

    it('takes a repository that names none for that of any', async () => {
      write(root, { ...nestFiles(), ...sources() });
      for (const name of ['api', 'admin']) {
        expect(await nestCmd(root, ['--project', name, 'db', 'heads'])).toMatchObject({ code: 0 });
      }
    });

    it('notes nothing where the workspace has one application', async () => {
      rmSync(join(root, 'migrations'), { recursive: true });
      write(root, { ...nestFiles(), ...sources() });
      const project = { root: 'apps/api', sourceRoot: 'apps/api/src' };
      write(root, { 'nest-cli.json': { monorepo: true, ...project, projects: { api: project } } });
      expect(await nestCmd(root, ['db', 'init'])).toMatchObject({ code: 0 });
      expect(noted()).toEqual([]);
    });
  });

  describe('shaped as Nx makes it', () => {
    beforeEach(() => {
      write(root, {
        'nx.json': {},
        'tsconfig.base.json': {
          compilerOptions: {
            ...compilerOptions,
            outDir: undefined,
            baseUrl: '.',
            paths: { '@org/db': ['libs/db/src/index.ts'] },
          },
        },
        'apps/api/project.json': {
          name: 'api',
          sourceRoot: 'apps/api/src',
          projectType: 'application',
          targets: {
            build: {
              options: {
                outputPath: 'dist/apps/api',
                main: 'apps/api/src/main.ts',
                tsConfig: 'apps/api/tsconfig.app.json',
              },
            },
          },
        },
        'apps/api-e2e/project.json': { name: 'api-e2e', projectType: 'application' },
        'apps/api/tsconfig.json': {
          extends: '../../tsconfig.base.json',
          files: [],
          include: [],
          references: [{ path: './tsconfig.app.json' }],
        },
        'apps/api/tsconfig.app.json': {
          extends: './tsconfig.json',
          compilerOptions: { outDir: '../../dist/out-tsc' },
          include: ['src/**/*.ts'],
        },
        'apps/api/src/main.ts': main,
        'apps/api/src/app/app.module.ts': rootModule('[User]', `import { User } from '@org/db';`),
        'libs/db/project.json': { name: 'db', projectType: 'library' },
        'libs/db/src/index.ts': `export * from './lib/user.entity';`,
        'libs/db/src/lib/user.entity.ts': entity('User', 'name'),
      });
    });

    it.each(['apps/api/src/app/app.module.ts', 'apps/api/src/app/app.module#AppModule', 'apps/api/src/main.ts'])(
      'knows the aliases of the workspace when NEST_APP is %s',
      async (app) => {
        expect(await tables(root, [], { NEST_APP: app })).toEqual(['user']);
      },
    );

    it('finds the application in its own folder, by its name, and when it is the only one', async () => {
      expect(await tables(join(root, 'apps/api/src'))).toEqual(['user']);
      expect(await tables(root)).toEqual(['user']);
      write(root, { 'apps/worker/project.json': { projectType: 'application' }, 'apps/worker/src/main.ts': '' });
      expect(await tables(root, ['--project', 'api'])).toEqual(['user']);
      const { code, stderr } = await nestCmd(root, ['--project', 'apy', 'db', 'heads']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/nx\.json: there is no project "apy"\.\nKnown projects: api, api-e2e, worker, db\./);
    });

    it('needs no tsconfig.json but tsconfig.base.json in the root', async () => {
      write(root, { 'apps/plain/src/app.module.ts': rootModule('[User]', `import { User } from '@org/db';`) });
      expect(await tables(root, ['--app', 'apps/plain/src/app.module.ts'])).toEqual(['user']);
      write(root, { 'services/flat/app.module.ts': rootModule('[User]', `import { User } from '@org/db';`) });
      expect(await tables(join(root, 'services/flat'), ['--app', 'app.module.ts'])).toEqual(['user']);
    });

    it('needs no tsconfig.json but tsconfig.app.json in the application', async () => {
      write(root, {
        'apps/own/tsconfig.app.json': { compilerOptions: { ...compilerOptions, paths: { '~/*': ['./src/*'] } } },
        'apps/own/src/app.module.ts': rootModule('[Pet]', `import { Pet } from '~/pet.entity';`),
        'apps/own/src/pet.entity.ts': entity('Pet'),
      });
      expect(await tables(root, ['--app', 'apps/own/src/app.module.ts'])).toEqual(['pet']);
    });

    it('knows the aliases of a configuration that tsconfig.json only refers to', async () => {
      write(root, {
        'apps/ref/tsconfig.json': {
          files: [],
          references: [{ path: './tsconfig.spec.json' }, { path: './config/app.json' }],
        },
        'apps/ref/tsconfig.spec.json': { include: ['src/**/*.spec.ts'] },
        'apps/ref/config/app.json': {
          compilerOptions: { ...compilerOptions, paths: { '~/*': ['../src/*'] } },
          include: ['../src/**/*'],
        },
        'apps/ref/src/app.module.ts': rootModule('[Pet]', `import { Pet } from '~/pet.entity';`),
        'apps/ref/src/pet.entity.ts': entity('Pet'),
      });
      expect(await tables(root, ['--app', 'apps/ref/src/app.module.ts'])).toEqual(['pet']);
    });

    it('knows the aliases that only a library has', async () => {
      write(root, {
        'libs/db/tsconfig.json': {
          extends: '../../tsconfig.base.json',
          compilerOptions: { baseUrl: '.', paths: { '#db/*': ['./src/lib/*'] } },
        },
        'libs/db/src/index.ts': `export * from '#db/user.entity';`,
      });
      expect(await tables(root, [], { NEST_APP: 'apps/api/src/main.ts' })).toEqual(['user']);
    });

    it.each([
      ['the declarations of a build that is not there', 'libs/db/src/index.d.ts'],
      ['a folder with a package.json', 'libs/db'],
      ['a build, or else the sources', 'dist/libs/db', 'libs/db/src/index.ts'],
    ])('follows an alias that leads to %s', async (_what, ...paths) => {
      write(root, {
        'libs/db/package.json': { name: '@org/db', main: './src/index.js' },
        'tsconfig.base.json': { compilerOptions: { ...compilerOptions, baseUrl: '.', paths: { '@org/db': paths } } },
      });
      expect(await tables(root, [], { NEST_APP: 'apps/api/src/main.ts' })).toEqual(['user']);
    });

    it('loads the build of an application that is where Nx puts it, until it is stale', async () => {
      const imports = `import { User } from '../../../../libs/db/src';`;
      write(join(root, 'from'), { 'app/app.module.ts': rootModule('[User]', imports) });
      compile(join(root, 'apps/api/src'), join(root, 'dist/apps/api/apps/api/src'));
      compile(join(root, 'from'), join(root, 'dist/apps/api/apps/api/src'));
      compile(join(root, 'libs/db/src'), join(root, 'dist/apps/api/libs/db/src'));
      for (const folder of ['apps', 'libs']) shiftTimes(join(root, folder), -60);
      const fresh = await nestCmd(root, ['--debug', 'db', 'heads']);
      expect(fresh.stderr).toContain('dist/apps/api/apps/api/src/app/app.module.js');
      shiftTimes(join(root, 'libs/db/src/lib'), 60);
      const stale = await nestCmd(root, ['--debug', 'db', 'heads']);
      expect(stale.stderr).toContain('The build is older than libs/db/src/lib/user.entity.ts; loading the TypeScript');
    });
  });

  it.each([
    ['CommonJS', {}, 'commonjs'],
    ['ES modules', { type: 'module' }, 'nodenext'],
  ])(
    'knows the sources behind `imports` of package.json that name a build, which is not there: %s',
    async (_what, more, module) => {
      write(root, {
        'package.json': { name: 'app', imports: { '#src/*': './dist/*.js' }, ...more },
        'tsconfig.json': tsconfig({ module, rootDir: './src' }),
        'src/app.module.ts': rootModule('[User]', `import { User } from '#src/users/user.entity';`),
        'src/users/user.entity.ts': entity('User', 'name'),
      });
      expect(await tables(root)).toEqual(['user']);
    },
  );

  describe('of npm or pnpm', () => {
    const app = (): string => join(root, 'packages/api');

    beforeEach(() => {
      write(root, {
        'tsconfig.base.json': { compilerOptions },
        'packages/api/package.json': { name: 'api', dependencies: { '@org/db': 'workspace:*' } },
        'packages/api/src/app.module.ts': rootModule('[User]', `import { User } from '@org/db';`),
        'packages/db/package.json': { name: '@org/db', main: './dist/index.js' },
        'packages/db/tsconfig.json': {
          extends: '../../tsconfig.base.json',
          compilerOptions: { outDir: 'dist', rootDir: 'src' },
        },
        'packages/db/src/index.ts': `export * from './user.entity.js';`,
        'packages/db/src/user.entity.ts': entity('User', 'name'),
      });
    });

    it.each([
      ['the root, as npm does', ''],
      ['the application, as pnpm does', 'packages/api'],
    ])('loads a package that is not built, linked into node_modules of %s', async (_what, folder) => {
      const link = join(root, folder, 'node_modules/@org/db');
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'packages/db'), link);
      expect(await tables(app())).toEqual(['user']);
      expect(await tables(root, ['--app', 'packages/api/src/app.module.ts'])).toEqual(['user']);
    });

    it('says of a package that is nowhere that it is missing', async () => {
      const { code, stderr } = await nestCmd(app(), ['db', 'heads']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/src\/app\.module\.ts: cannot find package @org\/db/);
    });

    it('names the configuration whose paths are wrong', async () => {
      write(root, {
        'packages/api/tsconfig.json': { compilerOptions: { ...compilerOptions, paths: { '@org/db': ['src/db'] } } },
      });
      const { code, stderr } = await nestCmd(app(), ['db', 'heads']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/packages\/api\/tsconfig\.json: Non-relative paths are not allowed/);
      expect(stderr).not.toMatch(/^ +at /m);
    });
  });
});
