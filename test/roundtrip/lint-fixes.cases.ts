import type { DialectName } from '../support/databases.js';
import type { Linting } from '../support/linting.js';

/** SQL by hand, as a call. */
const sql = (text: string): string => `await op.execute(${JSON.stringify(text)});`;

interface More extends Linting {
  readonly name: string;
  readonly database: DialectName;
  readonly body: string;
}

/** A partitioned table with two partitions. */
const VISITS = `
  await op.execute('CREATE TABLE visit (at date NOT NULL, page text) PARTITION BY RANGE (at)');
  await op.execute("CREATE TABLE visit_2025 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
  await op.execute("CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");`;

const WITH_DEFAULT = `${VISITS}
  await op.execute('CREATE TABLE visit_default PARTITION OF visit DEFAULT');`;

const onPostgres: readonly [name: string, body: string, more?: Linting][] = [
  ['an index by hand', sql('/* INDEX */ CREATE UNIQUE INDEX i ON book (lower(title)) WHERE pages > 0;')],
  ['an index by hand without a name', sql('CREATE INDEX ON book (title)')],
  [
    'an index in a batch',
    `await op.batch('book', (table) => {
  table.addColumn({ name: 'note', type: 'text', isNullable: true });
  table.createIndex({ name: 'i', columnNames: ['note'] });
});`,
  ],
  ['an index in a block', sql('DO $$ BEGIN CREATE INDEX i ON book (title); END $$')],
  ['two indexes in one text', sql('CREATE INDEX i ON book (title); CREATE INDEX j ON book (isbn)')],
  [
    'an index of a partitioned table',
    `await op.createIndex('visit', { name: 'i', columnNames: ['page'] });`,
    { scene: VISITS },
  ],
  ['an index of a partitioned table by hand', sql('CREATE INDEX ON visit USING hash (page)'), { scene: VISITS }],
  ['CONCURRENTLY of a partitioned table', sql('CREATE INDEX i ON visit (lower(page))'), { scene: VISITS }],
  [
    'an index of a partitioned table dropped',
    `await op.dropIndex('visit', 'i');`,
    { scene: `${VISITS}\n${sql('CREATE INDEX i ON visit (page)')}` },
  ],
  ['indexes dropped by hand', sql('DROP INDEX IF EXISTS "IDX_loan_book", nothing'), {}],
  [
    'CONCURRENTLY IF NOT EXISTS with more',
    `await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON book (title DESC)'));`,
  ],
  ['REINDEX with options', sql('REINDEX (VERBOSE) INDEX "IDX_loan_book"')],
  ['a check of a new column', sql('ALTER TABLE book ADD COLUMN weight integer DEFAULT 1 CHECK (weight > 0)')],
  ['a check without a name', sql('ALTER TABLE book ADD CHECK (pages > 0)')],
  ['a check and another action', sql('ALTER TABLE book ADD CONSTRAINT c CHECK (pages > 0), ADD note text')],
  ['a unique column', sql('ALTER TABLE book ADD COLUMN code text UNIQUE')],
  ['a unique constraint with more', sql('ALTER TABLE book ADD CONSTRAINT u UNIQUE (isbn) INCLUDE (title)')],
  [
    'a deferrable unique constraint',
    `await op.createUniqueConstraint('book', { name: 'u', columnNames: ['isbn'], deferrable: 'INITIALLY DEFERRED' });`,
  ],
  [
    'a foreign key by hand',
    sql('ALTER TABLE book ADD FOREIGN KEY ("authorId") REFERENCES author (id) ON DELETE CASCADE'),
  ],
  [
    'a column with a foreign key',
    sql('ALTER TABLE book ADD COLUMN editor integer DEFAULT 1 NOT NULL REFERENCES author ON DELETE SET NULL'),
  ],
  ['NOT NULL by hand', sql('ALTER TABLE book ALTER isbn SET NOT NULL')],
  [
    'NOT NULL and a length',
    `await op.alterColumn('book', 'isbn', { type: 'varchar', length: '40', isNullable: false });`,
  ],
  [
    'a primary key of a nullable column',
    `await op.createPrimaryKey('tag', ['id'], 'PK_tag');`,
    { scene: `await op.createTable({ name: 'tag', columns: [{ name: 'id', type: 'bigint', isNullable: true }] });` },
  ],
  ['a default by hand', sql('ALTER TABLE book ADD COLUMN key uuid DEFAULT gen_random_uuid() NOT NULL')],
  [
    'an identity',
    `await op.addColumn('book', { name: 'number', type: 'bigint', isGenerated: true, generationStrategy: 'identity' });`,
  ],
  ['an UPDATE with a CTE', sql('WITH many AS (SELECT 1) UPDATE book SET isbn = upper(isbn)')],
  ['an UPDATE with a semicolon', sql('UPDATE book SET isbn = upper(isbn); -- all')],
  ['an UPDATE with parameters', `await op.execute('UPDATE book SET isbn = $1', ['x']);`],
  ['an UPDATE of a table without a key', sql('UPDATE log SET at = at'), { scene: sql('CREATE TABLE log (at date)') }],
  [
    'an UPDATE behind a change with a CTE',
    `${sql('ALTER TABLE book ADD note text')}\n${sql('WITH a AS (SELECT 1) UPDATE book SET note = isbn')}`,
  ],
  ['a column renamed', `await op.renameColumn('book', 'title', 'bookTitle');`],
  [
    'a table renamed in a schema',
    `await op.renameTable('s.a', 's.b');`,
    { scene: `${sql('CREATE SCHEMA s')}\n${sql('CREATE TABLE s.a (id integer PRIMARY KEY)')}` },
  ],
  [
    'a partition attached by hand',
    sql(`ALTER TABLE visit ATTACH PARTITION visit_2027 FOR VALUES FROM ('2027-01-01') TO (MAXVALUE)`),
    { scene: `${VISITS}\n${sql('CREATE TABLE visit_2027 (at date NOT NULL, page text)')}` },
  ],
  [
    'a partition of a list attached',
    sql(`ALTER TABLE trip ATTACH PARTITION trip_de FOR VALUES IN ('de', 'at')`),
    {
      scene: `${sql('CREATE TABLE trip (country text) PARTITION BY LIST (country)')}\n${sql('CREATE TABLE trip_de (country text)')}`,
    },
  ],
  [
    'a partition detached beside a default one',
    sql('ALTER TABLE visit DETACH PARTITION visit_2025'),
    { scene: WITH_DEFAULT },
  ],
  ['a partition dropped', `await op.dropTable('visit_2025');`, { scene: VISITS }],
  ['a time with a zone', sql('ALTER TABLE book ALTER published TYPE timestamptz')],
  [
    'a view that is filled again without a unique index',
    sql('REFRESH MATERIALIZED VIEW titles'),
    { scene: `await op.createView({ name: 'titles', expression: 'SELECT 1 AS id', materialized: true });` },
  ],
  ['a foreign key column dropped', `await op.dropColumn('loan', 'bookId');`],
  ['a type with an index of an expression by hand', sql('ALTER TABLE book ALTER title TYPE varchar(300)'), {}],
  [
    'names with quotes',
    `await op.createIndex('Old "Books"', { name: 'An "index"', columnNames: ['The "title"'] });`,
    { scene: sql('CREATE TABLE "Old ""Books""" ("The ""title""" text)') },
  ],
];

const onMysql: readonly [name: string, body: string, more?: Linting][] = [
  ['a shorter text', `await op.alterColumn('book', 'isbn', { type: 'varchar', length: '5' });`],
  ['a smaller number', `await op.alterColumn('book', 'pages', { type: 'smallint' });`],
  ['an UPDATE of every row', sql('UPDATE `book` SET `isbn` = upper(`isbn`)')],
  [
    'a default that is computed',
    `await op.addColumn('book', { name: 'key', type: 'varchar', length: '36', default: '(uuid())' });`,
  ],
  ['a column renamed', `await op.renameColumn('book', 'title', 'bookTitle');`],
  [
    'a label taken away',
    `await op.alterColumn('reader', 'mood', { type: 'enum', enum: ['ok'] });`,
    {
      scene: `await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'int', isPrimary: true }, { name: 'mood', type: 'enum', enum: ['sad', 'ok'] }] });`,
    },
  ],
];

const onSqlite: readonly [name: string, body: string, more?: Linting][] = [
  [
    'three changes of one table',
    `await op.alterColumn('book', 'title', { type: 'text' });
await op.alterColumn('book', 'isbn', { type: 'text' });
await op.createUniqueConstraint('book', { name: 'UQ_book_isbn', columnNames: ['isbn'] });`,
  ],
  ['a column renamed', `await op.renameColumn('book', 'title', 'bookTitle');`],
  ['a required column', `await op.addColumn('book', { name: 'language', type: 'text' });`],
  ['a key over duplicates', `await op.createIndex('book', { name: 'u', columnNames: ['isbn'], isUnique: true });`],
  ['a shorter text', `await op.alterColumn('book', 'isbn', { type: 'integer' });`],
];

/** More of the kind than the examples of the rules. */
export const CASES: readonly More[] = [
  ...onPostgres.map(([name, body, more]) => ({ ...more, name, database: 'postgres' as const, body })),
  ...onMysql.map(([name, body, more]) => ({ ...more, name: `${name} on mysql`, database: 'mysql' as const, body })),
  ...onSqlite.map(([name, body, more]) => ({ ...more, name: `${name} on sqlite`, database: 'sqlite' as const, body })),
];

/** Rules whose fix ends in another schema, on purpose. */
export const OTHER_SCHEMA: ReadonlySet<string> = new Set([
  // jsonb.
  'json-has-no-equality',
  // The sequence of a serial, where an identity was asked for.
  'counting-column-rewrites-table',
  // An index more, and a constraint that is valid.
  'key-without-index',
  'never-validated',
  'not-null-on-a-check-not-validated',
  // Both names, until a later release.
  'rename-breaks-old-code',
]);

/** Cases that run on empty tables: their rows need a value which only a person knows. */
export const WITHOUT_ROWS = /required/;
