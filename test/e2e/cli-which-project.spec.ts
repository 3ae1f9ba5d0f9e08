import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile, entity, rootModule, shiftTimes, tsconfig, write } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd } from './cli.workspace.js';

const main = `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app.module'; void NestFactory.create(AppModule); throw new Error('main.ts must never run');`;
const frontEnd = `import { bootstrapApplication } from '@angular/platform-browser'; void bootstrapApplication(class {});`;

describe('Which project of a workspace nest-cmd takes', () => {
  const folder = freshFolders('projects-');
  let root: string;

  beforeEach(() => {
    root = folder({
      'tsconfig.json': tsconfig(),
    });
  });

  /** A Nest application with one entity, whose name says which application was loaded. */
  function application(name: string, table: string): void {
    write(root, {
      [`apps/${name}/src/main.ts`]: main,
      [`apps/${name}/src/app.module.ts`]: rootModule(`[${table}]`, `import { ${table} } from './${table}.entity';`),
      [`apps/${name}/src/${table}.entity.ts`]: entity(table, 'name'),
      [`apps/${name}/tsconfig.app.json`]: {
        extends: '../../tsconfig.json',
        compilerOptions: { outDir: `../../dist/apps/${name}` },
        include: ['src/**/*'],
      },
    });
  }

  async function tables(args: readonly string[] = [], env: Record<string, string> = {}, folder = root) {
    const run = await nestCmd(folder, [...args, 'db', 'check', '-d', join(root, 'migrations')], env);
    return { ...run, tables: [...run.stdout.matchAll(/added table '(.+)'/g)].map(([, name]) => name) };
  }

  describe('of Nx', () => {
    beforeEach(() => {
      write(root, {
        'nx.json': {},
        'apps/api/project.json': { name: 'api', projectType: 'application' },
        'apps/api-e2e/project.json': { name: 'api-e2e', projectType: 'application' },
        'apps/api-e2e/src/main.ts': main,
        'apps/api-e2e/src/app.module.ts': '',
        'apps/dashboard/project.json': {
          name: 'dashboard',
          projectType: 'application',
          sourceRoot: '/apps/dashboard/src',
        },
        'apps/dashboard/src/main.ts': frontEnd,
      });
      application('api', 'Pet');
    });

    it('is the only one that starts a Nest application', async () => {
      expect((await tables()).tables).toEqual(['pet']);
    });

    it('is asked for where several do, with their names', async () => {
      write(root, { 'apps/worker/project.json': { name: 'jobs', projectType: 'application' } });
      application('worker', 'Job');
      const { code, stderr } = await nestCmd(root, ['db', 'check']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/nx\.json has several applications: api, jobs\.\nName one: --project api/);
      expect((await tables(['--project', 'jobs'])).tables).toEqual(['job']);
      expect((await tables(['--project', 'jobs'], {}, join(root, 'apps/api'))).tables).toEqual(['job']);
    });

    it('is not one that is only a front end, and its files are named', async () => {
      const { code, stderr } = await nestCmd(root, ['--project', 'dashboard', 'db', 'check']);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `${join(root, 'apps/dashboard/project.json')}: NestFactory.create(…) in ${join(root, 'apps/dashboard/src/main.ts')}`,
      );
    });

    it('is found although another cannot be read', async () => {
      write(root, {
        'apps/dashboard/tsconfig.json': { extends: '@nowhere/tsconfig' },
        'apps/site/project.json': { projectType: 'application' },
        'apps/site/src/main.ts': frontEnd,
      });
      expect((await tables()).tables).toEqual(['pet']);
    });

    it('is that of the file of a build that is named', async () => {
      write(root, { 'apps/worker/project.json': { name: 'worker', projectType: 'application' } });
      application('worker', 'Job');
      const built = 'dist/apps/worker/apps/worker/src';
      compile(join(root, 'apps/worker/src'), join(root, built));
      shiftTimes(join(root, 'apps'), -60);
      write(join(root, 'dist/apps/worker'), { 'package.json': {} });
      expect((await tables(['--app', `${built}/main.js`])).stderr).not.toContain('older');
      shiftTimes(join(root, 'apps/worker/src'), 60);
      const stale = await tables(['--app', `${built}/app.module`]);
      expect(stale.tables).toEqual(['job']);
      expect(stale.stderr).toMatch(/The build is older than apps\/worker\/src\/\S+; loading the build, since it is/);
    });
  });

  describe('of nest-cli.json', () => {
    const project = (name: string, more: object = {}) => ({
      type: 'application',
      root: `apps/${name}`,
      sourceRoot: `apps/${name}/src`,
      compilerOptions: { tsConfigPath: `apps/${name}/tsconfig.app.json` },
      ...more,
    });

    it.each([
      ['there is no default', {}],
      ['the default starts nothing', { root: 'apps/site', sourceRoot: 'apps/site/src' }],
    ])('is the only Nest application where %s', async (_what, usual) => {
      write(root, {
        'nest-cli.json': {
          monorepo: true,
          ...usual,
          projects: { site: project('site'), api: project('api'), db: project('db', { type: 'library' }) },
        },
        'apps/site/src/main.ts': frontEnd,
      });
      application('api', 'Pet');
      application('db', 'Hidden');
      expect((await tables()).tables).toEqual(['pet']);
    });

    it('is asked for where there is no default and several are Nest applications', async () => {
      write(root, {
        'nest-cli.json': { monorepo: true, projects: { api: project('api'), worker: project('worker') } },
      });
      application('api', 'Pet');
      application('worker', 'Job');
      const { code, stderr } = await nestCmd(root, ['db', 'check']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/nest-cli\.json has several applications: api, worker\.\nName one: --project api/);
      const { code: alone } = await nestCmd(root, ['db', 'heads', '-d', 'migrations']);
      expect(alone).toBe(0);
    });

    it.each([
      ['another is the default', { root: 'apps/api', sourceRoot: 'apps/api/src' }],
      ['there is no default', {}],
    ])('is that of the file of a build that is named, where %s', async (_what, usual) => {
      write(root, {
        'nest-cli.json': { monorepo: true, ...usual, projects: { api: project('api'), worker: project('worker') } },
      });
      application('api', 'Pet');
      application('worker', 'Job');
      for (const name of ['api', 'worker']) {
        compile(join(root, `apps/${name}/src`), join(root, `dist/apps/${name}/apps/${name}/src`));
      }
      shiftTimes(join(root, 'apps'), -60);
      shiftTimes(join(root, 'apps/worker/src'), 60);
      const stale = await tables([], { NEST_APP: 'dist/apps/worker/apps/worker/src/app.module.js' });
      expect(stale.tables).toEqual(['job']);
      expect(stale.stderr).toMatch(/The build is older than apps\/worker\/src\/\S+; loading the build, since it is/);
      const fresh = await tables([], { NEST_APP: 'dist/apps/api/apps/api/src/app.module.js' });
      expect(fresh.stderr).not.toContain('older');
      rmSync(join(root, 'apps/worker'), { recursive: true });
      const image = await tables([], { NEST_APP: 'dist/apps/worker/apps/worker/src/app.module.js' });
      expect(image.tables).toEqual(['job']);
    });
  });
});
