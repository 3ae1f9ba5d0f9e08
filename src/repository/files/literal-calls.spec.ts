import { literalCalls } from './literal-calls.js';

describe('the calls in the source of a revision', () => {
  it.each<[string, string, unknown]>([
    [
      'with options',
      `async function upgrade(op) { await op.addColumn('user', { name: 'tags', type: 'simple-array', isNullable: true }); }`,
      [{ method: 'addColumn', args: ['user', { name: 'tags', type: 'simple-array', isNullable: true }] }],
    ],
    [
      'with lists, numbers, templates and comments',
      'async (op) => {\n  // op.dropTable("no")\n  await op.createTable({ name: `t`, columns: [{ "name": "a", length: 40, default: null }, /* , */ { name: "b" }] });\n}',
      [
        {
          method: 'createTable',
          args: [{ name: 't', columns: [{ name: 'a', length: 40, default: null }, { name: 'b' }] }],
        },
      ],
    ],
    [
      'in a batch, with its table',
      `(op) => op.batch('t', async (table) => { await table.dropColumn('a'); }).then(() => op.dropTable('u'))`,
      [
        { method: 'dropColumn', args: ['t', 'a'] },
        { method: 'dropTable', args: ['u'] },
      ],
    ],
    [
      'without what is no literal',
      `(op) => op.createTable({ name: 't', columns: [id(), { name: 'a', default: f(1, [2]) + 3, type: 'text' }, ...more], ...rest })`,
      [{ method: 'createTable', args: [{ name: 't', columns: [{ name: 'a', type: 'text' }] }] }],
    ],
  ])('are read %s', (_how, source, calls) => {
    expect(literalCalls(source).filter(({ method }) => method !== 'then')).toEqual(calls);
  });

  it('are left out whose first argument is a variable', () => {
    expect(literalCalls(`(op) => { for (const t of all) op.dropTable(t); op.dropTable(name()); }`)).toEqual([]);
  });

  it('are none in a source that does not end', () => {
    expect(literalCalls(`op.dropTable('t'); op.execute(\`SELECT`)).toEqual([]);
  });
});
