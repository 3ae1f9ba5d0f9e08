import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { build, CliWorkspace, nestCmd } from './cli.workspace.js';

/** An application that keeps its repositories where `repository` and `second` say, as expressions in `src/database/`. */
function sources(repository: string, second: string): Record<string, string> {
  return {
    'src/main.ts': 'throw new Error("main.ts was run");',
    'src/note.entity.ts': `
      import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
      @Entity()
      export class Note {
        @PrimaryGeneratedColumn() id!: number;
        @Column({ type: 'varchar' }) text!: string;
      }`,
    'src/app.module.ts': `
      import { Module } from '@nestjs/common';
      import { DatabaseModule } from './database/database.module.js';
      @Module({ imports: [DatabaseModule] })
      export class AppModule {}`,
    'src/database/database.module.ts': `
      import * as path from 'node:path';
      import { Module } from '@nestjs/common';
      import { TypeOrmModule } from '@nestjs/typeorm';
      import { MigrateModule } from 'nestjs-migrate';
      import { Note } from '../note.entity.js';
      const database = (name: string) =>
        TypeOrmModule.forRoot({ name, type: 'better-sqlite3', database: name + '.sqlite', entities: [Note] });
      @Module({
        imports: [
          database('default'),
          database('audit'),
          MigrateModule.forRoot([
            { name: 'default', directory: ${repository} },
            { name: 'audit', directory: ${second} },
          ]),
        ],
      })
      export class DatabaseModule {}`,
  };
}

const tsconfig = { compilerOptions: { outDir: './dist', experimentalDecorators: true, emitDecoratorMetadata: true } };

describe('a repository next to the code that names it', () => {
  let workspace: CliWorkspace;
  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  function add(folder: string, files: Readonly<Record<string, string>>, type: 'commonjs' | 'module'): string {
    const app = join(workspace.root, folder);
    const all = {
      ...files,
      'package.json': JSON.stringify({ name: folder, private: true, type }),
      'tsconfig.json': JSON.stringify(tsconfig),
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(app, path)), { recursive: true });
      writeFileSync(join(app, path), text);
    }
    rebuild(app, type);
    return app;
  }

  /** As `nest build` does with `deleteOutDir`. */
  function rebuild(app: string, type: 'commonjs' | 'module'): void {
    rmSync(join(app, 'dist'), { recursive: true, force: true });
    build(app, type === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS);
  }

  const revisions = (folder: string) => readdirSync(join(folder, 'versions')).sort();
  const db = (app: string, ...args: string[]) => nestCmd(app, ['db', ...args, '--data-source', 'default']);

  it.each([
    ['commonjs', "path.join(__dirname, 'migrations')", 'src/database/migrations'],
    ['commonjs', "path.resolve(__dirname, '../migrations')", 'src/migrations'],
    ['commonjs', "path.join(__dirname, '..', '..', 'migrations')", 'migrations'],
    ['module', "path.join(import.meta.dirname, 'migrations')", 'src/database/migrations'],
    ['module', "decodeURIComponent(new URL('../migrations', import.meta.url).pathname)", 'src/migrations'],
  ] as const)('is kept over builds: %s, %s', async (type, expression, place) => {
    const app = add(`keeps ${type} ${place.replaceAll('/', ' ')}`, sources(expression, "'audit'"), type);
    expect(await db(app, 'init')).toMatchObject({ code: 0, stdout: expect.stringContaining(join(app, place)) });
    expect(await db(app, 'migrate', '-m', 'first', '--rev-id', 'a1')).toMatchObject({ code: 0 });
    rebuild(app, type);
    expect(revisions(join(app, place))).toEqual(['a1_first.ts']);
    expect(await db(app, 'upgrade')).toMatchObject({ code: 0, stderr: expect.stringContaining('-> a1, first') });
  });

  it('is where every command writes', async () => {
    const app = add('writes', sources("path.join(__dirname, 'migrations')", "'audit'"), 'commonjs');
    const place = join(app, 'src/database/migrations');
    mkdirSync(join(place, 'versions'), { recursive: true });
    for (const id of ['a1', 'a2']) {
      expect(await db(app, 'revision', '--rev-id', id, '--head', 'base', '-m', id)).toMatchObject({ code: 0 });
    }
    expect(await db(app, 'merge', '--rev-id', 'c1', '-m', 'both')).toMatchObject({ code: 0 });
    expect(revisions(place)).toEqual(['a1_a1.ts', 'a2_a2.ts', 'c1_both.ts']);
    const editor = { EDITOR: 'rm', VISUAL: '' };
    expect(await nestCmd(app, ['db', 'edit', 'c1', '--data-source', 'default'], editor)).toMatchObject({ code: 0 });
    expect(revisions(place)).toEqual(['a1_a1.ts', 'a2_a2.ts']);
  });

  it.each([
    ['from the root, and from the file', "path.join(__dirname, '..', 'migrations')", "'src/migrations'"],
    ['from the file, and through a link', "path.join(__dirname, 'migrations')", "'linked'"],
    ['with a slash behind it, and by way of another folder', "'db/migrations/'", "'db/../db/migrations'"],
    ['from the folder of the build, and of the sources', "'dist/database/migrations'", "'src/database/migrations'"],
  ])('is one for data sources that name it in two ways: %s', async (_what, one, other) => {
    const app = add(`shared ${other.replaceAll(/\W/g, '_')}${one.length}`, sources(one, other), 'commonjs');
    mkdirSync(join(app, 'src/database/migrations'), { recursive: true });
    symlinkSync(join(app, 'src/database/migrations'), join(app, 'linked'));
    const init = await nestCmd(app, ['db', 'init']);
    expect(init).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await nestCmd(app, ['db', 'migrate', '-m', 'first', '--rev-id', 'a1']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Not of this repository') });
    const [file = ''] = /\/.*a1_first\.ts/.exec(stdout) ?? [];
    expect(readFileSync(file, 'utf8')).toMatch(/upgrade = \{[\s\S]*default[\s\S]*audit/);
    const heads = await nestCmd(app, ['db', 'upgrade']);
    expect(heads.stderr).toMatch(/\[default\] Running upgrade .*\n.*\[audit\] Running upgrade/);
  });

  it('is another one for each data source', async () => {
    const app = add('two', sources("path.join(__dirname, 'notes')", "path.join(__dirname, 'audit')"), 'commonjs');
    for (const name of ['default', 'audit']) {
      expect(await nestCmd(app, ['db', 'init', '--data-source', name])).toMatchObject({ code: 0 });
    }
    expect(readdirSync(join(app, 'src/database')).sort()).toEqual(['audit', 'database.module.ts', 'notes']);
  });

  describe('in production, where only the build is', () => {
    let app: string;

    beforeAll(async () => {
      app = add('production', sources("path.join(__dirname, 'migrations')", "'audit'"), 'commonjs');
      await db(app, 'init');
      await db(app, 'migrate', '-m', 'first of all', '--rev-id', 'a1');
      // The build compiles what is in src, and with removeComments.
      const revision = join(app, 'src/database/migrations/versions/a1_first_of_all.ts');
      const { outputText } = ts.transpileModule(readFileSync(revision, 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, removeComments: true },
      });
      rebuild(app, 'commonjs');
      const versions = join(app, 'dist/database/migrations/versions');
      rmSync(versions, { recursive: true, force: true });
      mkdirSync(versions, { recursive: true });
      writeFileSync(join(versions, 'a1_first_of_all.js'), outputText);
      for (const path of ['src', 'tsconfig.json']) rmSync(join(app, path), { recursive: true });
    }, 60_000);

    it('runs the compiled revisions, with their messages', async () => {
      const upgraded = await db(app, 'upgrade');
      expect(upgraded).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('Running upgrade  -> a1, first of all'),
      });
      expect((await db(app, 'history')).stdout).toBe('<base> -> a1 (head), first of all\n');
    });

    it.each([
      ['revision', ['revision', '-m', 'lost']],
      ['migrate', ['migrate', '-m', 'lost']],
      ['merge', ['merge']],
      ['edit', ['edit', 'a1']],
      ['init', ['init']],
      ['revision -d', ['revision', '-m', 'lost', '-d', 'dist/database/migrations']],
    ])('refuses %s, because the next build would delete what it writes', async (_command, args) => {
      const { code, stderr } = await db(app, ...args);
      expect(code).toBe(1);
      expect(stderr).toContain(`${join(app, 'dist/database/migrations')} is in the build (${join(app, 'dist')})`);
      expect(revisions(join(app, 'dist/database/migrations'))).toEqual(['a1_first_of_all.js']);
    });
  });

  it('is refused for writing when it was made in the build, and taken from the sources when it is moved there', async () => {
    const app = add('made in dist', sources("path.join(__dirname, 'migrations')", "'audit'"), 'commonjs');
    const made = join(app, 'dist/database/migrations');
    mkdirSync(join(made, 'versions'), { recursive: true });
    const { code, stderr } = await db(app, 'revision', '-m', 'lost');
    expect(code).toBe(1);
    expect(stderr).toContain(`Move the folder to ${join(app, 'src/database/migrations')}`);
    mkdirSync(join(app, 'src/database/migrations/versions'), { recursive: true });
    expect(await db(app, 'revision', '-m', 'kept', '--rev-id', 'a1')).toMatchObject({ code: 0 });
    expect(existsSync(join(app, 'src/database/migrations/versions/a1_kept.ts'))).toBe(true);
  });

  it('is left out of a build whose tsconfig would compile it, and this is printed', async () => {
    const app = add('next to src', sources("'migrations'", "'audit'"), 'commonjs');
    const { code, stdout } = await db(app, 'init');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(join(app, 'tsconfig.json')) });
    expect(JSON.parse(readFileSync(join(app, 'tsconfig.json'), 'utf8'))).toEqual({
      ...tsconfig,
      exclude: ['node_modules', 'dist', 'migrations'],
    });
    writeFileSync(join(app, 'tsconfig.json'), '{ "exclude": ["dist"], "exclude": [] }');
    const advised = await nestCmd(app, ['db', 'init', '--data-source', 'audit', '--json']);
    expect(advised.stderr).toContain('Add "audit" to its "exclude"');
    expect(JSON.parse(advised.stdout)).toMatchObject({ directory: join(app, 'audit'), excludedFrom: [] });
  });
});
