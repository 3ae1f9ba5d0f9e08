import { Index, ViewColumn, ViewEntity } from 'typeorm';
import {
  type Change,
  type Column,
  type Entity,
  MISSED,
  OK,
  type Reading,
  table,
  UNUSABLE,
  valueOfC,
  view,
} from '../change.js';

const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const postgres = (outcome: string): Change['typeorm'] => ({ postgres: outcome });
const word: Column = { type: 'varchar' };
const number: Column = { type: 'int' };

export const schemas: readonly Change[] = [
  {
    id: 'schema',
    title: 'a table moves to another schema',
    typeorm: postgres('makes an empty table, the rows stay behind'),
    renames: { t: 's2.t' },
    before: [table('t', { a: word }), table('u', { a: word }, { schema: 's2' })],
    after: [table('t', { a: word }, { schema: 's2' }), table('u', { a: word }, { schema: 's2' })],
    rows: ["INSERT INTO t (a) VALUES ('x')"],
  },
  {
    id: 'schemaNew',
    title: 'an entity in a schema that does not exist yet',
    typeorm: postgres('fails: the schema is not made'),
    before: [table('u', { a: word })],
    after: [table('u', { a: word }), table('t', { a: word }, { schema: 's3' })],
    rows: ["INSERT INTO u (a) VALUES ('x')"],
  },
];

const source = (type: Column = number): Entity => table('t', { a: type });

function ofView(
  id: string,
  title: string,
  typeorm: Change['typeorm'],
  before: readonly Entity[],
  after: readonly Entity[],
  rest: Partial<Change> = {},
): Change {
  return { id, title, typeorm, before, after, rows: ['INSERT INTO t (a) VALUES (2)'], ...rest };
}

function aggregate(options: { readonly expression: string; readonly materialized?: true }, withIndex = false): Entity {
  @ViewEntity({ name: 'v', ...options })
  class Aggregate {
    @ViewColumn()
    id!: number;
  }
  if (withIndex) Index('ix_v', ['id'])(Aggregate);
  return Aggregate;
}

const materialized = true as const;
const ofViewed = (upgraded: unknown, downgraded: unknown = upgraded): Reading => ({
  sql: 'SELECT a FROM v',
  upgraded: [{ a: upgraded }],
  downgraded: [{ a: downgraded }],
});
const ofAllViewed: Reading = {
  sql: 'SELECT a, c FROM v',
  upgraded: [{ a: 1, c: 3 }],
  downgraded: [{ a: 1, c: 3 }],
};

export const views: readonly Change[] = [
  ofView(
    'viewExpr',
    'the expression of a view changes',
    both(OK),
    [source(), view('SELECT id FROM t', 'id')],
    [source(), view('SELECT id FROM t WHERE a > 1', 'id')],
  ),
  ofView(
    'viewWs',
    'only white space changes in a view',
    both('drops and makes the view for nothing'),
    [source(), view('SELECT id FROM t', 'id')],
    [source(), view('SELECT id\n  FROM t', 'id')],
    { unchangedOn: ['postgres', 'sqlite'] },
  ),
  ofView('viewRm', 'a view entity is removed', both(MISSED), [source(), view('SELECT id FROM t', 'id')], [source()]),
  ofView(
    'viewCol',
    'a column under a view changes its type',
    both(UNUSABLE),
    [source(), view('SELECT a FROM t', 'a')],
    [source({ type: 'bigint' }), view('SELECT a FROM t', 'a')],
    { reads: { postgres: ofViewed('2', 2), sqlite: ofViewed(2) } },
  ),
  ofView(
    'viewSum',
    'the expression of a column of a view changes',
    both(OK),
    [source(), view('SELECT a FROM t', 'a')],
    [source(), view('SELECT a + 1 AS a FROM t', 'a')],
    { reads: { postgres: ofViewed(3, 2), sqlite: ofViewed(3, 2) } },
  ),
  ofView(
    'viewAll',
    'a column is added in the middle of a table under a view of all columns',
    { postgres: 'ok, but the view lacks the column', sqlite: 'fails: the view needs the table' },
    [table('t', { a: number, c: number }), view('SELECT * FROM t', 'a')],
    [table('t', { a: number, b: { ...number, nullable: true }, c: number }), view('SELECT * FROM t', 'a')],
    {
      rows: ['INSERT INTO t (a, c) VALUES (1, 3)'],
      reads: { postgres: ofAllViewed, sqlite: ofAllViewed },
    },
  ),
  ofView(
    'matview',
    'the expression of a materialised view changes',
    postgres(OK),
    [source(), aggregate({ materialized, expression: 'SELECT id FROM t' }, true)],
    [source(), aggregate({ materialized, expression: 'SELECT id FROM t WHERE a > 1' }, true)],
  ),
  ofView(
    'view2mat',
    'a view becomes a materialised one',
    postgres(MISSED),
    [source(), aggregate({ expression: 'SELECT id FROM t' })],
    [source(), aggregate({ expression: 'SELECT id FROM t', materialized })],
  ),
  ofView(
    'viewDrift',
    'the view was changed by hand in the database',
    both(MISSED),
    [source(), view('SELECT id FROM t', 'id')],
    [source(), view('SELECT id FROM t', 'id')],
    {
      rowsOn: {
        postgres: ['CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE a > 5'],
        sqlite: ['DROP VIEW v', 'CREATE VIEW v AS SELECT id FROM t WHERE a > 5'],
      },
    },
  ),
  ofView(
    'everything',
    'a column under an index, a check, a unique and a comment gets longer',
    { postgres: UNUSABLE, sqlite: OK },
    [covered(50)],
    [covered(100)],
    { rows: ["INSERT INTO t (c) VALUES ('hello')"] },
  ),
  ofView(
    'underNumbers',
    'a column under a check, a partial index and an exclusion: int → decimal(10,2)',
    postgres('fails: the exclusion depends on the column'),
    [comparedAsNumber(number)],
    [comparedAsNumber({ type: 'decimal', precision: 10, scale: 2 })],
    { rows: ['INSERT INTO t (c) VALUES (3)'], reads: { postgres: valueOfC('3.00', 3) } },
  ),
  ofView(
    'underTexts',
    'a column under a check and a partial index: varchar → text',
    { postgres: UNUSABLE, sqlite: OK },
    [comparedAsText(word)],
    [comparedAsText({ type: 'text' })],
    { rows: ["INSERT INTO t (c) VALUES ('abc')"] },
  ),
  ofView(
    'allNamed',
    'a named index, unique and check of one table change at once',
    both('renames the unique, and does not notice the check'),
    [named('a > 1', ['a', 'b'], 'a > 0')],
    [named('a > 2', ['b'], 'a > 10')],
    { rows: ['INSERT INTO t (a, b) VALUES (11, 2)'] },
  ),
];

/** Numbers that PostgreSQL prints with a cast where the column is a decimal. */
function comparedAsNumber(type: Column): Entity {
  return table(
    't',
    { c: type },
    {
      checks: [{ name: 'ck', expression: 'c >= 0' }],
      indices: [{ name: 'ix', columns: ['c'], where: 'c > 1' }],
      exclusions: [{ name: 'ex', expression: 'USING btree (id WITH =) WHERE (c > 2)' }],
    },
  );
}

/** Texts that PostgreSQL prints with a cast where the column is a varchar. */
function comparedAsText(type: Column): Entity {
  return table(
    't',
    { c: type },
    {
      checks: [{ name: 'ck', expression: 'length(c) > 2' }],
      indices: [{ name: 'ix', columns: ['c'], where: "c <> 'x'" }],
    },
  );
}

function named(where: string, columns: readonly string[], expression: string): Entity {
  return table(
    't',
    { a: number, b: number },
    {
      indices: [{ name: 'ix', columns: [...columns], where }],
      uniques: [{ name: 'uq', columns: ['a', ...columns.slice(1)] }],
      checks: [{ name: 'ck', expression }],
    },
  );
}

function covered(length: number): Entity {
  return table(
    't',
    { c: { type: 'varchar', length, comment: 'covered', unique: true } },
    {
      indices: [{ name: 'ix_c', columns: ['c'] }],
      checks: [{ name: 'ck_c', expression: "c <> ''" }],
    },
  );
}

const family = (columns: Readonly<Record<string, Column>>): Entity[] => [
  table('p', { a: { ...word, nullable: true }, ...columns }),
  table(
    't',
    {},
    {
      relations: {
        p: { type: 'many-to-one', target: 'p', joinColumn: { name: 'p_id' }, onDelete: 'CASCADE' },
      } as never,
    },
  ),
];

function ofFamily(id: string, title: string, postgresOutcome: string, sqlite: string): Change {
  return {
    id,
    title,
    typeorm: { postgres: postgresOutcome, sqlite },
    before: family({}),
    after: family({ x: { ...number, nullable: true } }),
    rows: ['INSERT INTO p (id) VALUES (1)', 'INSERT INTO t (p_id) VALUES (1)'],
  };
}

export const families: readonly Change[] = [
  ofFamily(
    'sqCascade',
    'a column is added to a parent whose children cascade',
    OK,
    'ok, but the way down deletes the children',
  ),
  ofFamily(
    'sqCascadeNone',
    'a column is added to a parent whose children cascade, TypeORM in transaction mode none',
    OK,
    'deletes the children',
  ),
  ofFamily(
    'sqCascadeEach',
    'a column is added to a parent whose children cascade, TypeORM in transaction mode each',
    OK,
    'ok, but the way down deletes the children',
  ),
  {
    id: 'sqByHand',
    title: 'a table with a trigger and an expression index of somebody’s own is changed',
    typeorm: { sqlite: 'drops both' },
    before: [table('t', { a: number }), table('log', { n: number })],
    after: [table('t', { a: word }), table('log', { n: number })],
    rows: [
      'INSERT INTO t (a) VALUES (1)',
      'CREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO log (n) VALUES (new.id); END',
      'CREATE INDEX hand_ix ON t (abs(a))',
    ],
  },
];
