import { postgresDialect } from '../dialects/postgres/index.js';
import { sqliteDialect } from '../dialects/sqlite/index.js';
import { table } from '../../test/support/comparing.js';
import { mysqlDialect } from '../dialects/mysql/index.js';
import type { Dialect } from '../dialects/dialect.js';
import { emptySchema } from '../schema/schema.model.js';
import type { PlannedStatement } from '../results.js';
import { ownReader } from '../sql/ddl/reader.js';
import { reportOf, type PlanFacts } from './plan-report.js';

describe('the report of a plan', () => {
  /** The statements of one revision, each with the transaction that it is in. */
  function planned(
    statements: readonly (readonly [sql: string, transaction?: number])[],
    dialect: Dialect = postgresDialect,
    facts: PlanFacts = {},
    schema = emptySchema,
  ): readonly PlannedStatement[] {
    const step = {
      kind: 'upgrade' as const,
      revision: 'a1',
      message: '',
      statements: statements.map(([sql, transaction]) => ({
        sql,
        byHand: true,
        operation: { kind: 'execute' as const, sql },
        schema,
        ...(transaction !== undefined && { transaction }),
      })),
    };
    return reportOf([step], { dialect, read: ownReader(dialect.sqlRules) }, facts)[0]?.statements ?? [];
  }
  const holds = (statement: PlannedStatement | undefined): readonly string[] =>
    statement?.holds?.map(({ name, mode }) => `${name} ${mode}`) ?? [];

  it('adds locks up over a transaction, and names them where later work waits with them', () => {
    const [, update, index] = planned([
      ['ALTER TABLE book ADD COLUMN x integer', 1],
      ['UPDATE book SET x = 1', 1],
      ['CREATE INDEX i ON author (name)', 1],
    ]);
    expect(holds(update)).toEqual(['book ACCESS EXCLUSIVE']);
    expect(holds(index)).toEqual(['book ACCESS EXCLUSIVE']);
  });

  it('forgets them at a commit', () => {
    const [, update] = planned([
      ['ALTER TABLE book ADD COLUMN x integer', 1],
      ['UPDATE book SET x = 1', 2],
    ]);
    expect(holds(update)).toEqual([]);
  });

  it('holds none between the statements of a database whose DDL commits', () => {
    const [, update] = planned(
      [
        ['ALTER TABLE book MODIFY x bigint', 1],
        ['UPDATE book SET x = 1', 1],
      ],
      mysqlDialect,
    );
    expect(holds(update)).toEqual([]);
  });

  it.each([
    ['MySQL', mysqlDialect, 'ALTER TABLE book MODIFY x integer NOT NULL'],
    ['PostgreSQL', postgresDialect, 'ALTER TABLE book ALTER x SET NOT NULL'],
    ['SQLite', sqliteDialect, 'ALTER TABLE book ALTER COLUMN x SET NOT NULL'],
  ])('fails over no NULL that the revision itself fills before: %s', (_name, dialect, required) => {
    const schema = {
      ...emptySchema,
      tables: [table('book', { columns: [{ name: 'x', type: 'integer', isNullable: true }] })],
    };
    const failsOf = (...sql: readonly string[]) =>
      planned(
        sql.map((each) => [each, 1] as const),
        dialect,
        {},
        schema,
      ).at(-1)?.fails;
    expect(failsOf(required)).toEqual([{ on: 'nulls', target: 'book.x' }]);
    expect(failsOf('UPDATE book SET x = 1 WHERE x IS NULL', required)).toBeUndefined();
    expect(failsOf('UPDATE book SET y = 1', required)).toHaveLength(1);
    expect(failsOf('UPDATE author SET x = 1', required)).toHaveLength(1);
  });

  it('locks nothing of a table that an earlier statement of the same text creates', () => {
    const [made, old] = planned([
      ['CREATE TABLE shelf (id integer); CREATE INDEX i ON shelf (id); INSERT INTO shelf SELECT id FROM book', 1],
      ['DROP TABLE shelf; CREATE INDEX j ON book (id)', 1],
    ]);
    expect([made?.locks, made?.work]).toEqual([[], {}]);
    expect(old?.locks.map(({ name }) => name)).toEqual(['book']);
  });

  it.each([
    ['a view', ['DROP VIEW v', 'CREATE VIEW v AS SELECT 1'], []],
    ['a column in one statement', ['ALTER TABLE book DROP COLUMN x, ADD COLUMN x integer AS (1)'], []],
    [
      'a table under another name',
      ['ALTER TABLE book RENAME TO volume', 'CREATE VIEW book AS SELECT * FROM volume'],
      [],
    ],
    ['a view that was there before', ['CREATE VIEW v AS SELECT 1', 'DROP VIEW w'], ['w']],
  ])('breaks nobody over what the revision itself makes again: %s', (_what, sql, broken) => {
    const statements = planned(
      sql.map((each) => [each, 1] as const),
      mysqlDialect,
    );
    expect(statements.flatMap(({ breaks = [] }) => breaks.map(({ target }) => target))).toEqual(broken);
  });

  it.each([
    ['MySQL', mysqlDialect, [1, 'none', 2, 2, 'none', 3]],
    ['PostgreSQL', postgresDialect, [1, 1, 1, 1, 1, 1]],
  ])('ends transactions where the database commits each change of its schema: %s', (_name, dialect, numbers) => {
    const statements = planned(
      [
        ['UPDATE book SET x = 1', 1],
        ['CREATE INDEX i ON book (x)', 1],
        ['UPDATE book SET x = 2', 1],
        ['DELETE FROM book WHERE x = 2', 1],
        ['DROP INDEX i ON book', 1],
        ['UPDATE book SET x = 3', 1],
      ],
      dialect,
    );
    expect(
      statements.map(({ transaction, outsideTransaction }) => (outsideTransaction ? 'none' : transaction)),
    ).toEqual(numbers);
  });

  it('leaves out what is about tables that the plan has created, under their new names too', () => {
    const statements = planned([
      ['CREATE TABLE shelf (id integer)', 1],
      ['ALTER TABLE shelf RENAME TO rack', 1],
      ['CREATE INDEX i ON rack (id)', 1],
      ['DROP TABLE rack', 1],
      ['DROP TABLE shelf', 1],
    ]);
    expect(statements.map(({ blocks, loses = [] }) => [blocks, loses.length])).toEqual([
      ['nothing', 0],
      ['nothing', 0],
      ['nothing', 0],
      ['nothing', 0],
      ['reads', 1],
    ]);
  });

  it('adds rows and bytes of the tables that a statement works on, where all are known', () => {
    const sizes = new Map([['\u0000book', { rows: 10, bytes: 100 }]]);
    const [one, other] = planned(
      [
        ['CREATE INDEX i ON book (id)', 1],
        ['CREATE INDEX j ON author (id)', 1],
      ],
      postgresDialect,
      { sizes },
    );
    expect([one?.rows, one?.bytes, other?.rows]).toEqual([10, 100, undefined]);
  });

  it('shows a statement in batches as it was written', () => {
    const operation = { kind: 'inBatches', table: { name: 'book' }, sql: 'UPDATE book SET x = 1', size: 500 } as const;
    const statement = { sql: `DO 'BEGIN …'`, byHand: true, operation, schema: emptySchema };
    const step = { kind: 'upgrade' as const, revision: 'a1', message: '', statements: [statement] };
    const [found] = reportOf([step], { dialect: postgresDialect, read: ownReader(postgresDialect.sqlRules) }, {});
    expect(found?.statements[0]?.sql).toBe('UPDATE book SET x = 1 -- in batches of 500 rows');
  });

  it('names what it does not know', () => {
    const [call, cast] = planned([
      ['SELECT my_function()', 1],
      ['CALL my_procedure()', 1],
    ]);
    expect([call?.unknown, cast?.unknown]).toEqual([undefined, ['what the procedure my_procedure does']]);
  });
});
