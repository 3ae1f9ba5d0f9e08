import { columns, compareTables, kinds, REBUILDS, references, table } from '../../../test/support/comparing.js';
import { type TableModel } from '../../schema/schema.model.js';

describe('comparing constraints and indexes', () => {
  it('drops and creates constraints and indexes that change under their name', () => {
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

  it('renames constraints and indexes that differ only in their name', () => {
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

  it('leaves alone an index on expressions, and what entities cannot specify of an index', () => {
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

  it('counts an unnamed constraint as the one that it equals, and else drops it by its definition, once', () => {
    const check = { expression: 'id > 0' };
    const actual = table('t', { uniques: [{ columnNames: ['id'] }], checks: [check, check] });
    const wanted = table('t', { uniques: [{ name: 'uq', columnNames: ['id'] }] });
    expect(compareTables([actual], [wanted], REBUILDS).operations).toEqual([
      { kind: 'dropCheck', table: { name: 't' }, ...check, was: check },
    ]);
  });

  it('drops and creates foreign keys around a primary key that moves', () => {
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

  it('drops and creates foreign keys around a change of a type only where both ends would not be comparable', () => {
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

  it('refuses to turn the numbers of a key into uuids, and names the columns that refer to them', () => {
    const parent = (type: string): TableModel => table('p', { columns: [{ name: 'id', type }] });
    const child = table('c', { columns: columns('a'), foreignKeys: [references('p')] });
    expect(() => compareTables([parent('integer'), child], [parent('uuid'), child])).toThrow(
      /"p\.id" cannot change from integer to uuid.*"c\.a"/,
    );
  });
});
