import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

const kinds = {
  'a CommonJS build': { extension: 'js', isModule: false },
  'a build of ES modules': { extension: 'js', isModule: true },
  'CommonJS sources': { extension: 'ts', isModule: false },
  'sources that are ES modules': { extension: 'ts', isModule: true },
} as const;

describe.each(Object.entries(kinds))('an EntitySchema that TypeORM refuses, from %s', (_, { extension, isModule }) => {
  let workspace: CliWorkspace;
  let made = 0;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  /** Runs \`check\` in an application with these lines in \`src/note.schema\`. */
  async function failure(...lines: readonly string[]): Promise<string> {
    const app = join(workspace.root, `app-${(made += 1)}`);
    const isPlain = extension === 'js' && !isModule;
    const from = (names: string, specifier: string): string =>
      isPlain ? `const { ${names} } = require('${specifier}');` : `import { ${names} } from '${specifier}';`;
    const exported = (name: string): string => (isPlain ? `exports.${name}` : `export const ${name}`);
    const tsconfig = {
      compilerOptions: { module: isModule ? 'nodenext' : 'commonjs', target: 'ES2022', outDir: 'dist', rootDir: 'src' },
    };
    const files = {
      'package.json': JSON.stringify({
        name: 'app',
        private: true,
        ...(isModule ? { type: 'module' } : {}),
        'nest-cmd': { app: `src/app.module.${extension}#AppModule` },
      }),
      ...(extension === 'ts' ? { 'tsconfig.json': JSON.stringify(tsconfig) } : {}),
      [`src/note.schema.${extension}`]: [
        from('EntitySchema', 'typeorm'),
        `${exported('Good')} = new EntitySchema({`,
        `  name: 'good', columns: { id: { type: Number, primary: true }, text: { type: String } },`,
        '});',
        ...lines.map((line) => line.replace(/^export const (\w+)/, (_all, name: string) => exported(name))),
      ].join('\n'),
      [`src/app.module.${extension}`]: [
        from('TypeOrmModule', '@nestjs/typeorm'),
        from('MigrateModule', 'nestjs-migrate'),
        from('Good, Note', isModule ? `./note.schema.${'js'}` : './note.schema'),
        `const database = { type: 'better-sqlite3', database: 'app.sqlite', entities: [Good, Note] }${extension === 'ts' ? ' as never' : ''};`,
        `${exported('AppModule')} = { module: class App {}, imports: [TypeOrmModule.forRoot(database), MigrateModule.forRoot()] };`,
      ].join('\n'),
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), text);
    }
    await nestCmd(app, ['db', 'init']);
    const { code, stderr } = await nestCmd(app, ['db', 'check']);
    expect(code).toBe(1);
    return stderr;
  }

  const file = `src/note.schema.${extension}`;

  it('is named with its file and the line of a column whose type the database lacks', async () => {
    const stderr = await failure(
      'export const Note = new EntitySchema({',
      `  name: 'note',`,
      '  columns: {',
      '    id: { type: Number, primary: true },',
      `    text: { type: 'hstore' },`,
      '  },',
      '});',
    );
    expect(stderr).toContain(`TypeORM refuses its entities: ${file}:9: `);
    expect(stderr).toContain('"hstore" in "note.text"');
  });

  it('is named with its file and the line of a relation that leads nowhere', async () => {
    const stderr = await failure(
      'export const Note = new EntitySchema({ name: "note",',
      '  columns: { id: { type: Number, primary: true } },',
      '  relations: {',
      `    author: { type: 'many-to-one', target: 'author' },`,
      '  },',
      '});',
    );
    expect(stderr).toContain(`TypeORM refuses its entities: ${file}:8: `);
    expect(stderr).toContain('It is related to "author": add author to `entities`');
  });

  it('is named with its file where it has no key', async () => {
    const stderr = await failure('', 'export const Note = new EntitySchema({', `  name: 'note', columns: {},`, '});');
    expect(stderr).toContain(`TypeORM refuses its entities: ${file}:6: `);
  });
});
