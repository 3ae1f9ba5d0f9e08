import { rmSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { type LintFinding, MigrationService } from '../../src/index.js';
import { RULES } from '../../src/lint/registry.js';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import { temporaryDirectory } from '../support/application.js';
import { databaseMakers, type DialectName, hasMysql, type TestDatabase } from '../support/databases.js';
import { LIBRARY, lint, type Linting } from '../support/linting.js';
import { writeRevisions } from '../support/write-revisions.js';
import { CASES, OTHER_SCHEMA, WITHOUT_ROWS } from './lint-fixes.cases.js';

/** A body with a finding, and what is known. */
interface Case extends Linting {
  readonly name: string;
  readonly database: DialectName;
  readonly body: string;
}

const examples = RULES.map(({ code, databases: [database = 'postgres'] = [], example }): Case => {
  return { name: code, database, body: example.unsafe, ...example.facts };
});

const cases = [...examples, ...CASES].filter(({ database }) => database !== 'mysql' || hasMysql);

/**
 * What lint prints as the remedy of each rule's example, and of more of the kind, is put where it belongs: lint then finds no error in it,
 * it runs, and the schema is the same.
 */
describe.each(['postgres', 'sqlite', ...(hasMysql ? (['mysql'] as const) : [])] as const)('fixes on %s', (database) => {
  const repository = temporaryDirectory();
  let target: TestDatabase;
  let dataSource: DataSource;

  beforeAll(open);

  afterAll(async () => {
    await dataSource.destroy();
    await target.drop();
    repository.remove();
  });

  it.each(cases.filter((one) => one.database === database).map((one) => [one.name, one] as const))(
    '%s',
    async (name, { body, ...known }) => {
      const findings = await lint(body, known);
      const fixes = findings.filter(({ fix }) => fix !== undefined);
      const unfixed = new Set(findings.filter(({ fix }) => fix === undefined).map(named));
      const texts = new Set<string>();
      const looks = findings.flatMap(({ look }) => look ?? []);
      const isAsked = fixes.length > 0 || looks.length > 0;
      const { schema } = isAsked ? await run(body, known, name, looks) : {};
      for (const fixed of fixes) {
        const text = applied(body, [fixed, ...fixes]);
        // Several findings have one fix, and that of the last call has those of earlier ones in it.
        const isPartOfLater = fixes.findLast(isWhole) !== fixed && isWhole(fixed);
        if (texts.has(text) || isPartOfLater) continue;
        texts.add(text);
        const left = (await lint(text, known)).filter(({ level }) => level === 'error').map(named);
        expect({ text, left: left.filter((one) => !unfixed.has(one)) }).toEqual({ text, left: [] });
        const fixedRun = await run(text, known, name, []);
        expect({ text, failure: fixedRun.failure }).toEqual({ text, failure: undefined });
        if (schema === undefined || OTHER_SCHEMA.has(fixed.code)) continue;
        expect({ text, schema: fixedRun.schema }).toEqual({ text, schema });
      }
    },
  );

  /** The schema behind a run of this body, on tables with rows; undefined where it fails. Queries are sent before it. */
  async function run(
    body: string,
    { scene = LIBRARY }: Linting,
    name: string,
    queries: readonly string[],
  ): Promise<{ readonly schema?: SchemaModel; readonly failure?: unknown }> {
    const first = scene === LIBRARY && !WITHOUT_ROWS.test(name) ? scene + ROWS : scene;
    await empty();
    await upgrade([first]);
    for (const query of queries) await dataSource.query(query);
    try {
      await upgrade([first, body]);
    } catch (failure) {
      return { failure };
    }
    const runner = dataSource.createQueryRunner();
    const exclude = ['migrate_version', 'migrate_version_history', 'migrate_version_journal'];
    const schema = await dialectOf(dataSource)
      .reflect(runner, { schemas: [], exclude: exclude.map((table) => ({ name: table })) })
      .finally(() => runner.release());
    return { schema: { ...schema, tables: schema.tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)) } };
  }

  async function upgrade(bodies: readonly string[]): Promise<void> {
    rmSync(repository.directory, { recursive: true, force: true });
    writeRevisions(
      repository.directory,
      Object.fromEntries(bodies.map((text, at) => [`r${at}`, { upgrade: `\n${text}\n` }])),
    );
    const options = { command: 'db', directory: repository.directory } as const;
    const sources = [{ entry: { name: 'default' }, dataSource }];
    await new MigrationService(new MigrationEnvironment(options, sources, () => undefined as never), [
      'default',
    ]).upgrade();
  }

  async function empty(): Promise<void> {
    if (database === 'postgres') {
      await dataSource.query('DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS s CASCADE; CREATE SCHEMA public');
      return;
    }
    await dataSource.destroy();
    await target.drop();
    await open();
  }

  async function open(): Promise<void> {
    target = await databaseMakers[database]();
    dataSource = await new DataSource(target.options).initialize();
  }
});

const ROWS = `
  await op.execute("INSERT INTO author VALUES (1, 'Ann'), (2, 'Bob')");
  await op.execute("INSERT INTO book VALUES (1, 'One', 'a', 10, 1.5, '2020-01-01 00:00:00', 1), (2, 'Two', 'b', 20, 2.5, '2021-01-01 00:00:00', 2)");
  await op.execute("INSERT INTO loan VALUES (1, 1, 'open'), (2, 2, 'lost')");`;

function isWhole({ fix }: LintFinding): boolean {
  return fix?.startsWith('// In place of') === true;
}

function named({ code, target }: LintFinding): string {
  return `${code} ${target}`;
}

/** The body with the first fix of each call in its place, and the very first one wherever it belongs. */
function applied(body: string, fixes: readonly LintFinding[]): string {
  const [first] = fixes;
  if (first?.fix !== undefined && isWhole(first)) return first.fix;
  let line = 1;
  const calls = body.split(/\n(?=await |\/\/)/).map((call) => {
    const [from, to] = [line, line + call.split('\n').length - 1];
    line = to + 1;
    const own = fixes.filter((one) => one.line >= from && one.line <= to);
    const instead = own.find(({ fixPlace }) => fixPlace === 'instead');
    // A command writes revisions of its own; the call stays until it has.
    const isCommand = instead?.fix?.includes('npx nest-cmd') === true;
    const code = isCommand ? `// lint: allow ${instead?.code}, until then\n${call}` : (instead?.fix ?? call);
    const around = own.includes(first as LintFinding) ? first : undefined;
    if (around?.fixPlace === 'before') return `${around.fix}\n${code}`;
    return around?.fixPlace === 'after' ? `${code}\n${around.fix}` : code;
  });
  return calls.join('\n');
}
