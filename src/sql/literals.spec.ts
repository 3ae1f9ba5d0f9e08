import { castLiteral, mentionsLabel } from './literals.js';
import { POSTGRES_SQL } from './rules.js';

describe('castLiteral', () => {
  it.each<[sql: string, literal: ReturnType<typeof castLiteral>]>([
    ["'it''s'::text", { text: "'it''s'", value: "it's", type: 'text' }],
    ["'a'", { text: "'a'", value: 'a' }],
    [
      String.raw`E'\'x'::character varying(10)`,
      { text: String.raw`E'\'x'`, value: "'x", type: 'character varying(10)' },
    ],
    [`'{a}'::s."My ""T"""[]`, { text: "'{a}'", value: '{a}', type: `s."My ""T"""[]` }],
    ["'a'::text || 'b'::text", undefined],
    ["'a'::text || b", undefined],
    ["'a' || 'b'", undefined],
    ["lower('a')", undefined],
    ["'a'::", undefined],
  ])('%s', (sql, literal) => {
    expect(castLiteral(sql, POSTGRES_SQL)).toEqual(literal);
  });
});

describe('mentionsLabel', () => {
  it.each([
    ["status = 'it''s'"],
    [String.raw`status = E'it\'s'`],
    [`'{a,"it''s"}'::status[]`],
    ["DO $$ BEGIN UPDATE t SET s = 'it''s'; END $$"],
    ["EXECUTE 'UPDATE t SET s = ''it''''s'''"],
    ["x = $t$it's$t$"],
  ])('finds the label in %s', (sql) => {
    expect(mentionsLabel(sql, "it's", POSTGRES_SQL)).toBe(true);
  });

  it.each([["status = 'It''s'"], ["status = 'it''s me'"], [`"it's" = 'a'`], ["1 -- 'it''s'"], ["1 /* 'it''s' */"]])(
    'finds none in %s',
    (sql) => {
      expect(mentionsLabel(sql, "it's", POSTGRES_SQL)).toBe(false);
    },
  );
});
