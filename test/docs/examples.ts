import { exportedNames, publicMembers } from './public-members.js';

/** How the code of an example is used. */
export type ExampleKind =
  /** Statements of a revision, on `op`. */
  | 'op'
  /** Statements of the function of `op.batch('post', …)`, on `table`. */
  | 'table'
  /** A property of an object: `lockTimeout: 2_000`. */
  | 'property'
  /** Statements or classes of an application. */
  | 'application';

/** The code of an `@example`, and what it belongs to. */
export interface Example {
  /** `Operations.addColumn`; a second one of it is `Operations.addColumn (2)`. */
  readonly name: string;
  readonly owner: string;
  /** Where it is. */
  readonly file: string;
  readonly kind: ExampleKind;
  readonly code: string;
  /** The one database that it is for. */
  readonly database: 'postgres' | 'sqlite' | 'mysql' | undefined;
}

const DATABASES: Readonly<Record<string, Example['database']>> = {
  PostgreSQL: 'postgres',
  SQLite: 'sqlite',
  MySQL: 'mysql',
};
const CAPTION = /^\s*<caption>(.*?)<\/caption>\n?/;

/** All examples of the public declarations of the package. */
export function examplesOf(root: string): readonly Example[] {
  return publicMembers(root).flatMap(({ name, owner = name, kind, file, examples }) =>
    examples.map((text, index) => {
      const caption = CAPTION.exec(text)?.[1];
      const code = withDecorators(dedented(text.replace(CAPTION, '')));
      if (caption !== undefined && !(caption in DATABASES)) throw new Error(`${name}: unknown caption '${caption}'`);
      return {
        name: index === 0 ? name : `${name} (${index + 1})`,
        owner,
        file,
        kind: kindOf(code, kind),
        code,
        database: caption === undefined ? undefined : DATABASES[caption],
      };
    }),
  );
}

function kindOf(code: string, memberKind: string): ExampleKind {
  if (code.startsWith('table.')) return 'table';
  if (memberKind.endsWith('Signature') && /^\w+: /.test(code)) return 'property';
  const isRevision = /\bop\./.test(code) && !/\(op\b(?!\.)|\bop =/.test(code);
  return isRevision ? 'op' : 'application';
}

/** An editor would take an `@` at the beginning of a line for a tag, so decorators are written as comments there. */
function withDecorators(code: string): string {
  return code.replaceAll(/^(\s*)\/\/ `(@.*)`$/gm, '$1$2');
}

function dedented(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** Where names come from that examples use without an import, beside those of the package. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  Controller: '@nestjs/common',
  Get: '@nestjs/common',
  Global: '@nestjs/common',
  Injectable: '@nestjs/common',
  Logger: '@nestjs/common',
  Module: '@nestjs/common',
  ConfigModule: '@nestjs/config',
  ConfigService: '@nestjs/config',
  HealthCheck: '@nestjs/terminus',
  HealthCheckService: '@nestjs/terminus',
  TypeOrmModule: '@nestjs/typeorm',
  CommandFactory: 'nest-commander',
  PgBoss: 'pg-boss',
  Queue: 'bullmq',
  DataSource: 'typeorm',
  Repository: 'typeorm',
};

/** What an application has at hand where its code calls a service. */
const AT_HAND: Readonly<Record<string, string>> = {
  migrations: 'MigrationService',
  fleet: 'MigrationFleet',
  runId: 'string',
  worker: 'FleetWorker',
  stop: 'AbortController',
  dataSource: 'DataSource',
  queryRunner: "import('typeorm').QueryRunner",
  AppModule: 'new () => object',
  DatabaseModule: 'new () => object',
  Customers: "new () => import('nestjs-migrate').TenantDirectory",
  CustomersService: 'new () => object',
  Customer: 'new () => { id: string; schema: string }',
  MigrateSettings: "new () => import('nestjs-migrate').MigrateOptionsFactory",
};

/** Makes modules of examples, which import what they use. */
export class ExampleModules {
  private readonly exported: ReturnType<typeof exportedNames>;

  constructor(root: string) {
    this.exported = exportedNames(root);
  }

  /** The source of a module with one example. */
  sourceOf(example: Example): string {
    const body = bodyOf(example);
    const isUsed = (name: string): boolean => new RegExp(`(?<![.'])\\b${name}\\b(?!:)`).test(body);
    const isDeclared = (name: string): boolean =>
      new RegExp(`\\b(?:class|const) ${name}\\b|\\bconst \\{[^=]*\\b${name}\\b[^=]*\\} =`).test(body);
    const declared = Object.entries(AT_HAND).filter(
      ([name]) => ['application', 'property'].includes(example.kind) && isUsed(name) && !isDeclared(name),
    );
    const text = [...declared.map(([name, type]) => declarationOf(name, type)), body].join('\n');
    const isNamed = (name: string): boolean =>
      new RegExp(`(?<![.'])\\b${name}\\b`).test(text) && !new RegExp(`\\bclass ${name}\\b`).test(text);
    const own = [...this.exported].map(([name, entries]) => [name, entries[example.file] ?? firstOf(entries)] as const);
    const sources = new Map([...Object.entries(OTHER_NAMES), ...own]);
    const imports = [...sources].filter(([name]) => isNamed(name));
    return [...imports.map(([name, source]) => `import { ${name} } from '${source}';`), text, 'export {};'].join('\n');
  }
}

/** Several entries may export something of one name; an example of neither is of either. */
function firstOf(entries: Readonly<Record<string, string>>): string {
  return Object.values(entries)[0] ?? '';
}

/** A class has a type of its name, too. */
function declarationOf(name: string, type: string): string {
  const isClass = type.startsWith('new ');
  return `declare const ${name}: ${type};${isClass ? ` type ${name} = InstanceType<typeof ${name}>;` : ''}`;
}

/** The code in what it is used in. */
function bodyOf({ kind, owner, code }: Example): string {
  switch (kind) {
    case 'op':
      return `export async function upgrade(op: Operations): Promise<void> {\n${code}\n}`;
    case 'table':
      return `export async function upgrade(op: Operations): Promise<void> {\nawait op.batch('post', (table) => {\n${code}\n});\n}`;
    case 'property':
      return `export const example: Partial<${owner}> = {\n${code}\n};`;
    case 'application':
      return code;
  }
}

/** The statements that `upgrade` of a revision has for an example; undefined where it is none of a revision. */
export function revisionBodyOf({ kind, code }: Example): string | undefined {
  if (kind === 'table') return `await op.batch('post', (table) => {\n${code}\n});`;
  return kind === 'op' ? code : undefined;
}
