import { DataSource } from 'typeorm';
import type { Operations } from '../../src/index.js';
import { run } from '../../src/runtime/index.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { TestHistory } from './history.js';

type WrongCall = [string, (op: Operations) => Promise<void>, RegExp];

/** What a revision may get wrong, and what its author must be told. */
const calls: WrongCall[] = [
  ['a table that is not there', (op) => op.alterColumn('usr', 'age', { type: 'bigint' }), /'usr'/],
  ['a comment on it', (op) => op.setTableComment('usr', 'people'), /usr/],
  ['a column that is not there', (op) => op.alterColumn('user', 'agee', { type: 'bigint' }), /'user'.*'agee'/],
  ['a comment on it', (op) => op.alterColumn('user', 'agee', { comment: 'years' }), /agee/],
  ['a constraint that is not there', (op) => op.dropUniqueConstraint('user', 'UQ_age'), /user.*UQ_age|UQ_age.*user/],
  [
    'a unique constraint as a check',
    (op) => op.dropCheckConstraint('visit', 'UQ_at'),
    /'visit' has no check constraint 'UQ_at'/,
  ],
  ['a check as a foreign key', (op) => op.dropForeignKey('visit', 'CHK_at'), /'visit' has no foreign key 'CHK_at'/],
  ['a check as the key', (op) => op.dropPrimaryKey('visit', 'CHK_at'), /'visit' has no primary key 'CHK_at'/],
  ['an index of another table', (op) => op.dropIndex('user', 'IDX_at'), /'user'.*'IDX_at'/],
  ['its new name', (op) => op.renameIndex('user', 'IDX_at', 'IDX_when'), /'user'.*'IDX_at'/],
  ['a view that is not there', (op) => op.alterView('adults', { expression: 'SELECT 1' }), /adults/],
  ['a column that the index does not have', (op) => op.createIndex('user', { columnNames: ['agee'] }), /agee/],
  ['a name that is taken', (op) => op.renameColumn('user', 'age', 'id'), /id/],
  [
    'a misspelt option',
    (op) => op.dropTable('user', { cascade: true } as object),
    /op\.dropTable\('user'\).*'cascade'/,
  ],
  ['no options of a column', (op) => op.addColumn('user', undefined as never), /op\.addColumn\('user', …\)/],
  [
    'no word on row ids',
    (op) => op.setWithoutRowid('user', undefined as never),
    /op\.setWithoutRowid\('user'.*true or false/,
  ],
  ['no function', (op) => op.autocommit(undefined as never), /op\.autocommit/],
];

describe.each(databases)('what a revision gets wrong, on %s', (_dialect, make) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE "user" (id integer, age integer)');
    await dataSource.query(
      'CREATE TABLE visit (at integer, CONSTRAINT "UQ_at" UNIQUE (at), CONSTRAINT "CHK_at" CHECK (at > 0))',
    );
    await dataSource.query('CREATE INDEX "IDX_at" ON visit (at)');
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it.each(calls)('%s: the error names it, the revision and the line', async (_what, call, named) => {
    const history = new TestHistory({ a1: (op) => call(op) }, __filename);
    await expect(run(history.request(dataSource))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(named),
      failure: { revision: 'a1', direction: 'upgrade', line: expect.any(Number) },
    });
    await expect(run(history.request(dataSource))).rejects.not.toThrow(/Cannot (read|destructure)|is not a function/);
  });
});
