import { ALTERS, columns, kinds, schema, table } from '../../../test/support/comparing.js';
import { type ColumnModel, type SchemaModel } from '../../schema/schema.model.js';
import { compareSchemas } from './compare.js';

describe('comparing enums', () => {
  const status = (default_?: string): ColumnModel => ({
    name: 'status',
    type: 'enum',
    enumName: 'e',
    ...(default_ === undefined ? {} : { default: `'${default_}'::e` }),
  });
  const withEnum = (values: string[], column: ColumnModel = status()): SchemaModel =>
    schema({ enums: [{ name: 'e', values }], tables: [table('t', { columns: columns(column) })] });

  it('adds values to a type, each at its position', () => {
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
  ])('re-creates the type where values are %s', (_what, existing, values) => {
    const { operations } = compareSchemas(withEnum(existing), withEnum(values), ALTERS);
    expect(operations).toEqual([{ kind: 'alterEnum', enum: { name: 'e' }, values, existing }]);
  });

  it('re-creates the type where a new value is used at once, without its default meanwhile', () => {
    const before = withEnum(['a'], status('a'));
    const after = withEnum(['a', 'new'], status('new'));
    expect(compareSchemas(before, after, ALTERS).operations).toMatchObject([
      { kind: 'alterColumn', to: { default: null }, existing: { default: "'a'::e" } },
      { kind: 'alterEnum', values: ['a', 'new'] },
      { kind: 'alterColumn', to: { default: "'new'::e" }, existing: { default: null } },
    ]);
  });

  it('warns of a removed value', () => {
    const { warnings } = compareSchemas(withEnum(['a', 'b']), withEnum(['a']), ALTERS);
    expect(warnings.map(({ message }) => message)).toEqual([`the enum "e" loses 'b': this fails while rows hold it`]);
  });

  it('warns of it also where the value may have been renamed', () => {
    const { warnings } = compareSchemas(withEnum(['a', 'b']), withEnum(['a', 'c']), ALTERS);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^the enum "e" loses 'b': this fails while rows hold it; "e\.b" was dropped and "e\.c" added/,
      ),
    ]);
  });

  it('renames a dropped type that has the name of a new table', () => {
    const after = schema({ tables: [table('t', { columns: columns({ name: 'status', type: 'text' }) }), table('e')] });
    const { operations } = compareSchemas(withEnum(['a']), after, ALTERS);
    expect(operations).toMatchObject([
      { kind: 'renameEnum', enum: { name: 'e' }, to: { name: 'temporary_e' } },
      { kind: 'createTable', table: { name: 'e' } },
      { kind: 'alterColumn', to: { type: 'text' }, existing: { enumName: 'temporary_e' } },
      { kind: 'dropEnum', enum: { name: 'temporary_e' } },
    ]);
  });

  it('renames a type whose columns all use another one in the entities', () => {
    const after = schema({
      enums: [{ name: 'E 2', values: ['a'] }],
      tables: [table('t', { columns: columns({ ...status(), enumName: 'E 2', default: `'a'::"E 2"` }) })],
    });
    expect(compareSchemas(withEnum(['a'], status('a')), after, ALTERS).operations).toEqual([
      { kind: 'renameEnum', enum: { name: 'e' }, to: { name: 'E 2' } },
    ]);
  });

  it('renames a type before all drops, so that a downgrade restores those while it has that name', () => {
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
