import * as columns from './columns.js';
import { ANY_SQL } from './rules.js';

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
