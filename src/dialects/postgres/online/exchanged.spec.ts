import type { Operation } from '../../../operations/operation.js';
import type { SchemaModel, TableModel } from '../../../schema/schema.model.js';
import { onlineForm } from './online-form.js';

const none = { columns: [], uniques: [], checks: [], exclusions: [], indices: [], foreignKeys: [] };
const user = { ...none, name: 'user', primaryKey: { name: 'PK', columnNames: ['id'] } } as TableModel;
const post = { ...none, name: 'post', primaryKey: { name: 'PK_post', columnNames: ['id'] } } as TableModel;
const key = { name: 'FK', columnNames: ['userId'], referencedTableName: 'user', referencedColumnNames: ['id'] };
const operations = [
  { kind: 'dropForeignKey', table: { name: 'post' }, name: 'FK', was: key },
  { kind: 'dropPrimaryKey', table: { name: 'user' }, name: 'PK', was: user.primaryKey },
  { kind: 'createPrimaryKey', table: { name: 'user' }, primaryKey: { name: 'PK', columnNames: ['code'] } },
] as unknown as readonly Operation[];

describe('a key that is exchanged with its foreign keys', () => {
  const formOn = async (table: TableModel, isNew = false): Promise<readonly string[] | undefined> => {
    const schema = { tables: [table, post] } as unknown as SchemaModel;
    const form = await onlineForm(operations, {
      schema,
      server: { version: 14 },
      isNew: ({ name }) => isNew && name === 'user',
      hasLostKey: () => false,
    });
    return form?.operations.map(({ kind }) => kind);
  };

  it('is built before, under a name of its own', async () => {
    expect(await formOn(user)).toEqual([
      'createIndex',
      'execute',
      'dropForeignKey',
      'dropPrimaryKey',
      'createPrimaryKey',
    ]);
  });

  it('stays plain where its table is partitioned, or new', async () => {
    expect(await formOn({ ...user, postgres: { partitionedBy: 'RANGE (id)' } } as TableModel)).toBeUndefined();
    expect(await formOn(user, true)).toBeUndefined();
  });
});
