import { columnA, columns, compareTables, kinds, REBUILDS, table } from '../../../test/support/comparing.js';
import { type ColumnModel } from '../../schema/schema.model.js';

describe('comparing columns', () => {
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
      [table('t', { columns: columns(columnA(before)) })],
      [table('t', { columns: columns(columnA(after)) })],
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

  it('sets the whole type when a part of it changes', () => {
    const { operations } = compareTables(
      [table('t', { columns: columns(columnA({ type: 'numeric', precision: 10, scale: 2 })) })],
      [table('t', { columns: columns(columnA({ type: 'numeric', precision: 12, scale: 2 })) })],
    );
    expect(operations[0]).toMatchObject({ to: { type: 'numeric', precision: 12, scale: 2 } });
  });

  it('changes several things of one column at once', () => {
    const comparison = compareTables(
      [table('t', { columns: columns(columnA({ length: '5' })) })],
      [table('t', { columns: columns(columnA({ type: 'text', isNullable: true, default: "'x'", comment: 'c' })) })],
    );
    expect(kinds(comparison)).toEqual(['alterColumn']);
  });

  it('replaces NULL by the default before a column becomes NOT NULL', () => {
    const before = [table('t', { schema: 's', columns: columns(columnA({ isNullable: true })) })];
    const after = [table('t', { schema: 's', columns: columns(columnA({ default: "'x'" })) })];
    const { operations, warnings } = compareTables(before, after);
    expect(operations).toMatchObject([
      { kind: 'execute', sql: `UPDATE "s"."t" SET "a" = 'x' WHERE "a" IS NULL` },
      { kind: 'alterColumn', to: { isNullable: false, default: "'x'" } },
    ]);
    expect(warnings).toEqual([]);
    expect(kinds(compareTables(before, after, REBUILDS))).toEqual(['alterColumn']);
  });

  it('changes the type of a column before it fills in a default of the new type', () => {
    const before = [table('t', { columns: columns(columnA({ isNullable: true })) })];
    const after = [table('t', { columns: columns(columnA({ type: 'integer', default: '7' })) })];
    const { operations, warnings } = compareTables(before, after);
    expect(operations).toMatchObject([
      { kind: 'alterColumn', to: { type: 'integer', default: '7' } },
      { kind: 'execute', sql: `UPDATE "t" SET "a" = 7 WHERE "a" IS NULL` },
      { kind: 'alterColumn', to: { isNullable: false }, existing: { isNullable: true } },
    ]);
    expect(warnings.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('becomes NOT NULL'));
  });

  it('ignores the order of columns', () => {
    const comparison = compareTables(
      [table('t', { columns: columns('a', 'b') })],
      [table('t', { columns: columns('b', 'a') })],
    );
    expect(comparison.operations).toEqual([]);
  });

  it('adds plain columns before the generated ones that use them, and drops them after', () => {
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
    ).toEqual(['addColumn b', 'dropColumn old_g', 'alterColumn b', 'addColumn g', 'dropColumn c']);
  });
});
