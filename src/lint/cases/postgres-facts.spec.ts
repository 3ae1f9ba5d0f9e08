import { codes, LIBRARY, lint, type Linting } from '../../../test/support/linting.js';

/** Statements by hand, a call for each. */
const sql = (...statements: readonly string[]): string =>
  statements.map((one) => `await op.execute(${JSON.stringify(one)});`).join('\n');
const outside = (statement: string): string => `await op.autocommit(() => op.execute(${JSON.stringify(statement)}));`;

/** The findings but those whose rules are not the subject, without lines. */
async function found(body: string, facts: Linting = {}, ...passed: readonly string[]): Promise<readonly string[]> {
  const all = (await codes(body, facts)).map((one) => one.replace(/^\d+ /, ''));
  return [...new Set(all)].filter((one) => !passed.includes(one.split(' ')[0] ?? '')).sort();
}

const after = (...statements: readonly string[]): Linting => ({ scene: `${LIBRARY}\n${sql(...statements)}` });
const LOG = [
  'CREATE TABLE log (at date NOT NULL, msg text) PARTITION BY RANGE (at)',
  `CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`,
];

describe('lint knows of a domain', () => {
  const DOMAINS = [
    'CREATE DOMAIN label AS text',
    'CREATE DOMAIN short AS varchar(10)',
    `CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%')`,
    'CREATE DOMAIN amount AS numeric(12, 2) DEFAULT 0',
    'CREATE DOMAIN key AS uuid DEFAULT gen_random_uuid()',
  ];
  it.each([
    ['the same base type', 'ALTER TABLE book ALTER isbn TYPE label', []],
    ['a cast to it', 'ALTER TABLE book ALTER isbn TYPE label USING isbn::label', []],
    ['a base type with more digits', 'ALTER TABLE book ALTER price TYPE amount', []],
    [
      'a shorter base type',
      'ALTER TABLE book ALTER title TYPE short',
      ['type-may-not-fit book.title', 'type-rewrites-table book.title'],
    ],
    ['another base type', 'ALTER TABLE book ALTER pages TYPE amount', ['type-rewrites-table book.pages']],
    [
      'a constraint',
      'ALTER TABLE book ALTER isbn TYPE mail',
      ['type-may-not-fit book.isbn', 'type-rewrites-table book.isbn'],
    ],
    ['a constant default', 'ALTER TABLE book ADD a amount', []],
    ['a default that differs from row to row', 'ALTER TABLE book ADD a key', ['domain-column-rewrites-table book.a']],
  ])('%s', async (_what, statement, expected) => {
    expect(await found(sql(statement), after(...DOMAINS))).toEqual(expected);
  });

  it('that becomes its base type again', async () => {
    const scene = after('CREATE DOMAIN label AS text', 'CREATE TABLE tag (id bigint PRIMARY KEY, title label)');
    expect(await found(sql('ALTER TABLE tag ALTER title TYPE text'), scene)).toEqual([]);
  });
});

it.each([
  ['char(3)', 'char(5)', ['type-rewrites-table tag.code']],
  ['char(5)', 'char(3)', ['type-may-not-fit tag.code', 'type-rewrites-table tag.code']],
  ['char(3)', 'bpchar', []],
  ['char(3)', 'text', ['type-rewrites-table tag.code']],
  ['char(3)', 'varchar(5)', ['type-rewrites-table tag.code']],
  ['char(3)', 'varchar(2)', ['type-may-not-fit tag.code', 'type-rewrites-table tag.code']],
])('lint knows what becomes of %s as %s', async (from, to, expected) => {
  const scene = after(`CREATE TABLE tag (id bigint PRIMARY KEY, code ${from})`);
  expect(await found(sql(`ALTER TABLE tag ALTER code TYPE ${to}`), scene)).toEqual(expected);
});

describe('lint knows which rows have NULL', () => {
  it.each([
    ['a constant', 'ADD a integer DEFAULT 0', false],
    ['now()', 'ADD a timestamptz DEFAULT now()', false],
    ['no default', 'ADD a integer', true],
    ['the default NULL', 'ADD a integer DEFAULT NULL', true],
    ['a default that comes later', 'ADD a integer, ALTER a SET DEFAULT 1', true],
  ])('of a column with %s', async (_what, added, hasNulls) => {
    const body = sql(`ALTER TABLE book ${added}`, 'ALTER TABLE book ALTER a SET NOT NULL');
    const expected = ['not-null-scans-under-lock book.a'];
    const others = ['required-breaks-old-inserts'];
    expect(await found(body, {}, ...others)).toEqual(hasNulls ? ['not-null-over-nulls book.a', ...expected] : expected);
  });

  const KEY = outside('CREATE UNIQUE INDEX CONCURRENTLY k ON visit (id)');
  const TAKEN = sql('ALTER TABLE visit ADD CONSTRAINT k PRIMARY KEY USING INDEX k');
  const visit = (constraint = ''): Linting => ({ scene: sql(`CREATE TABLE visit (id bigint${constraint})`) });
  it.each([
    [
      'without a check',
      visit(),
      [
        'not-null-over-nulls visit',
        'primary-key-of-a-nullable-column visit.id',
        'required-breaks-old-inserts visit.id',
      ],
    ],
    ['behind a check', visit(', CONSTRAINT n CHECK (id IS NOT NULL)'), []],
    ['behind one with more', visit(', CHECK (id > 0 AND "id" IS NOT NULL)'), []],
    [
      'behind one that leaves NULLs',
      visit(', CHECK (id > 0 OR id IS NOT NULL)'),
      [
        'not-null-over-nulls visit',
        'primary-key-of-a-nullable-column visit.id',
        'required-breaks-old-inserts visit.id',
      ],
    ],
  ])('in a primary key from an index %s', async (_what, scene, expected) => {
    expect(await found(`${KEY}\n${TAKEN}`, scene)).toEqual(expected);
  });

  const CHECK = sql('ALTER TABLE book ADD CONSTRAINT n CHECK (isbn IS NOT NULL) NOT VALID');
  const VALIDATED = outside('ALTER TABLE book VALIDATE CONSTRAINT n');
  const SET = sql('ALTER TABLE book ALTER isbn SET NOT NULL, DROP CONSTRAINT n');
  it.each([
    ['a check by itself', `${CHECK}\n${VALIDATED}`, ['required-breaks-old-inserts book.isbn']],
    ['all steps', `${CHECK}\n${VALIDATED}\n${SET}`, ['required-breaks-old-inserts book.isbn']],
    [
      'all steps behind a default',
      `${sql("ALTER TABLE book ALTER isbn SET DEFAULT ''")}\n${CHECK}\n${VALIDATED}\n${SET}`,
      [],
    ],
    [
      'a check of a column with a default',
      CHECK.replaceAll('isbn', 'state').replace('book', 'loan') + '\n' + VALIDATED.replace('book', 'loan'),
      [],
    ],
    [
      'a constraint of PostgreSQL 18',
      `${sql('ALTER TABLE book ADD CONSTRAINT n NOT NULL isbn NOT VALID')}\n${VALIDATED}`,
      ['required-breaks-old-inserts book.isbn'],
    ],
    [
      'a check that lets NULL in',
      `${CHECK.replace('NOT VALID', '').replace('NOT NULL', 'NOT NULL OR pages > 0').replace('NULL)', 'NULL) NOT VALID').replace('> 0)', '> 0) NOT VALID')}\n${VALIDATED}`,
      [],
    ],
  ])('in the online form: %s', async (_what, body, expected) => {
    expect(await found(body)).toEqual(expected);
  });

  it.each([
    ['the last step of the online form is there', `${CHECK}\n${VALIDATED}\n${SET}`, 'note'],
    ['it is not', `${CHECK}\n${VALIDATED}`, 'warning'],
  ])('and warns less of INSERTs that break where %s', async (_what, body, level) => {
    expect((await lint(body)).map((one) => one.level)).toEqual([level]);
  });
});

describe('lint knows of labels', () => {
  const READER = `await op.createEnum('mood', ['sad', 'ok']);
await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true },
  { name: 'mood', type: 'enum', enumName: 'mood', enum: ['sad', 'ok'], default: "'ok'" }] });`;
  const ADDED = `await op.addEnumValue('mood', 'wild');`;
  const TOO_SOON = ['enum-value-used-too-soon reader'];
  it.each<[what: string, body: string, expected: readonly string[], facts?: Linting]>([
    ['used as a default', `${ADDED}\nawait op.alterColumn('reader', 'mood', { default: "'wild'" });`, TOO_SOON],
    ['used in rows', `${ADDED}\n${sql("UPDATE reader SET mood = 'wild' WHERE id = 1")}`, TOO_SOON],
    [
      'used, on a server that is known',
      `${ADDED}\n${sql("UPDATE reader SET mood = 'wild' WHERE id = 1")}`,
      TOO_SOON,
      { version: 18 },
    ],
    ['not used', `${ADDED}\nawait op.alterColumn('reader', 'mood', { default: "'sad'" });`, []],
    [
      'of a type made before',
      `await op.createEnum('kind', ['a']);
await op.addEnumValue('kind', 'b');
await op.addColumn('reader', { name: 'kind', type: 'enum', enumName: 'kind', default: "'b'" });`,
      [],
    ],
    [
      'of a type made by hand',
      sql(
        `CREATE TYPE kind AS ENUM ('a')`,
        `ALTER TYPE kind ADD VALUE 'b'`,
        `ALTER TABLE reader ADD kind kind DEFAULT 'b'`,
      ),
      [],
    ],
    [
      'of a type made by hand, where the server refuses that',
      sql(
        `CREATE TYPE kind AS ENUM ('a')`,
        `ALTER TYPE kind ADD VALUE 'b'`,
        `ALTER TABLE reader ADD kind kind DEFAULT 'b'`,
      ),
      TOO_SOON,
      { version: 16 },
    ],
  ])('%s', async (_what, body, expected, facts: Linting = {}) => {
    expect(await found(body, { scene: READER, ...facts })).toEqual(expected);
  });
});

describe('lint knows which defaults differ from row to row:', () => {
  const FUNCTIONS = after(
    `CREATE FUNCTION made() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'x' $$`,
    `CREATE FUNCTION random_key() RETURNS text LANGUAGE sql AS $$ SELECT 'STABLE' || random() $$`,
    'CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT a * 2 $$',
  );
  it.each([
    ['made()', false],
    ['twice(2)', false],
    ['random_key()', true],
    ['txid_current()', false],
    ['pg_current_xact_id()', false],
    ['statement_timestamp()', false],
    ['pg_backend_pid()', false],
    ["currval('s')", true],
    ['timeofday()', true],
    ['unheard_of()', true],
  ])('%s', async (value, differs) => {
    const body = sql(`ALTER TABLE book ADD a text DEFAULT ${value}`);
    expect(await found(body, FUNCTIONS)).toEqual(differs ? ['default-rewrites-table book.a'] : []);
  });
});

describe('lint knows of partitions', () => {
  const DEFAULT = 'CREATE TABLE log_rest PARTITION OF log DEFAULT';
  const OTHERS = ['drop-table-loses-rows', 'cannot-be-undone', 'several-tables-under-lock'];
  const NEXT = sql(`CREATE TABLE log_2027 PARTITION OF log FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')`);
  it.each<[what: string, body: string, expected: readonly string[], scene?: readonly string[]]>([
    ['dropped', sql('DROP TABLE log_2025'), ['partition-taken-off-under-lock log']],
    [
      'detached and then dropped',
      `${outside('ALTER TABLE log DETACH PARTITION log_2025 CONCURRENTLY')}\n${sql('DROP TABLE log_2025')}`,
      ['drop-breaks-old-code log_2025'],
    ],
    [
      'detached before',
      sql('DROP TABLE log_2025'),
      ['drop-breaks-old-code log_2025'],
      [...LOG, 'ALTER TABLE log DETACH PARTITION log_2025'],
    ],
    [
      'renamed and dropped',
      sql('DROP TABLE log_old'),
      ['partition-taken-off-under-lock log'],
      [...LOG, 'ALTER TABLE log_2025 RENAME TO log_old'],
    ],
    ['a new one beside the default one', NEXT, ['partition-scanned-under-lock log_rest'], [...LOG, DEFAULT]],
    ['a new one without a default one', NEXT, []],
    [
      'a new one beside a default one with a check',
      NEXT,
      [],
      [...LOG, DEFAULT, `ALTER TABLE log_rest ADD CHECK (at > '2030-01-01')`],
    ],
    ['all of them by their parent', sql('ALTER TABLE log ADD source text'), []],
  ])('%s', async (_what, body, expected, scene = LOG) => {
    expect(await found(body, after(...scene), ...OTHERS)).toEqual(expected);
  });
});

describe('lint knows which indexes serve a foreign key:', () => {
  it.each([
    ['one without NULLs', '("authorId") WHERE "authorId" IS NOT NULL', true],
    ['the same in another spelling', '("authorId") where ("authorId" is not null)', true],
    ['one of the rows', '("authorId") WHERE pages > 0', false],
    ['one without NULLs of another column', '("authorId") WHERE isbn IS NOT NULL', false],
    ['one with a condition more', '("authorId") WHERE "authorId" IS NOT NULL AND pages > 0', false],
  ])('%s', async (_what, index, isServed) => {
    const key = `await op.createForeignKey('book', { name: 'FK', columnNames: ['authorId'], referencedTableName: 'author',
  referencedColumnNames: ['id'], isValidated: false });
await op.validateConstraint('book', 'FK', { isConcurrent: true });`;
    const expected = isServed ? [] : ['key-without-index book'];
    expect(await found(`${outside(`CREATE INDEX CONCURRENTLY i ON book ${index}`)}\n${key}`)).toEqual(expected);
    expect(await found(key, after(`CREATE INDEX i ON book ${index}`))).toEqual(expected);
  });

  it('in a table that the run itself creates, none is missed', async () => {
    expect(await found(sql('CREATE TABLE shelf (a integer REFERENCES author)'))).toEqual([]);
  });
});

describe('lint goes on behind SQL by hand with', () => {
  const DROPPED = ['drop-breaks-old-code book.isbn', 'drop-column-loses-values book.isbn'];
  it.each([
    ['a batch', `await op.inBatches({ table: 'book' }, 'UPDATE book SET pages = 1 WHERE pages IS NULL');`, []],
    ['a longer type', `await op.alterColumn('book', 'title', { length: '300' });`, []],
    ['another type', `await op.alterColumn('book', 'pages', { type: 'bigint' });`, ['type-rewrites-table book.pages']],
    ['a foreign key by its columns', `await op.dropForeignKey('loan', { columnNames: ['bookId'] });`, []],
    ['a batch of calls', `await op.batch('book', (table) => { table.alterColumn('title', { length: '300' }); });`, []],
  ])('%s', async (_what, call, expected) => {
    const body = `${sql('ALTER TABLE book ADD z integer')}\n${call}\nawait op.dropColumn('book', 'isbn');`;
    expect(await found(body, {}, 'several-tables-under-lock')).toEqual([...DROPPED, ...expected]);
  });
});

describe('lint looks at each of several statements', () => {
  it.each([
    ['in one text', sql('ALTER TABLE book ADD z integer; CREATE INDEX i ON loan (state)')],
    ['in calls', sql('ALTER TABLE book ADD z integer', 'CREATE INDEX i ON loan (state)')],
    ['in a block', sql('DO $$ BEGIN ALTER TABLE book ADD z integer; CREATE INDEX i ON loan (state); END $$')],
  ])('%s', async (_what, body) => {
    expect(await found(body)).toEqual(['index-stops-writers loan', 'slow-work-under-a-lock book']);
  });

  it('and not at those of one call of op', async () => {
    const call = `await op.alterColumn('book', 'isbn', { type: 'text', isNullable: false, default: "''" });`;
    expect(await found(call, {}, 'not-null-over-nulls', 'not-null-scans-under-lock')).toEqual([]);
  });
});

describe('lint knows of lock_timeout', () => {
  const LOCKED = sql('ALTER TABLE book ADD z integer');
  it.each([
    ['SET lock_timeout = 0', true],
    ['SET LOCAL lock_timeout = 0', true],
    [`SET lock_timeout TO '0'`, true],
    [`SET LOCAL lock_timeout = '0ms'`, true],
    [`SELECT set_config('lock_timeout', '0', true)`, true],
    [`SELECT pg_catalog.set_config('lock_timeout', '0', false)`, true],
    [`DO $$ BEGIN PERFORM set_config('lock_timeout', '0', true); END $$`, true],
    ['SET lock_timeout TO DEFAULT', false],
    [`SET LOCAL lock_timeout = '500ms'`, false],
    [`SELECT set_config('lock_timeout', '1s', true)`, false],
    ['RESET lock_timeout', false],
  ])('%s', async (statement, isOff) => {
    expect(await found(`${sql(statement)}\n${LOCKED}`)).toEqual(isOff ? ['no-lock-timeout book'] : []);
  });

  it('in the same text, and before weaker locks', async () => {
    expect(await found(sql('SET lock_timeout = 0; ALTER TABLE book ADD z integer'))).toEqual(['no-lock-timeout book']);
    const lock = sql('SET LOCAL lock_timeout = 0', 'LOCK TABLE book IN SHARE MODE');
    expect(await found(lock)).toEqual(['explicit-lock book', 'no-lock-timeout book']);
  });

  it.each([
    ['ALTER ROLE app SET lock_timeout = 0', ['no-lock-timeout app']],
    [`ALTER DATABASE library SET lock_timeout TO '0'`, ['no-lock-timeout library']],
    ['ALTER ROLE app IN DATABASE library SET lock_timeout = 0', ['no-lock-timeout app']],
    [
      'ALTER SYSTEM SET lock_timeout = 0',
      ['concurrent-index-in-a-transaction the database', 'no-lock-timeout lock_timeout'],
    ],
    ['SET lock_timeout = 0', ['no-lock-timeout lock_timeout']],
    [`ALTER ROLE app SET lock_timeout = '5s'`, []],
    ['ALTER ROLE app SET statement_timeout = 0', []],
  ])('by itself: %s', async (statement, expected) => {
    expect(await found(sql(statement))).toEqual(expected);
  });
});

describe('lint finds the target', () => {
  it.each<[what: string, body: string, expected: readonly string[], facts?: Linting]>([
    [
      'of a column of a view',
      sql('ALTER VIEW titles RENAME COLUMN title TO name'),
      ['rename-breaks-old-code titles.title'],
    ],
    ['without COLUMN', sql('ALTER VIEW titles RENAME title TO name'), ['rename-breaks-old-code titles.title']],
    ['of a view', sql('ALTER VIEW titles RENAME TO names'), ['rename-breaks-old-code titles']],
    [
      'of a materialized view',
      sql('ALTER MATERIALIZED VIEW titles RENAME COLUMN title TO name'),
      ['rename-breaks-old-code titles.title'],
    ],
    [
      'behind a search path',
      sql('SET search_path TO sales', 'CREATE INDEX i ON invoice (number)'),
      ['index-stops-writers sales.invoice'],
      after('CREATE SCHEMA sales', 'CREATE TABLE sales.invoice (number text)'),
    ],
    [
      'in the second schema of it',
      sql('SET LOCAL search_path = app, sales', 'CREATE INDEX i ON invoice (number)'),
      ['index-stops-writers sales.invoice'],
      after('CREATE SCHEMA sales', 'CREATE TABLE sales.invoice (number text)'),
    ],
    [
      'where the search path is the own schema',
      sql(`SELECT set_config('search_path', 'public', true)`, 'CREATE INDEX i ON book (title)'),
      ['index-stops-writers book'],
    ],
    [
      'behind a rename',
      `await op.renameTable('book', 'volume');
await op.createIndex('volume', { name: 'i', columnNames: ['isbn'] });`,
      ['index-stops-writers volume', 'rename-breaks-old-code book', 'slow-work-under-a-lock volume'],
    ],
    [
      'of an index that nobody knows',
      `await op.dropIndex('book', 'made_elsewhere');`,
      ['index-dropped-under-lock book'],
    ],
    [
      'of one that only its name is known of',
      sql('DROP INDEX made_elsewhere'),
      ['index-dropped-under-lock made_elsewhere'],
    ],
    ['of none', sql('DROP INDEX IF EXISTS made_elsewhere'), []],
    [
      'of a key that by-hand SQL has made',
      sql('ALTER TABLE tag ALTER code TYPE varchar(20)'),
      ['type-checks-rows-again tag.code'],
      after('CREATE TABLE tag (code varchar(10) PRIMARY KEY)', 'CREATE TABLE tagged (code varchar(10) REFERENCES tag)'),
    ],
    [
      'of a key under a rewrite',
      sql('ALTER TABLE book ALTER id TYPE bigint'),
      ['type-checks-rows-again book.id', 'type-rewrites-table book.id'],
    ],
    [
      'of a table that IF NOT EXISTS makes',
      sql('CREATE TABLE IF NOT EXISTS audit (id bigint)', 'ALTER TABLE audit ADD PRIMARY KEY (id)'),
      [],
    ],
    [
      'of keys that are not validated at once',
      sql(
        'ALTER TABLE book ADD CONSTRAINT a FOREIGN KEY ("authorId") REFERENCES author NOT VALID',
        'ALTER TABLE loan ADD CONSTRAINT b FOREIGN KEY (id) REFERENCES author NOT VALID',
      ),
      ['key-without-index book', 'never-validated book', 'never-validated loan', 'several-foreign-keys-at-once loan'],
    ],
  ])('%s', async (_what, body, expected, facts: Linting = {}) => {
    const scene =
      facts?.scene ?? `${LIBRARY}\nawait op.createView({ name: 'titles', expression: 'SELECT id, title FROM book' });`;
    expect(await found(body, { scene })).toEqual(expected);
  });

  it.each([
    '("isbn" DESC)',
    '(isbn NULLS FIRST)',
    '(isbn COLLATE "C")',
    '(isbn text_pattern_ops)',
    '(isbn DESC NULLS LAST)',
  ])('of an index %s that becomes a constraint', async (columns) => {
    const bodyOf = (of: string): string =>
      `${outside(`CREATE UNIQUE INDEX CONCURRENTLY u ON book ${of}`)}\n${sql('ALTER TABLE book ADD CONSTRAINT u UNIQUE USING INDEX u')}`;
    expect(await found(bodyOf(columns))).toEqual(['index-cannot-become-a-constraint book']);
    expect(await found(bodyOf('(isbn ASC NULLS LAST)'))).toEqual([]);
  });

  it('by the line of a helper of the query runner', async () => {
    const body = `
      await op.queryRunner.dropColumn('book', 'isbn');
      await op.queryRunner.dropColumns('book', ['pages']);
      await op.queryRunner.dropTable('loan');`;
    const all = await codes(body);
    expect(all.filter((one) => one.includes('loses'))).toEqual([
      '2 drop-column-loses-values book.isbn',
      '3 drop-column-loses-values book.pages',
      '4 drop-table-loses-rows loan',
    ]);
  });
});

describe('lint finds that the position of a sequence is lost:', () => {
  const SEQUENCE = after('CREATE SEQUENCE number', 'CREATE TABLE visit (id bigint GENERATED BY DEFAULT AS IDENTITY)');
  it.each([
    [`SELECT setval('number', 1)`, ['number']],
    [`SELECT setval('public."number"', 1, false)`, ['number']],
    [`SELECT setval('number', (SELECT max(id) FROM visit))`, []],
    [`SELECT setval('number', nextval('number') + 1000)`, []],
    ['ALTER SEQUENCE number RESTART', ['number']],
    ['TRUNCATE visit RESTART IDENTITY', ['visit']],
    ['ALTER TABLE visit ALTER id RESTART WITH 5', ['visit.id']],
    ['ALTER TABLE visit ALTER id DROP IDENTITY', ['visit.id']],
    ['ALTER SEQUENCE number INCREMENT BY 10', []],
  ])('%s', async (statement, targets) => {
    const all = await found(sql(statement), SEQUENCE);
    expect(all.filter((one) => one.startsWith('sequence-'))).toEqual(
      targets.map((target) => `sequence-position-lost ${target}`),
    );
  });
});
