import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { runNode } from './cli.workspace.js';

const packageRoot = resolve(__dirname, '../..');
const fixture = join(packageRoot, 'test/fixtures/design-types');

type Metadata = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The fixture with a compiler of its own: `@swc/core` or `typescript`. */
function install(folder: string, compiler: string): void {
  cpSync(fixture, folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@swc'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  for (const name of ['reflect-metadata', '@types/node', compiler]) {
    symlinkSync(join(packageRoot, 'node_modules', name), join(modules, name));
  }
  cpSync(join(folder, 'packages/plain'), join(modules, 'plain'), { recursive: true });
  cpSync(join(folder, 'packages/exporting'), join(modules, 'exporting'), { recursive: true });
  cpSync(join(folder, 'packages/geo-types'), join(modules, '@types/geo'), { recursive: true });
}

function configure(folder: string, options: Record<string, unknown>): void {
  const path = join(folder, 'tsconfig.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { compilerOptions: object };
  writeFileSync(path, JSON.stringify({ compilerOptions: { ...config.compilerOptions, ...options } }));
}

/** Compiles the whole program, with type information, as `nest build` does. */
function compileProgram(folder: string): void {
  const path = join(folder, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, folder);
  const program = ts.createProgram([join(folder, 'src/index.ts')], {
    ...options,
    outDir: join(folder, 'dist'),
    rootDir: folder,
  });
  // The test would compare nothing if the compiler did not know a type; what else it complains of does not matter.
  const unknown = program.getSemanticDiagnostics().filter(({ code }) => [2304, 2305, 2307, 2694, 2724].includes(code));
  expect(unknown.map(({ messageText }) => messageText)).toEqual([]);
  program.emit();
}

async function dump(folder: string, entry: string, ...more: string[]): Promise<Metadata> {
  const { code, stdout, stderr } = await runNode(folder, [join(folder, 'dump.mjs'), join(folder, entry), ...more]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Metadata;
}

describe.each(['@swc/core', 'typescript'])('Decorator metadata of sources that are loaded with %s', (compiler) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'design-types-'));
    install(folder, compiler);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([true, false])(
    'is what the whole program compiles to, with strictNullChecks %s',
    async (strictNullChecks) => {
      configure(folder, { strictNullChecks });
      compileProgram(folder);
      const expected = await dump(folder, 'dist/src/index.js');
      const actual = await dump(folder, 'src/index.ts', packageRoot);
      expect(Object.keys(expected).length).toBeGreaterThan(150);
      expect(actual).toEqual(expected);
    },
  );
});
