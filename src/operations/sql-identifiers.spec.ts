import { mentionsColumn, renameColumnIn } from './sql-identifiers.js';

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
    expect(renameColumnIn('"null" IS NOT NULL', 'null', 'none')).toBe('none IS NOT NULL');
  });

  it('takes away quotes that only the old name needed', () => {
    expect(renameColumnIn('"fullName" <> lower("fullName")', 'fullName', 'title')).toBe('title <> lower(title)');
    expect(renameColumnIn('`fullName` > 0', 'fullName', 'title')).toBe('`title` > 0');
  });

  it.each([
    ['order', '"order"'],
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
