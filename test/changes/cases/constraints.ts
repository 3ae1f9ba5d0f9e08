import { Entity, EntitySchema, Index, PrimaryGeneratedColumn, Column as TypeormColumn } from 'typeorm';
import { type Change, type Entity as AnyEntity, MISSED, OK, ofColumn, table, UNUSABLE } from '../change.js';

const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const postgres = (outcome: string): Change['typeorm'] => ({ postgres: outcome });
const number = { type: 'int' } as const;
type Options = NonNullable<Parameters<typeof table>[2]>;

/** A change of what stands over the numbers `a` and `b` of `t`. */
function over(
  id: string,
  title: string,
  typeorm: Change['typeorm'],
  before: Options,
  after: Options,
  extra: Partial<Change> = {},
): Change {
  const columns = { a: number, b: number };
  return {
    id,
    title,
    typeorm,
    before: [table('t', columns, before)],
    after: [table('t', columns, after)],
    rows: ['INSERT INTO t (a, b) VALUES (11, 20)', 'INSERT INTO t (a, b) VALUES (12, 21)'],
    ...extra,
  };
}

/** The entity `t` with an index that only a decorator can describe. */
function indexed(options: Parameters<typeof Index>[2]): AnyEntity {
  @Entity('t')
  @Index('ix', ['a'], options)
  class Indexed {
    @PrimaryGeneratedColumn()
    id!: number;

    @TypeormColumn({ type: 'int' })
    a!: number;
  }
  return Indexed;
}

const inIndexed = { rows: ['INSERT INTO t (a) VALUES (1)'] };
const excluded = (expression: string): AnyEntity =>
  new EntitySchema({
    name: 't',
    columns: { id: { type: 'int', primary: true }, during: { type: 'int4range' }, room: { type: 'int4range' } },
    exclusions: [{ name: 'ex', expression }],
  });

export const uniques: readonly Change[] = [
  ofColumn(
    { id: 'uqAdd', title: 'a column becomes unique', typeorm: both(OK) },
    number,
    { ...number, unique: true },
    '1',
  ),
  ofColumn(
    {
      id: 'uqAddDup',
      title: 'a column becomes unique, with duplicates in it',
      typeorm: both(UNUSABLE),
      rows: ['INSERT INTO t (c) VALUES (1)', 'INSERT INTO t (c) VALUES (1)'],
      refused: { postgres: /could not create unique index/, sqlite: /'c' of 't' cannot be unique: 2 rows hold \(1\)/ },
    },
    number,
    { ...number, unique: true },
    '1',
  ),
  ofColumn(
    {
      id: 'uqDrop',
      title: 'a column is unique no longer',
      typeorm: { postgres: OK, sqlite: 'reports it again for ever' },
    },
    { ...number, unique: true },
    number,
    '1',
  ),
  over(
    'uqNamedCols',
    'a named unique: other columns',
    both(MISSED),
    { uniques: [{ name: 'uq', columns: ['a'] }] },
    { uniques: [{ name: 'uq', columns: ['a', 'b'] }] },
  ),
  over(
    'uqDefer',
    'a unique becomes deferrable',
    postgres(MISSED),
    { uniques: [{ name: 'uq', columns: ['a', 'b'] }] },
    { uniques: [{ name: 'uq', columns: ['a', 'b'], deferrable: 'INITIALLY DEFERRED' }] },
  ),
  over(
    'uqRename',
    'a named unique of two columns: other name',
    both(OK),
    { uniques: [{ name: 'uq1', columns: ['a', 'b'] }] },
    { uniques: [{ name: 'uq2', columns: ['a', 'b'] }] },
  ),
  over(
    'uq1Rename',
    'a named unique of one column: other name',
    both(MISSED),
    { uniques: [{ name: 'uq1', columns: ['a'] }] },
    { uniques: [{ name: 'uq2', columns: ['a'] }] },
  ),
];

export const indexes: readonly Change[] = [
  over('ixAdd', 'an index is added', both(OK), {}, { indices: [{ columns: ['a'] }] }),
  over(
    'ixWhere',
    'a named index: other WHERE',
    both(MISSED),
    { indices: [{ name: 'ix', columns: ['a'], where: 'a > 1' }] },
    { indices: [{ name: 'ix', columns: ['a'], where: 'a > 2' }] },
  ),
  over(
    'ixWhereAuto',
    'an index without a name: other WHERE',
    both(OK),
    { indices: [{ columns: ['a'], where: 'a > 1' }] },
    { indices: [{ columns: ['a'], where: 'a > 2' }] },
  ),
  over(
    'ixCols',
    'a named index: other columns',
    both(OK),
    { indices: [{ name: 'ix', columns: ['a'] }] },
    { indices: [{ name: 'ix', columns: ['b'] }] },
  ),
  over(
    'ixOrder',
    'a named index: other order of columns',
    both(MISSED),
    { indices: [{ name: 'ix', columns: ['a', 'b'] }] },
    { indices: [{ name: 'ix', columns: ['b', 'a'] }] },
  ),
  over(
    'ixUnique',
    'an index becomes unique',
    both(OK),
    { indices: [{ name: 'ix', columns: ['a'] }] },
    { indices: [{ name: 'ix', columns: ['a'], unique: true }] },
  ),
  over(
    'ixType',
    'an index: btree → hash',
    postgres(OK),
    {},
    {},
    { before: [indexed({})], after: [indexed({ type: 'hash' } as never)], ...inIndexed },
  ),
  over(
    'ixConc',
    'an index is added concurrently',
    postgres('fails: not possible in a transaction'),
    {},
    {},
    { before: [table('t', { a: number })], after: [indexed({ concurrent: true })], ...inIndexed },
  ),
  over(
    'ixConcNone',
    'a concurrent index is dropped',
    postgres('fails: not possible in a transaction'),
    {},
    {},
    { before: [indexed({ concurrent: true })], after: [table('t', { a: number })], ...inIndexed },
  ),
  over(
    'ixRen',
    'a named index: other name',
    both(OK),
    { indices: [{ name: 'ix1', columns: ['a'] }] },
    { indices: [{ name: 'ix2', columns: ['a'] }] },
  ),
  over(
    'ixSameName',
    'indexes over (a, b) and (b, a) are added, without names',
    postgres('gives both one name, which fails'),
    {},
    { indices: [{ columns: ['a', 'b'] }, { columns: ['b', 'a'] }] },
    { refused: { postgres: /two different indexes named/ } },
  ),
  over(
    'ixHand',
    'a column is added; the database has an index over an expression that somebody made',
    both('drops that index'),
    {},
    {},
    {
      after: [table('t', { a: number, b: number, c: { ...number, nullable: true } })],
      rows: [
        'INSERT INTO t (a, b) VALUES (1, 2)',
        'CREATE INDEX hand_ix ON t ((a + b))',
        'CREATE INDEX hand_ix2 ON t (abs(a))',
      ],
    },
  ),
];

export const checks: readonly Change[] = [
  over(
    'ckNamed',
    'a named check: other expression',
    both(MISSED),
    { checks: [{ name: 'ck', expression: 'a > 0' }] },
    { checks: [{ name: 'ck', expression: 'a > 10' }] },
  ),
  over(
    'ckAuto',
    'a check without a name: other expression',
    both(OK),
    { checks: [{ expression: 'a > 0' }] },
    { checks: [{ expression: 'a > 10' }] },
  ),
  over(
    'exNamed',
    'a named exclusion: other expression',
    postgres(MISSED),
    {},
    {},
    {
      before: [excluded('USING gist (during WITH &&)')],
      after: [excluded('USING gist (during WITH &&, room WITH =)')],
      rows: ["INSERT INTO t (id, during, room) VALUES (1, '[1,2)', '[1,1]')"],
    },
  ),
];
