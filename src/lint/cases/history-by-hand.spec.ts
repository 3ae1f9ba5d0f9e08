import { codes, LIBRARY, type Linting } from '../../../test/support/linting.js';

const sql = (...statements: readonly string[]): string =>
  statements.map((one) => `await op.execute(${JSON.stringify(one)});`).join('\n');
const outside = (statement: string): string => `await op.autocommit(() => op.execute(${JSON.stringify(statement)}));`;

/** The findings in a body behind a revision with these statements, without lines. */
async function found(before: readonly string[], body: string, facts: Linting = {}): Promise<readonly string[]> {
  const all = await codes(body, { scene: `${LIBRARY}\n${sql(...before)}`, ...facts });
  return all.map((one) => one.replace(/^\d+ /, '')).sort();
}

const NOT_NULL = 'ALTER TABLE book ALTER isbn SET NOT NULL';
const SCANS = ['not-null-over-nulls book.isbn', 'not-null-scans-under-lock book.isbn'];

describe('lint knows what SQL by hand has made of a column', () => {
  it.each([
    ['a default', [`ALTER TABLE book ALTER isbn SET DEFAULT ''`], NOT_NULL, SCANS],
    [
      'the default NULL',
      [`ALTER TABLE book ALTER isbn SET DEFAULT ''`, 'ALTER TABLE book ALTER isbn SET DEFAULT NULL'],
      NOT_NULL,
      [...SCANS, 'required-breaks-old-inserts book.isbn'],
    ],
    [
      'identity',
      ['ALTER TABLE book ALTER id ADD GENERATED ALWAYS AS IDENTITY'],
      'ALTER TABLE book ALTER id DROP IDENTITY',
      ['required-breaks-old-inserts book.id', 'sequence-position-lost book.id'],
    ],
    [
      'a column of a table that has moved',
      ['CREATE SCHEMA shop', 'ALTER TABLE loan SET SCHEMA shop'],
      'ALTER TABLE shop.loan ALTER state TYPE varchar(20)',
      [],
    ],
    [
      'a NOT NULL that is not validated',
      ['ALTER TABLE book ADD CONSTRAINT n NOT NULL isbn NOT VALID'],
      NOT_NULL,
      ['not-null-on-a-check-not-validated book.isbn', 'not-null-over-nulls book.isbn'],
    ],
    [
      'a NOT NULL that is validated',
      ['ALTER TABLE book ADD CONSTRAINT n NOT NULL isbn NOT VALID', 'ALTER TABLE book VALIDATE CONSTRAINT n'],
      NOT_NULL,
      [],
    ],
    [
      'a NOT NULL without a name, which SET NOT NULL has validated',
      ['ALTER TABLE book ADD NOT NULL isbn NOT VALID', NOT_NULL],
      NOT_NULL,
      [],
    ],
  ])('%s', async (_what, before, statement, expected) => {
    expect(await found(before, sql(statement), { version: 18 })).toEqual(expected);
  });

  it.each([
    ['a query', 'CREATE TABLE copy AS SELECT 1 AS id'],
    ['another table', 'CREATE TABLE copy (LIKE book INCLUDING ALL)'],
    ['a table that it inherits from', 'CREATE TABLE copy () INHERITS (book)'],
  ])('and does not know a column that comes from %s', async (_what, made) => {
    const rewritten = ['type-rewrites-table copy.id'];
    expect(await found([made], sql('ALTER TABLE copy ALTER id TYPE bigint'))).toEqual(rewritten);
    expect(await found([made], `await op.alterColumn('copy', 'id', { type: 'bigint' });`)).toEqual(rewritten);
  });
});

describe('lint knows what SQL by hand has made of an index', () => {
  const KEY = `ALTER TABLE loan ADD CONSTRAINT k FOREIGN KEY ("bookId") REFERENCES book NOT VALID`;
  const WIDER = 'ALTER TABLE book ALTER isbn TYPE text';
  it.each([
    ['one that is dropped', ['DROP INDEX "IDX_loan_book"'], [KEY], ['key-without-index loan', 'never-validated loan']],
    [
      'one that has another name',
      ['ALTER INDEX "IDX_loan_book" RENAME TO i'],
      ['DROP INDEX i'],
      ['index-dropped-under-lock loan'],
    ],
    ['an expression', ['CREATE INDEX i ON book (lower(isbn))'], [WIDER], ['type-rebuilds-indexes book.isbn']],
    [
      'an expression in parentheses beside a column',
      ['CREATE UNIQUE INDEX i ON book USING btree (pages, (isbn || title)) INCLUDE (price)'],
      [WIDER],
      ['type-rebuilds-indexes book.isbn'],
    ],
    ['an expression of other columns', ['CREATE INDEX i ON book (lower(title)) INCLUDE (isbn)'], [WIDER], []],
    ['an expression that is dropped', ['CREATE INDEX i ON book (lower(isbn))', 'DROP INDEX i'], [WIDER], []],
    [
      'one of a materialized view',
      ['CREATE MATERIALIZED VIEW titles AS SELECT title FROM book'],
      ['CREATE INDEX i ON titles (title)'],
      ['index-stops-writers titles'],
    ],
  ])('%s', async (_what, before, statements, expected) => {
    expect(await found(before, sql(...statements))).toEqual(expected);
  });

  it('that may be INVALID, but not where it is dropped first', async () => {
    const create = outside('CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON book (pages)');
    const drop = outside('DROP INDEX CONCURRENTLY IF EXISTS public.i');
    expect(await found([], create)).toEqual(['if-not-exists-over-an-invalid-index book']);
    expect(await found([], `${drop}\n${create}`)).toEqual([]);
    expect(await found([], `${drop.replace('.i', '.j')}\n${create}`)).toEqual([
      'if-not-exists-over-an-invalid-index book',
    ]);
  });
});

describe('lint knows what SQL by hand has made of an enum', () => {
  const CAR = [`CREATE TYPE "Color" AS ENUM ('red', 'green')`, 'CREATE TABLE car (id bigint PRIMARY KEY, c "Color")'];
  /** What TypeORM writes for other labels. */
  const change = (labels: string): string =>
    sql(
      'ALTER TYPE "public"."Color" RENAME TO "Color_old"',
      `CREATE TYPE "public"."Color" AS ENUM(${labels})`,
      'ALTER TABLE "car" ALTER COLUMN "c" TYPE "public"."Color" USING "c"::"text"::"public"."Color"',
      'DROP TYPE "public"."Color_old"',
    );
  const AGAIN = 'enum-made-anew-rewrites car.c';
  const LESS = 'enum-label-taken-away car.c';
  it.each([
    ['more labels', CAR, change(`'red', 'green', 'blue'`), [AGAIN]],
    ['fewer labels', CAR, change(`'red'`), [LESS, AGAIN]],
    [
      'a label of later',
      [...CAR, `ALTER TYPE "Color" ADD VALUE 'blue' AFTER 'red'`],
      change(`'red', 'green'`),
      [LESS, AGAIN],
    ],
    [
      'a label of another name',
      [...CAR, `ALTER TYPE "Color" RENAME VALUE 'red' TO 'r'`],
      change(`'r', 'green'`),
      [AGAIN],
    ],
    ['op with fewer labels', CAR, `await op.alterEnum('Color', ['red']);`, [LESS, AGAIN]],
    [
      'a column of later',
      [...CAR, 'ALTER TABLE loan ADD c public."Color"'],
      sql('DROP TYPE "Color" CASCADE'),
      [
        'cascade-takes-others car.c',
        'cascade-takes-others loan.c',
        'drop-breaks-old-code car.c',
        'drop-breaks-old-code loan.c',
      ],
    ],
    [
      'a text',
      [...CAR, 'ALTER TABLE car ALTER c TYPE text'],
      sql('DROP TYPE "Color" CASCADE'),
      ['cascade-takes-others Color'],
    ],
  ])('%s', async (_what, before, body, expected) => {
    expect(await found(before, body)).toEqual(expected);
  });
});

it.each([
  ['numeric(12, 2)', ['type-may-not-fit book.a', 'type-rewrites-table book.a', 'type-rounds-values book.a']],
  ['numeric', ['type-rewrites-table book.a', 'type-rounds-values book.a']],
])('lint knows that double precision may not fit %s', async (type, expected) => {
  expect(await found(['ALTER TABLE book ADD a float8'], sql(`ALTER TABLE book ALTER a TYPE ${type}`))).toEqual(
    expected,
  );
});

it.each([
  ['by hand', sql('ALTER TABLE visit ADD PRIMARY KEY (id)')],
  ['of op', `await op.createPrimaryKey('visit', ['id']);`],
])('lint finds that a primary key %s makes its columns NOT NULL', async (_what, body) => {
  const required = 'required-breaks-old-inserts visit.id';
  const scene = (more: string): Linting => ({ scene: sql(`CREATE TABLE visit (id bigint${more})`) });
  expect(await found([], body, scene(''))).toContain(required);
  expect(await found([], body, scene(' DEFAULT 0'))).not.toContain(required);
  expect(await found([], body, scene(' NOT NULL'))).not.toContain(required);
});

describe('lint knows that a block carries the position of a sequence over', () => {
  const VISIT = 'CREATE TABLE visit (id serial PRIMARY KEY)';
  const block = (last: string): string =>
    sql(`DO $$ DECLARE following bigint; BEGIN
      ALTER TABLE visit ALTER id DROP DEFAULT;
      following := nextval('visit_id_seq');
      DROP SEQUENCE visit_id_seq;
      ALTER TABLE visit ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;
      ${last}
    END $$`);
  it.each([
    ['to an identity', `PERFORM setval(pg_get_serial_sequence('visit', 'id'), following, false);`, []],
    ['and that it does not', 'NULL;', ['sequence-position-lost visit.id', 'sequence-position-lost visit_id_seq']],
  ])('%s', async (_what, last, expected) => {
    expect(await found([VISIT], block(last))).toEqual(expected);
  });
});

describe('lint knows the columns that are written with', () => {
  it.each([
    [
      'a number that counts',
      'id serial PRIMARY KEY',
      'ALTER TABLE visit ALTER id TYPE bigint',
      ['type-rewrites-table visit.id'],
    ],
    [
      'a larger one',
      'id bigserial',
      'ALTER TABLE visit ALTER id TYPE integer',
      ['type-may-not-fit visit.id', 'type-rewrites-table visit.id'],
    ],
    ['one of the same size', 'id serial8', 'ALTER TABLE visit ALTER id TYPE bigint', []],
    ['a named NOT NULL', 'id bigint CONSTRAINT n NOT NULL', 'ALTER TABLE visit ALTER id SET NOT NULL', []],
    ['NOT NULL behind them', 'id bigint, CONSTRAINT n NOT NULL id', 'ALTER TABLE visit ALTER id SET NOT NULL', []],
    ['a named NOT NULL, new', 'id bigint', 'ALTER TABLE visit ADD a int CONSTRAINT n NOT NULL DEFAULT 1', []],
    [
      'a named NOT NULL, new, without a default',
      'id bigint',
      'ALTER TABLE visit ADD a int CONSTRAINT n NOT NULL',
      ['required-breaks-old-inserts visit.a', 'required-column-without-default visit.a'],
    ],
  ])('%s', async (_what, columns, statement, expected) => {
    expect(await found([`CREATE TABLE visit (${columns})`], sql(statement))).toEqual(expected);
  });
});

describe('lint knows which values are unique already', () => {
  const PAIR = 'CREATE TABLE pair (id bigint PRIMARY KEY, a int NOT NULL, b int, UNIQUE (a), UNIQUE (b))';
  const UNIQUE = ['unique-stops-readers pair'];
  it.each([
    ['with the primary key', 'ADD UNIQUE (b, id)', UNIQUE],
    ['with another key', 'ADD CONSTRAINT u UNIQUE (a, b)', UNIQUE],
    [
      'with a key that has NULLs',
      'ADD UNIQUE NULLS NOT DISTINCT (b)',
      [...UNIQUE, 'unique-over-duplicates pair'].sort(),
    ],
    ['in place of the key', 'DROP CONSTRAINT pair_pkey, ADD PRIMARY KEY (id, a)', ['primary-key-stops-readers pair']],
  ])('%s', async (_what, action, expected) => {
    expect(await found([PAIR], sql(`ALTER TABLE pair ${action}`))).toEqual(expected);
  });
});

describe('lint finds the foreign keys that CASCADE takes', () => {
  const BOOK = ['ALTER TABLE book ADD CONSTRAINT pk PRIMARY KEY (id)'];
  const taken = async (statement: string, before = BOOK): Promise<readonly string[]> =>
    (await found(before, sql(statement))).filter((one) => one.startsWith('cascade'));
  it.each([
    ['with a table', 'DROP TABLE book CASCADE', ['book', 'loan']],
    ['with a column', 'ALTER TABLE book DROP COLUMN id CASCADE', ['book.id', 'loan']],
    ['with another column', 'ALTER TABLE book DROP COLUMN pages CASCADE', ['book.pages']],
    ['with nothing', 'DROP TABLE loan CASCADE', ['loan']],
  ])('%s', async (_what, statement, targets) => {
    expect(await taken(statement)).toEqual(targets.map((target) => `cascade-takes-others ${target}`));
  });

  it('with a key', async () => {
    const before = ['CREATE TABLE p (id int CONSTRAINT pk PRIMARY KEY)', 'CREATE TABLE c (id int REFERENCES p)'];
    const both = ['cascade-takes-others c', 'cascade-takes-others p'];
    expect(await taken('ALTER TABLE p DROP CONSTRAINT pk CASCADE', before)).toEqual(both);
  });
});

it('lint takes a table that gets another name for no second one', async () => {
  const body = sql('ALTER TABLE loan RENAME TO lending', 'ALTER TABLE lending ADD a int', 'ALTER TABLE book ADD a int');
  expect(await found([], body)).toEqual(['rename-breaks-old-code loan', 'several-tables-under-lock book']);
});

it('lint takes SET NOT NULL for the validation of a NOT NULL', async () => {
  const body = sql(
    'ALTER TABLE loan ADD CONSTRAINT n NOT NULL state NOT VALID',
    'ALTER TABLE loan ALTER state SET NOT NULL',
  );
  expect(await found([], body, { version: 18 })).not.toContain('never-validated loan');
});

it.each(['email', '"email"', 'public."email"', '"public"."email"'])(
  'lint knows a column of the domain %s',
  async (type) => {
    const before = ['CREATE DOMAIN email AS text', `CREATE TABLE visit (id bigint PRIMARY KEY, mail ${type})`];
    const rule = sql(`ALTER DOMAIN email ADD CONSTRAINT at CHECK (VALUE LIKE '%@%')`);
    expect(await found(before, rule)).toEqual(['domain-checks-every-table visit.mail']);
    expect(await found(before, sql('ALTER TABLE visit ALTER mail TYPE text'))).toEqual([]);
  },
);
