import { defaultClause } from './default-clause.js';

describe('the DEFAULT of a column definition', () => {
  it.each([
    "now() at time zone 'utc'",
    'true AND NOT false',
    'not true',
    '1 is null',
    '1 IN (1, 2)',
    '\'a\' COLLATE "C"',
    '1 = ANY (ARRAY[1])',
    '(1 = 1) OR (1 = 2)',
  ])('has parentheses where its grammar lacks the operator: %s', (expression) => {
    expect(defaultClause(expression)).toBe(`DEFAULT (${expression})`);
  });

  it.each([
    'now()',
    "'a AND b'",
    '-1',
    "'{}'::jsonb",
    "now() + interval '1 day'",
    "'2020-01-01'::timestamp with time zone",
    "(now() AT TIME ZONE 'utc'::text)",
    'coalesce(1, 2 IN (1))',
    'ARRAY[true AND false]',
    '"is"."not"()',
    "nextval('a_id_seq'::regclass)",
    '1 /* IS */ + 2',
  ])('is as it is written otherwise: %s', (expression) => {
    expect(defaultClause(expression)).toBe(`DEFAULT ${expression}`);
  });

  it('ends a comment before the parenthesis', () => {
    expect(defaultClause('1 IS NULL -- never')).toBe('DEFAULT (1 IS NULL -- never\n)');
  });
});
