import { PostgresDatabase, offlineContext, postgresTable } from '../../../../test/support/postgres-database.js';
import { EnumValueInUseError } from '../errors.js';
import { applyOperation } from '../../../operations/apply/apply.js';
import type { Operation } from '../../../operations/operation.js';
import { emptySchema } from '../../../schema/schema.model.js';
import { compile } from './compile.js';

describe('a change of an enum', () => {
  let database: PostgresDatabase;
  const mood = { name: 'Mood' };
  const alter = (values: readonly string[]): Operation => ({ kind: 'alterEnum', enum: mood, values });

  beforeEach(async () => {
    database = await PostgresDatabase.create(['other']);
    await database.run(`
      CREATE TYPE "Mood" AS ENUM ('sad', 'ok', 'happy');
      CREATE TABLE a (id int PRIMARY KEY, m "Mood" NOT NULL DEFAULT 'ok', ms "Mood"[] DEFAULT '{ok,sad}', UNIQUE (m),
        EXCLUDE (id WITH =) WHERE (m = 'sad') DEFERRABLE);
      CREATE TABLE other.b (m "Mood" REFERENCES a (m), CHECK (m <> 'happy'));
      CREATE INDEX sad_ones ON a (id) WHERE m = 'sad';
      CREATE VIEW happy AS SELECT id, m FROM a WHERE m = 'happy';
      INSERT INTO a VALUES (1, 'sad', '{sad}'), (2, 'ok', NULL); INSERT INTO other.b VALUES ('ok')`);
  });
  afterEach(() => database.drop());

  it('reorders and adds values, and keeps all that uses the type', async () => {
    const before = await database.schema();
    await database.migrate(alter(['happy', 'new', 'ok', 'sad']));
    expect(await database.rows('SELECT * FROM a ORDER BY id')).toEqual([
      { id: 1, m: 'sad', ms: '{sad}' },
      { id: 2, m: 'ok', ms: null },
    ]);
    expect(await database.schema()).toEqual({
      ...before,
      enums: [{ name: 'Mood', values: ['happy', 'new', 'ok', 'sad'] }],
    });
  });

  it.each<[string, Operation]>([
    ['its name', { kind: 'renameEnum', enum: mood, to: { name: 'humour' } }],
    ['its schema', { kind: 'renameEnum', enum: mood, to: { schema: 'other', name: 'Mood' } }],
    ['a label', { kind: 'renameEnumValue', enum: mood, from: 'sad', to: `it's "so, so"` }],
    ['another label', { kind: 'renameEnumValue', enum: mood, from: 'ok', to: 'fine' }],
  ])('has the same effect on the model as on the database: %s', async (_what, operation) => {
    await database.run(`
      ALTER TABLE a ADD CHECK (ms <> '{sad,happy}' AND m IN ('sad', 'ok')), ADD t text DEFAULT 'sad',
        ADD g boolean GENERATED ALWAYS AS (m = 'ok') STORED;
      CREATE INDEX computed ON a ((m = 'sad'), (ms || 'ok'::"Mood"));
      CREATE MATERIALIZED VIEW sads AS SELECT id, m FROM a;
      CREATE INDEX sads_id ON sads (id) WHERE m = 'sad'`);
    const before = await database.schema();
    await database.migrate(operation);
    const after = applyOperation(before, operation);
    expect(await database.schema()).toEqual({ ...after, enums: expect.arrayContaining([...after.enums]) });
  });

  it('removes a value that no row holds, and a default with it', async () => {
    await database.run(
      `ALTER TABLE a ALTER m SET DEFAULT 'happy'; DROP VIEW happy; ALTER TABLE other.b DROP CONSTRAINT b_m_check`,
    );
    await database.migrate(alter(['sad', 'ok']));
    const { columns } = await database.table({ name: 'a' });
    expect(columns[1]).toEqual({ name: 'm', type: 'enum', enumName: 'Mood' });
  });

  it('refuses to remove a value that rows hold, and names it', async () => {
    const error = await database.migrate(alter(['ok', 'happy'])).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EnumValueInUseError);
    expect((error as Error).message).toBe(`The enum "Mood" cannot lose 'sad': rows of "a"."m" still hold it.`);
    await database.run(`UPDATE a SET m = 'happy' WHERE id = 1`);
    await expect(database.migrate(alter(['ok', 'happy']))).rejects.toThrow('"a"."ms"');
  });

  it('adds a value at a position, renames values and the type', async () => {
    await database.migrate(
      { kind: 'addEnumValue', enum: mood, value: "it's", before: 'ok' },
      { kind: 'renameEnumValue', enum: mood, from: 'sad', to: 'blue' },
      { kind: 'renameEnum', enum: mood, to: { schema: 'other', name: 'feeling' } },
    );
    const { enums } = await database.schema();
    expect(enums).toEqual([{ schema: 'other', name: 'feeling', values: ['blue', "it's", 'ok', 'happy'] }]);
    await database.migrate({ kind: 'renameEnum', enum: { schema: 'other', name: 'feeling' }, to: mood });
    expect((await database.schema()).enums).toMatchObject([{ name: 'Mood' }]);
  });

  it('tells the run to commit after adding a value', async () => {
    const operation: Operation = { kind: 'addEnumValue', enum: mood, value: 'x' };
    expect(await compile(operation, offlineContext)).toEqual([
      { sql: `ALTER TYPE "Mood" ADD VALUE 'x'`, commitAfter: true },
    ]);
  });

  it.each([
    [`ALTER TYPE "Mood" ADD VALUE 'x'`, true],
    [`-- one more\nalter type other . "Mood" /* new */ add value if not exists 'x'`, true],
    [`ALTER TYPE "Mood" RENAME VALUE 'a' TO 'to ADD VALUE x'`, undefined],
    [`COMMENT ON TYPE "Mood" IS 'ALTER TYPE x ADD VALUE y'`, undefined],
  ])('tells the run to commit after SQL that adds a value: %s', async (sql, commitAfter) => {
    const [statement] = await compile({ kind: 'execute', sql }, offlineContext);
    expect(statement?.commitAfter).toBe(commitAfter);
  });

  it('finds the columns for a script in what the script creates', async () => {
    const table = postgresTable('t', {
      columns: [{ name: 'c', type: 'enum', enumName: 'Mood', default: `'a'::"Mood"` }],
    });
    const context = { ...offlineContext, schema: async () => ({ ...emptySchema, tables: [table] }) };
    const statements = await compile({ ...alter(['a', 'b']), existing: ['b'] } as Operation, context);
    expect(statements.map(({ sql }) => sql)).toEqual([
      `CALL pg_temp.migrate_take_away(ARRAY['"t"']::text[], ARRAY['c']::text[], FALSE, TRUE, '"Mood"', NULL, NULL)`,
      'ALTER TABLE "t" ALTER COLUMN "c" DROP DEFAULT',
      'ALTER TYPE "Mood" RENAME TO "__Mood"',
      `CREATE TYPE "Mood" AS ENUM ('a', 'b')`,
      'ALTER TABLE "t" ALTER COLUMN "c" TYPE "Mood" USING "c"::text::"Mood"',
      `ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT 'a'::"Mood"`,
      'DROP TYPE "__Mood"',
      'CALL pg_temp.migrate_put_back()',
    ]);
  });
});
