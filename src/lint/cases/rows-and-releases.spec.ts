import { codes, LIBRARY, type Linting } from '../../../test/support/linting.js';
import { RULES } from '../registry.js';

/** Rules about rows, values, releases, transactions, keys and style; those about locks are found elsewhere. */
const OWN = new Set(
  RULES.slice(
    RULES.findIndex(({ code }) => code === 'type-hangs-on-the-time-zone'),
    -1,
  ).map(({ code }) => code),
);

const sql = (...statements: readonly string[]): string =>
  statements.map((one) => `await op.execute(${JSON.stringify(one)});`).join('\n');

/** Readers, who have a mood, of an enum type. */
const READER = `await op.createEnum('mood', ['sad', 'ok']);
await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true },
  { name: 'mood', type: 'enum', enumName: 'mood', enum: ['sad', 'ok'], default: "'ok'" }] });`;
/** The same by hand. */
const BY_HAND = sql(
  `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
  'CREATE TABLE reader (id bigint PRIMARY KEY, mood mood NOT NULL)',
);
const READER_OF_MYSQL = `await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true },
  { name: 'mood', type: 'enum', enum: ['sad', 'ok'], default: "'ok'" }] });`;
const VIEW = `await op.createView({ name: 'titles', expression: 'SELECT id, title FROM book' });`;
const EVENT = `await op.createTable({ name: 'event', columns: [
  { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }] });`;
const COMPUTED = `await op.addColumn('book',
  { name: 'full', type: 'text', isNullable: true, asExpression: 'title', generatedType: 'STORED' });`;

type Case = readonly [body: string, findings: readonly string[], before?: string, facts?: Linting];

function cases(all: readonly Case[]): readonly {
  readonly body: string;
  readonly expected: readonly string[];
  readonly before: string | undefined;
  readonly facts: Linting | undefined;
}[] {
  return all.map(([body, expected, before, facts]) => ({ body, expected, before, facts }));
}

async function found(body: string, before = '', facts: Linting = {}): Promise<readonly string[]> {
  const all = await codes(body, { scene: `${LIBRARY}\n${before}`, ...facts });
  // Lines are those behind the scene's.
  return all.map((one) => one.replace(/^\d+ /, '')).filter((one) => OWN.has(one.split(' ')[0] ?? ''));
}

const DROPPED = (name: string): readonly string[] => [
  `drop-breaks-old-code ${name}`,
  `drop-column-loses-values ${name}`,
];

describe('lint finds what becomes of rows and of the release before', () => {
  it.each(
    cases([
      // Columns and tables that go.
      [`await op.dropColumn('book', 'isbn');`, DROPPED('book.isbn')],
      [
        sql('ALTER TABLE public."book" DROP COLUMN IF EXISTS "isbn" CASCADE, DROP pages'),
        [
          'cascade-takes-others book.isbn',
          ...['isbn', 'pages'].map((each) => `drop-breaks-old-code book.${each}`),
          ...['isbn', 'pages'].map((each) => `drop-column-loses-values book.${each}`),
        ],
      ],
      [`await op.batch('book', (t) => { t.dropColumn('isbn'); });`, DROPPED('book.isbn')],
      [sql('DO $$ BEGIN IF true THEN ALTER TABLE book DROP COLUMN isbn; END IF; END $$'), DROPPED('book.isbn')],
      [
        `await op.addColumn('book', { name: 'tmp', type: 'text', isNullable: true }); await op.dropColumn('book', 'tmp');`,
        [],
      ],
      [`await op.dropColumn('book', 'full');`, ['drop-breaks-old-code book.full'], COMPUTED],
      [
        sql('DROP TABLE IF EXISTS loan CASCADE'),
        ['cascade-takes-others loan', 'drop-breaks-old-code loan', 'drop-table-loses-rows loan'],
      ],
      [
        `await op.dropTable('loan'); await op.createTable({ name: 'loan', columns: [{ name: 'id', type: 'bigint', isPrimary: true }] });`,
        ['drop-breaks-old-code loan', 'drop-table-loses-rows loan'],
      ],
      [
        sql('DROP MATERIALIZED VIEW mv'),
        ['drop-breaks-old-code mv', 'drop-table-loses-rows mv'],
        sql('CREATE MATERIALIZED VIEW mv AS SELECT id FROM book'),
      ],
      [`await op.dropView('titles');`, ['drop-breaks-old-code titles'], VIEW],
      [
        `await op.dropView('titles'); await op.createView({ name: 'titles', expression: 'SELECT id, title, isbn FROM book' });`,
        [],
        VIEW,
      ],
      [
        sql('DROP TABLE m_1'),
        ['drop-table-loses-rows m_1'],
        sql(
          'CREATE TABLE m (at date) PARTITION BY RANGE (at)',
          "CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        ),
      ],
      [
        sql('DROP SCHEMA IF EXISTS archive CASCADE'),
        ['drop-breaks-old-code archive', 'drop-schema-loses-tables archive'],
      ],
      [sql('CREATE SCHEMA tmp; CREATE TABLE tmp.a (id int); DROP SCHEMA tmp CASCADE'), []],
      [`await op.dropSchema('archive');`, []],
      [sql('DROP OWNED BY bob'), ['drop-schema-loses-tables bob']],
      // What CASCADE takes.
      [sql('DROP TYPE mood CASCADE'), ['cascade-takes-others reader.mood', 'drop-breaks-old-code reader.mood'], READER],
      [
        sql('DROP TYPE mood CASCADE'),
        ['cascade-takes-others reader.mood', 'drop-breaks-old-code reader.mood'],
        BY_HAND,
      ],
      [
        sql('DROP DOMAIN email CASCADE'),
        ['cascade-takes-others reader.mail', 'drop-breaks-old-code reader.mail'],
        sql(
          "CREATE DOMAIN email AS text CHECK (value ~ '@')",
          'CREATE TABLE reader (id bigint PRIMARY KEY, mail email)',
        ),
      ],
      [sql('ALTER TABLE book DROP CONSTRAINT "PK_book" CASCADE'), ['cascade-takes-others book']],
      [sql('DROP VIEW titles CASCADE'), ['cascade-takes-others titles', 'drop-breaks-old-code titles'], VIEW],
      [sql('DROP FUNCTION keep() CASCADE'), ['cascade-takes-others keep']],
      [sql('TRUNCATE book CASCADE'), ['cascade-takes-others loan', 'deletes-every-row book']],
      // Rows.
      [
        sql('TRUNCATE TABLE ONLY author, "loan" RESTART IDENTITY'),
        ['deletes-every-row author', 'deletes-every-row loan'],
      ],
      [sql('DELETE FROM ONLY "loan"'), ['deletes-every-row loan']],
      [sql('DELETE FROM loan WHERE (true)'), ['deletes-every-row loan']],
      [sql("DELETE FROM loan WHERE state = 'x'"), []],
      [sql('DELETE FROM loan USING book WHERE loan."bookId" = book.id'), []],
      [
        sql('DO $$ BEGIN DELETE FROM loan; UPDATE book SET pages = 1; END $$'),
        ['deletes-every-row loan', 'update-of-every-row book'],
      ],
      [sql('WITH gone AS (DELETE FROM loan RETURNING *) SELECT count(*) FROM gone'), ['deletes-every-row loan']],
      [sql("WITH gone AS (DELETE FROM loan WHERE state = 'x' RETURNING *) INSERT INTO old SELECT * FROM gone"), []],
      [`await op.inBatches({ table: 'book', size: 100 }, 'DELETE FROM book');`, ['deletes-every-row book']],
      [`await op.queryRunner.query('UPDATE "book" SET "pages" = 0');`, ['update-of-every-row book']],
      [
        `await op.manager.createQueryBuilder().update('book').set({ pages: 1 }).execute();`,
        ['update-of-every-row book'],
      ],
      [sql('UPDATE book SET pages = 1 WHERE 1 = 1'), ['update-of-every-row book']],
      [sql('UPDATE book SET pages = (SELECT 1 FROM author WHERE author.id = book.id)'), ['update-of-every-row book']],
      [sql('DELETE FROM loan WHERE ctid IN (SELECT ctid FROM loan LIMIT 100)'), []],
      [sql('UPDATE book SET pages = 0 WHERE pages IS NULL'), []],
      [sql('CREATE TEMP TABLE t AS SELECT id FROM book', 'UPDATE t SET id = 1', 'DELETE FROM t', 'DROP TABLE t'), []],
      [
        sql('CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM loan; RETURN NEW; END $$'),
        [],
      ],
      [sql('CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC DELETE FROM loan; SELECT 1; END'), []],
      [
        sql(
          "COMMENT ON TABLE book IS 'DROP TABLE book; DELETE FROM loan'",
          '-- DELETE FROM loan\nSELECT 1 /* TRUNCATE loan */',
        ),
        [],
      ],
      // Backfills.
      [
        sql('ALTER TABLE book ADD COLUMN x integer; UPDATE book SET x = 1 WHERE id < 10'),
        ['backfill-in-the-schema-revision book'],
      ],
      [
        sql('DO $do$ BEGIN ALTER TABLE book ADD COLUMN x int; UPDATE book SET x = 1 WHERE id > 1; END $do$'),
        ['backfill-in-the-schema-revision book'],
      ],
      [
        `await op.addColumn('book', { name: 'x', type: 'integer', isNullable: true });
      await op.autocommit(() => op.execute('UPDATE book SET x = pages WHERE x IS NULL'));`,
        [],
      ],
      // Types.
      [
        `await op.alterColumn('book', 'published', { type: 'timestamptz' });`,
        ['type-hangs-on-the-time-zone book.published'],
        '',
        { timeZone: 'UTC' },
      ],
      [
        sql('ALTER TABLE book ALTER "published" SET DATA TYPE timestamptz USING published::timestamptz'),
        ['type-hangs-on-the-time-zone book.published'],
      ],
      [
        `await op.alterColumn('book', 'published', { type: 'timestamptz', using: "published AT TIME ZONE 'UTC'" });`,
        [],
      ],
      [sql("SET TIME ZONE 'Europe/Berlin'", 'ALTER TABLE book ALTER published TYPE timestamptz'), []],
      [`await op.alterColumn('book', 'published', { type: 'date' });`, ['type-rounds-values book.published']],
      [
        `await op.alterColumn('book', 'published', { type: 'timestamp', precision: 0 });`,
        ['type-rounds-values book.published'],
      ],
      [`await op.alterColumn('book', 'price', { type: 'real' });`, ['type-rounds-values book.price']],
      [
        `await op.alterColumn('book', 'price', { type: 'numeric', precision: 8, scale: 2 });`,
        ['type-may-not-fit book.price'],
      ],
      [
        sql('ALTER TABLE book ALTER price TYPE integer'),
        ['type-may-not-fit book.price', 'type-rounds-values book.price'],
      ],
      [
        `await op.alterColumn('book', 'title', { type: 'varchar', length: '10', using: 'left(title, 10)' });`,
        ['type-rounds-values book.title'],
      ],
      [`await op.alterColumn('book', 'pages', { type: 'smallint' });`, ['type-may-not-fit book.pages']],
      [`await op.alterColumn('book', 'isbn', { type: 'uuid', using: 'isbn::uuid' });`, ['type-may-not-fit book.isbn']],
      [
        `await op.alterColumn('book', 'pages', { type: 'text' });
      await op.alterColumn('loan', 'bookId', { type: 'bigint' });`,
        [],
      ],
      // Enums.
      [`await op.addEnumValue('mood', 'happy');`, [], READER],
      [
        `await op.alterEnum('mood', ['ok', 'happy']);`,
        ['enum-label-taken-away reader.mood', 'enum-made-anew-rewrites reader.mood'],
        READER,
      ],
      [
        sql(
          'ALTER TYPE mood RENAME TO old',
          "CREATE TYPE mood AS ENUM ('ok')",
          'ALTER TABLE reader ALTER mood TYPE mood USING mood::text::mood',
          'DROP TYPE old',
        ),
        ['enum-label-taken-away reader.mood', 'enum-made-anew-rewrites reader.mood'],
        READER,
      ],
      [sql("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'"), ['enum-rename-breaks-old-code reader.mood'], BY_HAND],
      [
        `${sql("ALTER TYPE mood ADD VALUE 'x'")} await op.alterColumn('reader', 'mood', { default: "'x'" });`,
        ['enum-value-used-too-soon reader'],
        READER,
      ],
      // Rows that a constraint fails over.
      [
        sql('ALTER TABLE book ADD COLUMN lang text NOT NULL'),
        ['required-breaks-old-inserts book.lang', 'required-column-without-default book.lang'],
      ],
      [sql("ALTER TABLE book ADD COLUMN lang text NOT NULL DEFAULT 'x'"), []],
      [sql('CREATE UNIQUE INDEX u ON book (isbn)'), ['unique-over-duplicates book']],
      [sql("ALTER TABLE book ADD COLUMN code text DEFAULT 'x' UNIQUE"), ['unique-over-duplicates book']],
      [
        sql(
          'ALTER TABLE book ADD COLUMN code uuid DEFAULT gen_random_uuid() UNIQUE',
          'ALTER TABLE book ADD COLUMN other text UNIQUE',
        ),
        [],
      ],
      [
        `await op.addColumn('book', { name: 'slug', type: 'text', isNullable: true });
      await op.createUniqueConstraint('book', { name: 'u', columnNames: ['slug'] });`,
        [],
      ],
      [
        `await op.createForeignKey('book', { name: 'f', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'] });`,
        ['constraint-over-old-rows book', 'key-without-index book'],
      ],
      [
        `await op.createExclusionConstraint('book', { name: 'x', expression: 'USING gist (pages WITH =)' });`,
        ['constraint-over-old-rows book'],
      ],
      [sql('ALTER TABLE book ADD COLUMN y integer CHECK (y > 0)'), []],
      [
        `${sql("UPDATE book SET isbn = '' WHERE isbn IS NULL")} await op.alterColumn('book', 'isbn', { isNullable: false, default: "''" });`,
        [],
      ],
      [
        `await op.alterColumn('book', 'isbn', { isNullable: false });`,
        ['not-null-over-nulls book.isbn', 'required-breaks-old-inserts book.isbn'],
      ],
      [
        `await op.addColumn('book', { name: 'x', type: 'text', default: "'a'" }); await op.alterColumn('book', 'x', { default: null });`,
        ['required-breaks-old-inserts book.x'],
      ],
      // Names.
      [sql('ALTER TABLE IF EXISTS ONLY public.book RENAME "isbn" TO "code"'), ['rename-breaks-old-code book.isbn']],
      [sql('ALTER TABLE book RENAME TO volume; CREATE VIEW book AS SELECT * FROM volume'), []],
      [sql('ALTER TABLE book SET SCHEMA archive'), ['rename-breaks-old-code book']],
      [`await op.renameView('titles', 'names');`, ['rename-breaks-old-code titles'], VIEW],
      [
        `await op.renameIndex('loan', 'IDX_loan_book', 'i'); await op.renameConstraint('loan', 'FK_loan_book', 'f');`,
        [],
      ],
      // Sequences.
      [`await op.createSequence('s'); await op.dropSequence('s');`, []],
      [`await op.dropSequence('s');`, ['sequence-position-lost s'], `await op.createSequence('s');`],
      [`await op.alterColumn('event', 'id', { generationStrategy: 'identity' });`, [], EVENT],
      [
        sql('ALTER TABLE event ALTER id DROP DEFAULT, ALTER id ADD GENERATED BY DEFAULT AS IDENTITY'),
        ['sequence-position-lost event.id'],
        EVENT,
      ],
      [
        sql(
          'ALTER TABLE event ALTER id DROP DEFAULT',
          'ALTER TABLE event ALTER id ADD GENERATED ALWAYS AS IDENTITY',
          "SELECT setval('event_id_seq', 9)",
        ),
        [],
        EVENT,
      ],
      [sql('ALTER TABLE event ALTER id RESTART WITH 1'), ['sequence-position-lost event.id'], EVENT],
      // Transactions, keys and style.
      [
        sql('BEGIN; SELECT 1; COMMIT'),
        ['transaction-control-in-a-revision BEGIN', 'transaction-control-in-a-revision COMMIT'],
      ],
      [`await op.autocommit(() => op.execute('BEGIN; SELECT 1; COMMIT'));`, []],
      [sql('PREPARE p AS SELECT 1', 'DO $$ BEGIN PERFORM 1; COMMIT; END $$'), []],
      [
        sql('CREATE TABLE event (id serial PRIMARY KEY, "bookId" bigint REFERENCES book)'),
        ['key-types-differ event.bookId', 'small-primary-key event.id'],
      ],
      [
        `await op.createIndex('loan', { name: 'i2', columnNames: ['bookId'], where: "state = 'open'", isConcurrent: true });
      await op.createIndex('loan', { name: 'i3', columnNames: ['bookId'], isUnique: true, isConcurrent: true });
      await op.createIndex('loan', { name: 'i4', columnNames: ['bookId'], type: 'hash', isConcurrent: true });`,
        [],
      ],
      [sql('ALTER TABLE book ADD COLUMN j pg_catalog.json'), ['json-has-no-equality book.j']],
      [sql("DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$"), ['sql-not-understood EXECUTE']],
      [sql('FOO BAR'), ['sql-not-understood FOO']],
      [
        `for (const row of await op.queryRunner.query('SELECT id FROM book')) await op.execute('UPDATE book SET pages = 1 WHERE id = ' + row.id);`,
        ['sql-not-understood r1'],
      ],
    ]),
  )('$body', async ({ body, expected, before, facts }) => {
    expect(await found(body, before, facts)).toEqual(expected);
  });
});

describe('lint finds them on MySQL', () => {
  it.each(
    cases([
      [sql('ALTER TABLE `book` CHANGE `isbn` `code` varchar(20)'), ['rename-breaks-old-code book.isbn']],
      [sql('ALTER TABLE book MODIFY title varchar(10) NOT NULL'), ['type-may-not-fit book.title']],
      [sql('ALTER TABLE book MODIFY price decimal(10,1)'), ['type-rounds-values book.price']],
      [sql('ALTER TABLE book MODIFY pages bigint NULL', 'ALTER TABLE book MODIFY title varchar(250) NOT NULL'), []],
      [
        sql('ALTER TABLE book MODIFY isbn varchar(20) NOT NULL'),
        ['not-null-over-nulls book.isbn', 'required-breaks-old-inserts book.isbn'],
      ],
      [sql("ALTER TABLE book MODIFY isbn varchar(20) NOT NULL DEFAULT ''"), ['not-null-over-nulls book.isbn']],
      [sql('ALTER TABLE book MODIFY published datetime'), ['type-hangs-on-the-time-zone book.published']],
      [
        `await op.addColumn('book', { name: 'x', type: 'int' });`,
        ['required-breaks-old-inserts book.x', 'required-column-without-default book.x'],
      ],
      [
        sql('ALTER TABLE book ADD COLUMN x int NOT NULL, ADD COLUMN y int NULL'),
        ['required-breaks-old-inserts book.x', 'required-column-without-default book.x'],
      ],
      [
        sql('RENAME TABLE book TO volume, author TO writer'),
        ['rename-breaks-old-code author', 'rename-breaks-old-code book'],
      ],
      [sql('RENAME TABLE book TO volume', 'CREATE VIEW book AS SELECT * FROM volume'), []],
      [sql('TRUNCATE loan', 'DROP DATABASE archive'), ['deletes-every-row loan', 'drop-schema-loses-tables archive']],
      [
        sql(
          'DELETE FROM loan LIMIT 1000',
          'DELETE l FROM loan l JOIN book b ON b.id = l.bookId',
          'UPDATE book JOIN author ON author.id = book.authorId SET pages = 0',
        ),
        [],
      ],
      [
        sql(
          'CREATE TRIGGER t BEFORE INSERT ON book FOR EACH ROW BEGIN IF NEW.pages IS NULL THEN SET NEW.pages = 0; END IF; DELETE FROM loan; END',
        ),
        [],
      ],
      [
        `await op.createUniqueConstraint('book', { name: 'u', columnNames: ['isbn'] });`,
        ['unique-over-duplicates book'],
      ],
      [
        `await op.alterColumn('reader', 'mood', { enum: ['ok', 'happy'] });`,
        ['enum-label-taken-away reader.mood'],
        READER_OF_MYSQL,
      ],
      [
        sql("ALTER TABLE reader MODIFY mood enum('ok') NOT NULL DEFAULT 'ok'"),
        ['enum-label-taken-away reader.mood'],
        READER_OF_MYSQL,
      ],
      [`await op.alterColumn('reader', 'mood', { enum: ['sad', 'ok', 'happy'] });`, [], READER_OF_MYSQL],
      [sql('ALTER TABLE loan ALTER state DROP DEFAULT'), ['required-breaks-old-inserts loan.state']],
      [sql('START TRANSACTION'), ['transaction-control-in-a-revision START']],
    ]),
  )('$body', async ({ body, expected, before }) => {
    expect(await found(body, before, { database: 'mysql', scene: `${LIBRARY}\n${before ?? ''}` })).toEqual(expected);
  });
});

describe('lint finds them on SQLite', () => {
  it.each(
    cases([
      [
        `await op.alterColumn('book', 'isbn', { isNullable: false });`,
        ['not-null-over-nulls book.isbn', 'required-breaks-old-inserts book.isbn', 'table-rebuilt book'],
      ],
      [
        `await op.addColumn('book', { name: 'x', type: 'text' });`,
        ['required-breaks-old-inserts book.x', 'required-column-without-default book.x', 'table-rebuilt book'],
      ],
      [
        `await op.batch('book', (t) => { t.createUniqueConstraint({ name: 'u', columnNames: ['isbn'] });
      t.createForeignKey({ name: 'f', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'] }); });`,
        [
          'constraint-over-old-rows book',
          'key-without-index book',
          'table-rebuilt book',
          'unique-over-duplicates book',
        ],
      ],
      [
        `await op.alterColumn('book', 'title', { type: 'text' }); await op.alterColumn('loan', 'state', { type: 'text' });
      await op.alterColumn('book', 'isbn', { type: 'text' });`,
        ['table-rebuilt book', 'table-rebuilt loan', 'table-rebuilt book', 'table-rebuilt-twice book'],
      ],
      [
        `await op.alterColumn('book', 'title', { type: 'integer' }); await op.dropColumn('book', 'price');`,
        ['table-rebuilt book', 'type-rounds-values book.title', ...DROPPED('book.price')],
      ],
      [
        `await op.renameTable('book', 'volume'); await op.createView({ name: 'book', expression: 'SELECT * FROM volume' });`,
        [],
      ],
      [
        sql(
          'CREATE TABLE book2 (id integer PRIMARY KEY, title text, isbn text, pages integer, price numeric, published timestamp, "authorId" integer)',
          'INSERT INTO book2 SELECT * FROM book',
          'DROP TABLE book',
          'ALTER TABLE book2 RENAME TO book',
        ),
        [],
      ],
      [
        `await op.createTable({ name: 'n', columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'a', type: 'text', isNullable: true }] });
      await op.alterColumn('n', 'a', { type: 'integer' }); await op.dropColumn('n', 'a');`,
        [],
      ],
      [
        sql(
          'CREATE TRIGGER t AFTER UPDATE ON book BEGIN UPDATE book SET pages = CASE WHEN 1 THEN 2 END; DELETE FROM loan; END; DELETE FROM author',
        ),
        ['deletes-every-row author'],
      ],
    ]),
  )('$body', async ({ body, expected, before }) => {
    const all = await found(body, before, { database: 'sqlite' });
    expect([...all].sort()).toEqual([...expected].sort());
  });
});
