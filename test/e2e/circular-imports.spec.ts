import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';
import { compile, rootModule as cliModule, tsconfig } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

type Files = Readonly<Record<string, string>>;

const entity = (name: string, other: string, type = other): string => `
import { Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { ${other} } from './${other.toLowerCase()}.entity.js';
@Entity()
export class ${name} {
  @PrimaryGeneratedColumn() id!: number;
  ${
    name === 'Author'
      ? `@OneToMany(() => ${other}, (one) => one.author) books!: ${type}[];
  @ManyToOne(() => ${other}) favourite!: ${type};`
      : `@ManyToOne(() => ${other}, (one) => one.books) author!: ${type};`
  }
}
`;

const service = (name: string, other: string): string => `
import { Injectable } from '@nestjs/common';
import { ${other} } from './${other.toLowerCase()}.service.js';
@Injectable()
export class ${name} { constructor(readonly other: ${other}) {} }
`;

const rootModule = (imports: string, entities: string, providers = '[]'): string => `
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
${imports}
const database = { type: 'better-sqlite3', database: 'app.sqlite', entities: ${entities} } as const;
@Module({ imports: [TypeOrmModule.forRoot(database as never), MigrateModule.forRoot()], providers: ${providers} })
export class AppModule {}
`;

/** As \`nest build\` with swc writes it. */
function compiled(source: string, type: 'commonjs' | 'es6'): string {
  return transformSync(source, {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type },
  }).code;
}

const isModule = { commonjs: false, es6: true } as const;
const authors = `import { Author } from './author.entity.js';\nimport { Book } from './book.entity.js';`;

describe.each(['commonjs', 'es6'] as const)('classes that import each other, in a build of swc: %s', (format) => {
  let workspace: CliWorkspace;
  let app: string;

  beforeEach(() => {
    workspace = new CliWorkspace();
    app = join(workspace.root, 'shop');
  });
  afterEach(() => workspace.remove());

  function write(files: Files): void {
    rmSync(app, { recursive: true, force: true });
    const manifest = {
      name: 'shop',
      private: true,
      ...(isModule[format] ? { type: 'module' } : {}),
      'nest-cmd': { app: 'dist/app.module.js#AppModule' },
    };
    const built = Object.entries(files).map(([name, text]) => [`dist/${name}.js`, compiled(text, format)]);
    for (const [name = '', text = ''] of [['package.json', JSON.stringify(manifest)], ...built]) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), text);
    }
  }

  const hint = (name: string): RegExp =>
    new RegExp(`${name} is read before it is there: files import each other in a circle, .*\`Relation<${name}>\``);

  it('are named with the way out: entities', async () => {
    write({
      'app.module': rootModule(authors, '[Author, Book]'),
      'author.entity': entity('Author', 'Book'),
      'book.entity': entity('Book', 'Author'),
    });
    const { code, stderr } = await nestCmd(app, ['db', 'heads']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: Cannot load the application: dist\/(?:author|book)\.entity\.js:\d+: .*Cannot access 'Author' be/m,
    );
    expect(stderr).toMatch(hint('Author'));
  });

  it('are named with the way out: entities by glob', async () => {
    write({
      'app.module': rootModule('', `['dist/*.entity.js']`),
      'author.entity': entity('Author', 'Book'),
      'book.entity': entity('Book', 'Author'),
    });
    await nestCmd(app, ['db', 'init']);
    const { code, stderr } = await nestCmd(app, ['db', 'current']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /its entities do not load: dist\/\w+\.entity\.js:\d+: .*Cannot access '(Author|Book)' before/,
    );
    expect(stderr).toMatch(hint('(Author|Book)'));
  });

  it('are named with the way out: providers', async () => {
    write({
      'app.module': rootModule(`import { Left } from './left.service.js';`, '[]', '[Left]'),
      'left.service': service('Left', 'Right'),
      'right.service': service('Right', 'Left'),
    });
    const { code, stderr } = await nestCmd(app, ['db', 'heads']);
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot access 'Left' before initialization");
    expect(stderr).toContain('`@Inject(forwardRef(() => Left))`');
  });

  it('load where the hint was followed', async () => {
    write({
      'app.module': rootModule(authors, '[Author, Book]'),
      'author.entity': entity('Author', 'Book', 'Relation<Book>'),
      'book.entity': entity('Book', 'Author', 'Relation<Author>'),
    });
    await nestCmd(app, ['db', 'init']);
    expect(await nestCmd(app, ['db', 'migrate', '-m', 'first'])).toMatchObject({ code: 0 });
  });
});

describe('a class that extends one of a file which imports its own', () => {
  const folder = freshFolders('extends-');

  it('is named with the way out, in a build of tsc', async () => {
    const root = folder({
      'tsconfig.json': tsconfig({ rootDir: 'src' }),
      'src/app.module.ts': cliModule('[Base]', `import { Base } from './base.entity';`),
      'src/base.entity.ts': `import { Child } from './child.entity';\nexport class Base { child?: unknown = new Child(); }`,
      'src/child.entity.ts': `import { Base } from './base.entity';\nexport class Child extends Base {}`,
    });
    compile(join(root, 'src'), join(root, 'dist'));
    const { code, stderr } = await nestCmd(root, ['db', 'heads']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*dist\/child\.entity\.js:\d+: .*Class extends value undefined/m);
    expect(stderr).toContain(
      'Most often files import each other in a circle, and the class that is extended is not there',
    );
  });
});
