import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { locateRepository } from './locate-repository.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nestjs-migrate locate-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | object>>;

function put(files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** Where a directory leads, relative to the application. */
async function locate(directory: string) {
  const relative = (path: string | undefined) => path?.slice(root.length + 1);
  const place = await locateRepository(join(root, directory));
  return { directory: relative(place.directory), outDir: relative(place.outDir), source: relative(place.source) };
}

const plain: Files = {
  'package.json': {},
  'tsconfig.json': { compilerOptions: { outDir: './dist' } },
  'src/main.ts': '',
  'dist/main.js': '',
};

describe('a directory in the build', () => {
  it.each<[string, Files, string, string]>([
    ['the build of src', plain, 'dist/migrations', 'src/migrations'],
    [
      'a folder of the sources that is deeper',
      { ...plain, 'src/database/data-source.ts': '' },
      'dist/database/migrations',
      'src/database/migrations',
    ],
    [
      'a build that counts from the folder above src',
      { ...plain, 'dist/main.js': undefined as never, 'dist/src/main.js': '' },
      'dist/src/migrations',
      'src/migrations',
    ],
    [
      'a folder next to src, in such a build',
      {
        'package.json': {},
        'tsconfig.json': { compilerOptions: { outDir: 'dist' } },
        'src/main.ts': '',
        'dist/src/main.js': '',
      },
      'dist/migrations',
      'migrations',
    ],
    [
      'an outDir of another name, from an extended file',
      {
        'package.json': {},
        'tsconfig.base.json': { compilerOptions: { outDir: './build/out' } },
        'tsconfig.build.json':
          '{ "extends": "./tsconfig.base.json", /* the build */ "compilerOptions": { "rootDir": "src" } }',
        'src/main.ts': '',
        'build/out/main.js': '',
      },
      'build/out/migrations',
      'src/migrations',
    ],
    [
      'a bundle of a Nest monorepo',
      {
        'package.json': {},
        'nest-cli.json': {
          projects: {
            api: { sourceRoot: 'apps/api/src', compilerOptions: { tsConfigPath: 'apps/api/tsconfig.app.json' } },
          },
        },
        'tsconfig.json': { compilerOptions: { outDir: './dist' } },
        'apps/api/tsconfig.app.json': {
          extends: '../../tsconfig.json',
          compilerOptions: { outDir: '../../dist/apps/api' },
        },
        'apps/api/src/main.ts': '',
        'dist/apps/api/main.js': '',
      },
      'dist/apps/api/migrations',
      'apps/api/src/migrations',
    ],
    [
      'a project of a Nest monorepo with its libraries, built by tsc',
      {
        'package.json': {},
        'nest-cli.json': {
          projects: {
            api: { sourceRoot: 'apps/api/src', compilerOptions: { tsConfigPath: 'apps/api/tsconfig.app.json' } },
          },
        },
        'apps/api/tsconfig.app.json': { compilerOptions: { outDir: '../../dist/apps/api' } },
        'apps/api/src/main.ts': '',
        'dist/apps/api/apps/api/src/main.js': '',
      },
      'dist/apps/api/apps/api/src/db/migrations',
      'apps/api/src/db/migrations',
    ],
    [
      'an Nx workspace, whose project.json names the folder of the build',
      {
        'package.json': {},
        'tsconfig.base.json': {},
        'apps/api/tsconfig.app.json': { compilerOptions: { outDir: '../../dist/out-tsc' } },
        'apps/api/src/main.ts': '',
        'dist/apps/api/main.js': '',
        'dist/apps/api/package.json': {},
      },
      'dist/apps/api/migrations',
      'apps/api/src/migrations',
    ],
    [
      'a project without a tsconfig',
      { 'package.json': {}, 'src/main.mts': '', 'dist/main.mjs': '' },
      'dist/m',
      'src/m',
    ],
  ])('means the folder of the sources: %s', async (_what, files, directory, source) => {
    put(Object.fromEntries(Object.entries(files).filter(([, content]) => content !== undefined)));
    mkdirSync(dirname(join(root, source)), { recursive: true });
    expect(await locate(directory)).toMatchObject({ directory: source, source });
    // What the last build made of it changes nothing.
    put({ [`${directory}/versions/a1.js`]: '', [`${source}/versions/a1.ts`]: '' });
    expect(await locate(directory)).toMatchObject({ directory: source, source });
  });

  it('stays where only the build is, as in production', async () => {
    put({ 'package.json': {}, 'dist/main.js': '', 'dist/migrations/versions/a1.js': '' });
    expect(await locate('dist/migrations')).toEqual({ directory: 'dist/migrations', outDir: 'dist' });
  });

  it('stays where the tsconfig is there, but no source', async () => {
    put({ ...plain, 'dist/migrations/versions/a1.js': '', 'migrations/other.txt': '' });
    rmSync(join(root, 'src'), { recursive: true });
    expect(await locate('dist/migrations')).toEqual({ directory: 'dist/migrations', outDir: 'dist' });
  });

  it('stays when it is the only one there is, and says where it belongs', async () => {
    put({ ...plain, 'dist/migrations/versions/a1.ts': '' });
    expect(await locate('dist/migrations')).toEqual({
      directory: 'dist/migrations',
      outDir: 'dist',
      source: 'src/migrations',
    });
  });
});

describe('a directory outside the build', () => {
  it.each<[string, Files, string]>([
    ['next to the sources', plain, 'migrations'],
    ['among the sources', plain, 'src/migrations'],
    ['with a name that begins like that of the build', plain, 'dist-migrations'],
    [
      'where sources are compiled in place',
      {
        'package.json': {},
        'tsconfig.json': { compilerOptions: { outDir: './' } },
        'src/main.ts': '',
        'src/main.js': '',
      },
      'src/migrations',
    ],
    ['in a project whose tsconfig cannot be read', { ...plain, 'tsconfig.json': '{' }, 'migrations'],
    ['with no project around it', {}, 'somewhere/dist/migrations'],
  ])('is what it says: %s', async (_what, files, directory) => {
    put(files);
    expect(await locate(directory)).toEqual({ directory });
  });
});
