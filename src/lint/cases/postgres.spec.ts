import { codes, type Linting } from '../../../test/support/linting.js';

/** One statement by hand, as a call. */
const sql = (statement: string): string => `await op.execute(${JSON.stringify(statement)});`;
const outside = (statement: string): string => `await op.autocommit(() => op.execute(${JSON.stringify(statement)}));`;

/** What each of these does at least: other findings of the same statement, on its rows and on old code, are others' tests. */
it('lint blames a rewrite on the columns that make it necessary, and on no other of the statement', async () => {
  const columns = `ADD a date DEFAULT current_date, ADD b uuid DEFAULT gen_random_uuid(), ADD c jsonb DEFAULT '{}', ALTER pages TYPE bigint`;
  const found = await codes(sql(`ALTER TABLE book ${columns}`));
  expect(found.filter((one) => one.includes('rewrites'))).toEqual([
    '1 default-rewrites-table book.b',
    '1 type-rewrites-table book.pages',
  ]);
});

describe('lint on PostgreSQL finds', () => {
  it.each<[what: string, body: string, codes: readonly string[], facts?: Linting]>([
    ['an index by hand', sql('CREATE INDEX i ON public.book (title)'), ['index-stops-writers book']],
    [
      'a unique index',
      `await op.createIndex('book', { name: 'i', columnNames: ['isbn'], isUnique: true });`,
      ['index-stops-writers book'],
    ],
    [
      'an index of a new column',
      `await op.addColumn('book', { name: 'a', type: 'text', isNullable: true });
await op.createIndex('book', { name: 'i', columnNames: ['a'] });`,
      ['index-stops-writers book'],
    ],
    [
      'an index of a table with other names',
      sql('CREATE INDEX ON "Old Books" ("Title")'),
      ['index-stops-writers Old Books'],
      { scene: sql('CREATE TABLE "Old Books" ("Title" text)') },
    ],
    [
      'CONCURRENTLY in the transaction of the run',
      sql('DROP INDEX CONCURRENTLY "IDX_loan_book"'),
      ['concurrent-index-in-a-transaction loan'],
    ],
    ['VACUUM in it', sql('VACUUM book'), ['concurrent-index-in-a-transaction book']],
    [
      'DETACH CONCURRENTLY in it',
      sql('ALTER TABLE book DETACH PARTITION old CONCURRENTLY'),
      ['concurrent-index-in-a-transaction book'],
    ],
    [
      'CONCURRENTLY as one of two statements',
      outside('SET lock_timeout = 0; CREATE INDEX CONCURRENTLY i ON book (title)'),
      ['concurrent-index-in-a-transaction book'],
    ],
    ['REINDEX of an index', sql('REINDEX INDEX "IDX_loan_book"'), ['reindex-stops-readers loan']],
    [
      'a statement timeout before CONCURRENTLY',
      `${outside("SET statement_timeout TO '1min'")}
await op.createIndex('book', { name: 'i', columnNames: ['title'], isConcurrent: true });`,
      ['concurrent-index-with-a-lock-timeout book'],
    ],
    ['UNIQUE by hand', sql('ALTER TABLE book ADD CONSTRAINT u UNIQUE (isbn)'), ['unique-stops-readers book']],
    ['UNIQUE with a new column', sql('ALTER TABLE book ADD COLUMN a text UNIQUE'), ['unique-stops-readers book']],
    [
      'a primary key by hand',
      sql('ALTER TABLE visit ADD PRIMARY KEY (id)'),
      ['primary-key-stops-readers visit'],
      { scene: sql('CREATE TABLE visit (id bigint NOT NULL)') },
    ],
    ['a CHECK without a name', sql('ALTER TABLE ONLY book ADD CHECK (pages > 0)'), ['check-scans-under-lock book']],
    [
      'a CHECK with a new column',
      sql('ALTER TABLE book ADD COLUMN a integer CHECK (a > 0)'),
      ['check-scans-under-lock book'],
    ],
    [
      'a foreign key by hand',
      sql('ALTER TABLE book ADD FOREIGN KEY ("authorId") REFERENCES public.author (id)'),
      ['foreign-key-stops-both-tables book'],
    ],
    [
      'a foreign key to itself',
      sql('ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY (pages) REFERENCES book (id)'),
      ['foreign-key-stops-both-tables book'],
    ],
    [
      'NOT NULL by hand',
      sql('ALTER TABLE book ALTER COLUMN isbn SET NOT NULL'),
      ['not-null-scans-under-lock book.isbn'],
    ],
    [
      'NOT NULL in a DO block',
      sql('DO $$ BEGIN ALTER TABLE book ALTER COLUMN isbn SET NOT NULL; END $$'),
      ['not-null-scans-under-lock book.isbn'],
    ],
    [
      'NOT NULL behind a check of another column',
      `await op.createCheckConstraint('book', { name: 'c', expression: 'pages IS NOT NULL', isValidated: false });
await op.validateConstraint('book', 'c', { isConcurrent: true });
await op.alterColumn('book', 'isbn', { isNullable: false });`,
      ['not-null-scans-under-lock book.isbn'],
    ],
    [
      'a check not validated by hand',
      `${sql('ALTER TABLE book ADD CONSTRAINT n CHECK (isbn IS NOT NULL) NOT VALID')}
${sql('ALTER TABLE book ALTER isbn SET NOT NULL')}`,
      ['not-null-on-a-check-not-validated book.isbn', 'never-validated book'],
    ],
    [
      'VALIDATE in the same transaction by hand',
      `${sql('ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY ("authorId") REFERENCES author (id) NOT VALID')}
${sql('ALTER TABLE book VALIDATE CONSTRAINT f')}`,
      ['validated-in-the-same-transaction book'],
    ],
    [
      'NOT VALID, and nothing else',
      sql('ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY ("authorId") REFERENCES author (id) NOT VALID'),
      ['never-validated book'],
    ],
    [
      'NOT NULL of a domain',
      sql('ALTER DOMAIN email SET NOT NULL'),
      ['domain-checks-every-table email'],
      { scene: sql('CREATE DOMAIN email AS text') },
    ],
    [
      'a column dropped with its foreign key',
      `await op.dropColumn('loan', 'bookId');`,
      ['table-drop-locks-its-parents loan.bookId'],
    ],
    [
      'an index under the lock of a column',
      `await op.addColumn('book', { name: 'a', type: 'text', isNullable: true });
await op.createIndex('author', { name: 'i', columnNames: ['name'] });`,
      ['slow-work-under-a-lock book', 'index-stops-writers author'],
    ],
    [
      'VALIDATE under the lock of another table',
      `await op.addColumn('author', { name: 'a', type: 'text', isNullable: true });
await op.validateConstraint('book', 'c');`,
      ['slow-work-under-a-lock author'],
    ],
    [
      'the option lockTimeout 0',
      `await op.alterColumn('book', 'pages', { default: '0' });`,
      ['no-lock-timeout book'],
      { lockTimeout: 0 },
    ],
    ['LOCK TABLE', sql('LOCK book'), ['explicit-lock book']],
    ['VACUUM FULL', outside('VACUUM (FULL, ANALYZE) book'), ['full-rewrite-asked-for book']],
    ['CLUSTER', sql('CLUSTER book USING "PK_book"'), ['full-rewrite-asked-for book']],
    ['another tablespace', sql('ALTER TABLE book SET TABLESPACE fast'), ['full-rewrite-asked-for book']],
    [
      'uuid_generate_v4()',
      sql('ALTER TABLE book ADD COLUMN a uuid NOT NULL DEFAULT uuid_generate_v4()'),
      ['default-rewrites-table book.a'],
    ],
    [
      'random()',
      `await op.addColumn('book', { name: 'a', type: 'float', default: 'random()' });`,
      ['default-rewrites-table book.a'],
    ],
    [
      'nextval()',
      `await op.addColumn('book', { name: 'a', type: 'bigint', default: "nextval('s'::regclass)" });`,
      ['default-rewrites-table book.a'],
    ],
    [
      'clock_timestamp()',
      sql('ALTER TABLE book ADD a timestamptz DEFAULT clock_timestamp()'),
      ['default-rewrites-table book.a'],
    ],
    [
      'an identity',
      sql('ALTER TABLE book ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY'),
      ['counting-column-rewrites-table book.a'],
    ],
    ['a bigserial', sql('ALTER TABLE book ADD COLUMN a bigserial'), ['counting-column-rewrites-table book.a']],
    [
      'a stored column by hand',
      sql('ALTER TABLE book ADD COLUMN a integer GENERATED ALWAYS AS (pages * 2) STORED'),
      ['stored-column-rewrites-table book.a'],
    ],
    [
      'another expression',
      sql('ALTER TABLE book ALTER COLUMN a SET EXPRESSION AS (pages * 3)'),
      ['stored-column-rewrites-table book.a'],
    ],
    [
      'a shorter text',
      `await op.alterColumn('book', 'title', { type: 'varchar', length: '50' });`,
      ['type-rewrites-table book.title'],
    ],
    [
      'a number of a text',
      `await op.alterColumn('book', 'isbn', { type: 'bigint', using: 'isbn::bigint' });`,
      ['type-rewrites-table book.isbn'],
    ],
    [
      'another scale',
      sql('ALTER TABLE book ALTER COLUMN price TYPE numeric(12,4)'),
      ['type-rewrites-table book.price'],
    ],
    [
      'a zone',
      `await op.alterColumn('book', 'published', { type: 'timestamptz' });`,
      ['type-rewrites-table book.published'],
    ],
    ['a key of others', `await op.alterColumn('book', 'id', { type: 'bigint' });`, ['type-rewrites-table book.id']],
    [
      'a zone in UTC with an index',
      `await op.alterColumn('visit', 'at', { type: 'timestamptz' });`,
      ['type-rebuilds-indexes visit.at'],
      {
        timeZone: 'UTC',
        scene: `await op.createTable({ name: 'visit', columns: [{ name: 'at', type: 'timestamp' }], indices: [{ name: 'i', columnNames: ['at'] }] });`,
      },
    ],
    [
      'a longer key text',
      `await op.alterColumn('room', 'code', { type: 'varchar', length: '40' });`,
      ['type-checks-rows-again room.code'],
      {
        scene: `await op.createTable({ name: 'room', columns: [{ name: 'code', type: 'varchar', length: '20', isPrimary: true }] });
await op.createTable({ name: 'desk', columns: [{ name: 'room', type: 'varchar', length: '40' }],
  foreignKeys: [{ name: 'f', columnNames: ['room'], referencedTableName: 'room', referencedColumnNames: ['code'] }] });`,
      },
    ],
  ])('%s', async (_what, body, expected, facts = {}) => {
    const found = (await codes(body, facts)).map((one) => one.replace(/^\d+ /, ''));
    expect(found).toEqual(expect.arrayContaining([...expected]));
    const own = new Set(expected.map((one) => one.split(' ')[0]));
    // No other rule about the same danger.
    expect(found.filter((one) => /stops|scans|rewrites/.test(one) && !own.has(one.split(' ')[0]))).toEqual([]);
  });
});
