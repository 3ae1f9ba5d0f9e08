import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { schema, table } from '../../test/support/comparing.js';
import { isSameData, withActualTables } from './same-data.js';
import type { TableModel } from './schema.model.js';

const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', 1, true, null, undefined),
    fc.array(tie('data'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('data'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

describe('the same data', () => {
  it('is what isDeepStrictEqual takes for equal', () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        expect(isSameData(one, other)).toBe(isDeepStrictEqual(one, other));
        expect(isSameData(one, structuredClone(one))).toBe(true);
      }),
    );
  });
});

describe('tables that are wanted as they exist', () => {
  const keys = ['one', 'other'].map((name) => ({
    name,
    columnNames: ['id'],
    referencedTableName: name,
    referencedColumnNames: ['id'],
  }));
  const actual = table('t', { foreignKeys: keys });
  const shared = (wanted: TableModel): boolean => {
    const [found] = withActualTables(schema({ tables: [wanted] }), schema({ tables: [actual] })).tables;
    expect(found === actual || found === wanted).toBe(true);
    return found === actual;
  };

  it.each([
    ['in another order of their constraints', table('t', { foreignKeys: keys.toReversed() }), true],
    [
      'with a constraint of another name',
      table('t', { foreignKeys: keys.map((key) => ({ ...key, name: 'a' })) }),
      false,
    ],
    ['with a constraint less', table('t', { foreignKeys: keys.slice(1) }), false],
    [
      'with constraints that exchanged their names',
      table('t', {
        foreignKeys: keys.map((key, place) => ({ ...key, name: keys[1 - place]?.name ?? '' })),
      }),
      false,
    ],
    ['with another column', { ...actual, columns: [{ name: 'id', type: 'bigint' }] }, false],
    ['with a comment', { ...actual, comment: 'c' }, false],
    ['under another name', { ...actual, name: 'u' }, false],
    ['in another schema', { ...actual, schema: 's' }, false],
  ] as const)('are the actual table only if nothing differs: %s', (_how, wanted, isOne) => {
    expect(shared(wanted)).toBe(isOne);
  });

  it('are two where constraints without a name differ', () => {
    const nameless = (...columns: string[]): TableModel =>
      table('t', { uniques: columns.map((column) => ({ columnNames: [column] })) });
    const stands = schema({ tables: [nameless('a', 'b')] });
    const [same, other] = [nameless('a', 'b'), nameless('a', 'a')].map(
      (wanted) => withActualTables(schema({ tables: [wanted] }), stands).tables[0] === stands.tables[0],
    );
    expect([same, other]).toEqual([true, false]);
  });
});
