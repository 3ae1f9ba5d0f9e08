import {
  DuplicateObjectError,
  EnumValueError,
  UnknownColumnError,
  UnknownConstraintError,
  UnknownObjectError,
  UnknownTableError,
} from '../../errors/operations.errors.js';
import { emptySchema, type SchemaModel, type TableModel } from '../../schema/schema.model.js';
import { applyOperation, applyToTable } from './apply.js';

const empty = { uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [] };
const user: TableModel = {
  ...empty,
  name: 'user',
  columns: [
    { name: 'id', type: 'integer', generationStrategy: 'increment' },
    { name: 'email', type: 'character varying', length: '50', collation: 'C' },
    { name: 'parentId', type: 'integer', isNullable: true },
    { name: 'domain', type: 'text', asExpression: "split_part(email, '@', 2)", generatedType: 'STORED' },
  ],
  primaryKey: { name: 'PK_user', columnNames: ['id'] },
  uniques: [{ name: 'UQ_email', columnNames: ['email'] }],
  checks: [{ name: 'CHK_email', expression: `email <> 'email' AND "email" ~ '@' AND email(id) IS NOT NULL` }],
  foreignKeys: [
    { name: 'FK_parent', columnNames: ['parentId'], referencedTableName: 'user', referencedColumnNames: ['id'] },
  ],
  indices: [
    { name: 'IDX_email', columnNames: ['email'], where: '(email IS NOT NULL)', columnOptions: { email: 'DESC' } },
    { name: 'IDX_lower', columnNames: [], expression: 'lower(email)' },
  ],
};
const post: TableModel = {
  ...empty,
  name: 'post',
  columns: [{ name: 'authorId', type: 'integer' }],
  foreignKeys: [
    { name: 'FK_author', columnNames: ['authorId'], referencedTableName: 'user', referencedColumnNames: ['id'] },
  ],
};
const schema: SchemaModel = {
  ...emptySchema,
  tables: [user, post],
  enums: [{ name: 'status', values: ['new', 'paid'] }],
  views: [{ name: 'active', expression: 'SELECT * FROM "user"', materialized: true, indices: [], dependsOn: [user] }],
};
const table = { name: 'user' };

describe('a renamed column in the model', () => {
  it('has its new name in every constraint, index and expression of the table', () => {
    const renamed = applyToTable(user, { kind: 'renameColumn', table, from: 'email', to: 'mail' });
    expect(renamed.uniques).toEqual([{ name: 'UQ_email', columnNames: ['mail'] }]);
    expect(renamed.checks[0]!.expression).toBe(`mail <> 'email' AND "mail" ~ '@' AND email(id) IS NOT NULL`);
    expect(renamed.columns[3]!.asExpression).toBe("split_part(mail, '@', 2)");
    expect(renamed.indices).toEqual([
      { name: 'IDX_email', columnNames: ['mail'], where: '(mail IS NOT NULL)', columnOptions: { mail: 'DESC' } },
      { name: 'IDX_lower', columnNames: [], expression: 'lower(mail)' },
    ]);
  });

  it('is quoted where its new name needs it', () => {
    const renamed = applyToTable(user, { kind: 'renameColumn', table, from: 'email', to: 'order' });
    expect(renamed.indices[1]!.expression).toBe('lower("order")');
  });

  it('has its new name in foreign keys of its own table and of others', () => {
    const { tables } = applyOperation(schema, { kind: 'renameColumn', table, from: 'id', to: 'userId' });
    expect(tables.map((each) => each.foreignKeys[0]!.referencedColumnNames)).toEqual([['userId'], ['userId']]);
    expect(tables[0]!.primaryKey).toEqual({ name: 'PK_user', columnNames: ['userId'] });
  });
});

it('foreign keys refer to a renamed table by its new name', () => {
  const to = { schema: 'auth', name: 'account' };
  const { tables } = applyOperation(schema, { kind: 'renameTable', table, to });
  expect(tables[0]).toMatchObject({ schema: 'auth', name: 'account', columns: user.columns });
  for (const each of tables) {
    expect(each.foreignKeys[0]).toMatchObject({ referencedSchema: 'auth', referencedTableName: 'account' });
  }
});

it('all that is in a renamed schema, or refers into it, has the new name of the schema', () => {
  const withSchema = (name: string): SchemaModel => ({
    ...emptySchema,
    schemas: [name],
    tables: [
      { ...user, schema: name },
      {
        ...post,
        columns: [{ name: 'mood', type: 'enum', enumName: 'mood', enumSchema: name, default: `'ok'::${name}.mood` }],
        foreignKeys: [{ ...post.foreignKeys[0]!, referencedSchema: name }],
      },
    ],
    views: [{ name: 'v', expression: 'SELECT 1', indices: [], dependsOn: [{ schema: name, name: 'user' }] }],
    enums: [{ schema: name, name: 'mood', values: ['ok'] }],
    sequences: [{ schema: name, name: 's' }, { name: 'old' }],
  });
  const renamed = applyOperation(withSchema('old'), { kind: 'renameSchema', from: 'old', to: 'next' });
  expect(renamed).toEqual(withSchema('next'));
});

it('a dropped column removes its constraints, indexes and key from the model', () => {
  const left = applyToTable(user, { kind: 'dropColumn', table, column: 'email' });
  expect(left.columns.map((column) => column.name)).toEqual(['id', 'parentId', 'domain']);
  expect([left.uniques, left.checks, left.indices]).toEqual([[], [], []]);
  expect(left.primaryKey).toEqual(user.primaryKey);
  expect(applyToTable(user, { kind: 'dropColumn', table, column: 'id' }).primaryKey).toBeUndefined();
});

describe('a changed column in the model', () => {
  const change = (to: object): unknown =>
    applyToTable(user, { kind: 'alterColumn', table, column: 'email', to }).columns[1];

  it('loses the size and collation of its old type', () => {
    expect(change({ type: 'text' })).toStrictEqual({ name: 'email', type: 'text' });
  });

  it('keeps what the change does not name, and stays canonical', () => {
    expect(change({ length: '80', isNullable: true, default: "''" })).toStrictEqual({
      name: 'email',
      type: 'character varying',
      length: '80',
      collation: 'C',
      isNullable: true,
      default: "''",
    });
    expect(change({ isNullable: false, collation: null, using: 'x' })).toStrictEqual({
      name: 'email',
      type: 'character varying',
      length: '50',
    });
  });
});

it('an index of a materialised view belongs to the view', () => {
  const index = { name: 'IDX_active', columnNames: ['id'] };
  const { views } = applyOperation(schema, {
    kind: 'createIndex',
    table: { name: 'active' },
    index: { ...index, isConcurrent: true },
  });
  expect(views[0]!.indices).toStrictEqual([index]);
});

it('an enum value is added before the one that the operation names', () => {
  const type = { name: 'status' };
  const { enums } = applyOperation(schema, { kind: 'addEnumValue', enum: type, value: 'open', before: 'paid' });
  expect(enums[0]!.values).toEqual(['new', 'open', 'paid']);
});

it('SQL, ifExists and ifNotExists without effect leave the model as it is', () => {
  expect(applyOperation(schema, { kind: 'execute', sql: 'DROP TABLE "user"' })).toBe(schema);
  expect(applyOperation(schema, { kind: 'dropTable', table: { name: 'none' }, ifExists: true })).toBe(schema);
  expect(applyOperation(schema, { kind: 'createTable', table: user, ifNotExists: true })).toBe(schema);
});

describe('an operation that the model cannot have fails with the names that there are', () => {
  const attempt = (operation: Parameters<typeof applyOperation>[1]) => () => applyOperation(schema, operation);

  it.each([
    [
      attempt({ kind: 'dropTable', table: { schema: 'x', name: 'usr' } }),
      UnknownTableError,
      "There is no table 'x.usr'.",
      "The tables there are: 'user', 'post'.",
    ],
    [
      attempt({ kind: 'dropColumn', table: { name: 'post' }, column: 'x' }),
      UnknownColumnError,
      "Table 'post' has no column 'x'.",
      "The columns of 'post' there are: 'authorId'.",
    ],
    [
      attempt({ kind: 'createIndex', table, index: { name: 'i', columnNames: ['x'] } }),
      UnknownColumnError,
      "Table 'user' has no column 'x'.",
      "The columns of 'user' there are: 'id', 'email', 'parentId', 'domain'.",
    ],
    [
      attempt({ kind: 'dropIndex', table, name: 'x' }),
      UnknownConstraintError,
      "Table 'user' has no index 'x'.",
      "What it has of that kind: 'IDX_email', 'IDX_lower'.",
    ],
    [
      attempt({ kind: 'dropPrimaryKey', table, name: 'PK' }),
      UnknownConstraintError,
      "Table 'user' has no primary key 'PK'.",
      "What it has of that kind: 'PK_user'.",
    ],
    [
      attempt({ kind: 'addColumn', table, column: { name: 'id', type: 'text' } }),
      DuplicateObjectError,
      "Table 'user': the column 'id' is there already.",
      /Drop or rename/,
    ],
    [
      attempt({ kind: 'renameTable', table, to: { name: 'post' } }),
      DuplicateObjectError,
      "The table 'post' is there already.",
      /Drop or rename/,
    ],
    [
      attempt({ kind: 'dropView', view: { name: 'x' } }),
      UnknownObjectError,
      "There is no view 'x'.",
      "The views there are: 'active'.",
    ],
    [
      attempt({ kind: 'renameEnumValue', enum: { name: 'status' }, from: 'old', to: 'x' }),
      EnumValueError,
      "The enum 'status' has no value 'old'.",
      "Its values: 'new', 'paid'.",
    ],
  ])('%#', (run, type, message, hint) => {
    expect(run).toThrow(type);
    expect(run).toThrow(expect.objectContaining({ message, hint: expect.stringMatching(hint) }));
  });
});
