import { createSqliteDatabase } from '../../../../test/support/databases.js';
import type { Operations } from '../../../operations/operations.interface.js';
import { ContractDatabase } from '../../contract/contract-database.js';
import { sqliteDialect } from '../index.js';

describe('changes that SQLite 3.53 makes in place', () => {
  let database: ContractDatabase;
  let isNew: boolean;
  beforeEach(async () => {
    database = await ContractDatabase.make({ dialect: sqliteDialect, make: createSqliteDatabase } as never);
    const [row] = await database.query('SELECT sqlite_version() AS version');
    isNew = Number(String(row?.['version']).split('.')[1]) >= 53;
    await database.upgrade({ a: create });
  });
  afterEach(() => database.drop());

  const create = async (op: Operations): Promise<void> => {
    await op.createTable({
      name: 't',
      columns: [
        { name: 'id', type: 'integer', isPrimary: true },
        { name: 'a', type: 'integer', isNullable: true },
        { name: 'b', type: 'varchar', isNullable: true, default: "'x'" },
      ],
      checks: [{ name: 'CHK_a', expression: 'a > 0' }],
    });
    await op.bulkInsert('t', [
      { id: 1, a: 1, b: 'y' },
      { id: 2, a: 2, b: null },
    ]);
  };

  /** The statements of a change, without those of the run; whether the table is copied. */
  async function run(change: (op: Operations) => Promise<void>): Promise<boolean> {
    const statements: string[] = [];
    await database.upgrade({ a: create, b: change }, { onStatement: ({ sql }) => void statements.push(sql) });
    return statements.some((sql) => sql.startsWith('DROP TABLE'));
  }
  const table = async () => (await database.reflected()).find(({ name }) => name === 't');

  it('are NOT NULL and checks, with the same table and rows as by a rebuild', async () => {
    const isCopied = await run(async (op) => {
      await op.alterColumn('t', 'a', { isNullable: false });
      await op.alterColumn('t', 'b', { isNullable: false });
      await op.dropCheckConstraint('t', 'CHK_a');
      await op.createCheckConstraint('t', { name: 'CHK_b', expression: `b <> 'no'` });
    });
    expect(isCopied).toBe(!isNew);
    expect(await database.query('SELECT * FROM t')).toEqual([
      { id: 1, a: 1, b: 'y' },
      { id: 2, a: 2, b: 'x' },
    ]);
    expect(await table()).toMatchObject({
      columns: [{ name: 'id' }, { name: 'a' }, { name: 'b', default: "'x'" }],
      checks: [{ name: 'CHK_b', expression: `b <> 'no'` }],
    });
    expect((await table())?.columns.some(({ isNullable }) => isNullable)).toBe(false);
  });

  it('come back in place', async () => {
    const isCopied = await run(async (op) => {
      await op.alterColumn('t', 'a', { isNullable: false });
      await op.alterColumn('t', 'a', { isNullable: true });
    });
    expect(isCopied).toBe(!isNew);
    expect((await table())?.columns[1]).toMatchObject({ name: 'a', isNullable: true });
  });

  it('are refused as before where rows are in the way', async () => {
    await database.query('UPDATE t SET a = NULL WHERE id = 2');
    const nulls = await database.failure({ a: create, b: (op) => op.alterColumn('t', 'a', { isNullable: false }) });
    expect(nulls.cause).toMatchObject({ code: 'NULL_VALUES' });
    const check = { name: 'CHK_b', expression: `b <> 'y'` };
    const broken = await database.failure({ a: create, b: (op) => op.createCheckConstraint('t', check) });
    expect(broken.message).toMatch(/CHK_b|constraint failed/);
    expect((await table())?.checks).toEqual([{ name: 'CHK_a', expression: 'a > 0' }]);
  });

  it('are a rebuild where a check is NULL for a row, which SQLite would refuse', async () => {
    await database.query('UPDATE t SET a = NULL WHERE id = 2');
    expect(await run((op) => op.createCheckConstraint('t', { name: 'CHK_c', expression: 'a < 100' }))).toBe(true);
    expect((await table())?.checks).toHaveLength(2);
  });

  it('are a rebuild with other changes, and where an UPDATE would fire triggers', async () => {
    expect(
      await run((op) =>
        op.batch('t', (changes) => {
          changes.alterColumn('a', { isNullable: false });
          changes.alterColumn('b', { type: 'text' });
        }),
      ),
    ).toBe(true);
    await database.query(`CREATE TRIGGER no_update BEFORE UPDATE ON t BEGIN SELECT raise(ABORT, 'fired'); END`);
    const change = (op: Operations): Promise<void> => op.alterColumn('t', 'b', { isNullable: false });
    await database.upgrade({ a: create, b: change, c: change });
    expect((await table())?.columns[2]?.isNullable).toBeUndefined();
  });
});
