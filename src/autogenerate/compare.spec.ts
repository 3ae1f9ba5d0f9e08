import * as fc from 'fast-check';
import { postgresDialect } from '../dialects/postgres/index.js';
import { applyOperation } from '../operations/apply.js';
import type { Operation } from '../operations/operation.js';
import { reverseAll } from '../operations/reverse.js';
import { type ColumnModel, emptySchema, type SchemaModel, type TableModel } from '../schema/schema.model.js';
import type { CompareSettings } from './compare-context.js';
import { type Comparison, compareSchemas } from './compare.js';

const parts = {
  quote: (name: string): string => `"${name}"`,
  conversionRisk: postgresDialect.conversionRisk,
};
const ALTERS: CompareSettings = { capabilities: { batchesTableChanges: false }, ...parts };
const REBUILDS: CompareSettings = { capabilities: { batchesTableChanges: true }, ...parts };

function table(name: string, parts: Partial<TableModel> = {}): TableModel {
  return {
    name,
    columns: [{ name: 'id', type: 'integer' }],
    primaryKey: { name: `PK_${name}`, columnNames: ['id'] },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
    ...parts,
  };
}

function columns(...list: (ColumnModel | string)[]): ColumnModel[] {
  return ['id', ...list].map((column) => (typeof column === 'string' ? { name: column, type: 'integer' } : column));
}

function schema(parts: Partial<SchemaModel>): SchemaModel {
  return { ...emptySchema, ...parts };
}

function compareTables(actual: TableModel[], wanted: TableModel[], settings: CompareSettings = ALTERS): Comparison {
  return compareSchemas(schema({ tables: actual }), schema({ tables: wanted }), settings);
}

const kinds = ({ operations }: Comparison): string[] => operations.map(({ kind }) => kind);
const name = (column: Partial<ColumnModel>): ColumnModel => ({ name: 'a', type: 'character varying', ...column });
const references = (target: string, key = `FK_${target}`) => ({
  name: key,
  columnNames: ['a'],
  referencedTableName: target,
  referencedColumnNames: ['id'],
});

describe('comparing schemas', () => {
  it('finds nothing between equal ones', () => {
    const full = schema({ tables: [table('t', { columns: columns(name({ length: '50' })) })], schemas: ['s'] });
    expect(compareSchemas(full, structuredClone(full), ALTERS)).toEqual({
      operations: [],
      warnings: [],
      renameCandidates: [],
    });
  });

  describe('columns', () => {
    it.each<[string, Partial<ColumnModel>, Partial<ColumnModel>, object, object]>([
      ['length', { length: '50' }, { length: '100' }, { length: '100' }, { length: '50' }],
      ['type', {}, { type: 'text' }, { type: 'text' }, { type: 'character varying' }],
      ['array-ness', { type: 'text' }, { type: 'text', isArray: true }, { isArray: true }, {}],
      ['collation', { collation: 'C' }, {}, {}, { collation: 'C' }],
      ['nullability', { isNullable: true }, {}, { isNullable: false }, { isNullable: true }],
      ['default', {}, { default: "'x'" }, { default: "'x'" }, { default: null }],
      ['comment', { comment: 'one' }, {}, { comment: null }, { comment: 'one' }],
      [
        'generation',
        { generationStrategy: 'increment' },
        { generationStrategy: 'identity', generatedIdentity: 'ALWAYS' },
        { generationStrategy: 'identity', generatedIdentity: 'ALWAYS' },
        { generationStrategy: 'increment' },
      ],
      [
        'expression',
        { asExpression: 'id * 2', generatedType: 'STORED' },
        {},
        { asExpression: null },
        { asExpression: 'id * 2', generatedType: 'STORED' },
      ],
    ])('alters in place what differs in %s', (_what, before, after, to, existing) => {
      const { operations } = compareTables(
        [table('t', { columns: columns(name(before)) })],
        [table('t', { columns: columns(name(after)) })],
      );
      expect(operations).toEqual([
        expect.objectContaining({
          kind: 'alterColumn',
          table: { name: 't' },
          column: 'a',
          to: expect.objectContaining(to),
          existing: expect.objectContaining(existing),
        }),
      ]);
    });

    it('gives the whole type where any of it changes', () => {
      const { operations } = compareTables(
        [table('t', { columns: columns(name({ type: 'numeric', precision: 10, scale: 2 })) })],
        [table('t', { columns: columns(name({ type: 'numeric', precision: 12, scale: 2 })) })],
      );
      expect(operations[0]).toMatchObject({ to: { type: 'numeric', precision: 12, scale: 2 } });
    });

    it('changes several things of one column at once', () => {
      const comparison = compareTables(
        [table('t', { columns: columns(name({ length: '5' })) })],
        [table('t', { columns: columns(name({ type: 'text', isNullable: true, default: "'x'", comment: 'c' })) })],
      );
      expect(kinds(comparison)).toEqual(['alterColumn']);
    });

    it('fills the gaps before a column with a default stops taking NULL', () => {
      const before = [table('t', { schema: 's', columns: columns(name({ isNullable: true })) })];
      const after = [table('t', { schema: 's', columns: columns(name({ default: "'x'" })) })];
      const { operations, warnings } = compareTables(before, after);
      expect(operations).toMatchObject([
        { kind: 'execute', sql: `UPDATE "s"."t" SET "a" = 'x' WHERE "a" IS NULL` },
        { kind: 'alterColumn', to: { isNullable: false, default: "'x'" } },
      ]);
      expect(warnings).toEqual([]);
      expect(kinds(compareTables(before, after, REBUILDS))).toEqual(['alterColumn']);
    });

    it('changes the type of a column first, whose default fits the new type alone', () => {
      const before = [table('t', { columns: columns(name({ isNullable: true })) })];
      const after = [table('t', { columns: columns(name({ type: 'integer', default: '7' })) })];
      const { operations, warnings } = compareTables(before, after);
      expect(operations).toMatchObject([
        { kind: 'alterColumn', to: { type: 'integer', default: '7' } },
        { kind: 'execute', sql: `UPDATE "t" SET "a" = 7 WHERE "a" IS NULL` },
        { kind: 'alterColumn', to: { isNullable: false }, existing: { isNullable: true } },
      ]);
      expect(warnings.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('becomes NOT NULL'));
    });

    it('takes the order of columns for nothing', () => {
      const comparison = compareTables(
        [table('t', { columns: columns('a', 'b') })],
        [table('t', { columns: columns('b', 'a') })],
      );
      expect(comparison.operations).toEqual([]);
    });

    it('adds plain columns before the generated ones that stand on them, and drops them after', () => {
      const generated: ColumnModel = { name: 'g', type: 'integer', asExpression: 'b * 2', generatedType: 'STORED' };
      const gone: ColumnModel = { name: 'old_g', type: 'integer', asExpression: 'c * 2', generatedType: 'STORED' };
      const { operations } = compareTables(
        [table('t', { columns: columns('c', gone) })],
        [table('t', { columns: columns(generated, 'b') })],
      );
      expect(
        operations.map(
          (one) => `${one.kind} ${one.kind === 'addColumn' ? one.column.name : (one as { column: string }).column}`,
        ),
      ).toEqual(['addColumn b', 'dropColumn old_g', 'addColumn g', 'dropColumn c']);
    });
  });

  describe('constraints and indexes', () => {
    it('drops and creates what changed under its name', () => {
      const before = table('t', {
        columns: columns('a', 'b'),
        checks: [{ name: 'ck', expression: 'a > 0' }],
        uniques: [{ name: 'uq', columnNames: ['a'] }],
        indices: [{ name: 'ix', columnNames: ['a', 'b'] }],
      });
      const after = {
        ...before,
        checks: [{ name: 'ck', expression: 'a > 10' }],
        uniques: [{ name: 'uq', columnNames: ['a', 'b'] }],
        indices: [{ name: 'ix', columnNames: ['b', 'a'] }],
      };
      expect(kinds(compareTables([before], [after])).sort()).toEqual([
        'createCheck',
        'createIndex',
        'createUnique',
        'dropCheck',
        'dropIndex',
        'dropUnique',
      ]);
    });

    it('renames what only has another name', () => {
      const before = table('t', {
        columns: columns('a'),
        primaryKey: { name: 'pk_old', columnNames: ['id'] },
        uniques: [{ name: 'uq_old', columnNames: ['a'] }],
        foreignKeys: [references('t', 'fk_old')],
        indices: [{ name: 'ix_old', columnNames: ['a'] }],
      });
      const after = {
        ...before,
        primaryKey: { name: 'pk', columnNames: ['id'] },
        uniques: [{ name: 'uq', columnNames: ['a'] }],
        foreignKeys: [references('t', 'fk')],
        indices: [{ name: 'ix', columnNames: ['a'] }],
      };
      expect(compareTables([before], [after]).operations).toEqual([
        { kind: 'renameConstraint', table: { name: 't' }, from: 'pk_old', to: 'pk' },
        { kind: 'renameConstraint', table: { name: 't' }, from: 'uq_old', to: 'uq' },
        { kind: 'renameConstraint', table: { name: 't' }, from: 'fk_old', to: 'fk' },
        { kind: 'renameIndex', table: { name: 't' }, from: 'ix_old', to: 'ix' },
      ]);
    });

    it('leaves alone an index on expressions, and what entities cannot say of an index', () => {
      const plain = { name: 'ix', columnNames: ['a'] };
      const actual = table('t', {
        columns: columns('a'),
        indices: [
          { name: 'by_hand', columnNames: [], expression: 'lower(a)' },
          { ...plain, include: ['id'], columnOptions: { a: 'DESC' }, nullsNotDistinct: true },
        ],
      });
      const wanted = table('t', { columns: columns('a'), indices: [{ ...plain, isConcurrent: true }] });
      expect(compareTables([actual], [wanted]).operations).toEqual([]);
    });

    it('drops an index on columns that no entity knows', () => {
      const actual = table('t', { indices: [{ name: 'by_hand', columnNames: ['id'] }] });
      expect(compareTables([actual], [table('t')]).operations).toEqual([
        { kind: 'dropIndex', table: { name: 't' }, name: 'by_hand', was: { name: 'by_hand', columnNames: ['id'] } },
      ]);
    });

    it('takes a constraint without a name for the one that it equals, and else leaves it alone', () => {
      const actual = table('t', { uniques: [{ columnNames: ['id'] }], checks: [{ expression: 'id > 0' }] });
      const wanted = table('t', { uniques: [{ name: 'uq', columnNames: ['id'] }] });
      expect(compareTables([actual], [wanted], REBUILDS).operations).toEqual([]);
    });

    it('moves a primary key, with the foreign keys that stand on it out of the way', () => {
      const parent = table('p', { columns: columns('code'), uniques: [{ name: 'uq', columnNames: ['id'] }] });
      const child = table('c', { columns: columns('a'), foreignKeys: [references('p')] });
      const moved = { ...parent, primaryKey: { name: 'PK_code', columnNames: ['code'] } };
      expect(kinds(compareTables([parent, child], [moved, child]))).toEqual([
        'dropForeignKey',
        'dropPrimaryKey',
        'createPrimaryKey',
        'createForeignKey',
      ]);
      expect(kinds(compareTables([parent, child], [moved, child], REBUILDS))).toEqual(['batch']);
    });

    it('keeps foreign keys where both ends stay comparable, and takes them out of the way where not', () => {
      const pair = (type: string): TableModel[] => [
        table('p', { columns: [{ name: 'id', type }] }),
        table('c', {
          columns: [
            { name: 'id', type: 'integer' },
            { name: 'a', type },
          ],
          foreignKeys: [references('p')],
        }),
      ];
      expect(kinds(compareTables(pair('integer'), pair('bigint')))).toEqual(['alterColumn', 'alterColumn']);
      expect(kinds(compareTables(pair('integer'), pair('character varying')))).toEqual([
        'dropForeignKey',
        'alterColumn',
        'alterColumn',
        'createForeignKey',
      ]);
    });

    it('refuses to turn the numbers of a key into uuids, and says who refers to them', () => {
      const parent = (type: string): TableModel => table('p', { columns: [{ name: 'id', type }] });
      const child = table('c', { columns: columns('a'), foreignKeys: [references('p')] });
      expect(() => compareTables([parent('integer'), child], [parent('uuid'), child])).toThrow(
        /"p\.id" cannot change from integer to uuid.*"c\.a"/,
      );
    });
  });

  describe('tables', () => {
    it('creates tables behind those they refer to, and closes circles at the end', () => {
      const team = table('team', { columns: columns('a'), foreignKeys: [references('player')] });
      const player = table('player', { columns: columns('a'), foreignKeys: [references('team')] });
      const fan = table('fan', { columns: columns('a'), foreignKeys: [references('team'), references('fan')] });
      const { operations } = compareTables([], [fan, team, player]);
      expect(operations.map((one) => (one.kind === 'createTable' ? one.table.name : one.kind))).toEqual([
        'player',
        'team',
        'fan',
        'createForeignKey',
      ]);
      expect(kinds(compareTables([], [fan, team, player], REBUILDS))).not.toContain('createForeignKey');
      expect(reverseAll(operations).map(({ kind }) => kind)).toEqual([
        'dropForeignKey',
        'dropTable',
        'dropTable',
        'dropTable',
      ]);
    });

    it('drops tables that no entity has, those that refer to others first', () => {
      const parent = table('a_parent');
      const child = table('b_child', { columns: columns('a'), foreignKeys: [references('a_parent')] });
      const { operations, warnings } = compareTables([parent, child], []);
      expect(operations).toEqual([
        { kind: 'dropTable', table: { name: 'b_child' }, was: child },
        { kind: 'dropTable', table: { name: 'a_parent' }, was: parent },
      ]);
      expect(warnings.map(({ message }) => message)).toEqual([
        'drops the table "b_child" with all its rows',
        'drops the table "a_parent" with all its rows',
      ]);
    });

    it('makes missing schemas and extensions first, and drops none', () => {
      const wanted = schema({ tables: [table('t', { schema: 's' })], schemas: ['s'], extensions: ['citext'] });
      expect(compareSchemas(emptySchema, wanted, ALTERS).operations).toMatchObject([
        { kind: 'createSchema', name: 's' },
        { kind: 'createExtension', name: 'citext' },
        { kind: 'createTable' },
      ]);
      const others = schema({ schemas: ['s'], extensions: ['citext'], sequences: [{ name: 'q' }] });
      expect(compareSchemas(others, emptySchema, ALTERS).operations).toEqual([]);
    });

    it('puts the changes of a table into one batch where tables are rebuilt', () => {
      const before = table('t', { columns: columns('a', 'b'), indices: [{ name: 'ix', columnNames: ['b'] }] });
      const after = table('t', { columns: columns(name({ type: 'bigint' }), 'c') });
      const { operations } = compareTables([before], [after], REBUILDS);
      expect(operations).toMatchObject([
        {
          kind: 'batch',
          table: { name: 't' },
          operations: [{ kind: 'dropIndex' }, { kind: 'addColumn' }, { kind: 'alterColumn' }, { kind: 'dropColumn' }],
        },
      ]);
    });
  });

  describe('enums', () => {
    const status = (default_?: string): ColumnModel => ({
      name: 'status',
      type: 'enum',
      enumName: 'e',
      ...(default_ === undefined ? {} : { default: `'${default_}'::e` }),
    });
    const withEnum = (values: string[], column: ColumnModel = status()): SchemaModel =>
      schema({ enums: [{ name: 'e', values }], tables: [table('t', { columns: columns(column) })] });

    it('adds values in place, each at its place', () => {
      const { operations } = compareSchemas(withEnum(['b', 'd']), withEnum(['a', 'b', 'c', 'd', 'e']), ALTERS);
      expect(operations).toEqual([
        { kind: 'addEnumValue', enum: { name: 'e' }, value: 'a', before: 'b', existing: ['b', 'd'] },
        { kind: 'addEnumValue', enum: { name: 'e' }, value: 'c', before: 'd', existing: ['a', 'b', 'd'] },
        { kind: 'addEnumValue', enum: { name: 'e' }, value: 'e', existing: ['a', 'b', 'c', 'd'] },
      ]);
    });

    it.each([
      ['removed', ['a', 'b'], ['a']],
      ['reordered', ['a', 'b'], ['b', 'a']],
    ])('makes the type anew where values are %s', (_what, existing, values) => {
      const { operations } = compareSchemas(withEnum(existing), withEnum(values), ALTERS);
      expect(operations).toEqual([{ kind: 'alterEnum', enum: { name: 'e' }, values, existing }]);
    });

    it('makes the type anew where a new value is used at once, its default away meanwhile', () => {
      const before = withEnum(['a'], status('a'));
      const after = withEnum(['a', 'new'], status('new'));
      expect(compareSchemas(before, after, ALTERS).operations).toMatchObject([
        { kind: 'alterColumn', to: { default: null }, existing: { default: "'a'::e" } },
        { kind: 'alterEnum', values: ['a', 'new'] },
        { kind: 'alterColumn', to: { default: "'new'::e" }, existing: { default: null } },
      ]);
    });

    it('warns of a value that goes', () => {
      const { warnings } = compareSchemas(withEnum(['a', 'b']), withEnum(['a']), ALTERS);
      expect(warnings.map(({ message }) => message)).toEqual([`the enum "e" loses 'b': this fails while rows hold it`]);
    });

    it('renames a type whose columns all use another one now', () => {
      const after = schema({
        enums: [{ name: 'E 2', values: ['a'] }],
        tables: [table('t', { columns: columns({ ...status(), enumName: 'E 2', default: `'a'::"E 2"` }) })],
      });
      expect(compareSchemas(withEnum(['a'], status('a')), after, ALTERS).operations).toEqual([
        { kind: 'renameEnum', enum: { name: 'e' }, to: { name: 'E 2' } },
      ]);
    });

    it('renames a type before all else, so that what is dropped comes back while it has that name', () => {
      const after = schema({
        enums: [{ name: 'f', values: ['a', 'b'] }],
        tables: [table('t', { columns: columns({ ...status(), enumName: 'f' }) })],
      });
      const { operations } = compareSchemas(withEnum(['b', 'a'], status('a')), after, ALTERS);
      expect(operations).toMatchObject([
        { kind: 'renameEnum' },
        { kind: 'alterColumn', to: { default: null }, existing: { default: "'a'::f" } },
        { kind: 'alterEnum', enum: { name: 'f' } },
      ]);
    });

    it('creates a type before its column, drops it after, and leaves alone one that no column has', () => {
      const text = schema({
        enums: [{ name: 'by_hand', values: ['x'] }],
        tables: [table('t', { columns: columns({ name: 'status', type: 'text' }) })],
      });
      const both = {
        ...withEnum(['a']),
        enums: [
          { name: 'e', values: ['a'] },
          { name: 'by_hand', values: ['x'] },
        ],
      };
      expect(kinds(compareSchemas(text, withEnum(['a']), ALTERS))).toEqual(['createEnum', 'alterColumn']);
      expect(kinds(compareSchemas(both, { ...text, enums: [] }, ALTERS))).toEqual(['alterColumn', 'dropEnum']);
    });
  });

  describe('views', () => {
    const view = (viewName: string, expression: string, ...dependsOn: string[]) => ({
      name: viewName,
      expression,
      indices: [],
      dependsOn: dependsOn.map((one) => ({ name: one })),
    });
    const low = view('low', 'SELECT a FROM t', 't');
    const high = view('high', 'SELECT a FROM low', 'low');

    it('makes a changed view anew, with all that read it', () => {
      const actual = schema({ tables: [table('t')], views: [high, low] });
      const wanted = schema({
        tables: [table('t')],
        views: [high, { ...low, expression: 'SELECT a + 1 AS a FROM t' }],
      });
      const { operations } = compareSchemas(actual, wanted, ALTERS);
      expect(
        operations.map(
          (one) =>
            `${one.kind} ${one.kind === 'createView' ? one.view.name : (one as { view: { name: string } }).view.name}`,
        ),
      ).toEqual(['dropView high', 'dropView low', 'createView low', 'createView high']);
    });

    it('takes views away from a column whose type changes, and from no other', () => {
      const tables = (a: string, b: string): TableModel[] => [
        table('t', { columns: columns({ name: 'a', type: a }, { name: 'b', type: b }) }),
      ];
      const before = schema({ tables: tables('integer', 'integer'), views: [low] });
      expect(
        kinds(compareSchemas(before, schema({ tables: tables('bigint', 'integer'), views: [low] }), ALTERS)),
      ).toEqual(['dropView', 'alterColumn', 'createView']);
      expect(
        kinds(compareSchemas(before, schema({ tables: tables('integer', 'bigint'), views: [low] }), ALTERS)),
      ).toEqual(['alterColumn']);
    });

    it('drops a view that no entity has, and makes one that changes its kind', () => {
      const actual = schema({ views: [low, high] });
      const wanted = schema({ views: [{ ...low, materialized: true }] });
      expect(compareSchemas(actual, wanted, ALTERS).operations).toMatchObject([
        { kind: 'dropView', view: { name: 'high' }, was: high },
        { kind: 'dropView', view: { name: 'low' }, was: low },
        { kind: 'createView', view: { name: 'low', materialized: true } },
      ]);
    });

    it('compares the indexes of a materialised view that stays', () => {
      const stays = { ...low, materialized: true as const };
      const wanted = { ...stays, indices: [{ name: 'ix', columnNames: ['a'] }] };
      expect(compareSchemas(schema({ views: [stays] }), schema({ views: [wanted] }), ALTERS).operations).toEqual([
        { kind: 'createIndex', table: { name: 'low' }, index: { name: 'ix', columnNames: ['a'] } },
      ]);
    });
  });

  describe('options', () => {
    const before = [table('t', { columns: columns(name({ length: '5', default: "'x'" })) })];
    const after = [table('t', { columns: columns(name({ length: '9', default: "'y'" })) })];

    it('leaves types or defaults out', () => {
      expect(compareTables(before, after, { ...ALTERS, compareType: false }).operations).toMatchObject([
        { to: { default: "'y'" } },
      ]);
      expect(
        compareTables(before, after, { ...ALTERS, compareType: false, compareServerDefault: false }).operations,
      ).toEqual([]);
    });

    it('asks a function, which may leave it to the comparison', () => {
      const asked = jest.fn(() => undefined);
      const settings = { ...ALTERS, compareType: asked, compareServerDefault: () => false };
      expect(compareTables(before, after, settings).operations).toMatchObject([{ to: { length: '9' } }]);
      expect(asked).toHaveBeenCalledWith({
        table: { name: 't' },
        actual: expect.objectContaining({ name: 'id' }),
        wanted: expect.objectContaining({ name: 'id' }),
      });
    });

    it('leaves out what includeObject leaves out, on either side', () => {
      const actual = [table('theirs'), table('t', { indices: [{ name: 'by_hand', columnNames: ['id'] }] })];
      const wanted = [table('t'), table('later')];
      const includeObject: CompareSettings['includeObject'] = (_object, objectName, type, reflected) =>
        !(reflected && type === 'index') && objectName !== 'theirs' && objectName !== 'later';
      expect(compareTables(actual, wanted, { ...ALTERS, includeObject }).operations).toEqual([]);
    });

    it('hands includeObject the counterpart in the database', () => {
      const includeObject = jest.fn(() => true);
      compareTables([table('t')], [table('t'), table('u')], { ...ALTERS, includeObject });
      expect(includeObject).toHaveBeenCalledWith(table('t'), 't', 'table', false, table('t'));
      expect(includeObject).toHaveBeenCalledWith(table('u'), 'u', 'table', false, null);
    });
  });

  describe('warnings', () => {
    it.each<[string, Partial<ColumnModel>, Partial<ColumnModel>, RegExp | undefined]>([
      ['wider text', { length: '5' }, { length: '9' }, undefined],
      ['text of any length', { length: '5' }, { type: 'text' }, undefined],
      ['a wider number', { type: 'integer' }, { type: 'bigint' }, undefined],
      ['any type as text', { type: 'uuid' }, { type: 'text' }, undefined],
      [
        'shorter text',
        { length: '9' },
        { length: '5' },
        /"t\.a" changes from character varying\(9\) to character varying\(5\): this fails where/,
      ],
      ['a narrower number', { type: 'bigint' }, { type: 'integer' }, /changes from bigint to integer/],
      ['text as a number', {}, { type: 'integer' }, /changes from character varying to integer/],
      ['NULL no more', { isNullable: true }, {}, /becomes NOT NULL/],
    ])('of %s', (_what, from, to, message) => {
      const { warnings } = compareTables(
        [table('t', { columns: columns(name(from)) })],
        [table('t', { columns: columns(name(to)) })],
      );
      expect(warnings.map((warning) => warning.message)).toEqual(
        message === undefined ? [] : [expect.stringMatching(message)],
      );
    });

    it('of a column that a table with rows cannot take, inside a batch too', () => {
      const { operations, warnings } = compareTables(
        [table('t')],
        [table('t', { columns: columns('a', name({ name: 'b', default: "'x'" })) })],
        REBUILDS,
      );
      const [batch] = operations;
      expect(warnings).toEqual([
        {
          operation: batch?.kind === 'batch' ? batch.operations[0] : undefined,
          message: expect.stringContaining('"t.a" is NOT NULL and has no default'),
        },
      ]);
    });

    it('of a drop and an addition that look like a rename', () => {
      const text = (columnName: string): ColumnModel => name({ name: columnName, isNullable: true });
      const { warnings, renameCandidates } = compareTables(
        [table('user', { columns: columns(text('fax'), text('name')) })],
        [
          table('user', {
            columns: columns(text('fullName'), name({ name: 'age', type: 'bigint', isNullable: true })),
          }),
        ],
      );
      expect(warnings.map(({ message }) => message)).toEqual([
        'drops "user.fax" with all its values',
        `"user.name" was dropped and "user.fullName" added: if this is a rename, replace both by op.renameColumn('user', 'name', 'fullName')`,
      ]);
      expect(renameCandidates).toMatchObject([{ from: 'user.name', to: 'user.fullName' }]);
    });

    it('of a table that may have another name now', () => {
      const { renameCandidates } = compareTables(
        [table('post', { columns: columns('a', 'b') })],
        [table('article', { columns: columns('a', 'b', 'c') }), table('other')],
      );
      expect(renameCandidates).toMatchObject([
        { from: 'post', to: 'article', score: 0.75, call: `op.renameTable('post', 'article')` },
      ]);
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

/** Fails where an operation refers to a table that does not stand, as a database would. */
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
