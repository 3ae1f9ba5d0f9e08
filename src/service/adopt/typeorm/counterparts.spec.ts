import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { counterparts } from './counterparts.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nestjs-migrate counterparts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: object | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const of = (path: string): string[] => counterparts(join(root, path)).map((other) => relative(root, other));

describe('the compiled place of old migrations', () => {
  it.each<[string, object, string, string[]]>([
    ['rootDir is the project', { outDir: 'lib', rootDir: '.' }, 'src/migrations', ['lib/src/migrations']],
    ['rootDir is the sources', { outDir: './build/out', rootDir: './src' }, 'src/migrations', ['build/out/migrations']],
    ['rootDir is deeper', { outDir: 'lib', rootDir: 'src/app' }, 'src/app/db/old', ['lib/db/old']],
    ['a file', { outDir: 'lib', rootDir: '.' }, 'src/old/1-a.ts', ['lib/src/old/1-a.js']],
    ['no rootDir', { outDir: 'lib' }, 'src/migrations', ['lib/migrations', 'lib/src/migrations']],
    ['outside rootDir', { outDir: 'lib', rootDir: 'src' }, 'db/migrations', []],
    ['compiled in place', { outDir: '.', rootDir: '.' }, 'src/migrations', []],
  ])('is known before a build: %s', (_what, compilerOptions, path, wanted) => {
    put('tsconfig.json', { compilerOptions, include: ['src'] });
    put('src/main.ts', '');
    expect(of(path)).toEqual(wanted);
  });

  it('is the one that exists after a build, and leads back to the source', () => {
    put('tsconfig.json', { compilerOptions: { outDir: 'lib' } });
    put('src/old/1-a.ts', '');
    put('lib/src/old/1-a.js', '');
    expect(of('src/old')).toEqual(['lib/src/old']);
    expect(of('lib/src/old/1-a.js')).toEqual(['src/old/1-a.ts']);
  });

  it('respects the rootDir of a tsconfig that is extended', () => {
    put('tsconfig.base.json', { compilerOptions: { outDir: 'out', rootDir: '.' } });
    put('tsconfig.build.json', { extends: './tsconfig.base.json' });
    put('src/main.ts', '');
    expect(of('src/db/migrations')).toEqual(['out/src/db/migrations']);
  });
});
