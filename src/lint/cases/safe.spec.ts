import { codes } from '../../../test/support/linting.js';

/** Statements by hand, as calls. */
const sql = (...statements: readonly string[]): string =>
  statements.map((one) => `await op.execute(${JSON.stringify(one)});`).join('\n');

/** Changes that keep nobody waiting for longer than a moment, lose nothing and break nothing. */
describe('lint finds nothing in what is safe on PostgreSQL', () => {
  it.each([
    [
      'a new table with all that it has',
      `
      await op.createTable({ name: 'shelf', columns: [
        { name: 'id', type: 'bigint', isPrimary: true, isGenerated: true, generationStrategy: 'identity' },
        { name: 'bookId', type: 'integer' }, { name: 'room', type: 'varchar', length: '20' } ],
        uniques: [{ name: 'UQ_room', columnNames: ['room'] }], checks: [{ name: 'CHK_room', expression: "room <> ''" }],
        foreignKeys: [{ name: 'FK_shelf_book', columnNames: ['bookId'], referencedTableName: 'book', referencedColumnNames: ['id'] }] });
      await op.createIndex('shelf', { name: 'IDX_shelf_book', columnNames: ['bookId'] });
      await op.createUniqueConstraint('shelf', { name: 'UQ_book', columnNames: ['bookId'] });
      await op.createCheckConstraint('shelf', { name: 'CHK_book', expression: '"bookId" > 0' });
      await op.alterColumn('shelf', 'room', { type: 'text', isNullable: false });
      await op.addColumn('shelf', { name: 'key', type: 'uuid', default: 'gen_random_uuid()' });
      await op.bulkInsert('shelf', [{ bookId: 1, room: 'a' }]);`,
    ],
    ['a nullable column', `await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`],
    ['a column with a constant', `await op.addColumn('book', { name: 'copies', type: 'integer', default: '1' });`],
    ['a column with now()', `await op.addColumn('book', { name: 'addedAt', type: 'timestamptz', default: 'now()' });`],
    [
      'a column with current_date',
      `await op.addColumn('book', { name: 'addedOn', type: 'date', default: 'CURRENT_DATE' });`,
    ],
    [
      'a column with CURRENT_TIMESTAMP',
      sql('ALTER TABLE book ADD COLUMN a timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ],
    [
      'a column with an empty list',
      `await op.addColumn('book', { name: 'tags', type: 'text', isArray: true, default: "'{}'" });`,
    ],
    ['a column with jsonb', `await op.addColumn('book', { name: 'extra', type: 'jsonb', default: "'{}'::jsonb" });`],
    ['a column with a cast', sql("ALTER TABLE book ADD COLUMN a numeric(10,2) NOT NULL DEFAULT '0'::numeric(10,2)")],
    [
      'a virtual column',
      `await op.addColumn('book', { name: 'twice', type: 'integer', asExpression: 'pages * 2', generatedType: 'VIRTUAL', isNullable: true });`,
    ],
    [
      'a default, and none',
      `await op.alterColumn('book', 'pages', { default: '0' }); await op.alterColumn('book', 'pages', { default: null });`,
    ],
    ['NULL allowed', `await op.alterColumn('book', 'title', { isNullable: true });`],
    ['a longer text', `await op.alterColumn('book', 'title', { type: 'varchar', length: '300' });`],
    ['a text without a limit', sql('ALTER TABLE book ALTER COLUMN title TYPE text')],
    ['more digits', `await op.alterColumn('book', 'price', { type: 'numeric', precision: 14, scale: 2 });`],
    [
      'comments',
      `await op.setTableComment('book', 'All of them'); await op.alterColumn('book', 'title', { comment: 'As printed' });`,
    ],
    ['an index', `await op.createIndex('book', { name: 'IDX_title', columnNames: ['title'], isConcurrent: true });`],
    [
      'an index by hand',
      `await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY "IDX_title" ON "book" ("title")'));`,
    ],
    ['an index less', `await op.dropIndex('loan', 'IDX_loan_book', { isConcurrent: true });`],
    ['another name of an index', `await op.renameIndex('loan', 'IDX_loan_book', 'IDX_book');`],
    [
      'a unique constraint',
      `
      await op.createIndex('book', { name: 'UQ_isbn', columnNames: ['isbn'], isUnique: true, isConcurrent: true });
      await op.createUniqueConstraint('book', { name: 'UQ_isbn', columnNames: ['isbn'] }, { fromIndex: true });`,
    ],
    [
      'a check by hand',
      `
      ${sql('ALTER TABLE book ADD CONSTRAINT c CHECK (pages > 0) NOT VALID')}
      await op.autocommit(() => op.execute('ALTER TABLE book VALIDATE CONSTRAINT c'));`,
    ],
    [
      'a foreign key by hand',
      `
      await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY i ON book ("authorId")'));
      ${sql('ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY ("authorId") REFERENCES author (id) NOT VALID')}
      await op.autocommit(() => op.execute('ALTER TABLE book VALIDATE CONSTRAINT f'));`,
    ],
    [
      'a column with a foreign key, which is NULL',
      `
      ${sql('CREATE TABLE shelf (id bigint PRIMARY KEY)', 'ALTER TABLE book ADD COLUMN "shelfId" bigint REFERENCES shelf (id)')}
      await op.createIndex('book', { name: 'IDX_shelf', columnNames: ['shelfId'], isConcurrent: true });`,
    ],
    [
      'NOT NULL by a check by hand',
      `
      ${sql("ALTER TABLE book ALTER isbn SET DEFAULT ''", 'ALTER TABLE book ADD CONSTRAINT n CHECK (isbn IS NOT NULL) NOT VALID')}
      await op.autocommit(() => op.execute('ALTER TABLE book VALIDATE CONSTRAINT n'));
      ${sql('ALTER TABLE book ALTER isbn SET NOT NULL', 'ALTER TABLE book DROP CONSTRAINT n')}`,
    ],
    ['NOT NULL that is there already', `await op.alterColumn('book', 'title', { isNullable: false });`],
    [
      'rows in batches',
      "await op.inBatches({ table: 'book', size: 1000 }, 'UPDATE book SET pages = 0 WHERE pages IS NULL');",
    ],
    [
      'an enum, and one more value',
      `
      await op.createEnum('mood', ['ok', 'sad']);
      await op.addEnumValue('mood', 'good');`,
    ],
    ['a view', `await op.createView({ name: 'titles', expression: 'SELECT title FROM book' });`],
    ['a sequence', `await op.createSequence({ name: 'numbers' });`],
    [
      'a trigger, a function and rights',
      sql(
        'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        'CREATE TRIGGER t BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION f()',
        'GRANT SELECT ON book TO public',
      ),
    ],
    [
      'statistics',
      sql(
        'ANALYZE book',
        'ALTER TABLE book ALTER COLUMN title SET STATISTICS 500',
        'ALTER TABLE book SET (fillfactor = 80)',
      ),
    ],
    [
      'words in texts and comments',
      sql(
        "INSERT INTO author (id, name) VALUES (1, 'DROP TABLE book; VACUUM FULL book')",
        '-- DROP TABLE book\nSELECT 1',
        '/* LOCK TABLE book */ SELECT 1',
      ),
    ],
    [
      'a table that the run makes by hand',
      sql(
        'CREATE TABLE "shelf" ("id" bigint PRIMARY KEY, "room" text)',
        'CREATE INDEX ON "shelf" ("room")',
        'ALTER TABLE "shelf" ALTER "room" SET NOT NULL, ADD CHECK ("room" <> \'\')',
        'ALTER TABLE public.shelf RENAME TO rack',
        'ALTER TABLE rack ALTER COLUMN room TYPE varchar(10)',
        'DROP TABLE rack',
      ),
    ],
  ])('%s', async (_what, body) => {
    expect(await codes(body)).toEqual([]);
  });
});
