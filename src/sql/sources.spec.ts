import { ANY_SQL } from './rules.js';
import { sourcesIn } from './sources.js';

describe('sourcesIn', () => {
  it.each([
    ['SELECT a.b, c AS d FROM t', 't'],
    ['SELECT * FROM "My ""T""" x JOIN s.u ON x.id = u.id LEFT JOIN "S" . "v" USING (id)', 'My "T" s.u S.v'],
    ['SELECT a, b FROM t, u AS x (p, q), LATERAL f(x.p, y) z, v WHERE a IN (b, c)', 't u f v'],
    ['SELECT (SELECT max(a) FROM t), b FROM (SELECT c, d FROM u) x, (v JOIN w ON true)', 't u v w'],
    ['SELECT a FROM t GROUP BY a, b UNION SELECT c, d FROM ONLY u ORDER BY e, f', 't u'],
    ["SELECT 'FROM t', $$ FROM u $$, E'it''s FROM' -- FROM v\n FROM w /* , x */", 'w'],
    ['WITH q AS (SELECT a, b FROM t) SELECT a, b FROM q CROSS JOIN u', 't q u'],
  ])('%s', (sql, sources) => {
    expect(
      sourcesIn(sql, ANY_SQL)
        .map((source) => source.join('.'))
        .join(' '),
    ).toBe(sources);
  });
});
