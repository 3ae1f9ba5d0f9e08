import { ANY_SQL, POSTGRES_SQL, SQLITE_SQL } from './rules.js';
import { mentionedNames, readsRelation, sourcesIn } from './sources.js';

describe('sourcesIn', () => {
  it.each([
    ['SELECT a.b, c AS d FROM t', 't'],
    ['SELECT * FROM "My ""T""" x JOIN s.u ON x.id = u.id LEFT JOIN "S" . "v" USING (id)', 'My "T" s.u S.v'],
    ['SELECT a, b FROM t, u AS x (p, q), LATERAL f(x.p, y) z, v WHERE a IN (b, c)', 't u f v'],
    ['SELECT (SELECT max(a) FROM t), b FROM (SELECT c, d FROM u) x, (v JOIN w ON true)', 't u v w'],
    ['SELECT a FROM t GROUP BY a, b UNION SELECT c, d FROM ONLY u ORDER BY e, f', 't u'],
    ["SELECT 'FROM t', $$ FROM u $$, E'it''s FROM' -- FROM v\n FROM w /* , x */", 'w'],
    [String.raw`SELECT a FROM t WHERE note <> E'it\'s from x' AND b IN (SELECT c FROM u)`, 't u'],
    ['SELECT a /* FROM x /* FROM y */ FROM z */ FROM t', 't'],
    ['SELECT $q$ FROM x $$ FROM y $q$ FROM t --', 't'],
    [String.raw`SELECT a FROM U&"d\0061t" JOIN Größe$1 ON true`, 'dat Größe$1'],
    ['WITH q AS (SELECT a, b FROM t) SELECT a, b FROM q CROSS JOIN u', 't q u'],
  ])('%s', (sql, sources) => {
    expect(
      sourcesIn(sql, ANY_SQL)
        .map((source) => source.join('.'))
        .join(' '),
    ).toBe(sources);
  });
});

it('readsRelation finds a table in whatever quotes and capitals, and no string or comment', () => {
  const reads = (sql: string): boolean => readsRelation(sql, 't', SQLITE_SQL);
  expect(['SELECT 1 FROM [t]', 'SELECT 1 FROM a, (b JOIN main."T")', 'SELECT 1 FROM `t`'].map(reads)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["SELECT ' FROM t' FROM a", 'SELECT 1 -- FROM t\nFROM a', 'SELECT t FROM a'].map(reads)).toEqual([
    false,
    false,
    false,
  ]);
});

it('mentionedNames finds names, and those in strings, and none in comments', () => {
  expect(mentionedNames(`SELECT nextval('s.numbers'), "A ""b""", x -- y`, POSTGRES_SQL)).toEqual(
    new Set(['SELECT', 'nextval', 's', 'numbers', 'A "b"', 'x']),
  );
});
