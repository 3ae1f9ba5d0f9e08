import * as fc from 'fast-check';
import { inlineParameters, isRead, segmentsOf, tablesChangedBy, terminated } from './sql-text.js';

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
const kinds = (sql: string): string[] => segmentsOf(sql).map(({ kind, text }) => `${kind}:${text}`);

describe('segmentsOf', () => {
  it.each([
    [
      "SELECT 'it''s -- no comment' -- but this",
      ['code:SELECT ', "quoted:'it''s -- no comment'", 'code: ', 'comment:-- but this'],
    ],
    ['a /* one /* two */ still */ b', ['code:a ', 'comment:/* one /* two */ still */', 'code: b']],
    ['DO $$ BEGIN; END $$; x', ['code:DO ', 'quoted:$$ BEGIN; END $$', 'code:; x']],
    ["AS $f$ it's $g$ $f$ LANGUAGE sql", ['code:AS ', "quoted:$f$ it's $g$ $f$", 'code: LANGUAGE sql']],
    [String.raw`E'a\'b' 'c\' d`, [String.raw`quoted:E'a\'b'`, 'code: ', String.raw`quoted:'c\'`, 'code: d']],
    ['"a""b" `c;d`', ['quoted:"a""b"', 'code: ', 'quoted:`c;d`']],
    ['$1 = a$b$c', ['code:$1 = a$b$c']],
  ])('%s', (sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it('loses no character, whatever the text', () => {
    const piece = fc.constantFrom("'", '"', '`', '$', '$a$', '--', '/*', '*/', '\n', '\\', 'E', 'x', ' ', ';', '?');
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (sql) => {
          expect(
            segmentsOf(sql)
              .map(({ text }) => text)
              .join(''),
          ).toBe(sql);
        },
      ),
    );
  });
});

describe('inlineParameters', () => {
  it.each([
    ['UPDATE t SET a = $2 WHERE b = $1', [1, 'x'], "UPDATE t SET a = 'x' WHERE b = 1"],
    ['VALUES ($1, $10)', [1, 2, 3, 4, 5, 6, 7, 8, 9, 'ten'], "VALUES (1, 'ten')"],
    ['VALUES (?, ?)', ['?', "o'k"], "VALUES ('?', 'o''k')"],
    ['VALUES (?2, ?1)', [1, 2], 'VALUES (2, 1)'],
    ["UPDATE t SET a = '?' WHERE b = ? -- ?", [1], "UPDATE t SET a = '?' WHERE b = 1 -- ?"],
    ["UPDATE t SET a = $1 WHERE tags ? 'x'", ['$1'], "UPDATE t SET a = '$1' WHERE tags ? 'x'"],
    ['SELECT a ? b', [], 'SELECT a ? b'],
    ['SELECT tab$1 -$1, $2::smallint', [-3, -32768], 'SELECT tab$1 -(-3), (-32768)::smallint'],
  ])('%s', (sql, parameters, expected) => {
    expect(inlineParameters(sql, parameters, literal)).toBe(expected);
  });

  it('refuses a placeholder that has no value', () => {
    expect(() => inlineParameters('VALUES ($1, $2)', [1], literal)).toThrow(
      expect.objectContaining({ code: 'SCRIPT_PARAMETER', message: expect.stringContaining('$2') }),
    );
    expect(() => inlineParameters('VALUES (?, ?)', [1], literal)).toThrow('No value for parameter ?');
  });
});

describe('terminated', () => {
  it.each([
    ['SELECT 1', 'SELECT 1;'],
    ['SELECT 1;', 'SELECT 1;'],
    ['SELECT 1; -- done', 'SELECT 1; -- done'],
    ['SELECT 1 -- done;', 'SELECT 1 -- done;\n;'],
    ["SELECT ';'", "SELECT ';';"],
    ['  SELECT 1;\n\n', 'SELECT 1;'],
  ])('%s', (sql, expected) => {
    expect(terminated(sql)).toBe(expected);
  });
});

describe('isRead', () => {
  it.each([
    'SELECT 1',
    '-- all of them\n  select * from "user"',
    '(SELECT 1) UNION (SELECT 2)',
    "WITH a AS (SELECT 'INSERT') SELECT * FROM a",
    'PRAGMA table_info("user")',
    'SHOW server_version',
    'VALUES (1)',
  ])('%s only answers', (sql) => {
    expect(isRead(sql)).toBe(true);
  });

  it.each([
    'INSERT INTO t SELECT 1',
    'UPDATE t SET a = 1 RETURNING a',
    'WITH a AS (SELECT 1) DELETE FROM t',
    'SELECT * INTO copy FROM t',
    'PRAGMA foreign_keys = OFF',
    'CREATE TABLE t (a int)',
    'DO $$ SELECT $$',
  ])('%s changes something', (sql) => {
    expect(isRead(sql)).toBe(false);
  });
});

describe('tablesChangedBy', () => {
  it.each([
    ['CREATE TABLE "user" (id int)', ['user']],
    ['create unlogged table if not exists public.log (id int)', ['log']],
    ['ALTER TABLE ONLY "shop"."order" ADD x int', ['order']],
    ['ALTER TABLE post RENAME TO `article`', ['post', 'article']],
    ["INSERT INTO t VALUES ('ALTER TABLE x') -- DROP TABLE y", []],
    ['CREATE INDEX i ON t (a)', []],
  ])('%s', (sql, tables) => {
    expect(tablesChangedBy(sql)).toEqual(tables);
  });
});
