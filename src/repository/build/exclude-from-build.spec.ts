import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { excludeFromBuild } from './exclude-from-build.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nestjs-migrate build-'));
  for (const file of ['src/main.ts', 'node_modules/x/index.ts', 'dist/main.d.ts', 'generated/client.ts']) put(file, '');
  put('package.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

const get = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The files that TypeScript itself compiles by a configuration. */
function compiledBy(tsconfig: string): string[] {
  const path = join(root, tsconfig);
  const { config } = ts.readConfigFile(path, (file) => readFileSync(file, 'utf8'));
  const { fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), undefined, path);
  if (errors.length > 0) throw new Error(errors.map(({ messageText }) => JSON.stringify(messageText)).join('\n'));
  return fileNames.map((file) => relative(root, file)).sort();
}

/** Makes a repository, and keeps it out of the build. */
async function exclude(directory = 'migrations') {
  put(`${directory}/versions/a1_first.ts`, `export const revision = 'a1';`);
  const { changed, advice } = await excludeFromBuild(join(root, directory));
  return { changed: changed.map((path) => relative(root, path)), advice };
}

describe('keeping a repository out of the build', () => {
  it.each<[string, Record<string, string | object>, string]>([
    [
      'the template of Nest 11',
      {
        'tsconfig.json': { compilerOptions: { outDir: './dist', incremental: true } },
        'tsconfig.build.json': { extends: './tsconfig.json', exclude: ['node_modules', 'test', 'dist', 'generated'] },
      },
      'tsconfig.build.json',
    ],
    [
      'only a tsconfig.json, without exclude',
      { 'tsconfig.json': '{\n  // the build\n  "compilerOptions": { "outDir": "./dist" },\n}\n' },
      'tsconfig.json',
    ],
    [
      'several files to extend, one of which leaves something out',
      {
        'base/a.json': { compilerOptions: { outDir: '../dist' } },
        'base/b.json': { exclude: ['../generated', '../dist'] },
        'tsconfig.json': { extends: ['./base/a.json', './base/b.json'] },
      },
      'tsconfig.json',
    ],
    [
      'an include that takes everything in',
      { 'tsconfig.json': { compilerOptions: { outDir: 'dist' }, include: ['**/*'], exclude: ['generated'] } },
      'tsconfig.json',
    ],
    [
      'an include that names it',
      { 'tsconfig.json': { compilerOptions: { outDir: 'dist' }, include: ['src', 'migrations/versions'] } },
      'tsconfig.json',
    ],
    [
      'a tsconfig that nest-cli.json names',
      {
        'nest-cli.json': '{ "compilerOptions": { "tsConfigPath": "config/tsconfig.prod.json" }, /* CLI */ }',
        'config/tsconfig.prod.json': {
          compilerOptions: { outDir: '../dist' },
          include: ['..'],
          exclude: ['../generated'],
        },
        'tsconfig.json': { compilerOptions: { noEmit: true } },
      },
      'config/tsconfig.prod.json',
    ],
  ])('adds its folder to exclude, with %s', async (_what, files, tsconfig) => {
    for (const [path, content] of Object.entries(files)) put(path, content);
    const before = compiledBy(tsconfig);
    expect(await exclude()).toEqual({ changed: [tsconfig], advice: [] });
    expect(compiledBy(tsconfig)).toEqual(before);
    expect(before).toContain('src/main.ts');
    expect(before.join(' ')).not.toMatch(/node_modules|migrations/);
  });

  it('changes nothing a second time', async () => {
    put('tsconfig.json', { compilerOptions: { outDir: 'dist' } });
    await exclude();
    const once = get('tsconfig.json');
    expect(await exclude()).toEqual({ changed: [], advice: [] });
    expect(get('tsconfig.json')).toBe(once);
  });

  it.each<[string, string, Record<string, string | object>]>([
    ['there is no tsconfig', 'migrations', {}],
    [
      'include leaves it out, as in the template of Nest 12',
      'migrations',
      { 'tsconfig.json': {}, 'tsconfig.build.json': { extends: './tsconfig.json', include: ['src'] } },
    ],
    ['only files are compiled', 'migrations', { 'tsconfig.json': { files: ['src/main.ts'] } }],
    ['the tsconfig only checks', 'migrations', { 'tsconfig.json': { compilerOptions: { noEmit: true } } }],
    ['exclude names a folder above it', 'db/migrations', { 'tsconfig.json': { exclude: ['db'] } }],
    ['it is among the sources', 'src/migrations', { 'tsconfig.json': { compilerOptions: { outDir: 'dist' } } }],
    [
      'the application below builds, and the workspace above only checks',
      'apps/api/migrations',
      { 'apps/api/tsconfig.json': { include: ['src'] }, 'tsconfig.json': { compilerOptions: { strict: true } } },
    ],
  ])('changes no file where %s', async (_what, directory, files) => {
    for (const [path, content] of Object.entries(files)) put(path, content);
    const before = Object.keys(files).map(get);
    expect(await exclude(directory)).toEqual({ changed: [], advice: [] });
    expect(Object.keys(files).map(get)).toEqual(before);
  });

  it('changes that of each project of a monorepo that would compile it', async () => {
    const app = { extends: '../../tsconfig.json', exclude: ['dist'] };
    put('tsconfig.json', { compilerOptions: {} });
    put('apps/api/tsconfig.app.json', { ...app, include: ['../../**/*'] });
    put('apps/worker/tsconfig.app.json', { ...app, include: ['src/**/*'] });
    const project = (name: string) => ({
      sourceRoot: `apps/${name}/src`,
      compilerOptions: { tsConfigPath: `apps/${name}/tsconfig.app.json` },
    });
    put('nest-cli.json', { ...project('api'), projects: { api: project('api'), worker: project('worker') } });
    expect(await exclude()).toEqual({ changed: ['apps/api/tsconfig.app.json'], advice: [] });
    expect(JSON.parse(get('apps/api/tsconfig.app.json'))).toMatchObject({ exclude: ['dist', '../../migrations'] });
  });

  it.each<[string, string | object, string]>([
    ['is no JSON', '{ "compilerOptions": ', 'tsconfig.json'],
    ['extends what does not exist', { extends: './nowhere.json' }, 'nowhere'],
    ['says it twice', '{ "exclude": ["dist"], "exclude": ["generated"] }', 'still be compiled'],
  ])('says what to add by hand where the tsconfig %s', async (_what, content, reason) => {
    put('tsconfig.json', content);
    const before = get('tsconfig.json');
    const { changed, advice } = await exclude();
    expect({ changed, count: advice.length }).toEqual({ changed: [], count: 1 });
    expect(advice[0]).toContain(`${join(root, 'tsconfig.json')} could not be changed`);
    expect(advice[0]).toContain('Add "migrations" to its "exclude"');
    expect(advice[0]).toContain(reason);
    expect(get('tsconfig.json')).toBe(before);
  });
});
