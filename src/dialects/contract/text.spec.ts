import * as fc from 'fast-check';
import { writeScript } from '../../runtime/index.js';
import { TestHistory } from '../../../test/faults/history.js';
import type { RevisionFunction } from '../../operations/operations.interface.js';
import { ContractDatabase } from './contract-database.js';
import { hostileNames, hostileText } from './hostile.js';
import { subjects } from './subjects.js';

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const json = fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer(), fc.constant(null)), { maxKeys: 2 });

describe.each(subjects)('SQL text, on %s', (_, subject) => {
  const { dialect } = subject;
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  /** What the database reads where a value is written as a literal into a column of a type. */
  async function stored(value: unknown, type: string): Promise<unknown> {
    await database.query(`CREATE TABLE v (value ${type})`);
    await database.query(`INSERT INTO v VALUES (${dialect.literal(value)})`);
    const [row] = await database.query('SELECT value FROM v');
    await database.query('DROP TABLE v');
    return row?.['value'];
  }

  it('keeps every text that is written as a literal', () =>
    fc.assert(fc.asyncProperty(hostileText, async (text) => expect(await stored(text, 'text')).toBe(text))));

  it('keeps numbers, NULL, and objects as JSON', () =>
    fc.assert(
      fc.asyncProperty(number, json, async (value, object) => {
        expect(Number(await stored(value, 'double precision'))).toBe(value === 0 ? 0 : value);
        expect(await stored(null, 'text')).toBeNull();
        expect(JSON.parse(String(await stored(object, 'text')))).toEqual(object);
      }),
      { numRuns: 30 },
    ));

  it('keeps every name that is quoted', () =>
    fc.assert(
      fc.asyncProperty(hostileNames(3, dialect.rules), async ([table = '', ...columns]) => {
        const quoted = columns.map((column) => dialect.quote(column));
        await database.query(
          `CREATE TABLE ${dialect.quote(table)} (${quoted.map((name) => `${name} integer`).join(', ')})`,
        );
        await database.query(`INSERT INTO ${dialect.quote(table)} (${quoted.join(', ')}) VALUES (1, 2)`);
        const named = quoted.map((name, at) => `${name} AS c${at}`);
        const rows = await database.query(`SELECT ${named.join(', ')} FROM ${dialect.quote(table)}`);
        expect(rows).toEqual([{ c0: 1, c1: 2 }]);
        const reflected = await database.reflected();
        expect(reflected.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
          [table, columns],
        ]);
        await database.query(`DROP TABLE ${dialect.quote(table)}`);
      }),
      { numRuns: 50 },
    ));

  it('holds the same rows whether a revision runs or is a script', () =>
    fc.assert(
      fc.asyncProperty(
        // In `op` a dot is behind a schema.
        hostileNames(2, dialect.rules).filter(([name]) => !name?.includes('.')),
        fc.array(hostileText, { minLength: 1, maxLength: 3 }),
        async ([name = '', column = ''], texts) => {
          const upgrade: RevisionFunction = async (op) => {
            await op.createTable({ name, columns: [{ name: column, type: 'text' }] });
            await op.bulkInsert(
              name,
              texts.map((text) => ({ [column]: text })),
            );
          };
          const stored = async (): Promise<unknown[]> => {
            const rows = await database.query(`SELECT ${dialect.quote(column)} AS value FROM ${dialect.quote(name)}`);
            await database.query(`DROP TABLE ${dialect.quote(name)}`);
            await database.query('DROP TABLE migrate_version');
            return rows.map(({ value }) => value);
          };
          const history = new TestHistory({ a: upgrade });
          const { sql = '' } = await writeScript(history.script(database.dataSource, { dialect }));
          await database.runScript(sql);
          expect(await stored()).toEqual(texts);
          await database.upgrade({ a: upgrade });
          expect(await stored()).toEqual(texts);
        },
      ),
      { numRuns: 30 },
    ));
});
