import { PostgresDatabase, postgresTable } from '../../../../test/support/postgres-database.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';

type Column = Omit<ColumnModel, 'name'>;

const table = { name: 't' };
const char5: Column = { type: 'char', length: '5' };
const bit = (length: string): Column => ({ type: 'bit', length });
const array = (column: Column): Column => ({ ...column, isArray: true });
const double: Column = { type: 'double precision' };
const numeric = (precision: number, scale: number): Column => ({ type: 'numeric', precision, scale });

describe('values of a column that gets another type', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await PostgresDatabase.create();
    await database.run('CREATE EXTENSION hstore');
  });
  afterEach(() => database.run('DROP TABLE t'));
  afterAll(() => database.drop());

  async function change(from: Column, to: Column, value: string): Promise<unknown> {
    const column = { name: 'c', ...from, isNullable: true } as const;
    await database.migrate({ kind: 'createTable', table: postgresTable('t', { columns: [column] }) });
    await database.run(`INSERT INTO t VALUES (${value}), (NULL)`);
    await alter(to);
    return valueNow();
  }

  const alter = (to: Column) => database.migrate({ kind: 'alterColumn', table, column: 'c', to });

  /** Of the two rows, the one that is not to be NULL. */
  async function valueNow(): Promise<unknown> {
    const [filled, empty] = await database.rows('SELECT c::text AS c FROM t ORDER BY c IS NULL');
    expect(empty).toEqual({ c: null });
    return filled?.['c'];
  }

  it.each<[Column, Column, string, string]>([
    [{ type: 'text' }, array(char5), "'hello'", '{hello}'],
    [array({ type: 'text' }), char5, "'{hello}'", 'hello'],
    [{ type: 'text' }, bit('3'), "'101'", '101'],
    [{ type: 'text' }, array(bit('3')), "'101'", '{101}'],
    [array(bit('3')), bit('3'), "'{101}'", '101'],
    [{ type: 'integer' }, bit('32'), '5', '101'.padStart(32, '0')],
    [array({ type: 'bigint' }), array(bit('64')), "'{5}'", `{${'101'.padStart(64, '0')}}`],
    [double, { type: 'numeric' }, '0.1::float8 + 0.2::float8', '0.30000000000000004'],
    [array(double), array({ type: 'numeric' }), 'ARRAY[0.1::float8 + 0.2::float8]', '{0.30000000000000004}'],
    [{ type: 'real' }, { type: 'numeric' }, '16777216', '16777216'],
    [{ type: 'real' }, { type: 'numeric', precision: 4, scale: 1 }, "'2.5'", '2.5'],
    [array({ type: 'text' }), { type: 'text' }, "'{}'", '{}'],
    [array({ type: 'text' }), { type: 'text' }, "'{a,b}'", '{a,b}'],
    [array({ type: 'text' }), { type: 'text' }, "'{NULL}'", '{NULL}'],
    [array({ type: 'text' }), { type: 'text' }, "'{{a}}'", '{{a}}'],
    [{ type: 'money' }, array({ type: 'numeric' }), "'1234.5'", '{1234.50}'],
    [{ type: 'boolean' }, array({ type: 'integer' }), 'true', '{1}'],
    [array({ type: 'boolean' }), { type: 'integer' }, "'{t}'", '1'],
    [array({ type: 'integer' }), { type: 'bigint' }, "'{5}'", '5'],
    [{ type: 'inet' }, { type: 'cidr' }, "'10.1.2.3'", '10.1.2.3/32'],
    [{ type: 'text' }, { type: 'bytea' }, String.raw`'a\\b'`, String.raw`\x615c5c62`],
    [{ type: 'cidr' }, { type: 'inet' }, "'10.0.0.0/8'", '10.0.0.0/8'],
    [{ type: 'inet' }, { type: 'varchar' }, "'10.1.2.3'", '10.1.2.3'],
    [{ type: 'inet' }, { type: 'varchar' }, "'10.1.2.3/8'", '10.1.2.3/8'],
    [{ type: 'inet' }, array({ type: 'text' }), "'10.1.2.3'", '{10.1.2.3}'],
    [array({ type: 'inet' }), { type: 'text' }, "'{10.1.2.3}'", '10.1.2.3'],
    [array({ type: 'inet' }), array({ type: 'text' }), "'{10.1.2.3,::1}'", '{10.1.2.3,::1}'],
  ])('are kept whole: %j to %j, %s', async (from, to, value, kept) => {
    expect(await change(from, to, value)).toBe(kept);
  });

  it.each<[Column, Column, string, RegExp]>([
    [{ type: 'text' }, bit('1'), "'101'", /bit string length 3/],
    [{ type: 'integer' }, bit('1'), '4', /bit string length 64/],
    [{ type: 'integer' }, bit('40'), '-1', /bit string length 64/],
    [array({ type: 'integer' }), array(bit('2')), "'{1,4}'", /bit string length 64/],
    [bit('40'), { type: 'integer' }, `'${'1'.repeat(40)}'`, /integer out of range/],
    [{ type: 'boolean' }, bit('2'), 'true', /bit string length 1/],
    [{ type: 'bit varying' }, { type: 'bigint' }, `'${'1'.repeat(65)}'`, /out of range/],
    [{ type: 'bit varying' }, { type: 'integer' }, `'${'1'.repeat(40)}'`, /integer out of range/],
    [{ type: 'integer' }, { type: 'bit varying', length: '2' }, '5', /bit string too long/],
    [numeric(4, 1), bit('4'), '1.5', /invalid input syntax for type bigint: "1.5"/],
    [{ type: 'inet' }, { type: 'cidr' }, "'10.1.2.3/8'", /invalid cidr value/],
    [array({ type: 'integer' }), { type: 'integer' }, "'{}'", /invalid input syntax for type integer: "\{\}"/],
    [array({ type: 'integer' }), { type: 'integer' }, "'{1,2}'", /invalid input syntax for type integer: "\{1,2\}"/],
    [array({ type: 'integer' }), { type: 'integer' }, "'{NULL}'", /invalid input syntax for type integer: "\{NULL\}"/],
    [array({ type: 'integer' }), { type: 'integer' }, "'{{1}}'", /invalid input syntax for type integer: "\{\{1\}\}"/],
    [array({ type: 'integer' }), { type: 'integer' }, "'[0:0]={1}'", /invalid input syntax for type integer/],
    [array({ type: 'hstore' }), { type: 'hstore' }, "'{}'", /invalid input syntax for type integer: "\{\}"/],
    [array({ type: 'bytea' }), { type: 'bytea' }, "'{a,b}'", /invalid input syntax for type integer/],
    [{ type: 'money' }, { type: 'integer' }, "'1.50'", /invalid input syntax for type integer: "1.50"/],
    [
      array({ type: 'money' }),
      array({ type: 'integer' }),
      "'{1,1.50}'",
      /invalid input syntax for type integer: "1.50"/,
    ],
    [numeric(10, 2), { type: 'boolean' }, '1.50', /invalid input syntax for type boolean: "1.50"/],
    [{ type: 'numeric' }, { type: 'boolean' }, "'NaN'", /invalid input syntax for type boolean: "NaN"/],
    [{ type: 'bytea' }, { type: 'json' }, String.raw`'\xff'`, /invalid byte sequence for encoding "UTF8"/],
    [{ type: 'jsonb' }, { type: 'hstore' }, `'{"a": 1}'`, /arrays must have same bounds/],
    [{ type: 'jsonb' }, { type: 'hstore' }, `'{"a": {"b": "c"}, "d": "e"}'`, /arrays must have same bounds/],
    [{ type: 'json' }, { type: 'hstore' }, `'[{"a": "b"}]'`, /can only be applied to an object/],
    [{ type: 'json' }, { type: 'hstore' }, `'{"a=>b":2}'`, /arrays must have same bounds/],
    [{ type: 'interval' }, { type: 'time' }, `'1 day 10:00'`, /invalid input syntax for type time: "1 day 10:00:00"/],
    [{ type: 'int4multirange' }, { type: 'int4range' }, "'{[1,2),[3,4)}'", /malformed range literal/],
    [array({ type: 'int4multirange' }), array({ type: 'int4range' }), `'{"{[1,2),[3,4)}"}'`, /malformed range literal/],
  ])('stop the change where they would lose a part: %j to %j, %s', async (from, to, value, problem) => {
    await expect(change(from, to, value)).rejects.toThrow(problem);
  });

  it.each<[Column, Column, string, string]>([
    [array({ type: 'text' }), { type: 'text' }, '{}', '{}'],
    [array({ type: 'text' }), { type: 'text' }, '{a,b}', '{a,b}'],
    [array({ type: 'text' }), { type: 'text' }, '{NULL}', '{NULL}'],
    [array({ type: 'text' }), { type: 'text' }, '{a}', 'a'],
    [array({ type: 'text' }), { type: 'text' }, '{"{}"}', '{"{}"}'],
    [
      array({ type: 'text' }),
      { type: 'varchar' },
      String.raw`{"a \"b\\",NULL,"",é}`,
      String.raw`{"a \"b\\",NULL,"",é}`,
    ],
    [array({ type: 'integer' }), { type: 'text' }, '{1,NULL}', '{1,NULL}'],
    [array({ type: 'jsonb' }), { type: 'text' }, '{"{}"}', '{"{}"}'],
    [{ type: 'text' }, array({ type: 'text' }), '{a,b}', '{a,b}'],
    [{ type: 'text' }, array({ type: 'text' }), '{a}', '{"{a}"}'],
    [{ type: 'text' }, array({ type: 'text' }), '{a, b}', '{"{a, b}"}'],
    [{ type: 'text' }, array({ type: 'text' }), '{{a}}', '{"{{a}}"}'],
    [{ type: 'text' }, array({ type: 'text' }), '{"a":1}', String.raw`{"{\"a\":1}"}`],
    [array(bit('3')), array({ type: 'char', length: '4' }), '{101,000}', '{"101 ","000 "}'],
    [array({ type: 'box' }), array({ type: 'text' }), '{(1,1),(0,0);NULL}', '{"(1,1),(0,0)",NULL}'],
    [array({ type: 'box' }), array({ type: 'character', length: '12' }), '{(1,1),(0,0)}', '{"(1,1),(0,0) "}'],
    [array({ type: 'box' }), { type: 'text' }, '{(1,1),(0,0);(3,3),(2,2)}', '{(1,1),(0,0);(3,3),(2,2)}'],
    [{ type: 'int4range' }, { type: 'int4multirange' }, '[1,5)', '{[1,5)}'],
    [{ type: 'int4range' }, { type: 'int8multirange' }, '[1,5)', '{[1,5)}'],
    [{ type: 'bit varying' }, { type: 'integer' }, '101', '5'],
    [{ type: 'bit varying' }, { type: 'integer' }, '1'.repeat(64), '-1'],
    [{ type: 'integer' }, { type: 'bit varying', length: '3' }, '5', '101'],
    [{ type: 'numeric' }, { type: 'bit varying' }, '0', '0'],
    [{ type: 'bigint' }, { type: 'bit varying' }, '-1', '1'.repeat(64)],
    [array({ type: 'int8range' }), array({ type: 'int4multirange' }), '{"[1,5)",empty}', '{"{[1,5)}","{}"}'],
    [{ type: 'daterange' }, { type: 'datemultirange' }, 'empty', '{}'],
    [{ type: 'numrange' }, array({ type: 'nummultirange' }), '(,)', '{"{(,)}"}'],
    [array({ type: 'int8range' }), array({ type: 'int8multirange' }), '{"[1,)",empty}', '{"{[1,)}","{}"}'],
    [
      array({ type: 'tsrange' }),
      array({ type: 'tsmultirange' }),
      String.raw`{"[\"2026-01-01 00:00:00\",)",NULL}`,
      String.raw`{"{[\"2026-01-01 00:00:00\",)}",NULL}`,
    ],
    [{ type: 'boolean' }, numeric(10, 2), 'true', '1.00'],
    [array({ type: 'boolean' }), array(numeric(10, 2)), '{f,t,NULL}', '{0.00,1.00,NULL}'],
    [{ type: 'boolean' }, { type: 'real' }, 'false', '0'],
    [{ type: 'boolean' }, { type: 'money' }, 'true', '$1.00'],
    [{ type: 'smallint' }, { type: 'money' }, '-32768', '-$32,768.00'],
    [{ type: 'integer' }, { type: 'money' }, '2147483647', '$2,147,483,647.00'],
    [array({ type: 'bigint' }), array({ type: 'money' }), '{100,NULL}', '{$100.00,NULL}'],
    [double, { type: 'money' }, '1.5', '$1.50'],
    [{ type: 'real' }, { type: 'money' }, '1.5e+06', '$1,500,000.00'],
    [array({ type: 'real' }), array(bit('24')), '{1e+07}', `{${(1e7).toString(2)}}`],
    [{ type: 'money' }, double, '-$1,234.50', '-1234.5'],
    [bit('1'), { type: 'boolean' }, '1', 'true'],
    [{ type: 'boolean' }, bit('1'), 'false', '0'],
    [bit('8'), { type: 'integer' }, '00000101', '5'],
    [bit('32'), { type: 'integer' }, '1'.repeat(32), '-1'],
    [bit('32'), { type: 'bigint' }, '1'.repeat(32), '4294967295'],
    [bit('40'), { type: 'integer' }, '101'.padStart(40, '0'), '5'],
    [bit('3'), numeric(10, 2), '101', '5.00'],
    [{ type: 'smallint' }, bit('8'), '5', '00000101'],
    [{ type: 'integer' }, bit('64'), '-1', '1'.repeat(64)],
    [array({ type: 'bigint' }), array(bit('4')), '{15,NULL,0}', '{1111,NULL,0000}'],
    [double, bit('4'), '5', '0101'],
    [{ type: 'hstore' }, { type: 'json' }, '', '{}'],
    [
      { type: 'hstore' },
      { type: 'jsonb' },
      String.raw`""=>"null", "a"=>NULL, "b=>\"\\c"=>"{1, \"é\"}"`,
      String.raw`{"": "null", "a": null, "b=>\"\\c": "{1, \"é\"}"}`,
    ],
    [{ type: 'json' }, { type: 'bytea' }, String.raw`"\\"`, String.raw`\x225c5c22`],
    [{ type: 'bytea' }, { type: 'text' }, String.raw`\x00ff5c`, String.raw`\x00ff5c`],
    [{ type: 'time' }, { type: 'interval' }, '24:00:00', '24:00:00'],
  ])('come back from the other type: %j to %j and back, %s is %s in between', async (from, to, value, between) => {
    expect(await change(from, to, stringLiteral(value))).toBe(between);
    await alter(from);
    expect(await valueNow()).toBe(value);
  });
});
