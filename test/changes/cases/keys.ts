import { EntitySchema } from 'typeorm';
import { type Change, type Column, type Columns, LOSES, MISSED, OK, type Reading, table, UNUSABLE } from '../change.js';

const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const postgres = (outcome: string): Change['typeorm'] => ({ postgres: outcome });
const number: Column = { type: 'int' };

const parent = table('p', { a: { type: 'varchar', default: 'x' } });
const other = table('q', {});

function child(relation: object): EntitySchema {
  return table('t', {}, { relations: { p: { type: 'many-to-one', target: 'p', ...relation } } as never });
}

function ofRelation(
  id: string,
  title: string,
  typeorm: Change['typeorm'],
  before: EntitySchema,
  after: EntitySchema,
): Change {
  return {
    id,
    title,
    typeorm,
    before: [parent, before],
    after: [parent, after],
    rows: ['INSERT INTO p (id) VALUES (7)', 'INSERT INTO t ("pId") VALUES (7)'],
  };
}

const deferrable = 'INITIALLY DEFERRED';
const refersTo = (target: string): EntitySchema =>
  table('t', {}, { relations: { ref: { type: 'many-to-one', target, joinColumn: { name: 'ref' } } } as never });

export const foreignKeys: readonly Change[] = [
  ofRelation('fkDel', 'ON DELETE: none → CASCADE', both(OK), child({}), child({ onDelete: 'CASCADE' })),
  ofRelation('fkDelRm', 'ON DELETE: CASCADE → none', both(OK), child({ onDelete: 'CASCADE' }), child({})),
  ofRelation('fkDefer', 'a foreign key becomes deferrable', postgres(MISSED), child({}), child({ deferrable })),
  ofRelation('fkNull', 'a nullable foreign key becomes NOT NULL', both(OK), child({}), child({ nullable: false })),
  ofRelation(
    'fkDrop',
    'the relation goes, its column stays',
    both(OK),
    child({}),
    table('t', { pId: { ...number, nullable: true } }),
  ),
  ofRelation(
    'fkNoConstr',
    'createForeignKeyConstraints: false',
    both(OK),
    child({}),
    child({ createForeignKeyConstraints: false }),
  ),
  {
    id: 'fkTarget',
    title: 'a foreign key refers to another table',
    typeorm: both(OK),
    before: [parent, other, refersTo('p')],
    after: [parent, other, refersTo('q')],
    rows: ['INSERT INTO p (id) VALUES (7)', 'INSERT INTO q (id) VALUES (7)', 'INSERT INTO t (ref) VALUES (7)'],
  },
  {
    id: 'fkParentGone',
    title: 'an entity is removed, and the relation to it',
    typeorm: both('ok, but the table of the entity stays'),
    before: [parent, child({})],
    after: [table('t', {})],
    rows: ['INSERT INTO t (id) VALUES (1)'],
  },
  ofRelation('o2o', 'many-to-one → one-to-one', both(OK), child({}), child({ type: 'one-to-one', joinColumn: true })),
];

const keyed = (columns: Columns): EntitySchema => new EntitySchema({ name: 't', columns });
const key = (type: Column): Column => ({ ...type, primary: true });
const withChild = (type: Column, relation: object = {}): EntitySchema[] => [
  new EntitySchema({ name: 'p', columns: { id: key(type), a: { type: 'varchar' } } }),
  table(
    't',
    {},
    { relations: { p: { type: 'many-to-one', target: 'p', joinColumn: { name: 'p_id' }, ...relation } } as never },
  ),
];
/** What a query of parents with their children returns for one row in each. */
const family = (upgraded: unknown, downgraded: unknown): Reading => ({
  sql: 'SELECT p.id, t.p_id FROM p JOIN t ON t.p_id = p.id',
  upgraded: [{ id: upgraded, p_id: upgraded }],
  downgraded: [{ id: downgraded, p_id: downgraded }],
});
const serial: Column = { type: 'int', generated: 'increment' };

function ofKey(
  id: string,
  title: string,
  typeorm: Change['typeorm'],
  before: Columns,
  after: Columns,
  rest: Partial<Change> = {},
): Change {
  const names = Object.keys(before);
  return {
    id,
    title,
    typeorm,
    before: [keyed(before)],
    after: [keyed(after)],
    rows: [`INSERT INTO t (${names.join(', ')}) VALUES (${names.map((_, at) => at + 5).join(', ')})`],
    ...rest,
  };
}

export const primaryKeys: readonly Change[] = [
  ofKey(
    'pkComposite',
    'a key of one column → of two',
    both(OK),
    { id: key(number), b: number },
    { id: key(number), b: key(number) },
  ),
  ofKey(
    'pkSingle',
    'a key of two columns → of one',
    both(OK),
    { id: key(number), b: key(number) },
    { id: key(number), b: number },
  ),
  {
    id: 'pkUuid',
    title: 'serial → uuid, with a child',
    typeorm: { postgres: `${LOSES}: new keys, and children without a parent`, sqlite: 'ok, but the way down fails' },
    before: withChild(serial),
    after: withChild({ type: 'uuid', generated: 'uuid' }),
    rows: ["INSERT INTO p (id, a) VALUES (1, 'x')", 'INSERT INTO t (p_id) VALUES (1)'],
    refused: {
      postgres: /The primary key "p\.id" cannot change from integer to uuid/,
      sqlite: /The primary key "p\.id" cannot change from integer to uuid/,
    },
  },
  {
    id: 'pkBig',
    title: 'serial → bigserial, with a child and a gap in the numbers',
    typeorm: { postgres: 'numbers the rows anew, and children lose their parent' },
    before: withChild(serial),
    after: withChild({ type: 'bigint', generated: 'increment' }),
    rows: [
      "INSERT INTO p (id, a) VALUES (1, 'a')",
      "INSERT INTO p (id, a) VALUES (3, 'c')",
      'INSERT INTO t (p_id) VALUES (3)',
    ],
  },
  {
    id: 'pkBigCascade',
    title: 'serial → bigserial, with a child that cascades',
    typeorm: { postgres: 'children lose their parent' },
    before: withChild(serial, { onDelete: 'CASCADE' }),
    after: withChild({ type: 'bigint', generated: 'increment' }, { onDelete: 'CASCADE' }),
    rows: ["INSERT INTO p (a) VALUES ('a')", 'INSERT INTO t (p_id) VALUES (1)'],
    reads: { postgres: family('1', 1) },
  },
  {
    id: 'pkText',
    title: 'int → varchar, with a child',
    typeorm: { postgres: UNUSABLE, sqlite: 'ok, but the way down fails' },
    before: withChild(number),
    after: withChild({ type: 'varchar' }),
    rows: ["INSERT INTO p (id, a) VALUES (1, 'x')", 'INSERT INTO t (p_id) VALUES (1)'],
    reads: { postgres: family('1', 1), sqlite: family('1', 1) },
  },
  {
    id: 'pkBig (SQLite)',
    title: 'increment int → bigint, with a child',
    typeorm: { sqlite: 'fails: AUTOINCREMENT needs an INTEGER' },
    before: withChild(serial),
    after: withChild({ type: 'bigint' }),
    rows: [
      "INSERT INTO p (id, a) VALUES (1, 'a')",
      "INSERT INTO p (id, a) VALUES (3, 'c')",
      'INSERT INTO t (p_id) VALUES (3)',
    ],
  },
  {
    id: 'pkLen',
    title: 'varchar(36) → varchar(50), with a child',
    typeorm: { postgres: UNUSABLE, sqlite: OK },
    before: withChild({ type: 'varchar', length: 36 }),
    after: withChild({ type: 'varchar', length: 50 }),
    rows: ["INSERT INTO p (id, a) VALUES ('k', 'x')", "INSERT INTO t (p_id) VALUES ('k')"],
  },
  ofKey(
    'pkIdentity',
    'serial → identity',
    postgres(MISSED),
    { id: key(serial) },
    { id: key({ ...serial, generated: 'identity' as 'increment' }) },
  ),
  ofKey(
    'pkGen',
    'int → increment',
    both(OK),
    { id: key({ type: 'integer' }) },
    { id: key({ type: 'integer', generated: 'increment' }) },
  ),
  ofKey(
    'pkName',
    'the primary key gets another name',
    both(MISSED),
    { id: key({ ...number, primaryKeyConstraintName: 'pk1' }) },
    { id: key({ ...number, primaryKeyConstraintName: 'pk2' }) },
    // Nothing on SQLite can be done with the name of a primary key.
    { unchangedOn: ['sqlite'] },
  ),
  ofKey(
    'pkMove',
    'the primary key moves from "id" to "code"',
    both(OK),
    { id: key(number), code: number },
    { id: number, code: key(number) },
  ),
];
