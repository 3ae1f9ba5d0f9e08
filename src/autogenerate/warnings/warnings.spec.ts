import { columnA, columns, compareTables, REBUILDS, table } from '../../../test/support/comparing.js';
import { type ColumnModel } from '../../schema/schema.model.js';

describe('a comparison warns', () => {
  it.each<[string, Partial<ColumnModel>, Partial<ColumnModel>, RegExp | undefined]>([
    ['wider text', { length: '5' }, { length: '9' }, undefined],
    ['text of any length', { length: '5' }, { type: 'text' }, undefined],
    ['a wider number', { type: 'integer' }, { type: 'bigint' }, undefined],
    ['any type as text', { type: 'uuid' }, { type: 'text' }, undefined],
    [
      'shorter text',
      { length: '9' },
      { length: '5' },
      /"t\.a" changes from varchar\(9\) to varchar\(5\): this fails where/,
    ],
    ['a narrower number', { type: 'bigint' }, { type: 'integer' }, /changes from bigint to integer/],
    ['text as a number', {}, { type: 'integer' }, /changes from varchar to integer/],
    ['NULL no more', { isNullable: true }, {}, /becomes NOT NULL/],
  ])('of %s', (_what, from, to, message) => {
    const { warnings } = compareTables(
      [table('t', { columns: columns(columnA(from)) })],
      [table('t', { columns: columns(columnA(to)) })],
    );
    expect(warnings.map((warning) => warning.message)).toEqual(
      message === undefined ? [] : [expect.stringMatching(message)],
    );
  });

  it('of a column that a table with rows cannot take, with the line that fills it, where it becomes NOT NULL', () => {
    const { operations, warnings } = compareTables(
      [table('t')],
      [table('t', { columns: columns('a', columnA({ name: 'b', default: "'x'" })) })],
      REBUILDS,
    );
    expect(operations.map(({ kind }) => kind)).toEqual(['batch', 'alterColumn']);
    expect(warnings).toEqual([
      {
        operation: operations[1],
        message:
          '"t.a" is NOT NULL and has no default: this fails on a table with rows unless each gets a value here:\n' +
          'await op.execute(`UPDATE "t" SET "a" = … WHERE "a" IS NULL`);',
      },
    ]);
  });

  it('with a line that is TypeScript where names are in backticks', () => {
    const { warnings } = compareTables([table('t')], [table('t', { columns: columns('a') })], {
      ...REBUILDS,
      quote: (name) => `\`${name}\``,
    });
    expect(warnings[0]?.message).toContain("await op.execute('UPDATE `t` SET `a` = … WHERE `a` IS NULL');");
  });

  it('of a foreign key that gets a further column, as the key of its parent does', () => {
    const at = columnA({ name: 'at' });
    const nullable = (name: string): ColumnModel => columnA({ name, isNullable: true });
    const parents = ['id', 'at'].map((_name, last) =>
      table('p', { columns: columns(at), primaryKey: { columnNames: ['id', 'at'].slice(0, last + 1) } }),
    );
    const key = (...names: string[]) => ({
      name: `FK_${names.length}`,
      columnNames: names.map((name) => `p_${name}`),
      referencedTableName: 'p',
      referencedColumnNames: names,
    });
    const { warnings } = compareTables(
      [parents[0]!, table('c', { columns: columns(nullable('p_id')), foreignKeys: [key('id')] })],
      [
        parents[1]!,
        table('c', { columns: columns(nullable('p_id'), nullable('p_at')), foreignKeys: [key('id', 'at')] }),
      ],
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      'rows that refer to "p" have no value in "c.p_at" yet, and refer to nothing until they get one here:\n' +
        `await op.execute('UPDATE "c" SET "p_at" = (SELECT referenced."at" FROM "p" referenced WHERE referenced."id" = "c"."p_id")');`,
    ]);
  });

  it('of a drop and an addition that look like a rename', () => {
    const text = (columnName: string): ColumnModel => columnA({ name: columnName, isNullable: true });
    const { warnings, renameCandidates } = compareTables(
      [table('user', { columns: columns(text('fax'), text('name')) })],
      [
        table('user', {
          columns: columns(text('fullName'), columnA({ name: 'age', type: 'bigint', isNullable: true })),
        }),
      ],
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      'drops "user.fax" with all its values',
      `"user.name" was dropped and "user.fullName" added: if this is a rename, replace both by op.renameColumn('user', 'name', 'fullName'), or start again with --rename user.name:user.fullName`,
    ]);
    expect(renameCandidates).toMatchObject([{ from: 'user.name', to: 'user.fullName' }]);
  });

  it('of what may be a rename, with the call that fits in a batch', () => {
    const text = (columnName: string): ColumnModel => columnA({ name: columnName, isNullable: true });
    const { warnings } = compareTables(
      [table('user', { columns: columns(text('name')) })],
      [table('user', { columns: columns(text('fullName')) })],
      REBUILDS,
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      `"user.name" was dropped and "user.fullName" added: if this is a rename, replace both by table.renameColumn('name', 'fullName'), or start again with --rename user.name:user.fullName`,
    ]);
  });

  it('of a dropped and a created table that may be a rename', () => {
    const { renameCandidates } = compareTables(
      [table('post', { columns: columns('a', 'b') })],
      [table('article', { columns: columns('a', 'b', 'c') }), table('other')],
    );
    expect(renameCandidates).toMatchObject([
      { from: 'post', to: 'article', score: 0.75, call: `op.renameTable('post', 'article')` },
    ]);
  });
});
