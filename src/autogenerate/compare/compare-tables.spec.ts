import {
  ALTERS,
  columnA,
  columns,
  compareTables,
  kinds,
  REBUILDS,
  references,
  schema,
  table,
} from '../../../test/support/comparing.js';
import { reverseAll } from '../../operations/reverse.js';
import { emptySchema } from '../../schema/schema.model.js';
import { compareSchemas } from './compare.js';

describe('comparing tables', () => {
  it('creates tables after those they refer to, and the foreign keys of circles at the end', () => {
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

  it('creates missing schemas and extensions first, and drops none', () => {
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
    const after = table('t', { columns: columns(columnA({ type: 'bigint' }), 'c') });
    const { operations } = compareTables([before], [after], REBUILDS);
    expect(operations).toMatchObject([
      {
        kind: 'batch',
        table: { name: 't' },
        operations: [{ kind: 'dropIndex' }, { kind: 'addColumn' }, { kind: 'alterColumn' }, { kind: 'dropColumn' }],
      },
      { kind: 'alterColumn', column: 'c', to: { isNullable: false } },
    ]);
  });
});
