import {
  ALTERS,
  columnA,
  columns,
  compareTables,
  kinds,
  REBUILDS,
  references,
  table,
} from '../../../test/support/comparing.js';
import type { ForeignKeyModel, TableModel } from '../../schema/schema.model.js';

const parent = table('p', { columns: columns('b') });
const child = (key: Partial<ForeignKeyModel>, parts: Partial<TableModel> = {}): TableModel =>
  table('t', { columns: columns('a'), foreignKeys: [{ ...references('p'), ...key }], ...parts });
const changed = { onUpdate: 'CASCADE' } as const;

describe('the drop and the creation of a changed foreign key', () => {
  it.each<[string, TableModel, TableModel]>([
    [
      'another column comes',
      parent,
      child(changed, { columns: columns('a', { name: 'c', type: 'text', isNullable: true }) }),
    ],
    ['an index comes', parent, child(changed, { indices: [{ name: 'ix', columnNames: ['a'] }] })],
    [
      'another column of the other table changes',
      table('p', { columns: columns({ name: 'b', type: 'text' }) }),
      child(changed),
    ],
  ])('are adjacent where %s', (_what, otherTable, after) => {
    const found = kinds(compareTables([parent, child({})], [otherTable, after], ALTERS));
    const place = found.indexOf('dropForeignKey');
    expect(found.length).toBeGreaterThan(2);
    expect(found[place + 1]).toBe('createForeignKey');
  });

  it.each<[string, TableModel, TableModel]>([
    ['its own column', parent, child(changed, { columns: columns({ name: 'a', type: 'bigint' }) })],
    [
      'the key of the other table',
      table('p', { columns: columns('b'), primaryKey: { name: 'PK_p', columnNames: ['id', 'b'] } }),
      child(changed),
    ],
  ])('are separated by a change of %s', (_what, otherTable, after) => {
    const found = kinds(compareTables([parent, child({})], [otherTable, after], ALTERS));
    expect(found[found.indexOf('dropForeignKey') + 1]).not.toBe('createForeignKey');
  });

  it('are adjacent in a batch', () => {
    const after = child(changed, { columns: columns(columnA({ type: 'text' })) });
    const { operations } = compareTables([parent, child({})], [parent, after], REBUILDS);
    const [batch] = operations;
    const found = batch?.kind === 'batch' ? batch.operations.map(({ kind }) => kind) : [];
    expect(found[found.indexOf('dropForeignKey') + 1]).toBe('createForeignKey');
  });
});
