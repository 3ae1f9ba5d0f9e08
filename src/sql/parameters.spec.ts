import { inlineParameters } from './parameters.js';
import { ANY_SQL } from './rules.js';

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

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
    expect(inlineParameters(sql, parameters, literal, ANY_SQL)).toBe(expected);
  });

  it('refuses a placeholder that has no value', () => {
    expect(() => inlineParameters('VALUES ($1, $2)', [1], literal, ANY_SQL)).toThrow(
      expect.objectContaining({ code: 'SCRIPT_PARAMETER', message: expect.stringContaining('$2') }),
    );
    expect(() => inlineParameters('VALUES (?, ?)', [1], literal, ANY_SQL)).toThrow('No value for parameter ?');
  });
});
