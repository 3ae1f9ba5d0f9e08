import * as fc from 'fast-check';
import {
  ALTERS,
  columnA,
  columns,
  compareTables,
  REBUILDS,
  schema,
  table,
  references,
} from '../../../test/support/comparing.js';
import { applyOperation } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { reverseAll } from '../../operations/reverse.js';
import { type SchemaModel } from '../../schema/schema.model.js';
import type { CompareSettings } from './compare-context.js';
import { compareSchemas } from './compare.js';

describe('comparing schemas', () => {
  it('finds nothing between equal ones', () => {
    const full = schema({ tables: [table('t', { columns: columns(columnA({ length: '50' })) })], schemas: ['s'] });
    expect(compareSchemas(full, structuredClone(full), ALTERS)).toEqual({
      operations: [],
      warnings: [],
      renameCandidates: [],
    });
  });

  describe('options', () => {
    const before = [table('t', { columns: columns(columnA({ length: '5', default: "'x'" })) })];
    const after = [table('t', { columns: columns(columnA({ length: '9', default: "'y'" })) })];

    it('do not compare types or defaults when they are false', () => {
      expect(compareTables(before, after, { ...ALTERS, compareType: false }).operations).toMatchObject([
        { to: { default: "'y'" } },
      ]);
      expect(
        compareTables(before, after, { ...ALTERS, compareType: false, compareServerDefault: false }).operations,
      ).toEqual([]);
    });

    it('call a function, which may leave the answer to the built-in comparison', () => {
      const asked = jest.fn(() => undefined);
      const settings = { ...ALTERS, compareType: asked, compareServerDefault: () => false };
      expect(compareTables(before, after, settings).operations).toMatchObject([{ to: { length: '9' } }]);
      expect(asked).toHaveBeenCalledWith({
        table: { name: 't' },
        actual: expect.objectContaining({ name: 'id' }),
        wanted: expect.objectContaining({ name: 'id' }),
      });
    });

    it('call a function also about equal tables', () => {
      const same = [table('t', { columns: columns(columnA({})) })];
      const says: Partial<CompareSettings>[] = [{ compareType: () => true }, { compareServerDefault: () => true }];
      for (const settings of says) {
        expect(compareTables(same, same, { ...ALTERS, ...settings }).operations).toMatchObject([
          { kind: 'alterColumn', column: 'id' },
          { kind: 'alterColumn', column: 'a' },
        ]);
      }
      const includeObject = jest.fn(() => true);
      expect(compareTables(same, same, { ...ALTERS, includeObject }).operations).toEqual([]);
      expect(includeObject).toHaveBeenCalledWith(expect.anything(), 'a', 'column', false, expect.anything());
    });

    it('leave out what includeObject rejects, on either side', () => {
      const actual = [table('theirs'), table('t', { indices: [{ name: 'by_hand', columnNames: ['id'] }] })];
      const wanted = [table('t'), table('later')];
      const includeObject: CompareSettings['includeObject'] = (_object, objectName, type, reflected) =>
        !(reflected && type === 'index') && objectName !== 'theirs' && objectName !== 'later';
      expect(compareTables(actual, wanted, { ...ALTERS, includeObject }).operations).toEqual([]);
    });

    it('create nothing on a column that includeObject rejects, unless the database has it', () => {
      const members = {
        columns: columns('secret'),
        uniques: [{ name: 'u', columnNames: ['secret'] }],
        checks: [{ name: 'c', expression: 'secret > 0' }],
        indices: [{ name: 'i', columnNames: ['id'], where: 'secret > 1' }],
      };
      const includeObject: CompareSettings['includeObject'] = (_object, objectName, type) =>
        !(type === 'column' && objectName === 'secret');
      const settings = { ...ALTERS, includeObject };
      const wanted = [table('t', members)];
      const plain = table('t');
      expect(compareTables([], wanted, settings).operations).toEqual([{ kind: 'createTable', table: plain }]);
      expect(compareTables([plain], wanted, settings).operations).toEqual([]);
      expect(compareTables([table('t', { columns: members.columns })], wanted, settings).operations).toMatchObject([
        { kind: 'createUnique' },
        { kind: 'createCheck' },
        { kind: 'createIndex' },
      ]);
    });

    it('give includeObject the counterpart in the database', () => {
      const includeObject = jest.fn(() => true);
      compareTables([table('t')], [table('t'), table('u')], { ...ALTERS, includeObject });
      expect(includeObject).toHaveBeenCalledWith(table('t'), 't', 'table', false, table('t'));
      expect(includeObject).toHaveBeenCalledWith(table('u'), 'u', 'table', false, null);
    });
  });
});

/** Random tables that refer to each other in any way. */
const tableNames = ['a', 'b', 'c', 'd'];
const arbitraryColumn = fc.record(
  {
    name: fc.constantFrom('x', 'y', 'z'),
    type: fc.constantFrom('integer', 'bigint', 'text'),
    isNullable: fc.constant(true as const),
    default: fc.constantFrom('1', '2'),
  },
  { requiredKeys: ['name', 'type'] },
);
const arbitraryTable = fc.record({
  columns: fc.uniqueArray(arbitraryColumn, { selector: ({ name: columnName }) => columnName }),
  targets: fc.uniqueArray(fc.constantFrom(...tableNames)),
  unique: fc.boolean(),
  index: fc.boolean(),
});
const arbitrarySchema = fc.dictionary(fc.constantFrom(...tableNames), arbitraryTable).map((drawn) =>
  schema({
    tables: Object.entries(drawn).map(([tableName, one]) =>
      table(tableName, {
        columns: columns(...one.columns),
        uniques: one.unique && one.columns[0] ? [{ name: `uq_${tableName}`, columnNames: [one.columns[0].name] }] : [],
        indices: one.index && one.columns[0] ? [{ name: `ix_${tableName}`, columnNames: [one.columns[0].name] }] : [],
        foreignKeys: one.targets
          .filter((target) => target in drawn)
          .map((target) => ({ ...references(target, `fk_${tableName}_${target}`), columnNames: ['id'] })),
      }),
    ),
  }),
);

/** A schema in which order says nothing. */
function sorted(model: SchemaModel): SchemaModel {
  const byName = (first: { name?: string }, second: { name?: string }): number =>
    (first.name ?? '') < (second.name ?? '') ? -1 : 1;
  return {
    ...model,
    tables: model.tables.toSorted(byName).map((one) => ({
      ...one,
      columns: one.columns.toSorted(byName),
      uniques: one.uniques.toSorted(byName),
      foreignKeys: one.foreignKeys.toSorted(byName),
      indices: one.indices.toSorted(byName),
    })),
  };
}

/** Fails where an operation refers to a table that does not exist, as a database would. */
function applyStrictly(model: SchemaModel, operation: Operation): SchemaModel {
  const next = applyOperation(model, operation);
  const names = new Set(next.tables.map((one) => one.name));
  for (const one of next.tables) {
    for (const key of one.foreignKeys) {
      if (!names.has(key.referencedTableName)) throw new Error(`${operation.kind}: ${key.name} refers to nothing`);
    }
  }
  return next;
}

describe('laws of comparing', () => {
  it.each([
    ['altered', ALTERS],
    ['rebuilt', REBUILDS],
  ])('what is found leads from one schema to the other and back, where tables are %s', (_how, settings) => {
    const isStrict = settings === ALTERS;
    fc.assert(
      fc.property(arbitrarySchema, arbitrarySchema, (actual, wanted) => {
        const { operations } = compareSchemas(actual, wanted, settings);
        const apply = isStrict ? applyStrictly : applyOperation;
        const after = operations.reduce(apply, actual);
        expect(sorted(after)).toEqual(sorted(wanted));
        expect(compareSchemas(after, wanted, settings).operations).toEqual([]);
        const undone = reverseAll(operations.filter(({ kind }) => kind !== 'execute'));
        expect(sorted(undone.reduce(apply, after))).toEqual(sorted(actual));
      }),
      { numRuns: 300 },
    );
  });
});
