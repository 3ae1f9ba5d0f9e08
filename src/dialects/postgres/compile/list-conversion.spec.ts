import { PostgresDatabase, postgresTable } from '../../../../test/support/postgres-database.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';

type Column = Omit<ColumnModel, 'name'>;

const table = { name: 't' };
const of = (type: string, rest: Partial<Column> = {}): Column => ({ type, ...rest });
const array = (type: string, rest: Partial<Column> = {}): Column => ({ type, ...rest, isArray: true });
const [json, jsonb] = [of('json'), of('jsonb')];
const [simpleArray, simpleJson] = [of('simple-array'), of('simple-json')];

describe('lists that become lists of another kind', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await PostgresDatabase.create();
    await database.run(`CREATE TYPE color AS ENUM ('red', 'green')`);
  });
  afterEach(() => database.run('DROP TABLE t'));
  afterAll(() => database.drop());

  async function change(from: Column, to: Column, value: string): Promise<unknown> {
    const column = { name: 'c', ...from, isNullable: true } as const;
    await database.migrate({ kind: 'createTable', table: postgresTable('t', { columns: [column] }) });
    await database.run(`INSERT INTO t VALUES (${stringLiteral(value)}), (NULL)`);
    await alter(to, from);
    return valueNow();
  }

  const alter = (to: Column, existing: Column) =>
    database.migrate({ kind: 'alterColumn', table, column: 'c', to, existing });

  /** Of the two rows, the one that is not to be NULL. */
  async function valueNow(): Promise<unknown> {
    const [filled, empty] = await database.rows('SELECT c::text AS c FROM t ORDER BY c IS NULL');
    expect(empty).toEqual({ c: null });
    return filled?.['c'];
  }

  it.each<[Column, Column, string, string]>([
    [array('integer'), jsonb, '{5}', '[5]'],
    [array('integer'), json, '{}', '[]'],
    [array('bigint'), jsonb, '{9007199254740993,NULL}', '[9007199254740993, null]'],
    [array('integer'), jsonb, '{{1,2},{3,4}}', '[[1, 2], [3, 4]]'],
    [array('text'), jsonb, String.raw`{"a,b","c\"d",NULL,""}`, String.raw`["a,b", "c\"d", null, ""]`],
    [array('text'), jsonb, String.raw`{"{\"a\": 1}"}`, String.raw`["{\"a\": 1}"]`],
    [array('character varying', { length: '9' }), json, '{red}', '["red"]'],
    [array('enum', { enumName: 'color' }), jsonb, '{red,green}', '["red", "green"]'],
    [array('boolean'), jsonb, '{t,f}', '[true, false]'],
    [array('numeric'), jsonb, '{1.50,NaN}', '[1.50, "NaN"]'],
    [array('uuid'), json, '{11111111-1111-1111-1111-111111111111}', '["11111111-1111-1111-1111-111111111111"]'],
    [array('jsonb'), jsonb, String.raw`{"{\"a\": 1}","[2]",NULL}`, '[{"a": 1}, [2], null]'],
    [array('jsonb'), jsonb, '{}', '[]'],
    [array('json'), json, String.raw`{"\"a\"",null}`, '["a",null]'],
    [array('text'), simpleArray, '{red,green}', 'red,green'],
    [array('text'), simpleArray, '{}', ''],
    [array('text'), simpleArray, '{red,"","say \\"hi\\""}', 'red,,say "hi"'],
    [array('integer'), simpleArray, '{1,22}', '1,22'],
    [array('boolean'), simpleArray, '{t,f}', 'true,false'],
    [array('enum', { enumName: 'color' }), simpleArray, '{green}', 'green'],
    [array('character', { length: '5' }), simpleArray, '{red}', 'red'],
    [array('inet'), simpleArray, '{10.1.2.3}', '10.1.2.3'],
    [array('text'), simpleJson, '{"a,b",NULL}', '["a,b",null]'],
    [array('integer'), simpleJson, '{1,2}', '[1,2]'],
    [jsonb, simpleArray, '["red", "green"]', 'red,green'],
    [json, simpleArray, '[1, 2]', '1,2'],
    [jsonb, simpleJson, '{"a": [1, 2]}', '{"a": [1, 2]}'],
    [simpleJson, jsonb, '{"a":[1,2]}', '{"a": [1, 2]}'],
    [simpleJson, array('integer'), '[1,2]', '{1,2}'],
    [simpleJson, simpleArray, '["red","green"]', 'red,green'],
    [simpleArray, simpleJson, 'red,"green"', String.raw`["red","\"green\""]`],
    [simpleArray, jsonb, 'red,green', '["red", "green"]'],
    [simpleArray, jsonb, '', '[]'],
    [simpleArray, array('text'), 'red,green', '{red,green}'],
    [simpleArray, array('text'), '{a}', String.raw`{"{a}"}`],
    [simpleArray, array('text'), 'one', '{one}'],
    [simpleArray, array('integer'), '1,2', '{1,2}'],
    [simpleArray, array('enum', { enumName: 'color' }), 'red,green', '{red,green}'],
    [simpleArray, array('jsonb'), 'red,1', String.raw`{"\"red\"","\"1\""}`],
    [simpleArray, array('character varying', { length: '5' }), 'red,green', '{red,green}'],
    [jsonb, array('text'), String.raw`["a,b", "c\"d", null, ""]`, String.raw`{"a,b","c\"d",NULL,""}`],
    [jsonb, array('integer'), '[1, 2]', '{1,2}'],
    [jsonb, array('integer'), '[]', '{}'],
    [jsonb, array('integer'), '[[1, 2], [3, 4]]', '{{1,2},{3,4}}'],
    [json, array('enum', { enumName: 'color' }), '["red"]', '{red}'],
    [json, array('boolean'), '[true,false]', '{t,f}'],
    [
      jsonb,
      array('jsonb'),
      '[{"a": 1}, [1, 2], [3], null, "x"]',
      String.raw`{"{\"a\": 1}","[1, 2]",[3],"null","\"x\""}`,
    ],
    [json, array('json'), '[ 1.0,2 ]', '{1.0,2}'],
    [json, array('jsonb'), '[]', '{}'],
  ])('keep their elements: %j to %j, %s becomes %s', async (from, to, value, expected) => {
    expect(await change(from, to, value)).toBe(expected);
  });

  it.each<[Column, Column, string, string]>([
    [array('integer'), jsonb, '{5}', '[5]'],
    [array('jsonb'), jsonb, String.raw`{"{\"a\": 1}",[2]}`, '[{"a": 1}, [2]]'],
    [array('text'), jsonb, '{"a,b",NULL,""}', '["a,b", null, ""]'],
    [array('enum', { enumName: 'color' }), json, '{red,green}', '["red","green"]'],
    [array('timestamp with time zone'), json, '{"2026-01-02 03:04:05.6+00"}', '["2026-01-02T03:04:05.6+00:00"]'],
    [array('money'), jsonb, '{$1.50}', '["$1.50"]'],
    [array('bytea'), jsonb, String.raw`{"\\x00ff"}`, String.raw`["\\x00ff"]`],
    [array('text'), simpleArray, '{red,green}', 'red,green'],
    [array('bigint'), simpleArray, '{1,2}', '1,2'],
    [array('text'), simpleJson, '{"a,b"}', '["a,b"]'],
    [simpleArray, array('text'), '', '{}'],
    [simpleArray, array('text'), 'a,,"b"', String.raw`{a,"","\"b\""}`],
    [simpleArray, json, 'red,green', '["red","green"]'],
    [simpleArray, simpleJson, 'red,green', '["red","green"]'],
    [simpleJson, array('text'), '["a","b"]', '{a,b}'],
    [simpleJson, json, '{"a":1}', '{"a":1}'],
    [jsonb, array('text'), '["a", "b"]', '{a,b}'],
    [jsonb, array('jsonb'), '["a", {"b": null}]', String.raw`{"\"a\"","{\"b\": null}"}`],
    [jsonb, simpleArray, '["a", "b"]', 'a,b'],
  ])('come back as they were: %j to %j and back, %s is %s in between', async (from, to, value, between) => {
    expect(await change(from, to, value)).toBe(between);
    await alter(from, to);
    expect(await valueNow()).toBe(value);
  });

  it.each<[Column, Column, string, string]>([
    [jsonb, array('integer'), '5', '{5}'],
    [json, array('text'), '"a"', '{a}'],
    [jsonb, array('jsonb'), '{"a": 1}', String.raw`{"{\"a\": 1}"}`],
    [jsonb, simpleArray, '"red"', 'red'],
  ])('have one element where the value is no list: %j to %j, %s becomes %s', async (from, to, value, expected) => {
    expect(await change(from, to, value)).toBe(expected);
  });

  it.each<[Column, Column, string, RegExp]>([
    [array('text'), simpleArray, '{"a,b"}', /"c": a simple-array cannot hold an element with a comma.*: \{"a,b"\}/],
    [array('text'), simpleArray, '{a,NULL}', /"c": a simple-array cannot hold .*NULL.*: \{a,NULL\}/],
    [array('text'), simpleArray, '{""}', /"c": a simple-array cannot hold/],
    [array('integer'), simpleArray, '{{1,2},{3,4}}', /"c": a simple-array cannot hold/],
    [jsonb, simpleArray, '{"a": 1, "b": 2}', /"c": a simple-array cannot hold/],
    [simpleArray, array('integer'), 'red', /invalid input syntax for type integer: "red"/],
    [jsonb, array('integer'), '["red"]', /invalid input syntax for type integer: "red"/],
    [jsonb, array('enum', { enumName: 'color' }), '["blue"]', /invalid input value for enum color: "blue"/],
    [jsonb, array('character varying', { length: '2' }), '["red"]', /value too long for type character varying\(2\)/],
  ])('stop the change where they would lose a part: %j to %j, %s', async (from, to, value, problem) => {
    await expect(change(from, to, value)).rejects.toThrow(problem);
  });

  it('leave no helper function behind, from JSON to an array', async () => {
    await change(jsonb, array('jsonb'), '[1]');
    expect(await database.rows(`SELECT proname FROM pg_proc WHERE proname LIKE 'nestjs_migrate%'`)).toEqual([]);
  });

  it('are converted by the expression of `using` where there is one', async () => {
    await change(of('text'), of('text'), 'red;green');
    const to = { ...array('text'), using: `string_to_array("c", ';')` };
    await database.migrate({ kind: 'alterColumn', table, column: 'c', to });
    expect(await valueNow()).toBe('{red,green}');
  });

  it('are plain text where nothing specifies a list', async () => {
    expect(await change(of('text'), array('text'), 'red,green')).toBe('{"red,green"}');
  });
});
