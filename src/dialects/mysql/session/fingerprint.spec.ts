import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import { fingerprintAgain, fingerprintOf } from './fingerprint.js';
import { objectsNamedIn } from './named-objects.js';
import { outcomeOf } from './outcome.js';

describe('The objects that a statement names on MySQL', () => {
  it.each([
    ['CREATE TABLE IF NOT EXISTS `a b` (id int)', ['TABLE a b']],
    ['CREATE TABLE d.t LIKE e.t', ['TABLE d t']],
    ['DROP TABLE IF EXISTS a, `d`.`b`', ['TABLE a', 'TABLE d b']],
    ['RENAME TABLE a TO b, c TO d', ['TABLE a', 'TABLE b', 'TABLE c', 'TABLE d']],
    ['ALTER TABLE a ADD b int, RENAME TO c', ['TABLE a', 'TABLE c']],
    ['ALTER TABLE a RENAME COLUMN b TO c', ['TABLE a']],
    ['TRUNCATE a', ['TABLE a']],
    ['CREATE UNIQUE INDEX i ON a (b)', ['TABLE a']],
    ['DROP INDEX `i` ON `a`', ['TABLE a']],
    ['CREATE ALGORITHM = MERGE DEFINER = `view`@`table` SQL SECURITY INVOKER VIEW v AS SELECT 1', ['TABLE v']],
    ['CREATE DEFINER = CURRENT_USER TRIGGER g BEFORE INSERT ON a FOR EACH ROW SET @a = 1', ['TRIGGER g']],
    ['DROP PROCEDURE IF EXISTS p', ['PROCEDURE p']],
    ['CREATE SCHEMA s', ['DATABASE s']],
    ['INSERT INTO a VALUES (1)', []],
    ['GRANT SELECT ON a TO b', []],
  ])('%s', (sql, objects) => {
    expect(objectsNamedIn(sql).map(({ kind, path }) => [kind, ...path].join(' '))).toEqual(objects);
  });
});

describeOnMysql('A statement that was under way on MySQL', () => {
  let database: MysqlDatabase;
  beforeAll(async () => (database = await MysqlDatabase.create()));
  afterAll(() => database.drop());
  beforeEach(() =>
    database.run(
      'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int, b int, KEY ix (a))',
      'CREATE TABLE u (id int)',
      'CREATE VIEW v AS SELECT id FROM t',
      'INSERT INTO t VALUES (7, 1, 2)',
    ),
  );
  afterEach(() => database.run('DROP VIEW IF EXISTS v', 'DROP TABLE IF EXISTS t, u, w, x'));

  const before = (sql: string): Promise<string | undefined> => database.using((runner) => fingerprintOf(runner, sql));
  const outcome = (sql: string, was?: string): Promise<string> =>
    database.using((runner) => outcomeOf(runner, sql, was));

  it.each([
    ['ALTER TABLE t MODIFY COLUMN a bigint, ADD COLUMN c int'],
    ['ALTER TABLE t DROP INDEX ix, ADD INDEX ix (b)'],
    ['ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a'],
    ['ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)'],
    ['ALTER TABLE t CHANGE a c bigint'],
    ['ALTER TABLE u RENAME TO w'],
    ['RENAME TABLE u TO w'],
    ['RENAME TABLE u TO x, t TO u, x TO t'],
    ['CREATE TABLE w (id int)'],
    ['CREATE TABLE w SELECT * FROM t'],
    ['DROP TABLE u'],
    ['DROP VIEW v'],
    ['CREATE INDEX i ON t (b)'],
    ['CREATE TRIGGER g BEFORE INSERT ON u FOR EACH ROW SET NEW.id = 1'],
  ])('has happened or not: %s', async (sql) => {
    const was = await before(sql);
    const isSwap = sql.includes('x TO t');
    expect(await outcome(sql, was)).toBe(isSwap ? 'unknown' : 'undone');
    // Others go on with their work.
    await database.run('INSERT INTO t (a) VALUES (5)');
    expect(await outcome(sql, was)).toBe(isSwap ? 'unknown' : 'undone');
    await database.run(sql);
    expect(await outcome(sql, was)).toBe('done');
  });

  it.each([
    ['TRUNCATE TABLE t'],
    ['CREATE OR REPLACE VIEW v AS SELECT a FROM t'],
    ['CREATE OR REPLACE TABLE u (id bigint)'],
    ['ALTER TABLE t MODIFY COLUMN a bigint'],
  ])('may run again: %s', async (sql) => {
    const was = await before(sql);
    expect(await outcome(sql, was)).toBe('undone');
    await database.run(sql);
    expect(await outcome(sql, was)).toBe('undone');
  });

  it('is not taken for done where somebody else has changed the table, nor where it is done in part', async () => {
    const [added, dropped] = ['ALTER TABLE t ADD COLUMN c int', 'DROP TABLE t, u'];
    const [first, second] = [await before(added), await before(dropped)];
    await database.run('ALTER TABLE t ADD COLUMN other int', 'DROP TABLE u');
    expect(await outcome(added, first)).toBe('unknown');
    expect(await outcome(dropped, second)).toBe('unknown');
  });

  it('is found by the same text whatever mode the session has', async () => {
    const sql = 'ALTER TABLE t ADD COLUMN c int';
    const was = await before(sql);
    await database.using(async (runner) => {
      await runner.query(`SET SESSION sql_mode = 'ANSI_QUOTES', sql_quote_show_create = 0`);
      expect(await fingerprintAgain(runner, was!)).toBe(was);
      await runner.query('SET SESSION sql_mode = DEFAULT, sql_quote_show_create = DEFAULT');
    });
  });
});
