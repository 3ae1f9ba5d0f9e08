import { sameLiteral, sameExpression } from './same-expression.js';

describe('two texts of one expression', () => {
  it.each([
    ["'new'", "'new'::character varying", true],
    ["'0'", '0', true],
    ["'1.50'", '1.50', true],
    ["'-1'", "'-1'::integer", true],
    ["'it''s'", "'it''s'::text", true],
    ["'1.5'", '1.50', false],
    ["'a'", "'a'::text || 'b'::text", false],
    ["'now'", 'now()', false],
    ['0', "'0'::bigint", false],
  ])('are the same default: %s and %s, %s', (wanted, actual, same) => {
    expect(sameLiteral(wanted, actual)).toBe(same);
  });

  it.each([
    ['"price" > 0', '(price > 0)', true],
    ['"Price" > 0', '(price > 0)', false],
    ['(a) + (b)', 'a) + (b', false],
    [`note <> '"a"'`, `(note <> '"a"')`, true],
    [`note <> '"a"'`, `note <> 'a'`, false],
    [`"user" = 'a'`, `(user = 'a')`, false],
    ['(")" > 0)', '")" > 0', true],
  ])('are the same expression: %s and %s, %s', (wanted, actual, same) => {
    expect(sameExpression(wanted, actual)).toBe(same);
  });
});
