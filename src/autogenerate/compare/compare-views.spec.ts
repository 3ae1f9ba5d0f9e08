import { ALTERS, columns, kinds, schema, table } from '../../../test/support/comparing.js';
import { type SchemaModel, type TableModel } from '../../schema/schema.model.js';
import { compareSchemas } from './compare.js';

describe('comparing views', () => {
  const view = (viewName: string, expression: string, ...dependsOn: string[]) => ({
    name: viewName,
    expression,
    indices: [],
    dependsOn: dependsOn.map((one) => ({ name: one })),
  });
  const low = view('low', 'SELECT a FROM t', 't');
  const high = view('high', 'SELECT a FROM low', 'low');

  it('re-creates a changed view with all views that read it', () => {
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

  describe('a view that no other reads', () => {
    const text = (a: string) => view('low', `SELECT ${a} AS a FROM t`, 't');
    const after = (extra: Partial<SchemaModel> = {}): SchemaModel =>
      schema({ tables: [table('t', { columns: columns('a') })], ...extra, views: [text('a + 1')] });
    const before = (extra: Partial<SchemaModel> = {}): SchemaModel => ({ ...after(extra), views: [text('a')] });
    const enums = (...values: string[]) => ({ enums: [{ name: 'e', values }] });

    it('gets another query without being re-created', () => {
      const { expression } = text('a + 1');
      expect(compareSchemas(before(), after(), ALTERS).operations).toEqual([
        { kind: 'alterView', view: { name: 'low' }, expression, existing: text('a').expression },
      ]);
      const wider = after({ tables: [table('t', { columns: columns('a', 'b') })] });
      expect(kinds(compareSchemas(before(), wider, ALTERS))).toEqual(['addColumn', 'alterColumn', 'alterView']);
    });

    it.each<[string, SchemaModel, SchemaModel]>([
      ['its table changes', before({ tables: [table('t', { columns: columns('a', 'b') })] }), after()],
      ['values of an enum change', before(enums('a', 'b')), after(enums('a'))],
      ['it becomes a materialised one', before(), { ...after(), views: [{ ...text('a + 1'), materialized: true }] }],
      ['another one is to read it', before(), { ...after(), views: [...after().views, high] }],
    ])('is re-created where %s', (_what, actual, wanted) => {
      const found = kinds(compareSchemas(actual, wanted, ALTERS));
      expect(found).toEqual(expect.arrayContaining(['dropView', 'createView']));
      expect(found).not.toContain('alterView');
    });
  });

  it('keeps views on a column that changes its type, but not on two that change one after the other', () => {
    const tables = (a: string, b: string): TableModel[] => [
      table('t', { columns: columns({ name: 'a', type: a }, { name: 'b', type: b }) }),
    ];
    const before = schema({ tables: tables('integer', 'integer'), views: [low] });
    expect(
      kinds(compareSchemas(before, schema({ tables: tables('bigint', 'integer'), views: [low] }), ALTERS)),
    ).toEqual(['alterColumn']);
    expect(
      kinds(compareSchemas(before, schema({ tables: tables('integer', 'bigint'), views: [low] }), ALTERS)),
    ).toEqual(['alterColumn']);
    const both = view('low', 'SELECT a = b AS same FROM t', 't');
    const at = (type: string): SchemaModel => schema({ tables: tables(type, type), views: [both] });
    expect(compareSchemas(at('integer'), at('bigint'), ALTERS).operations).toMatchObject([
      { kind: 'dropView', keep: true },
      { kind: 'alterColumn' },
      { kind: 'alterColumn' },
      { kind: 'createView', restore: true },
    ]);
  });

  it('drops the views of a table that is replaced by a view', () => {
    const before = schema({ tables: [table('low')], views: [high] });
    const after = schema({ views: [{ ...low, dependsOn: [] }, high] });
    expect(kinds(compareSchemas(before, after, ALTERS))).toEqual(['dropView', 'dropTable', 'createView', 'createView']);
    expect(kinds(compareSchemas(after, before, ALTERS))).toEqual(['dropView', 'dropView', 'createTable', 'createView']);
  });

  it('drops a view that no entity has, and re-creates one that changes its kind', () => {
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
