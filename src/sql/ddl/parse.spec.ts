import * as fc from 'fast-check';
import { MYSQL_SQL, POSTGRES_SQL, SQLITE_SQL } from '../rules.js';
import { parseStatements } from './parse.js';

describe('parsing statements', () => {
  const parsed = (sql: string) => parseStatements(sql, POSTGRES_SQL);

  it('reads names as the catalog has them, with their schemas', () => {
    expect(parsed('DROP TABLE IF EXISTS Sales."Order", b CASCADE')).toEqual([
      {
        kind: 'drop',
        object: 'TABLE',
        names: [{ schema: 'sales', name: 'Order' }, { name: 'b' }],
        isCascade: true,
        ifExists: true,
      },
    ]);
  });

  it('is not misled by words in strings, comments and quoted names', () => {
    expect(parsed(`ALTER TABLE a /* DROP COLUMN x, */ ADD "DROP" text DEFAULT 'NOT NULL, DROP x' -- , DROP y`)).toEqual(
      [
        {
          kind: 'alterTable',
          table: { name: 'a' },
          actions: [
            {
              action: 'addColumn',
              column: { name: 'DROP', type: 'text', default: `'NOT NULL, DROP x'`, constraints: [] },
            },
          ],
        },
      ],
    );
  });

  it('reads each action of an ALTER TABLE', () => {
    const [statement] = parsed(
      `ALTER TABLE a ADD b varchar(10) NOT NULL CHECK (b IN ('x', 'y')), DROP COLUMN IF EXISTS c CASCADE,
         ALTER d TYPE numeric(10, 2) USING round(d, 2), ALTER COLUMN e SET NOT NULL,
         ADD CONSTRAINT f FOREIGN KEY (g, h) REFERENCES s.t (i, j) ON DELETE SET NULL DEFERRABLE NOT VALID,
         VALIDATE CONSTRAINT k, OWNER TO somebody`,
    );
    expect(statement).toMatchObject({
      actions: [
        { action: 'addColumn', column: { name: 'b', isNotNull: true, constraints: [{ type: 'check' }] } },
        { action: 'dropColumn', column: 'c', isCascade: true },
        { action: 'setType', column: 'd', type: 'numeric(10, 2)', using: 'round(d, 2)' },
        { action: 'setNotNull', column: 'e' },
        {
          action: 'addConstraint',
          constraint: {
            type: 'foreignKey',
            name: 'f',
            columns: ['g', 'h'],
            referenced: { schema: 's', name: 't' },
            isNotValid: true,
          },
        },
        { action: 'validateConstraint', name: 'k' },
        { action: 'other', keywords: 'OWNER TO SOMEBODY' },
      ],
    });
  });

  it.each([
    [
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING gin (a, lower(b)) WHERE c',
      {
        kind: 'createIndex',
        isUnique: true,
        isConcurrent: true,
        ifNotExists: true,
        isOnly: true,
        columns: ['a', undefined],
        where: 'c',
      },
    ],
    ['WITH old AS (SELECT 1) UPDATE t SET a = 1 WHERE b', { kind: 'update', table: { name: 't' }, hasCondition: true }],
    ['WITH gone AS (DELETE FROM t RETURNING a) SELECT a FROM gone', { kind: 'delete', table: { name: 't' } }],
    ['EXPLAIN ANALYZE DELETE FROM t WHERE a', { kind: 'delete', table: { name: 't' }, hasCondition: true }],
    ['EXPLAIN DELETE FROM t', { kind: 'read' }],
    ['ANALYZE FORMAT=JSON DELETE FROM t', { kind: 'delete', table: { name: 't' } }],
    ['ANALYZE t', { kind: 'analyze', tables: [{ name: 't' }] }],
    ['COPY (DELETE FROM t RETURNING a) TO STDOUT', { kind: 'delete', table: { name: 't' } }],
    ['COPY (SELECT 1) TO STDOUT', { kind: 'read' }],
    ['MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE', { kind: 'delete', table: { name: 't' } }],
    ['SELECT a INTO t FROM b', { kind: 'createTable', table: { name: 't' }, asQuery: true }],
    ['REINDEX (CONCURRENTLY) TABLE t', { kind: 'reindex', isConcurrent: true, name: { name: 't' } }],
    ['LOCK TABLE a, b IN SHARE ROW EXCLUSIVE MODE NOWAIT', { kind: 'lock', mode: 'SHARE ROW EXCLUSIVE' }],
    ['VACUUM (FULL, VERBOSE) t', { kind: 'vacuum', isFull: true, tables: [{ name: 't' }] }],
    ['COMMENT ON COLUMN s.t.c IS NULL', { kind: 'comment', object: 'COLUMN', name: { schema: 's', name: 't' } }],
    [
      'CREATE TRIGGER g BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f()',
      { kind: 'create', on: { name: 't' } },
    ],
    ['SET LOCAL lock_timeout = 0', { kind: 'set', setting: 'lock_timeout', value: '0' }],
    ['FLY TO THE MOON', { kind: 'unknown', verb: 'FLY' }],
  ])('reads %s', (sql, expected) => {
    expect(parsed(sql)).toMatchObject([expected]);
  });

  it('reads the statements in a block, and notes those that it makes at run time', () => {
    expect(parsed(`DO $$ BEGIN IF true THEN UPDATE a SET b = 1; END IF; EXECUTE 'DROP TABLE c'; END $$`)).toMatchObject(
      [{ kind: 'block', statements: [{ kind: 'update', table: { name: 'a' } }], isDynamic: true }],
    );
  });

  it("reads MySQL's own actions", () => {
    const [statement] = parseStatements(
      'ALTER TABLE `a` MODIFY `b` int unsigned NOT NULL, CHANGE c `d` varchar(5) CHARACTER SET latin1, ADD FULLTEXT KEY k (e), DROP INDEX i, DROP PRIMARY KEY',
      MYSQL_SQL,
    );
    expect(statement).toMatchObject({
      actions: [
        { action: 'changeColumn', from: 'b', column: { name: 'b', type: 'int UNSIGNED', isNotNull: true } },
        { action: 'changeColumn', from: 'c', column: { name: 'd', hasCharset: true } },
        { action: 'addIndex', name: 'k', type: 'fulltext' },
        { action: 'dropIndex', name: 'i' },
        { action: 'dropPrimaryKey' },
      ],
    });
  });

  it.each([
    [
      'ALTER ONLINE TABLE a WAIT 5 ADD b int, ALGORITHM=INPLACE',
      { table: { name: 'a' }, asked: { algorithm: 'INPLACE' }, actions: [{ action: 'addColumn' }] },
    ],
    ['ALTER ONLINE TABLE a ADD b int', { asked: { lock: 'NONE' } }],
    ['ALTER IGNORE TABLE a ADD UNIQUE (b), LOCK NONE', { actions: [{}], asked: { lock: 'NONE' } }],
    ['ALTER TABLE a DROP PARTITION p, q', { actions: [{ action: 'dropPartition', partitions: ['p', 'q'] }] }],
    ['ALTER TABLE a DROP `partition`', { actions: [{ action: 'dropColumn', column: 'partition' }] }],
    ['ALTER TABLE a TRUNCATE PARTITION ALL', { actions: [{ action: 'truncatePartition' }] }],
    [
      'ALTER TABLE a ADD PARTITION (PARTITION p VALUES LESS THAN (1), PARTITION q VALUES LESS THAN (2))',
      { actions: [{ action: 'other', keywords: 'ADD PARTITION' }] },
    ],
    ['ALTER TABLE a ADD PARTITION PARTITIONS 2', { actions: [{ keywords: 'ADD PARTITION PARTITIONS' }] }],
    [
      'CREATE FULLTEXT INDEX i USING BTREE ON t (a) ALGORITHM=INPLACE LOCK=SHARED',
      { type: 'fulltext', table: { name: 't' }, asked: { algorithm: 'INPLACE', lock: 'SHARED' } },
    ],
    ['LOCK TABLES a AS b READ LOCAL', { kind: 'lock', tables: [{ name: 'a' }], mode: 'READ' }],
    [
      'LOCK TABLES a READ, b LOW_PRIORITY WRITE',
      {
        statements: [
          { tables: [{ name: 'a' }], mode: 'READ' },
          { tables: [{ name: 'b' }], mode: 'WRITE' },
        ],
      },
    ],
    ['OPTIMIZE LOCAL TABLE a, b', { kind: 'optimize', tables: [{ name: 'a' }, { name: 'b' }] }],
    ['ANALYZE TABLE a', { kind: 'analyze', tables: [{ name: 'a' }] }],
    ['CREATE OR REPLACE TABLE a (b int)', { kind: 'createTable', isReplace: true }],
    ['RENAME TABLE IF EXISTS a WAIT 2 TO b', { kind: 'rename', name: { name: 'a' }, to: 'b' }],
    ['UNLOCK TABLES', { kind: 'read' }],
    ["LOAD DATA INFILE '/a' REPLACE INTO TABLE t (a)", { kind: 'insert', table: { name: 't' } }],
    ['FLUSH TABLES WITH READ LOCK', { kind: 'lock', tables: [], mode: 'READ' }],
    ['FLUSH TABLES a WITH READ LOCK', { kind: 'lock', tables: [{ name: 'a' }] }],
  ])("reads MySQL's %s", (sql, expected) => {
    expect(parseStatements(sql, MYSQL_SQL)).toMatchObject([expected]);
  });

  it('never throws, whatever the text is', () => {
    const words = fc.constantFrom(
      ...'ALTER TABLE ADD COLUMN DROP ( ) , ; " \' $$ CREATE INDEX ON IF EXISTS DO BEGIN END x 1 -- /*'.split(' '),
    );
    const text = fc.array(words, { maxLength: 12 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(text, fc.constantFrom(POSTGRES_SQL, SQLITE_SQL, MYSQL_SQL), (sql, rules) => {
        expect(() => parseStatements(sql, rules)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
