import * as fc from 'fast-check';
import type { Operations } from '../../operations/operations.interface.js';
import { ContractDatabase } from './contract-database.js';
import { subjects } from './subjects.js';
import { offlineContext } from '../../../test/support/postgres-database.js';
import { tableModel } from '../../../test/support/sqlite-database.js';

const id = { name: 'id', type: 'integer' } as const;
const insert = (value: number): string => `INSERT INTO t VALUES (${value})`;
const index = (table: string) => ({ name: `ix_${table}`, columnNames: ['id'] });

type Work = (op: Operations, name: string, place: number) => Promise<void>;

const rows: Work = (op, _name, place) => op.execute(insert(place));
const table: Work = (op, name) => op.createTable({ name, columns: [id] });
/** Two statements as one operation. */
const indexed: Work = (op, name) => op.createTable({ name, columns: [id], indices: [index(name)] });
/** Three, of which the last fails. */
const half: Work = (op, name) => op.createTable({ name, columns: [id], indices: [index(name), index(name)] });

const caught: Work = (op, name, place) => half(op, name, place).catch(() => undefined);
const outside =
  (work: Work): Work =>
  (op, ...at) =>
    op.autocommit(() => work(op, ...at));

const byRunner: Work = (op, _name, place) => op.queryRunner.query(insert(place)) as Promise<void>;
const selected: Work = (op) => op.queryRunner.query('SELECT 1') as Promise<void>;
/** A transaction of the revision's own, in SQL. */
const between =
  (begin: string, work: Work, end: string): Work =>
  async (op, ...at) => {
    await op.execute(begin);
    await work(op, ...at);
    await op.execute(end);
  };
/** The same by TypeORM. */
const transaction =
  (end: 'commitTransaction' | 'rollbackTransaction'): Work =>
  async (op, ...at) => {
    await op.queryRunner.startTransaction();
    await byRunner(op, ...at);
    await op.queryRunner[end]();
  };

/** A transaction of TypeORM, in which another one fails. */
const nested: Work = (op, _name, place) =>
  op.manager.transaction(async (manager) => {
    await manager.query(insert(place));
    const inner = manager.transaction(async (one) => {
      await one.query(insert(place + 1_000));
      throw new Error('the inner one');
    });
    await inner.catch(() => undefined);
  });
const several: Work = (op, _name, place) => op.bulkInsert('t', [{ id: place }, { id: place }]);

/** What a revision may do, and what each of its statements leaves: a row, or an object by the start of its name. */
const works = {
  rows,
  table,
  indexed,
  caught,
  rowsOutside: outside(rows),
  indexedOutside: outside(indexed),
  byRunner,
  byRunnerOutside: outside(byRunner),
  selectedOutside: outside(selected),
  kept: outside(between('BEGIN', rows, 'COMMIT')),
  undone: outside(between('BEGIN', rows, 'ROLLBACK')),
  undoneOfRunner: outside(between('BEGIN', byRunner, 'ROLLBACK')),
  undoneInside: between('SAVEPOINT s', rows, 'ROLLBACK TO SAVEPOINT s'),
  ended: outside(transaction('commitTransaction')),
  rolledBack: outside(transaction('rollbackTransaction')),
  nestedInside: nested,
  nestedOutside: outside(nested),
  severalKept: outside(between('BEGIN', several, 'COMMIT')),
  severalUndone: outside(between('BEGIN', several, 'ROLLBACK')),
};
const leaves: Readonly<Record<keyof typeof works, readonly ('row' | '' | 'ix_')[]>> = {
  rows: ['row'],
  table: [''],
  indexed: ['', 'ix_'],
  caught: ['', 'ix_'],
  rowsOutside: ['row'],
  indexedOutside: ['', 'ix_'],
  byRunner: ['row'],
  byRunnerOutside: ['row'],
  selectedOutside: [],
  kept: ['row'],
  undone: [],
  undoneOfRunner: [],
  undoneInside: [],
  ended: ['row'],
  rolledBack: [],
  nestedInside: ['row'],
  nestedOutside: ['row'],
  severalKept: ['row'],
  severalUndone: [],
};

/** The same where a table and its indexes are one statement, which leaves nothing when it fails. */
const leavesAtOnce: typeof leaves = { ...leaves, indexed: [''], caught: [], indexedOutside: [''] };

/** How it fails: with rows, with a table, in the middle of an operation, outside the transaction, without a statement. */
const endings = fc.constantFrom<Work>(
  (op) => op.execute('INSERT INTO missing VALUES (1)'),
  (op) => op.execute('CREATE TABLE t (id integer)'),
  half,
  outside(half),
  (op) => op.queryRunner.query('INSERT INTO missing VALUES (1)') as Promise<void>,
  outside(between('BEGIN', rows, 'nonsense')),
  outside(between('BEGIN', byRunner, 'nonsense')),
  () => Promise.reject(new Error('no statement')),
);

describe.each(subjects)('a revision that fails, on %s', (_, subject) => {
  const { transactions, compile } = subject.dialect;
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  it('keeps just those of its statements that the error and the history call kept', async () => {
    await database.upgrade({ a: (op) => table(op, 't', 0) });
    let round = 0;
    const indexedTable = { ...tableModel('t'), columns: [id], indices: [index('t')] };
    const statements = await compile({ kind: 'createTable', table: indexedTable }, offlineContext);
    const leavesHere = statements.length === 1 ? leavesAtOnce : leaves;
    const drawn = fc.array(fc.constantFrom(...(Object.keys(works) as (keyof typeof works)[])), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(drawn, endings, async (kinds, ending) => {
        round += 1;
        const name = (place: number): string => `t${round}_${place}`;
        await database.query('DELETE FROM t');
        const error = await database.failure({
          a: () => Promise.reject(new Error('it has run')),
          // An id of its own: what one has done is not done again.
          [`b${round}`]: async (op) => {
            for (const [place, kind] of kinds.entries()) await works[kind](op, name(place), place);
            await ending(op, name(kinds.length), kinds.length);
          },
        });
        const { kept, rolledBack, keptStatements, current } = error.failure;
        expect({ kept, rolledBack, current }).toEqual({ kept: [], rolledBack: [], current: ['a'] });

        const objects = await database.objects();
        const ids = await database.ids();
        const isLeft = (what: 'row' | '' | 'ix_', place: number): boolean =>
          what === 'row' ? ids.includes(place) : objects.has(what + name(place));
        // An operation that fails is undone where that is possible: its statements did not run.
        const left = kinds.flatMap((kind, place) =>
          kind === 'caught' && transactions === 'whole' ? [] : leavesHere[kind].map((what) => isLeft(what, place)),
        );
        left.push(...(['', 'ix_'] as const).filter((what) => isLeft(what, kinds.length)).map(() => true));
        expect(left).toEqual(left.map((_, at) => at < keptStatements));
        expect(keptStatements).toBeLessThanOrEqual(left.length);
        expect(error.hint).not.toMatch(/rolled back/i);
        expect((await database.history()).at(-1)).toMatchObject({
          revision: `b${round}`,
          statements_done: keptStatements,
        });
      }),
      { numRuns: 30 },
    );
  });
});
