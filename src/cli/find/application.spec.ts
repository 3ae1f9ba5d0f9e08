import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ApplicationNotFoundError } from '../../errors/cli.errors.js';
import { type ApplicationLocation, type ApplicationSearch, findApplication } from './application.js';

const main = (module: string, specifier: string): string => `
  import { NestFactory } from '@nestjs/core';
  import { Other, ${module} } from '${specifier}';
  // NestFactory.create(Commented) is not what runs
  async function bootstrap() { const app = await NestFactory.create<NestExpressApplication>(${module}, { cors: true }); }
`;

describe('findApplication', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nest cmd '));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string | object>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
  }

  function find(search: Partial<ApplicationSearch> = {}): ApplicationLocation {
    return findApplication({ cwd: root, env: {}, ...search });
  }

  it('takes what main.ts passes to NestFactory.create', () => {
    write({
      'package.json': {},
      'nest-cli.json': {},
      'src/main.ts': main('ShopModule', './shop/shop.module'),
      'src/shop/shop.module.ts': '',
    });
    expect(find()).toMatchObject({ source: join(root, 'src/shop/shop.module.ts'), exportName: 'ShopModule' });
  });

  it('walks up from the working directory', () => {
    write({
      'package.json': {},
      'src/main.ts': main('AppModule', './app.module'),
      'src/app.module.ts': '',
      'src/users/x.ts': '',
    });
    expect(find({ cwd: join(root, 'src/users') })).toMatchObject({ source: join(root, 'src/app.module.ts') });
  });

  it('finds the compiled file next to the source, whichever folder the build counts from', () => {
    write({ 'package.json': {}, 'src/app.module.ts': '', 'dist/src/app.module.js': '' });
    expect(find()).toMatchObject({ compiled: join(root, 'dist/src/app.module.js') });
  });

  it('needs no sources where there is a build, as in a production image', () => {
    write({
      'package.json': {},
      'dist/main.js': `const core_1 = require("@nestjs/core"); const api_module_1 = require("./api.module"); core_1.NestFactory.create(api_module_1.ApiModule);`,
      'dist/api.module.js': '',
    });
    const found = find();
    expect(found).toMatchObject({ compiled: join(root, 'dist/api.module.js'), exportName: 'ApiModule' });
    expect(found.source).toBeUndefined();
  });

  it('reads sourceRoot, entryFile and comments of nest-cli.json', () => {
    write({
      'nest-cli.json': '{ // the server\n "sourceRoot": "server", "entryFile": "start", }',
      'server/start.ts': main('RootModule', './root.module.js'),
      'server/root.module.ts': '',
    });
    expect(find()).toMatchObject({ source: join(root, 'server/root.module.ts'), exportName: 'RootModule' });
  });

  describe('in a monorepo', () => {
    beforeEach(() => {
      write({
        'nest-cli.json': {
          monorepo: true,
          root: 'apps/api',
          sourceRoot: 'apps/api/src',
          projects: {
            api: { root: 'apps/api', sourceRoot: 'apps/api/src', entryFile: 'main' },
            worker: { root: 'apps/worker', sourceRoot: 'apps/worker/src' },
          },
        },
        'apps/api/src/main.ts': main('ApiModule', './api.module'),
        'apps/api/src/api.module.ts': '',
        'apps/worker/src/main.ts': main('WorkerModule', '@worker/worker.module'),
        'apps/worker/src/worker.module.ts': '',
        'tsconfig.json': { compilerOptions: { paths: { '@worker/*': ['./apps/worker/src/*'] } } },
      });
    });

    it('takes the default project', () => {
      expect(find()).toMatchObject({ exportName: 'ApiModule', project: { root } });
    });

    it('takes the project that is named, through an alias of tsconfig.json', () => {
      expect(find({ project: 'worker' })).toMatchObject({ source: join(root, 'apps/worker/src/worker.module.ts') });
    });

    it('takes the project that the working directory is in', () => {
      expect(find({ cwd: join(root, 'apps/worker/src') })).toMatchObject({ exportName: 'WorkerModule' });
    });

    it('names the projects there are when another is asked for', () => {
      expect(() => find({ project: 'wroker' })).toThrow(/no project "wroker"/);
    });
  });

  it('prefers --app to NEST_APP to package.json', () => {
    write({ 'package.json': { 'nest-cmd': { app: 'a.ts#A' } }, 'a.ts': '', 'b.ts': '', 'c.ts': '' });
    expect(find()).toMatchObject({ source: join(root, 'a.ts'), exportName: 'A' });
    expect(find({ env: { NEST_APP: 'b' } })).toMatchObject({ source: join(root, 'b.ts') });
    expect(find({ app: 'c.ts#C', env: { NEST_APP: 'b' } })).toMatchObject({ exportName: 'C' });
  });

  it('says which file a wrong reference names', () => {
    expect(() => find({ app: 'nowhere.ts#X' })).toThrow(join(root, 'nowhere.ts'));
  });

  it('lists what was tried, and shows how to say it', () => {
    write({ 'package.json': {}, 'src/main.ts': 'bootstrap()' });
    const error = captured(() => find());
    expect(error).toBeInstanceOf(ApplicationNotFoundError);
    expect(error.message).toContain(join(root, 'src/main.ts'));
    expect(error.message).toContain(join(root, 'src/app.module.ts'));
    expect(error.hint).toContain('NEST_APP=src/app.module.ts#AppModule');
  });

  it.each<[string, string, Record<string, string | object>]>([
    [
      'of nest-cli.json',
      'Its applications: shop.',
      {
        'package.json': {},
        'nest-cli.json': {
          projects: {
            shop: { sourceRoot: 'apps/shop/src' },
            'shop-e2e': { sourceRoot: 'apps/shop-e2e' },
            tools: { type: 'library', root: 'libs/tools', entryFile: 'index', sourceRoot: 'libs/tools/src' },
          },
        },
        'libs/tools/src/index.ts': '',
      },
    ],
    [
      'of a nest-cli.json without an application',
      'It has no application.',
      { 'package.json': {}, 'nest-cli.json': { projects: { tools: { type: 'library' } } } },
    ],
    [
      'of Nx',
      'Its applications: shop.',
      {
        'package.json': {},
        'nx.json': {},
        'apps/shop/project.json': { name: 'shop', projectType: 'application' },
        'libs/tools/project.json': { name: 'tools', projectType: 'library' },
      },
    ],
  ])('names the applications where a library is asked for, %s', (_what, hint, files) => {
    write(files);
    expect(() => find({ project: 'tools' })).toThrow(
      expect.objectContaining({
        code: 'PROJECT_FILE_INVALID',
        message: expect.stringContaining('the project "tools" is a library, not an application.') as string,
        hint,
      }),
    );
  });

  describe('a project that is named and is not there', () => {
    const source = { 'package.json': {}, 'src/app.module.ts': '' };

    it.each<[string, Record<string, string | object>, Partial<ApplicationSearch>]>([
      ['where there is no workspace', source, {}],
      ['with the application named too', source, { app: 'src/app.module.ts' }],
      ['with NEST_APP', source, { env: { NEST_APP: 'src/app.module.ts' } }],
      ['in a nest-cli.json', { ...source, 'nest-cli.json': { projects: { shop: {} } } }, {}],
      ['in the folder of an Nx project of another name', { ...source, 'project.json': { name: 'shop' } }, {}],
    ])('is an error, %s', (_, files, search) => {
      write(files);
      for (const project of ['nope', 'constructor', '']) {
        expect(() => find({ ...search, project })).toThrow(
          expect.objectContaining({
            code: 'PROJECT_FILE_INVALID',
            message: expect.stringContaining(`there is no project "${project}"`) as string,
          }),
        );
      }
    });
  });

  it('takes a project of the workspace above, from the folder of a package in it', () => {
    write({
      'package.json': {},
      'nest-cli.json': { projects: { shop: { sourceRoot: 'apps/shop/src' } } },
      'apps/shop/src/app.module.ts': '',
      'libs/tools/package.json': {},
    });
    expect(find({ cwd: join(root, 'libs/tools'), project: 'shop' })).toMatchObject({
      source: join(root, 'apps/shop/src/app.module.ts'),
    });
  });
});

function captured(action: () => unknown): ApplicationNotFoundError {
  try {
    action();
  } catch (error) {
    return error as ApplicationNotFoundError;
  }
  throw new Error('nothing was thrown');
}
