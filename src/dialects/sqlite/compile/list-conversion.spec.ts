import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';

const change = (column: string, from: string, to: string): Operation => ({
  kind: 'alterColumn',
  table: { name: 'list' },
  column,
  to: { type: to },
  existing: { type: from },
});

describe('lists in texts and JSON on SQLite', () => {
  let database: SqliteDatabase;
  beforeEach(async () => {
    database = await SqliteDatabase.create();
  });
  afterEach(() => database.drop());

  // Names that the functions for JSON have for their own columns.
  async function changed(column: string, from: string, to: string, text: string): Promise<unknown> {
    const declared = from.startsWith('simple') ? 'text' : from;
    await database.run(
      `CREATE TABLE list (${column} ${declared}, type text)`,
      `INSERT INTO list VALUES ('${text.replaceAll("'", "''")}', 'list'), (NULL, NULL)`,
    );
    await database.migrate(change(column, from, to));
    const select = to === 'jsonb' ? `json(${column})` : column;
    const [row, empty] = await database.rows(`SELECT ${select} AS value FROM list ORDER BY ${column} IS NULL`);
    expect(empty).toEqual({ value: null });
    return row?.['value'];
  }

  it.each([
    ['value', 'simple-array', 'json', 'red,say "hi"', String.raw`["red","say \"hi\""]`],
    ['value', 'simple-array', 'jsonb', 'a\\b,é', String.raw`["a\\b","é"]`],
    ['key', 'simple-array', 'simple-json', '1,,2', '["1","","2"]'],
    ['value', 'simple-array', 'json', '', '[]'],
    ['value', 'json', 'simple-array', '["red","green"]', 'red,green'],
    ['key', 'simple-json', 'simple-array', '[10, 9, 8, true, 1.5]', '10,9,8,true,1.5'],
    ['value', 'json', 'simple-array', '[]', ''],
    ['value', 'json', 'simple-array', '"red"', 'red'],
  ])('keep their elements: %s, %s to %s, %s becomes %s', async (column, from, to, text, expected) => {
    expect(await changed(column, from, to, text)).toBe(expected);
  });

  it.each([
    ['json', '["a,b"]'],
    ['json', '["a",null]'],
    ['json', '[["a"]]'],
    ['json', '{"a":1}'],
    ['simple-json', '[""]'],
    ['json', '"a,b"'],
  ])('stop the change where a simple-array cannot hold them: %s, %s', async (from, text) => {
    await expect(changed('value', from, 'simple-array', text)).rejects.toMatchObject({
      code: 'SIMPLE_ARRAY',
      message: expect.stringContaining(`'value' of 'list' cannot become a simple-array`) as string,
    });
    expect(await database.rows('SELECT value FROM list WHERE value IS NOT NULL')).toEqual([{ value: text }]);
  });

  it.each([
    ['json', 'not json', "'not json'"],
    ['simple-json', 'a,b', "'a,b'"],
    ['json', '', "''"],
    ['simple-json', '["it\'s"', `'["it''s"'`],
  ])('stop the change to a simple-array, with the text that is no JSON: %s, %s', async (from, text, shown) => {
    await expect(changed('value', from, 'simple-array', text)).rejects.toMatchObject({
      code: 'SIMPLE_ARRAY',
      message: `Column 'value' of 'list' cannot become a simple-array: a row has what is no JSON: ${shown}.`,
    });
    expect(await database.rows('SELECT value FROM list WHERE value IS NOT NULL')).toEqual([{ value: text }]);
  });

  it('stop the change with the reason for a list whose only element is an empty text', async () => {
    await expect(changed('value', 'json', 'simple-array', '[""]')).rejects.toThrow(
      'no empty text as its only element: a row has [""]',
    );
  });

  it('are kept as they are from a text to a simple-array and back', async () => {
    expect(await changed('value', 'text', 'simple-array', 'a,b')).toBe('a,b');
    await database.migrate(change('value', 'simple-array', 'text'));
    expect(await database.rows('SELECT value FROM list WHERE value IS NOT NULL')).toEqual([{ value: 'a,b' }]);
  });
});
