import { insertRows, type InsertWriter } from './inserts.js';

const quote = (name: string): string => `"${name}"`;
const literals: InsertWriter = {
  quote,
  rowsPerStatement: 3,
  parametersPerStatement: Infinity,
  write: (value) => (value === null ? 'NULL' : String(value)),
  writesDefault: false,
};
const parameters: InsertWriter = {
  quote,
  rowsPerStatement: 3,
  parametersPerStatement: 4,
  write(value, _column, list) {
    list.push(value);
    return '?';
  },
  writesDefault: true,
};
const rows = [{ a: 1, b: 2 }, { a: 3, b: undefined }, {}, { a: null }];

describe('INSERTs of many rows', () => {
  it('begin a statement of their own for rows with other columns, where no default can be written', () => {
    expect(insertRows('"t"', [...rows, { a: 5 }], literals)).toEqual([
      { sql: 'INSERT INTO "t" ("a", "b") VALUES (1, 2)' },
      { sql: 'INSERT INTO "t" ("a") VALUES (3)' },
      { sql: 'INSERT INTO "t" DEFAULT VALUES' },
      { sql: 'INSERT INTO "t" ("a") VALUES (NULL), (5)' },
    ]);
  });

  it('write the default where it can be written, and send as many parameters as fit', () => {
    expect(insertRows('"t"', rows, parameters)).toEqual([
      { sql: 'INSERT INTO "t" ("a", "b") VALUES (?, ?), (?, DEFAULT)', parameters: [1, 2, 3] },
      { sql: 'INSERT INTO "t" ("a", "b") VALUES (DEFAULT, DEFAULT), (?, DEFAULT)', parameters: [null] },
    ]);
  });

  it('have no more rows than the writer allows, and at least one', () => {
    const many = Array.from({ length: 4 }, (_none, a) => ({ a }));
    expect(insertRows('t', many, literals).map(({ sql }) => sql)).toEqual([
      'INSERT INTO t ("a") VALUES (0), (1), (2)',
      'INSERT INTO t ("a") VALUES (3)',
    ]);
    const wide = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, 1]));
    expect(insertRows('t', [wide, wide], parameters)).toHaveLength(2);
    expect(insertRows('t', [], parameters)).toEqual([]);
    expect(insertRows('t', [{}, {}], parameters)).toEqual(
      Array.from({ length: 2 }, () => ({ sql: 'INSERT INTO t DEFAULT VALUES' })),
    );
  });
});
