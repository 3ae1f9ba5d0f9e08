import { batchPlace } from './batch-condition.js';
import { MYSQL_SQL, POSTGRES_SQL } from './rules.js';

const place = (sql: string, rules = POSTGRES_SQL): string | undefined => {
  const found = batchPlace(sql, rules, '"user"');
  return found?.with(`${found.qualifier}.id < 9`);
};

describe('the place of the condition of a batch', () => {
  it.each([
    ['UPDATE "user" SET a = 1', 'UPDATE "user" SET a = 1 WHERE "user".id < 9'],
    ['update s.user set a = 1 ;', 'update s.user set a = 1 WHERE user.id < 9'],
    ['UPDATE ONLY a AS x SET b = 1', 'UPDATE ONLY a AS x SET b = 1 WHERE x.id < 9'],
    ['UPDATE a x SET b = 1 WHERE c OR d', 'UPDATE a x SET b = 1 WHERE (c OR d) AND x.id < 9'],
    [
      'UPDATE a SET b = (SELECT 1 FROM c WHERE d) RETURNING e',
      'UPDATE a SET b = (SELECT 1 FROM c WHERE d) WHERE a.id < 9 RETURNING e',
    ],
    ['UPDATE a SET b = c.b FROM c WHERE c.a = a.a', 'UPDATE a SET b = c.b FROM c WHERE (c.a = a.a) AND a.id < 9'],
    ['DELETE FROM a USING b WHERE b.x = a.x', 'DELETE FROM a USING b WHERE (b.x = a.x) AND a.id < 9'],
    ['DELETE FROM a', 'DELETE FROM a WHERE a.id < 9'],
    ["UPDATE a SET b = ' WHERE ' -- WHERE\n", "UPDATE a SET b = ' WHERE ' -- WHERE\n WHERE a.id < 9"],
    ['UPDATE a SET b = 1 WHERE c -- why', 'UPDATE a SET b = 1 WHERE (c -- why\n) AND a.id < 9'],
    ['INSERT INTO b SELECT * FROM "user" WHERE {batch}', 'INSERT INTO b SELECT * FROM "user" WHERE ("user".id < 9)'],
  ])('is found in %s', (sql, expected) => {
    expect(place(sql)).toBe(expected);
  });

  it('is before ORDER BY and LIMIT, and behind the alias of a DELETE', () => {
    expect(place('DELETE FROM `a` x WHERE `b` ORDER BY c LIMIT 5', MYSQL_SQL)).toBe(
      'DELETE FROM `a` x WHERE (`b`) AND x.id < 9 ORDER BY c LIMIT 5',
    );
  });

  it.each([
    'SELECT 1',
    'INSERT INTO a SELECT * FROM b',
    'UPDATE a JOIN b ON a.x = b.x SET a.y = 1',
    'UPDATE a, b SET a.y = 1',
    'WITH x AS (SELECT 1) UPDATE a SET b = 1',
    'UPDATE a SET b = 1; DELETE FROM a',
  ])('is not found in %s', (sql) => {
    expect(place(sql)).toBeUndefined();
  });

  it('leaves the statement for all rows as it is', () => {
    expect(batchPlace('UPDATE a SET b = 1', POSTGRES_SQL, 'a')?.whole).toBe('UPDATE a SET b = 1');
    expect(batchPlace('INSERT INTO b SELECT 1 WHERE {batch}', POSTGRES_SQL, 'a')?.whole).toBe(
      'INSERT INTO b SELECT 1 WHERE (1 = 1)',
    );
  });
});
