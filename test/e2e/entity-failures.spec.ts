import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

type Files = Readonly<Record<string, string>>;

const tsconfig = (module: string): string =>
  JSON.stringify({
    compilerOptions: {
      module,
      target: 'ES2022',
      outDir: 'dist',
      rootDir: 'src',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });

/** How an application may be written and loaded: its module system, and whether from its sources. */
const kinds = {
  'a CommonJS build': { extension: 'js', isModule: false },
  'a build of ES modules': { extension: 'js', isModule: true },
  'CommonJS sources': { extension: 'ts', isModule: false },
  'sources that are ES modules': { extension: 'ts', isModule: true },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

/** Lines of a file that is valid in both module systems and both languages: what is imported, then what it says. */
function source({ isModule, extension }: Kind, imports: Files, ...lines: readonly string[]): string {
  const isPlain = !isModule && extension === 'js';
  const imported = Object.entries(imports).map(([names, from]) =>
    isPlain ? `const { ${names} } = require('${from}');` : `import { ${names} } from '${from}';`,
  );
  if (!isPlain) return [...imported, ...lines, ''].join('\n');
  const names = lines.flatMap((line) => /^export (?:class|const) (\w+)/.exec(line)?.[1] ?? []);
  const said = lines.map((line) => line.replace(/^export /, ''));
  return [...imported, ...said, ...names.map((name) => `exports.${name} = ${name};`), ''].join('\n');
}

describe.each(Object.entries(kinds))('entities by glob that do not load, from %s', (_, kind) => {
  const { extension, isModule } = kind;
  let workspace: CliWorkspace;
  let app: string;

  const write = (files: Files): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), text);
    }
  };

  beforeAll(async () => {
    workspace = new CliWorkspace();
    app = join(workspace.root, 'shop');
    const glob = (what: string): string => `\`\${folder}/parts/**/*.${what}.${extension}\``;
    const imports = { TypeOrmModule: '@nestjs/typeorm', MigrateModule: 'nestjs-migrate', 'join, dirname': 'node:path' };
    write({
      'package.json': JSON.stringify({
        name: 'shop',
        private: true,
        ...(isModule ? { type: 'module' } : {}),
        'nest-cmd': { app: `src/app.module.${extension}#AppModule` },
      }),
      ...(extension === 'ts' ? { 'tsconfig.json': tsconfig(isModule ? 'nodenext' : 'commonjs') } : {}),
      [`src/app.module.${extension}`]: source(
        kind,
        isModule ? { ...imports, fileURLToPath: 'node:url' } : imports,
        `const folder = ${isModule ? 'dirname(fileURLToPath(import.meta.url))' : '__dirname'};`,
        `const database = { type: 'better-sqlite3', database: join(folder, 'app.sqlite'),`,
        `  entities: [${glob('entity')}], subscribers: [${glob('subscriber')}], migrations: [${glob('migration')}] };`,
        `const imports = [TypeOrmModule.forRoot(database${extension === 'ts' ? ' as never' : ''}), MigrateModule.forRoot()];`,
        'export const AppModule = { module: class Shop {}, imports };',
      ),
    });
    await nestCmd(app, ['db', 'init']);
  });
  afterAll(() => workspace.remove());
  beforeEach(() => {
    rmSync(join(app, 'src/parts'), { recursive: true, force: true });
    write({ [path('fine.entity')]: source(kind, {}, 'export class Fine {}') });
  });

  const path = (name: string): string => `src/parts/${name}.${extension}`;

  async function failure(...command: string[]): Promise<string> {
    const { code, stdout, stderr } = await nestCmd(app, ['db', ...command]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(/reach|host, port/);
    expect(stderr).not.toMatch(/^ {4}at /m);
    return stderr;
  }

  it.each<[string, readonly string[], string]>([
    ['throws', ['', `throw new Error('no region');`, 'export class Bad {}'], ':2: no region'],
    [
      'makes a mistake',
      ['const a = undefined;', '', 'a.b;', 'export class Bad {}'],
      ':3: TypeError: Cannot read properties',
    ],
    ['has a syntax error', ['', 'export class Bad { a = ; }'], ':2: '],
    ['throws a text', [`throw 'no region';`, 'export class Bad {}'], ': no region'],
    ['throws undefined', ['throw undefined;', 'export class Bad {}'], ': undefined was thrown'],
    [
      'throws an error with causes',
      [`throw new Error('settings', {`, `  cause: new Error('no region') });`, 'export class Bad {}'],
      ':2: settings (first cause: no region)',
    ],
  ])('says so of a file that %s', async (__, lines, message) => {
    write({ [path('bad.entity')]: source(kind, {}, ...lines) });
    const stderr = await failure('current');
    expect(stderr).toContain(
      `Error: Cannot initialise data source "default": its entities do not load: ${path('bad.entity')}${message}`,
    );
  });

  it('names the package that is missing, and who asks for it', async () => {
    write({ [path('bad.entity')]: source(kind, { Money: 'no-such-money' }, 'export class Bad { a = Money; }') });
    const stderr = await failure('current');
    expect(stderr).toContain(`its entities do not load: ${path('bad.entity')}: cannot find package no-such-money.\n`);
    expect(stderr).toContain('npm install no-such-money');
  });

  it('names the file behind the entity where that fails', async () => {
    write({
      [path('fees')]: source(kind, {}, '', '', `throw new Error('no fees');`, 'export class Fees {}'),
      [path('bad.entity')]: source(
        kind,
        { Fees: `./fees${isModule ? `.${'js'}` : ''}` },
        'export class Bad { a = Fees; }',
      ),
    });
    expect(await failure('current')).toContain(`its entities do not load: ${path('fees')}:3: no fees`);
  });

  it.each([
    ['subscriber', 'its subscribers do not load'],
    ['migration', 'its TypeORM migrations do not load'],
  ])('names the file of a %s, and none of an entity', async (what, said) => {
    write({ [path(`bad.${what}`)]: source(kind, {}, `throw new Error('not now');`, 'export class Bad {}') });
    expect(await failure('current')).toContain(`${said}: ${path(`bad.${what}`)}:1: not now`);
  });

  it('fail every command that needs the data source, and show the stack with --debug', async () => {
    write({ [path('bad.entity')]: source(kind, {}, `throw new Error('no region');`, 'export class Bad {}') });
    for (const command of [['migrate', '-m', 'x'], ['upgrade'], ['check']]) {
      expect(await failure(...command)).toContain(`${path('bad.entity')}:1: no region`);
    }
    const { stderr } = await nestCmd(app, ['db', 'current', '--debug']);
    expect(stderr).toMatch(/Caused by: Error: no region\n\s+at /);
  });

  const entity = (...lines: string[]): string =>
    source(kind, { 'Column, Entity, ManyToOne, OneToMany, PrimaryColumn': 'typeorm' }, '', ...lines);

  it.each<[string, readonly string[], string]>([
    [
      'has no primary column',
      ['export class Order {', '}', `Entity()(Order);`],
      ':3: Entity "Order" does not have a primary column',
    ],
    [
      'has a type that the database does not know',
      [
        'export class Order {',
        '}',
        `Column('money')(Order.prototype, 'total');`,
        `PrimaryColumn('int')(Order.prototype, 'id');`,
        'Entity()(Order);',
      ],
      ':5: Data type "money" in "Order.total" is not supported',
    ],
    [
      'has a relation to what is no entity',
      [
        'class Customer {}',
        'export class Order {',
        '}',
        `PrimaryColumn('int')(Order.prototype, 'id');`,
        `ManyToOne(() => Customer)(Order.prototype, 'customer');`,
        'Entity()(Order);',
      ],
      ':7: Entity metadata for Order#customer was not found',
    ],
    [
      'has a relation whose other side fails',
      [
        'export class Order {',
        '}',
        `PrimaryColumn('int')(Order.prototype, 'id');`,
        `ManyToOne(() => Order, (order${extension === 'ts' ? ': any' : ''}) => order.buyer.orders)(Order.prototype, 'customer');`,
        'Entity()(Order);',
      ],
      ":6: TypeError: Cannot read properties of undefined (reading 'orders')",
    ],
  ])('names file and line of an entity that %s', async (__, lines, message) => {
    write({ [path('bad.entity')]: entity(...lines) });
    const stderr = await failure('current');
    expect(stderr).toContain(`${path('bad.entity')}${message}`);
  });

  it('says which types the database has, on the line of a base class in another file', async () => {
    write({
      [path('base')]: source(
        kind,
        { Column: 'typeorm' },
        '',
        'export class Base {',
        '}',
        `Column('enum')(Base.prototype, 'state');`,
      ),
      [path('bad.entity')]: entity(
        `export class Order extends ${isModule || extension === 'ts' ? 'Base' : `require('./base').Base`} {`,
        '}',
        `PrimaryColumn('int')(Order.prototype, 'id');`,
        'Entity()(Order);',
      ).replace(
        '\n',
        isModule || extension === 'ts' ? `\nimport { Base } from './base${isModule ? '.js' : ''}';\n` : '\n',
      ),
    });
    const stderr = await failure('current');
    expect(stderr).toContain(`${path('base')}:5: Data type "enum" in "Order.state" is not supported`);
    expect(stderr).toMatch(/@Column\(\{ type: 'simple-enum' \}\)\. Types of better-sqlite3: .*\bvarchar\b/);
  });

  it('says which entity to add where one is related to it', async () => {
    write({
      [path('customer')]: source(
        kind,
        { 'Entity, PrimaryColumn': 'typeorm' },
        'export class Customer {}',
        `PrimaryColumn('int')(Customer.prototype, 'id');`,
        'Entity()(Customer);',
      ),
      [path('bad.entity')]: entity(
        'export class Order {',
        '}',
        `PrimaryColumn('int')(Order.prototype, 'id');`,
        `ManyToOne(() => Customer)(Order.prototype, 'customer');`,
        'Entity()(Order);',
      ).replace(
        '\n',
        isModule || extension === 'ts'
          ? `\nimport { Customer } from './customer${isModule ? '.js' : ''}';\n`
          : `\nconst { Customer } = require('./customer');\n`,
      ),
    });
    const stderr = await failure('current');
    expect(stderr).toContain(`${path('bad.entity')}:7: Entity metadata for Order#customer was not found`);
    expect(stderr).toContain(`It is related to Customer (${path('customer')}:2): add Customer to \`entities\``);
  });

  it('says which patterns match no file, and which files export no entity', async () => {
    const matched = await failure('check');
    expect(matched).toContain(
      `has 0 entities, so there is nothing to compare the database with. In its \`entities\`, `,
    );
    expect(matched).toContain(`no entity is exported by ${path('fine.entity')}`);
    rmSync(join(app, 'src/parts'), { recursive: true });
    const unmatched = await failure('migrate', '-m', 'x');
    expect(unmatched).toContain(`no file matches "src/parts/**/*.entity.${extension}"`);
    expect(unmatched).not.toContain('Name them in');
  });
});
