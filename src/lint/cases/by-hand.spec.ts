import { codes, LIBRARY, type Linting } from '../../../test/support/linting.js';

const sql = (statement: string): string => `await op.execute(${JSON.stringify(statement)});`;

/** The codes of a revision of SQL by hand behind another one, without lines. */
async function found(database: Linting['database'], before: string, statement: string): Promise<readonly string[]> {
  const scene = before === '' ? LIBRARY : `${LIBRARY}\n${sql(before)}`;
  return (await codes(sql(statement), { database, scene })).map((one) => one.replace(/^\d+ /, '')).sort();
}

describe('lint behind SQL by hand on MySQL', () => {
  const KIND = "ALTER TABLE loan ADD kind enum('a','b') NOT NULL DEFAULT 'a'";
  const PAIR = 'ALTER TABLE book ADD INDEX pair (title, isbn)';

  it.each<[what: string, before: string, statement: string, codes: readonly string[]]>([
    ['a label at the end', KIND, "ALTER TABLE loan MODIFY kind enum('a','b','c') NOT NULL DEFAULT 'a'", []],
    [
      'a label in between',
      KIND,
      "ALTER TABLE loan MODIFY kind enum('a','c','b') NOT NULL DEFAULT 'a'",
      ['type-rewrites-table loan.kind'],
    ],
    [
      'a label less',
      KIND,
      "ALTER TABLE loan MODIFY kind enum('a') NOT NULL DEFAULT 'a'",
      ['enum-label-taken-away loan.kind', 'type-rewrites-table loan.kind'],
    ],
    [
      'one more of a set, with a quote in it',
      "ALTER TABLE loan ADD flags set('a','it''s')",
      "ALTER TABLE loan MODIFY flags set('a','it''s','c')",
      [],
    ],
    [
      'a longer text of a table renamed',
      'RENAME TABLE book TO volume',
      'ALTER TABLE volume MODIFY title varchar(300) NOT NULL',
      [],
    ],
    [
      'the same without TO',
      'ALTER TABLE book RENAME volume',
      'ALTER TABLE volume MODIFY title varchar(300) NOT NULL',
      [],
    ],
    ['another name without TO', '', 'ALTER TABLE book RENAME volume', ['rename-breaks-old-code book']],
    ['an index in place of one dropped', 'DROP INDEX IDX_loan_book ON loan', 'CREATE INDEX i ON loan (bookId)', []],
    ['an index exchanged', '', 'ALTER TABLE loan DROP INDEX IDX_loan_book, ADD INDEX i (bookId)', []],
    ['an index in another', PAIR, 'ALTER TABLE book ADD INDEX i (title)', ['index-is-a-prefix-of-another book']],
    ['an index in another by CREATE', PAIR, 'CREATE INDEX i ON book (title)', ['index-is-a-prefix-of-another book']],
    [
      'a full-text index in another',
      PAIR,
      'ALTER TABLE book ADD FULLTEXT INDEX i (title)',
      ['copy-stops-writers book'],
    ],
    [
      'a default lost that MODIFY gave',
      "ALTER TABLE book MODIFY title varchar(200) NOT NULL DEFAULT 'x'",
      'ALTER TABLE book MODIFY title varchar(200) NOT NULL',
      ['required-breaks-old-inserts book.title'],
    ],
    [
      'a default lost that ALTER gave',
      "ALTER TABLE book ALTER title SET DEFAULT 'x'",
      'ALTER TABLE book MODIFY title varchar(200) NOT NULL',
      ['required-breaks-old-inserts book.title'],
    ],
    [
      'a foreign key of a new column that is NULL everywhere',
      '',
      'ALTER TABLE book ADD COLUMN writerId int, ADD FOREIGN KEY (writerId) REFERENCES author (id)',
      ['foreign-key-stops-both-tables book'],
    ],
  ])('knows %s', async (_what, before, statement, expected) => {
    expect(await found('mysql', before, statement)).toEqual(expected);
  });

  it.each<[statement: string, codes: readonly string[]]>([
    ['ALTER TABLE book RENAME COLUMN IF EXISTS title TO name', ['rename-breaks-old-code book.title']],
    ['ALTER TABLE loan ALTER COLUMN IF EXISTS state DROP DEFAULT', ['required-breaks-old-inserts loan.state']],
    ['ALTER TABLE book RENAME = volume', ['rename-breaks-old-code book']],
    ['ALTER TABLE book ADD UNIQUE KEY isbn_key (isbn)', ['unique-over-duplicates book']],
    ['ALTER TABLE book ADD UNIQUE KEY isbn_key USING BTREE (isbn, id)', []],
    ['ALTER TABLE book ADD CONSTRAINT UNIQUE (isbn, id)', []],
    [
      'ALTER TABLE book ADD CONSTRAINT FOREIGN KEY author_index (authorId) REFERENCES author (id)',
      ['constraint-over-old-rows book', 'foreign-key-stops-both-tables book'],
    ],
    ['DROP SEQUENCE invoice', ['sequence-position-lost invoice']],
    ['ALTER SEQUENCE invoice RESTART 1', ['sequence-position-lost invoice']],
    ['ALTER SEQUENCE invoice CACHE 10', []],
    ['ALTER TABLE book ADD number bigint DEFAULT nextval(invoice)', ['default-rewrites-table book.number']],
    ['ALTER TABLE book ADD number bigint DEFAULT NEXT VALUE FOR invoice', ['default-rewrites-table book.number']],
    ['ALTER TABLE book ADD at datetime DEFAULT now()', []],
  ])('reads %s', async (statement, expected) => {
    expect(await found('mysql', '', statement)).toEqual(expected);
  });

  it('knows which default expressions MariaDB computes once, and that MySQL copies the table for any', async () => {
    const body = sql('ALTER TABLE book ADD tags json DEFAULT (json_array())');
    expect(await codes(body, { database: 'mysql', server: '10.11.19-MariaDB' })).toEqual([]);
    expect(await codes(body, { database: 'mysql', server: '8.0.36' })).toEqual(['1 default-rewrites-table book.tags']);
  });

  it('finds an index of op in another, and none where a batch exchanges them', async () => {
    const own = async (body: string): Promise<readonly string[]> => codes(body, { database: 'mysql' });
    const index = `{ name: 'i', columnNames: ['bookId'] }`;
    expect(await own(`await op.createIndex('loan', ${index});`)).toEqual(['1 index-is-a-prefix-of-another loan']);
    const exchanged = `table.dropIndex('IDX_loan_book'); table.createIndex(${index});`;
    expect(await own(`await op.batch('loan', (table) => { ${exchanged} });`)).toEqual([]);
  });
});

describe('lint of SQL by hand on SQLite', () => {
  it.each([
    'ALTER TABLE book ALTER COLUMN pages TYPE bigint',
    'ALTER TABLE book ALTER COLUMN pages SET DEFAULT 1',
    'ALTER TABLE book MODIFY pages bigint',
    'ALTER TABLE book ADD CONSTRAINT u UNIQUE (isbn)',
    'ALTER TABLE book ADD PRIMARY KEY (isbn)',
    'ALTER TABLE book DROP PRIMARY KEY',
    'ALTER TABLE book ADD INDEX i (title)',
    'ALTER TABLE book RENAME INDEX i TO j',
    'ALTER TABLE book ADD COLUMN a int, ADD COLUMN b int',
    'ALTER TABLE book DROP COLUMN id',
    'DROP TABLE book, loan',
    'LOCK TABLE book',
  ])('finds that it is refused: %s', async (statement) => {
    expect(await found('sqlite', '', statement)).toEqual(['refused-by-the-database book']);
  });

  it.each<[statement: string, codes: readonly string[], before?: string]>([
    ['ALTER TABLE book ADD COLUMN a int', []],
    ['ALTER TABLE book ADD COLUMN a decimal(10, 2) DEFAULT 1.5', []],
    ['ALTER TABLE book RENAME pages TO leaves', ['rename-breaks-old-code book.pages']],
    ['ALTER TABLE book ALTER title DROP NOT NULL', []],
    ['ALTER TABLE book DROP CONSTRAINT c', []],
    ['CREATE INDEX i ON loan (bookId)', [], 'DROP INDEX IDX_loan_book'],
  ])('finds nothing refused in %s', async (statement, expected, before = '') => {
    expect(await found('sqlite', before, statement)).toEqual(expected);
  });

  it.each([
    ['DELETE FROM main.loan', ['deletes-every-row loan']],
    [
      'ALTER TABLE "main"."book" DROP COLUMN pages',
      ['drop-breaks-old-code book.pages', 'drop-column-loses-values book.pages'],
    ],
    ['CREATE UNIQUE INDEX main.i ON book (isbn)', ['unique-over-duplicates book']],
    ['CREATE TEMP TABLE t AS SELECT id FROM main.book; DELETE FROM temp.t; DROP TABLE temp.t', []],
    ['DELETE FROM archive.loan', ['deletes-every-row archive.loan']],
  ])('knows the names of the database itself: %s', async (statement, expected) => {
    expect(await found('sqlite', '', statement)).toEqual(expected);
  });

  it('finds VACUUM in the transaction of the run, and not outside', async () => {
    expect(await found('sqlite', '', 'VACUUM')).toEqual(['concurrent-index-in-a-transaction the database']);
    expect(await codes(`await op.autocommit(() => op.execute('VACUUM'));`, { database: 'sqlite' })).toEqual([]);
  });

  it.each([
    ['another type', `await op.alterColumn('book', 'pages', { type: 'text' });`, ['table-rebuilt book']],
    [
      'a second unique index, in one batch',
      `await op.batch('book', (table) => { table.alterColumn('pages', { type: 'text' }); table.createIndex({ name: 'v', columnNames: ['title'], isUnique: true }); });`,
      ['table-rebuilt book', 'unique-over-duplicates book'],
    ],
    [
      'another unique index under its name',
      `await op.batch('book', (table) => { table.dropIndex('u'); table.createIndex({ name: 'u', columnNames: ['title'], isUnique: true }); table.alterColumn('pages', { type: 'text' }); });`,
      ['table-rebuilt book', 'unique-over-duplicates book'],
    ],
  ])(
    'takes values that a unique index has for unique where the table is rebuilt: %s',
    async (_what, body, expected) => {
      const scene = `${LIBRARY}\n${sql('CREATE UNIQUE INDEX u ON book (isbn)')}`;
      const own = await codes(body, { database: 'sqlite', scene });
      expect(own.map((one) => one.replace(/^\d+ /, '')).sort()).toEqual(expected);
    },
  );

  const again = (columns: string, query: string): string =>
    `CREATE TABLE temporary_loan (${columns}); INSERT INTO temporary_loan ${query}; DROP TABLE loan; ALTER TABLE temporary_loan RENAME TO loan`
      .split('; ')
      .map(sql)
      .join('\n');
  const [ID, BOOK, STATE] = ['id integer PRIMARY KEY', 'bookId integer NOT NULL', 'state text'];

  it.each([
    ['all columns', again(`${ID}, ${BOOK}, ${STATE}`, 'SELECT * FROM loan'), []],
    ['all columns by name', again(`${ID}, ${BOOK}, ${STATE}`, 'SELECT id, bookId, state FROM loan'), []],
    [
      'rows in two parts',
      again(
        `${ID}, ${BOOK}, ${STATE}`,
        'SELECT * FROM loan WHERE id < 9; INSERT INTO temporary_loan SELECT * FROM loan WHERE id >= 9',
      ),
      [],
    ],
    [
      'a column less',
      again(`${ID}, ${BOOK}`, 'SELECT id, bookId FROM loan'),
      ['drop-breaks-old-code loan.state', 'drop-column-loses-values loan.state'],
    ],
    [
      'a column of another name',
      again(`${ID}, ${BOOK}, status text`, 'SELECT id, bookId, state FROM loan'),
      ['drop-breaks-old-code loan.state'],
    ],
    [
      'some of the rows',
      again(`${ID}, ${BOOK}, ${STATE}`, "SELECT * FROM loan WHERE state <> 'lost'"),
      ['drop-table-loses-rows loan'],
    ],
  ])('knows a table made again with %s', async (_what, body, expected) => {
    const own = await codes(body, { database: 'sqlite' });
    expect(own.map((one) => one.replace(/^\d+ /, '')).sort()).toEqual(expected);
  });
});
