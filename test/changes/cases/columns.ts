import { Column as TypeormColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { type Change, type Column, type Entity as AnyEntity, LOSES, OK, ofColumn, table, UNUSABLE } from '../change.js';

const number: Column = { type: 'int' };
const postgres = (outcome: string): Change['typeorm'] => ({ postgres: outcome });
const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const generatedFrom = (expression: string): Column => ({
  type: 'int',
  asExpression: expression,
  generatedType: 'STORED',
  nullable: true,
});
const plain: Column = { type: 'int', nullable: true };

/** A change of the columns of `t` beside the number `a`, which is 2. */
function beside(
  id: string,
  title: string,
  typeorm: Change['typeorm'],
  before: Readonly<Record<string, Column>>,
  after: Readonly<Record<string, Column>>,
  extra: Partial<Change> = {},
): Change {
  return {
    id,
    title,
    typeorm,
    before: [table('t', { a: number, ...before })],
    after: [table('t', { a: number, ...after })],
    rows: ['INSERT INTO t (a) VALUES (2)'],
    ...extra,
  };
}

export const generated: readonly Change[] = [
  beside('genAdd', 'a stored generated column is added', both(OK), {}, { g: generatedFrom('a * 2') }),
  beside(
    'genExpr',
    'the expression of a stored generated column changes',
    both(OK),
    { g: generatedFrom('a * 2') },
    { g: generatedFrom('a * 3') },
    {
      becomes: { postgres: { 't.g': '6' }, sqlite: { 't.g': '6' } },
    },
  ),
  beside(
    'gen2norm',
    'a generated column becomes a plain one',
    { postgres: OK, sqlite: LOSES },
    { g: generatedFrom('a * 2') },
    { g: plain },
  ),
  beside(
    'norm2gen',
    'a plain column becomes a generated one',
    { postgres: 'replaces the values by those of the expression', sqlite: UNUSABLE },
    { g: plain },
    { g: generatedFrom('a * 2') },
    {
      rows: ['INSERT INTO t (a, g) VALUES (2, 99)'],
      becomes: { postgres: { 't.g': '4' }, sqlite: { 't.g': '4' } },
      back: { postgres: { 't.g': '4' }, sqlite: { 't.g': '4' } },
    },
  ),
  beside(
    'genSrcType',
    'a column under a generated one changes its type',
    { postgres: UNUSABLE, sqlite: OK },
    { g: generatedFrom('a * 2') },
    { a: { type: 'bigint' }, g: generatedFrom('a * 2') },
  ),
];

function commented(comment?: string): AnyEntity {
  @Entity('t', comment === undefined ? {} : { comment })
  class Commented {
    @PrimaryGeneratedColumn()
    id!: number;

    @TypeormColumn({ type: 'int' })
    a!: number;
  }
  return Commented;
}

const word = (comment?: string): Column => ({ type: 'varchar', ...(comment === undefined ? {} : { comment }) });

export const comments: readonly Change[] = [
  ofColumn(
    { id: 'comment', title: 'a column comment changes', typeorm: postgres(OK) },
    word('one'),
    word('two'),
    "'x'",
  ),
  ofColumn(
    { id: 'commentQ', title: 'a column comment with a quote and a line break', typeorm: postgres(OK) },
    word('one'),
    word("it's a\nnew line"),
    "'x'",
  ),
  ofColumn(
    { id: 'commentRm', title: 'a column comment is removed', typeorm: postgres(OK) },
    word('one'),
    word(),
    "'x'",
  ),
  beside(
    'tcomment',
    'a table comment changes',
    postgres(OK),
    {},
    {},
    { before: [commented('one')], after: [commented('two')] },
  ),
  beside(
    'tcommentRm',
    'a table comment is removed',
    postgres(OK),
    {},
    {},
    { before: [commented('one')], after: [commented()] },
  ),
];
