import * as fc from 'fast-check';
import * as columns from './columns.js';
import { ANY_SQL, MYSQL_SQL, POSTGRES_SQL, SQLITE_SQL } from './rules.js';
import { codeTokens, scan } from './scanner.js';

const renameColumnIn = (sql: string, from: string, to: string): string =>
  columns.renameColumnIn(sql, from, to, ANY_SQL);
const mentionsColumn = (sql: string, column: string): boolean => columns.mentionsColumn(sql, column, ANY_SQL);
const quoteColumnIn = (sql: string, column: string): string => columns.quoteColumnIn(sql, column, ANY_SQL);

describe('renameColumnIn', () => {
  it.each([
    ['"name" = name', '"title" = title'],
    ['NAME > 0', 'title > 0'],
    ['"NAME" > 0', '"NAME" > 0'],
    ['`name` > 0', '`title` > 0'],
    [
      "name = 'name' AND name <> E'name' AND name <> 'it''s name'",
      "title = 'name' AND title <> E'name' AND title <> 'it''s name'",
    ],
    ['name(name)', 'name(title)'],
    ['name::name = $$name$$ -- name', 'title::name = $$name$$ -- name'],
    ['(name)::"name" /* name */', '(title)::"name" /* name */'],
    ['names || filename || rename(x)', 'names || filename || rename(x)'],
    ['"user"."name"', '"user"."title"'],
  ])('%s', (sql, renamed) => {
    expect(renameColumnIn(sql, 'name', 'title')).toBe(renamed);
  });

  it('does not find a column in the beginning of a function or the end of a number', () => {
    expect(renameColumnIn('lower(x) + 1e5', 'lowe', 'a')).toBe('lower(x) + 1e5');
    expect(renameColumnIn('lower(x) + 1e5', 'e5', 'a')).toBe('lower(x) + 1e5');
  });

  it('takes a keyword for a column only where it is quoted', () => {
    expect(renameColumnIn('"null" IS NOT NULL', 'null', 'none')).toBe('"none" IS NOT NULL');
  });

  it.each(['fullName', "it's", 'order', 'say "hi"'])('brings a quoted name back from %s', (name) => {
    const sql = `"title" <> 'x' AND \`title\` IS NOT NULL`;
    expect(renameColumnIn(renameColumnIn(sql, 'title', name), name, 'title')).toBe(sql);
  });

  it.each([
    ['zone', `(at AT TIME ZONE 'UTC'::text) > zone`, `(at AT TIME ZONE 'UTC'::text) > area`],
    ['at', `(at AT TIME ZONE 'UTC'::text) > zone`, `(area AT TIME ZONE 'UTC'::text) > zone`],
    ['zone', 'x > y::timestamp(3) without time zone', 'x > y::timestamp(3) without time zone'],
    ['time', 'x::time with time zone > "time"', 'x::time with time zone > "area"'],
    ['varying', `(varying)::character varying = 'a'`, `(area)::character varying = 'a'`],
    ['precision', 'x::double precision > precision', 'x::double precision > area'],
  ])('takes no word of a type or an operator for a column: %s in %s', (from, sql, renamed) => {
    expect(renameColumnIn(sql, from, 'area')).toBe(renamed);
  });

  it.each([
    ['order', '"order"'],
    ['position', '"position"'],
    ['transaction', '"transaction"'],
    ['returning', '"returning"'],
    ['Title', '"Title"'],
    ['a "b"', '"a ""b"""'],
    ['$&', '"$&"'],
  ])('quotes %s', (to, written) => {
    expect(renameColumnIn('(name > 0)', 'name', to)).toBe(`(${written} > 0)`);
  });
});

it('mentionsColumn finds what renaming would change', () => {
  expect(mentionsColumn('lower(email) = $1', 'email')).toBe(true);
  expect(mentionsColumn("lower(mail) = 'email'", 'email')).toBe(false);
});

it('quoteColumnIn makes texts equal that differ in the quotes around a column', () => {
  const texts = ['name > lower(other)', '"name" > lower(other)', '`name` > lower(other)', 'NAME > lower(other)'];
  expect(new Set(texts.map((sql) => quoteColumnIn(sql, 'name')))).toEqual(new Set(['"name" > lower(other)']));
});

describe('a rename of the column b to c', () => {
  it.each([
    [String.raw`note <> E'it\'s b' AND b = 1`, String.raw`note <> E'it\'s b' AND c = 1`],
    [String.raw`note <> E'\\' AND b = 1 OR x = 'b'`, String.raw`note <> E'\\' AND c = 1 OR x = 'b'`],
    ['b /* b /* b */ b */ > 0', 'c /* b /* b */ b */ > 0'],
    ['$f$ b $$ b $f$ || b', '$f$ b $$ b $f$ || c'],
    ['$b$ b $B$ b $b$ || b', '$b$ b $B$ b $b$ || c'],
    ["'' '' || b", "'' '' || c"],
    ["'b'\n'b' || b", "'b'\n'b' || c"],
    ['b > 0 -- b', 'c > 0 -- b'],
    ['b > 0 --', 'c > 0 --'],
    [String.raw`U&"\0062" > 0 AND U&'b' <> b`, `"c" > 0 AND U&'b' <> c`],
    [`U&"!0062" UESCAPE '!' > b`, '"c" > c'],
    ["B'1' <> X'b' AND b", "B'1' <> X'b' AND c"],
    ['b$ > a$b AND bß > b', 'b$ > a$b AND bß > c'],
    ['b::"b" > CAST(b AS b) AND x::s."b" = y::b[] AND b', 'c::"b" > CAST(c AS b) AND x::s."b" = y::b[] AND c'],
    ['b.b > "b"."b" AND b.x', 'b.c > "b"."c" AND b.x'],
    ["b > b '2020-01-01'", "c > b '2020-01-01'"],
    ['a[b] = ARRAY[b]', 'a[c] = ARRAY[c]'],
  ])('on PostgreSQL: %s', (sql, renamed) => {
    expect(columns.renameColumnIn(sql, 'b', 'c', POSTGRES_SQL)).toBe(renamed);
  });

  it.each([
    ['[b] > b AND [a b] > `b`', '[c] > c AND [a b] > `c`'],
    ['b /* b /* b */ > b', 'c /* b /* b */ > c'],
    [String.raw`'\' || b || '\'`, String.raw`'\' || c || '\'`],
    ['b > $b + :b + @b', 'c > $b + :b + @b'],
    ["CAST(b AS b) > x->>'$.b'", "CAST(c AS b) > x->>'$.b'"],
  ])('on SQLite: %s', (sql, renamed) => {
    expect(columns.renameColumnIn(sql, 'b', 'c', SQLITE_SQL)).toBe(renamed);
  });

  it.each([
    [String.raw`'it\'s b' <> b AND "b" <> ` + '`b`', String.raw`'it\'s b' <> c AND "b" <> ` + '`c`'],
    ["b # b'\n> b --b", "c # b'\n> c --c"],
  ])('on MySQL: %s', (sql, renamed) => {
    expect(columns.renameColumnIn(sql, 'b', 'c', MYSQL_SQL)).toBe(renamed);
  });

  it('keeps the brackets of SQLite where the new name allows it', () => {
    expect(columns.renameColumnIn('[b] > 0', 'b', 'the c', SQLITE_SQL)).toBe('[the c] > 0');
    expect(columns.renameColumnIn('[b] > 0', 'b', 'c]', SQLITE_SQL)).toBe('"c]" > 0');
  });

  it('reads a backslash by the setting standard_conforming_strings', () => {
    const sql = String.raw`'\' || b || '\'`;
    const off = { ...POSTGRES_SQL, backslashes: 'postgres' } as const;
    expect(columns.renameColumnIn(sql, 'b', 'c', POSTGRES_SQL)).toBe(String.raw`'\' || c || '\'`);
    expect(columns.renameColumnIn(sql, 'b', 'c', off)).toBe(sql);
  });

  it.each(Object.entries({ POSTGRES_SQL, SQLITE_SQL, MYSQL_SQL }))('changes nothing else with %s', (_name, rules) => {
    const PIECES = `b "b" \`b\` [b] B 'b' 'it''s b' E'\\'b' $$b$$ $b$ b $b$ b( b. .b ::b -- /* b */ /* \n # a + ( ) \\ '`;
    const text = fc.array(fc.constantFrom(' ', ...PIECES.split(' '))).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(text, (sql) => {
        const renamed = columns.renameColumnIn(sql, 'b', 'c', rules);
        const [before, after] = [scan(sql, rules), scan(renamed, rules)];
        expect(after.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
        for (const [index, token] of before.entries()) {
          const other = after[index]!;
          const isRenamed = token.isName && token.value.toLowerCase() === 'b' && other.value === 'c';
          if (!isRenamed) expect(other.text).toBe(token.text);
        }
        expect(columns.mentionsColumn(sql, 'b', rules)).toBe(renamed !== sql);
        expect(columns.mentionsColumn(renamed, 'b', rules)).toBe(false);
        expect(codeTokens(renamed, rules)).toHaveLength(codeTokens(sql, rules).length);
      }),
      { numRuns: 1000 },
    );
  });
});
