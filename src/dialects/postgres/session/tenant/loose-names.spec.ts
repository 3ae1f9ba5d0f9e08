import { alteredUnseen, looseNames } from './loose-names.js';

describe('names without a schema', () => {
  it.each([
    ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY Thing (name)', ['relation i', 'relation thing']],
    ['ALTER TABLE "Thing" ADD FOREIGN KEY (a) REFERENCES other', ['relation Thing', 'relation other']],
    ['ALTER TABLE s.thing ADD COLUMN a integer', []],
    ["ALTER TYPE mood ADD VALUE 'x'; DROP FUNCTION f()", ['type mood', 'function f']],
    ['SELECT * FROM thing', []],
    ["INSERT INTO thing VALUES ('DROP TABLE x')", []],
  ])('of %s', (sql, expected) => {
    expect(looseNames(sql).map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected);
  });

  it.each([
    ['ALTER TYPE mood RENAME TO "State"', [{ kind: 'type', name: 'mood', renamed: 'State' }]],
    ['ALTER TYPE s.mood RENAME TO state', []],
    ['ALTER FUNCTION f() STABLE', [{ kind: 'function', name: 'f' }]],
    ['ALTER TABLE thing RENAME TO other', []],
  ])('that %s alters without a lock', (sql, expected) => {
    expect(alteredUnseen(sql)).toEqual(expected);
  });
});
