import { EntitySchema } from 'typeorm';
import { SqliteDatabase } from '../../../test/support/sqlite-database.js';
import type { ColumnChange } from '../../operations/operation.js';
import { conversionRisk } from './conversion-risk.js';

const plain = (type: string): ColumnChange => ({ type });
const text = (length?: number): ColumnChange => ({ type: 'varchar', ...(length && { length: String(length) }) });
const decimal = (precision: number, scale: number): ColumnChange => ({ type: 'decimal', precision, scale });
const labels = (...labels: string[]): ColumnChange => ({ type: 'varchar', enum: labels });

/** The values of a column after a change of its type, and after the way back. */
async function values(from: ColumnChange, to: ColumnChange, ...literals: string[]): Promise<unknown[]> {
  const database = await SqliteDatabase.create();
  try {
    const column = (change: ColumnChange) => ({ name: 'a', isNullable: true, ...change }) as never;
    const table = {
      name: 't',
      columns: [column(from)],
      uniques: [],
      checks: [],
      exclusions: [],
      foreignKeys: [],
      indices: [],
    };
    const alter = (change: ColumnChange) =>
      ({ kind: 'alterColumn', table: { name: 't' }, column: 'a', to: change }) as const;
    await database.migrate({ kind: 'createTable', table });
    for (const literal of literals) await database.run(`INSERT INTO t VALUES (${literal})`);
    const read = async (): Promise<unknown[]> => (await database.rows('SELECT quote(a) AS a FROM t')).map(({ a }) => a);
    const before = await read();
    await database.migrate(alter(to));
    await database.migrate(alter(from));
    return [before, await read()];
  } finally {
    await database.drop();
  }
}

describe('what a change of type may do to values on SQLite', () => {
  it.each<[ColumnChange, ColumnChange, string[]]>([
    [text(100), text(50), [`'${'x'.repeat(80)}'`]],
    [plain('text'), text(255), [`'${'x'.repeat(300)}'`]],
    [plain('bigint'), plain('integer'), ['9007199254740991']],
    [plain('integer'), decimal(10, 2), ['42', '12345678901']],
    [decimal(12, 4), decimal(10, 2), ['12.3456']],
    [decimal(10, 2), text(), ['12.34', '99999999.99']],
    [plain('real'), plain('integer'), ['1.5']],
    [plain('real'), plain('text'), ['1.5', '-1e300']],
    [plain('integer'), plain('varchar'), ['42']],
    [plain('smallint'), plain('real'), ['42']],
    [decimal(15, 2), plain('double'), ['1234567890123.25', '123456789012345']],
    [plain('real'), plain('text'), ['9e999', '-9e999', '1.0/3', '0.1', '-0.5', 'NULL', `'x'`, '123456789012345678']],
    [plain('decimal'), plain('varchar'), ['9e999', '1.0/3', '123456789012345678', '42']],
    [plain('boolean'), plain('integer'), ['1']],
    [plain('datetime'), plain('date'), [`'2024-01-01 10:00:00'`]],
    [plain('text'), plain('blob'), [`'é'`]],
    [labels('a', 'b'), labels('b', 'a', 'c'), [`'a'`]],
    [labels('a', 'b'), text(), [`'a'`]],
  ])('is nothing for %j to %j', async (from, to, literals) => {
    expect(conversionRisk(from, to)).toBeUndefined();
    const [before, after] = await values(from, to, ...literals);
    expect(after).toEqual(before);
  });

  it.each(['json', 'jsonb', 'simple-json'])('is nothing for a list with commas that is split into %s', (type) => {
    expect(conversionRisk(plain('simple-array'), plain(type))).toBeUndefined();
  });

  it.each<[ColumnChange, ColumnChange, string, string]>([
    [text(), plain('integer'), 'changes from varchar to integer: text that reads as a number becomes one', `'007'`],
    [text(), decimal(10, 2), 'text that reads as a number becomes one', `'1.50'`],
    [text(), plain('time'), 'text that reads as a number becomes one', `'0800'`],
    [plain('blob'), plain('integer'), 'text that reads as a number becomes one', `'007'`],
    [plain(''), plain('integer'), 'changes from no type to integer: text that reads as a number becomes one', `'007'`],
    [plain('text'), plain('json'), 'text that reads as a number becomes one', `'007'`],
    [
      text(),
      plain('bigint'),
      'beyond 64 bits or with a fraction, digits after the first 15 are lost',
      `'12345678901234567890'`,
    ],
    [plain('text'), plain('int'), 'beyond 64 bits', `'-9223372036854775809'`],
    [text(40), decimal(30, 10), 'digits after the first 15 are lost', `'12345678.90123456789'`],
    [text(), plain('double'), 'becomes 7; digits after the first 15 are lost', `'9007199254740993'`],
    [plain('blob'), plain('bigint'), 'beyond 64 bits', `'12345678901234567890'`],
    [text(), plain('boolean'), "'true', 'false' and other words stay text, which TypeORM reads as true", `'007'`],
    [plain(''), plain('boolean'), "'true', 'false' and other words stay text, which TypeORM reads as true", `'01'`],
    [plain('text'), plain('json'), 'a value that is no JSON stays, and TypeORM cannot read it', `'007'`],
    [plain('blob'), plain('json'), 'a value that is no JSON stays, and TypeORM cannot read it', `'007'`],
    [plain(''), plain('json'), 'text that reads as a number becomes one', `'007'`],
    [plain(''), plain('text'), 'changes from no type to text: numbers become text', '42'],
    [plain('decimal'), plain('double'), 'digits after the first 15 are lost', '9007199254740993'],
    [plain('integer'), plain('double'), 'digits after the first 15 are lost', '9007199254740993'],
  ])('is a warning for %j to %j', async (from, to, risk, literal) => {
    expect(conversionRisk(from, to)).toContain(risk);
    const [before, after] = await values(from, to, literal);
    expect(after).not.toEqual(before);
  });

  it('is to make text of numbers in ANY of a STRICT table, which stay text on the way back', async () => {
    expect(conversionRisk(plain('any'), plain('text'))).toBe('changes from any to text: numbers become text');
    expect(conversionRisk(plain('ANY'), text(20))).toContain('numbers become text');
    const database = await SqliteDatabase.create();
    await database.run('CREATE TABLE t (a ANY) STRICT', `INSERT INTO t VALUES (1), ('x')`);
    for (const type of ['text', 'any']) {
      await database.migrate({ kind: 'alterColumn', table: { name: 't' }, column: 'a', to: { type } });
    }
    expect(await database.rows('SELECT typeof(a) AS a FROM t')).toEqual([{ a: 'text' }, { a: 'text' }]);
    await database.drop();
  });

  it.each(['true', 'false', 'FALSE', 'yes'])(
    'is to leave %s as text in a boolean, which TypeORM reads as true',
    async (word) => {
      const Flag = new EntitySchema<{ id: number; on: boolean }>({
        name: 'flag',
        columns: { id: { type: 'integer', primary: true }, on: { type: 'boolean' } },
      });
      const database = await SqliteDatabase.create({ entities: [Flag] });
      await database.run(
        'CREATE TABLE flag (id integer PRIMARY KEY, "on" varchar)',
        `INSERT INTO flag VALUES (1, '${word}')`,
      );
      const to = { type: 'boolean' };
      await database.migrate({ kind: 'alterColumn', table: { name: 'flag' }, column: 'on', to });
      expect(await database.dataSource.getRepository(Flag).find()).toEqual([{ id: 1, on: true }]);
      await database.drop();
    },
  );

  it.each<[ColumnChange, ColumnChange, string, string]>([
    [text(), plain('jsonb'), 'this fails where a value is no JSON', `'{'`],
    [
      plain('text'),
      plain('jsonb'),
      "no JSON, and a simple-array becomes a list only with existing: { type: 'simple-array' }",
      `'a,b'`,
    ],
    [labels('a', 'b'), labels('a'), "loses 'b': this fails while rows hold it", `'b'`],
    [text(), labels('a', "b'c"), "takes 'a', 'b''c' only: this fails where it holds something else", `'b'`],
  ])('is to fail for %j to %j', async (from, to, risk, literal) => {
    expect(conversionRisk(from, to)).toContain(risk);
    await expect(values(from, to, literal)).rejects.toThrow(/malformed JSON|CHECK constraint failed/);
  });
});
