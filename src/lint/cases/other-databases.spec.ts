import { codes, type Linting } from '../../../test/support/linting.js';

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
  ])('finds nothing in %s', async (_what, body) => {
    expect(await found(body, 'mysql')).toEqual([]);
  });
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
