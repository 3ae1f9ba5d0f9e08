import { codes, LIBRARY, lint, type Linting } from '../../../test/support/linting.js';

const sql = (statement: string): string => `await op.execute(${JSON.stringify(statement)});`;
const KEY = `{ name: 'f', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'] }`;

/** The codes of a body, without lines. */
async function found(body: string, database: Linting['database']): Promise<readonly string[]> {
  return (await codes(body, { database })).map((one) => one.replace(/^\d+ /, ''));
}

describe('lint on MySQL', () => {
  it.each<[what: string, body: string, codes: readonly string[]]>([
    [
      'a check',
      `await op.createCheckConstraint('book', { name: 'c', expression: 'pages > 0' });`,
      ['constraint-over-old-rows book', 'copy-stops-writers book'],
    ],
    [
      'a foreign key',
      `await op.createForeignKey('book', ${KEY});`,
      ['constraint-over-old-rows book', 'foreign-key-stops-both-tables book'],
    ],
    ['another type', `await op.alterColumn('book', 'pages', { type: 'bigint' });`, ['type-rewrites-table book.pages']],
    ['another type by hand', sql('ALTER TABLE book MODIFY pages bigint NULL'), ['type-rewrites-table book.pages']],
    [
      'a stored column',
      sql('ALTER TABLE book ADD COLUMN a int AS (pages * 2) STORED'),
      ['stored-column-rewrites-table book.a'],
    ],
    [
      'a computed default',
      sql('ALTER TABLE book ADD COLUMN a varchar(36) DEFAULT (uuid())'),
      ['default-rewrites-table book.a'],
    ],
    [
      'a column that counts',
      sql('ALTER TABLE book ADD COLUMN a int AUTO_INCREMENT UNIQUE'),
      ['counting-column-rewrites-table book.a'],
    ],
    [
      'a unique column with a constant',
      sql("ALTER TABLE book ADD COLUMN a varchar(9) NOT NULL DEFAULT 'x' UNIQUE"),
      ['unique-over-duplicates book'],
    ],
    [
      'a unique column that counts',
      sql('ALTER TABLE book ADD COLUMN a bigint NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY (a)'),
      ['counting-column-rewrites-table book.a'],
    ],
    ['a database less', sql('DROP DATABASE archive'), ['drop-schema-loses-tables archive']],
    [
      'a condition',
      `await op.dropColumn('book', 'pages', { ifExists: true });`,
      ['drop-breaks-old-code book.pages', 'drop-column-loses-values book.pages'],
    ],
    ['a full-text index', sql('ALTER TABLE book ADD FULLTEXT INDEX i (title)'), ['copy-stops-writers book']],
    ['another character set', sql('ALTER TABLE book CONVERT TO CHARACTER SET utf8mb4'), ['copy-stops-writers book']],
    [
      'a required column',
      `await op.addColumn('book', { name: 'a', type: 'integer' });`,
      ['required-breaks-old-inserts book.a', 'required-column-without-default book.a'],
    ],
    ['an UPDATE of all rows', sql('UPDATE book SET pages = 1'), ['update-of-every-row book']],
    [
      'a column less',
      `await op.dropColumn('book', 'pages');`,
      ['drop-breaks-old-code book.pages', 'drop-column-loses-values book.pages'],
    ],
    ['another name', sql('RENAME TABLE book TO volume'), ['rename-breaks-old-code book']],
    [
      'other names',
      sql('RENAME TABLE book TO volume, author TO writer'),
      ['rename-breaks-old-code author', 'rename-breaks-old-code book'],
    ],
    ['a full-text index by CREATE', sql('CREATE FULLTEXT INDEX i ON book (title)'), ['copy-stops-writers book']],
    ['a copy that is asked for', sql('ALTER TABLE book ADD a int, ALGORITHM=COPY'), ['copy-stops-writers book']],
    ['a lock that is asked for', sql('ALTER TABLE book ADD INDEX i (pages), LOCK=SHARED'), ['copy-stops-writers book']],
    [
      'too little asked for',
      sql('ALTER TABLE book MODIFY pages bigint, ALGORITHM=INSTANT'),
      ['refused-by-the-database book'],
    ],
    ['another engine', sql('ALTER TABLE book ENGINE=MyISAM'), ['copy-stops-writers book']],
    ['the same engine', sql('ALTER TABLE book ENGINE=InnoDB'), ['full-rewrite-asked-for book']],
    ['OPTIMIZE', sql('OPTIMIZE TABLE book'), ['full-rewrite-asked-for book']],
    ['a number to go on with', sql('ALTER TABLE book AUTO_INCREMENT = 1'), ['sequence-position-lost book']],
    ['a partition less', sql('ALTER TABLE book DROP PARTITION p0'), ['drop-table-loses-rows book']],
    ['other partitions', sql('ALTER TABLE book REMOVE PARTITIONING'), ['copy-stops-writers book']],
    ['a table in place of it', sql('CREATE OR REPLACE TABLE book (id int)'), ['drop-table-loses-rows book']],
    ['duplicates deleted', sql('ALTER IGNORE TABLE book ADD UNIQUE (isbn)'), ['drop-table-loses-rows book']],
    [
      'letters that do not fit',
      sql('ALTER TABLE book CONVERT TO CHARACTER SET latin1'),
      ['copy-stops-writers book', 'type-may-not-fit book'],
    ],
    ['locks', sql('LOCK TABLES book READ, author AS a WRITE'), ['explicit-lock author', 'explicit-lock book']],
    [
      'no limit to the wait',
      `${sql('SET lock_wait_timeout = 31536000')}\n${sql('ALTER TABLE book ADD a int')}`,
      ['no-lock-timeout book'],
    ],
  ])('finds %s', async (_what, body, expected) => {
    expect(await found(body, 'mysql')).toEqual(expect.arrayContaining([...expected]));
    expect(await found(body, 'mysql')).toHaveLength(expected.length);
  });

  it.each([
    [
      'a nullable column',
      `await op.addColumn('book', { name: 'a', type: 'varchar', length: '20', isNullable: true });`,
    ],
    ['a column with a constant', `await op.addColumn('book', { name: 'a', type: 'integer', default: '1' });`],
    [
      'a virtual column',
      `await op.addColumn('book', { name: 'a', type: 'integer', asExpression: 'pages * 2', generatedType: 'VIRTUAL', isNullable: true });`,
    ],
    ['the time', `await op.addColumn('book', { name: 'a', type: 'datetime', default: 'CURRENT_TIMESTAMP' });`],
    ['an index', `await op.createIndex('book', { name: 'i', columnNames: ['title'] });`],
    ['an index by hand', sql('ALTER TABLE book ADD INDEX i (title), ALGORITHM=INPLACE, LOCK=NONE')],
    ['a longer text', `await op.alterColumn('book', 'title', { type: 'varchar', length: '250' });`],
    ['NULL allowed', `await op.alterColumn('book', 'title', { isNullable: true });`],
    ['a default', `await op.alterColumn('book', 'pages', { default: '0' });`],
    ['an index less', `await op.dropIndex('loan', 'IDX_loan_book');`],
    ['batches', `await op.inBatches({ table: 'book', size: 100 }, 'UPDATE book SET pages = 0');`],
    [
      'a new table with a foreign key',
      `await op.createTable({ name: 'shelf', columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'authorId', type: 'integer' }], foreignKeys: [${KEY}] });`,
    ],
    ['rows', `await op.bulkInsert('author', [{ id: 1, name: 'x' }]);`],
    [
      'a table in the place of another',
      sql('CREATE TABLE book_new (id int); RENAME TABLE book TO book_old, book_new TO book'),
    ],
    [
      'a partition more',
      sql('ALTER TABLE book ADD PARTITION (PARTITION p VALUES LESS THAN (9), PARTITION q VALUES LESS THAN (19))'),
    ],
    ['statistics', sql('ANALYZE TABLE book')],
    ['a unique column that is NULL everywhere', sql('ALTER TABLE book ADD COLUMN a varchar(9), ADD UNIQUE (a, isbn)')],
    ['a unique key with the primary key in it', sql('ALTER TABLE book ADD UNIQUE (title, id)')],
    ['no default less', sql('ALTER TABLE book ALTER COLUMN title DROP DEFAULT')],
    ['a condition', `await op.addColumn('book', { name: 'a', type: 'int', isNullable: true }, { ifNotExists: true });`],
    ['a database less, which has to be empty', `await op.dropSchema('archive');`],
    ['the end of locks', sql('UNLOCK TABLES')],
    ['what is asked for and enough', sql('ALTER TABLE book ADD a int, ALGORITHM=INSTANT')],
    ['a short wait', `${sql('SET lock_wait_timeout = 1')}\n${sql('ALTER TABLE book ADD a int')}`],
    ['a set of letters for new columns', sql('ALTER TABLE book DEFAULT CHARACTER SET utf8mb4')],
    [
      'a foreign key that nobody looks up',
      `${sql('SET foreign_key_checks = 0')}\n${sql('ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY (authorId) REFERENCES author (id), ALGORITHM=INPLACE, LOCK=NONE')}`,
    ],
  ])('finds nothing in %s', async (_what, body) => {
    expect(await found(body, 'mysql')).toEqual([]);
  });
});

it('finds a label that gets another name on MySQL', async () => {
  const kind = `await op.addColumn('book', { name: 'kind', type: 'enum', enum: ['a', 'b'], isNullable: true });`;
  const found = await lint(`await op.renameLabel('book', 'kind', 'a', 'c');`, {
    database: 'mysql',
    scene: `${LIBRARY}\n${kind}`,
  });
  expect(found.map(({ code, target }) => `${code} ${target}`).sort()).toEqual([
    'enum-rename-breaks-old-code book.kind',
    'type-rewrites-table book.kind',
  ]);
});

describe('lint on SQLite', () => {
  it.each<[what: string, body: string, codes: readonly string[]]>([
    [
      'NOT NULL',
      `await op.alterColumn('book', 'isbn', { isNullable: false });`,
      ['not-null-over-nulls book.isbn', 'required-breaks-old-inserts book.isbn', 'table-rebuilt book'],
    ],
    [
      'two changes, one by one',
      `await op.alterColumn('book', 'pages', { default: '0' });
await op.alterColumn('book', 'title', { isNullable: true });`,
      ['table-rebuilt book', 'table-rebuilt book', 'table-rebuilt-twice book'],
    ],
    [
      'a unique index',
      `await op.createIndex('book', { name: 'i', columnNames: ['isbn'], isUnique: true });`,
      ['unique-over-duplicates book'],
    ],
    [
      'a required column',
      `await op.addColumn('book', { name: 'a', type: 'integer' });`,
      ['required-breaks-old-inserts book.a', 'required-column-without-default book.a', 'table-rebuilt book'],
    ],
    [
      'a column less',
      `await op.dropColumn('book', 'pages');`,
      ['drop-breaks-old-code book.pages', 'drop-column-loses-values book.pages'],
    ],
    ['a table less by hand', sql('DROP TABLE loan'), ['drop-breaks-old-code loan', 'drop-table-loses-rows loan']],
    ['another name', `await op.renameColumn('book', 'pages', 'leaves');`, ['rename-breaks-old-code book.pages']],
    ['all rows', sql('DELETE FROM book'), ['deletes-every-row book']],
  ])('finds %s', async (_what, body, expected) => {
    expect([...(await found(body, 'sqlite'))].sort()).toEqual([...expected].sort());
  });

  it.each<[what: string, body: string, codes: readonly string[]]>([
    [
      'NOT NULL',
      `await op.alterColumn('book', 'isbn', { isNullable: false });`,
      ['not-null-over-nulls book.isbn', 'required-breaks-old-inserts book.isbn'],
    ],
    [
      'a check',
      `await op.createCheckConstraint('book', { name: 'c', expression: 'pages > 0' });`,
      ['constraint-over-old-rows book'],
    ],
    ['NULL allowed', `await op.alterColumn('book', 'title', { isNullable: true });`, []],
    ['another type', `await op.alterColumn('book', 'title', { type: 'text' });`, ['table-rebuilt book']],
  ])('knows what 3.53 changes in place: %s', async (_what, body, expected) => {
    const findings = async (server: string) =>
      (await lint(body, { database: 'sqlite', server })).map(({ code, target }) => `${code} ${target}`).sort();
    expect(await findings('3.53.2')).toEqual(expected);
    expect(await findings('3.52.0')).toEqual([...new Set([...expected, 'table-rebuilt book'])].sort());
  });

  it.each([
    ['a unique column', 'ALTER TABLE book ADD COLUMN a text UNIQUE', ['refused-by-the-database book']],
    [
      'a time',
      'ALTER TABLE book ADD COLUMN a text DEFAULT CURRENT_TIMESTAMP',
      ['required-column-without-default book.a'],
    ],
    [
      'a stored column',
      'ALTER TABLE book ADD COLUMN a int AS (pages) STORED',
      ['required-column-without-default book.a'],
    ],
  ])('finds what SQLite refuses to add: %s', async (_what, statement, expected) => {
    expect(await found(sql(statement), 'sqlite')).toEqual(expected);
  });

  it.each([
    ['a nullable column', `await op.addColumn('book', { name: 'a', type: 'text', isNullable: true });`],
    ['a column with a constant', `await op.addColumn('book', { name: 'a', type: 'integer', default: '1' });`],
    ['an index', `await op.createIndex('book', { name: 'i', columnNames: ['title'] });`],
    ['an index less', `await op.dropIndex('loan', 'IDX_loan_book');`],
    ['a view', `await op.createView({ name: 'titles', expression: 'SELECT title FROM book' });`],
    ['some rows', sql('UPDATE book SET pages = 1 WHERE pages IS NULL')],
    [
      'a new table, changed at once',
      `await op.createTable({ name: 'shelf', columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'room', type: 'text', isNullable: true }] });
await op.alterColumn('shelf', 'room', { isNullable: false });
await op.createUniqueConstraint('shelf', { name: 'u', columnNames: ['room'] });`,
    ],
  ])('finds nothing in %s', async (_what, body) => {
    expect(await found(body, 'sqlite')).toEqual([]);
  });
});
