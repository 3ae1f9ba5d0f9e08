import type { EntitySchema } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

/** A table whose check, index and generated column use a column of this name. */
function entities(column: string, dialect: TestDatabase['dialect']): EntitySchema[] {
  const sql = (text: string): string => text.replaceAll('?', `"${column}"`);
  const generated = { type: 'int', asExpression: sql('? * 2'), generatedType: 'STORED', nullable: true } as const;
  return [
    table(
      't',
      { [column]: { type: 'int' }, twice: generated },
      {
        checks: [{ expression: sql('? > 0') }],
        indices: [{ name: 'ix', columns: ['id'], where: sql('? > 1') }],
        exclusions: dialect === 'postgres' ? [{ name: 'xcl', expression: sql('USING btree (? WITH =)') }] : [],
      },
    ),
  ];
}

/** Some need quotes on both databases, some on one only, and `fullName` for its capital. */
const NAMES = ['pos', 'position', 'order', 'transaction', 'returning', 'fullName', "it's", 'values', 'add', 'no$w'];

describe.each(databases)('a column with a check, an index and a generated column on %s', (dialect, make) => {
  it.each([
    ...NAMES.map((name, at) => [name, NAMES[(at + 1) % NAMES.length] as string]),
    ...['pos', 'position', 'transaction', 'add'].map((name) => ['fullName', name]),
  ])('is renamed from %s to %s and back by nothing but the rename', async (from, to) => {
    const database = await make();
    try {
      const before = await withDataSource(database, entities(from, dialect), async (dataSource) => {
        await upgrade(dataSource);
        await dataSource.query(`INSERT INTO t ("${from}") VALUES (3)`);
        return catalog(dataSource);
      });
      await withDataSource(database, entities(to, dialect), async (dataSource) => {
        const { operations, downgrade } = await upgrade(dataSource, { renames: [`t.${from}:t.${to}`] });
        expect(operations.map(({ kind }) => kind)).not.toContain('batch');
        expect(operations.map(({ kind }) => kind)).not.toContain('dropCheck');
        expect(operations.map(({ kind }) => kind)).not.toContain('dropExclusion');
        expect((await compare(dataSource)).operations).toEqual([]);
        expect(await dataSource.query(`SELECT "${to}", twice FROM t`)).toEqual([{ [to]: 3, twice: 6 }]);
        await run(dataSource, downgrade);
        expect(await catalog(dataSource)).toEqual(before);
      });
    } finally {
      await database.drop();
    }
  });

  it.each(['transaction', 'returning', 'position', 'add'])(
    'is renamed to %s while the table is changed otherwise',
    async (to) => {
      const database = await make();
      const bare: Operation = {
        kind: 'createCheck',
        table: { name: 't' },
        check: { name: 'bare', expression: 'pos < 100' },
      };
      const operations = [
        { kind: 'renameColumn', table: { name: 't' }, from: 'pos', to },
        { kind: 'alterColumn', table: { name: 't' }, column: to, to: { type: 'bigint', default: '7' } },
      ] as const;
      try {
        await withDataSource(database, entities('pos', dialect), async (dataSource) => {
          await upgrade(dataSource);
          // PostgreSQL changes no type that a generated column uses.
          await run(dataSource, [{ kind: 'dropColumn', table: { name: 't' }, column: 'twice' }, bare]);
          await run(dataSource, [{ kind: 'batch', table: { name: 't' }, operations }]);
          await dataSource.query('INSERT INTO t DEFAULT VALUES');
          const [row] = await dataSource.query(`SELECT "${to}" AS value FROM t`);
          expect(Number(row.value)).toBe(7);
          await expect(dataSource.query(`INSERT INTO t ("${to}") VALUES (100)`)).rejects.toThrow(/bare/);
        });
      } finally {
        await database.drop();
      }
    },
  );
});
