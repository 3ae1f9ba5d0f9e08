import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { CliWorkspace, nestCmd, runNode } from './cli.workspace.js';

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

describe('Entities that are loaded from their sources', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });

  afterAll(() => workspace.remove());

  /** An application with one entity, whose column has a type of another file. */
  function application(name: string, type: 'commonjs' | 'module', files: Record<string, string>): string {
    const root = join(workspace.root, name);
    mkdirSync(join(root, 'src'), { recursive: true });
    const end = type === 'module' ? '.js' : '';
    const all = {
      'package.json': JSON.stringify({ name: 'shop', type }),
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          strict: true,
          esModuleInterop: true,
        },
      }),
      'src/app.module.ts': `
        import { Module } from '@nestjs/common';
        import { TypeOrmModule } from '@nestjs/typeorm';
        import { MigrateModule } from 'nestjs-migrate';
        import { Task } from './task.entity${end}';
        @Module({
          imports: [
            TypeOrmModule.forRoot({ type: 'better-sqlite3', database: 'shop.sqlite', entities: [Task] }),
            MigrateModule.forRoot(),
          ],
        })
        export class AppModule {}`,
      ...files,
    };
    for (const [path, content] of Object.entries(all)) writeFileSync(join(root, path), content);
    return root;
  }

  const entity = (imports: string, column: string): string =>
    `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';\n${imports}\n@Entity()\nexport class Task {\n  @PrimaryGeneratedColumn() id: number;\n  @Column()\n  ${column};\n}\n`;

  it.each(['commonjs', 'module'] as const)('follow an enum of another file when it changes (%s)', async (type) => {
    const end = type === 'module' ? '.js' : '';
    const root = application(`enum-${type}`, type, {
      'src/task.entity.ts': entity(
        `import { Status, Shape } from './status${end}';`,
        'status: Status;\n  @Column("simple-json")\n  shape: Shape',
      ),
      'src/status.ts': `export enum Status { open = 'open' }\nexport interface Shape { a: string }\n`,
    });
    expect(await nestCmd(root, ['db', 'init'])).toMatchObject({ code: 0 });
    const written = async (id: string): Promise<string> => {
      const path = join(root, `migrations/versions/${id}_tasks.ts`);
      expect(await nestCmd(root, ['db', 'migrate', '-m', 'tasks', '--rev-id', id])).toMatchObject({ code: 0 });
      const revision = readFileSync(path, 'utf8');
      rmSync(path);
      return revision;
    };
    expect(await written('a1')).toMatch(/name: ['"]status['"],\s*type: ['"]varchar/);
    const changed = `export enum Status { open = 1 }\nexport interface Shape { a: string }\n`;
    writeFileSync(join(root, 'src/status.ts'), changed);
    expect(await written('a2')).toMatch(/name: ['"]status['"],\s*type: ['"]integer/);
  });

  it.each([
    ['that nothing is known of', `import { Status } from './missing';`, 'status: Status', /cannot find \.\/missing/],
    ['that are more than one', `import { Status } from './status';`, 'status: Status | null', /Status \| null/],
  ])('with types %s are named with file and line, and the way out', async (what, imports, column, message) => {
    const root = application(what.replaceAll(' ', '-'), 'commonjs', {
      'src/task.entity.ts': entity(imports, column),
      'src/status.ts': `export enum Status { open = 'open' }`,
      'src/missing.js': '',
    });
    expect(await nestCmd(root, ['db', 'init'])).toMatchObject({ code: 0 });
    const { code, stderr } = await nestCmd(root, ['db', 'check']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/src\/task\.entity\.ts:7: .*"Task\.status"/);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("@Column({ type: 'varchar' })");
  });

  it('with a type that is misspelt are named by it', async () => {
    const root = application('misspelt', 'commonjs', { 'src/task.entity.ts': entity('', 'status: strng') });
    expect(await nestCmd(root, ['db', 'init'])).toMatchObject({ code: 0 });
    const { code, stderr } = await nestCmd(root, ['db', 'check']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/src\/task\.entity\.ts:\d+: .*"Task\.status"/);
    expect(stderr).toContain('No type "strng" is declared in that file, or imported.');
  });
});
