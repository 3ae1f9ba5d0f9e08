import { columns, schema, table } from '../../../test/support/comparing.js';
import { MYSQL_SQL, POSTGRES_SQL } from '../../sql/rules.js';
import { emptySchema } from '../../schema/schema.model.js';
import { applyRenames } from './apply-renames.js';

describe('a rename of what needs none', () => {
  const kind = { name: 'kind', type: 'enum', enumName: 'st' };
  const actual = schema({
    tables: [table('t', { columns: columns(kind), indices: [{ name: 'ix', columnNames: ['id'] }] })],
    enums: [
      { name: 'st', values: ['a'] },
      { schema: 'crm', name: 'st', values: ['a'] },
    ],
    views: [{ name: 'v', expression: 'SELECT 1', indices: [], dependsOn: [] }],
    sequences: [{ name: 's' }],
  });
  const wanted = schema({
    tables: [table('t', { columns: columns({ ...kind, enumName: 'ts' }) })],
    enums: [{ name: 'ts', values: ['a'] }],
  });

  it.each([
    ['st:ts', '"st" is an enum type, which follows by itself when all columns that use it have the new `enumName`'],
    ['crm.st:crm.ts', '"crm.st" is an enum type'],
    ['ix:iy', '"ix" is an index or a constraint, which follows by itself'],
    ['PK_t:pk', '"PK_t" is an index or a constraint'],
    ['v:w', '"v" is a view, which is dropped, and created under its new name'],
    ['s:r', '"s" is a sequence'],
    ['x:y', 'the database has no "x"'],
  ])('is refused with what it is: %s', (rename, reason) => {
    const sides = { actual, wanted, elsewhere: emptySchema, fixed: [], sqlRules: POSTGRES_SQL };
    const { refused } = applyRenames(sides, { named: [rename], hints: [] }, { nameLimit: 63 } as never);
    expect(refused.map(({ error }) => error.message)).toEqual([expect.stringContaining(`as a rename: ${reason}`)]);
  });
});

describe('a rename of a label that is of a column', () => {
  const sides = (labels: readonly string[]) => ({
    actual: schema({ tables: [table('t', { columns: columns({ name: 'c', type: 'enum', enum: ['a', 'b'] }) })] }),
    wanted: schema({ tables: [table('t', { columns: columns({ name: 'c', type: 'enum', enum: labels }) })] }),
    elsewhere: emptySchema,
    fixed: [],
    sqlRules: MYSQL_SQL,
  });
  const rules = { fold: (name: string) => name, hasColumnLabels: true };

  it.each([
    ['t.c.a:t.c.b', ['x', 'b'], 'the database has "t.c.b" already'],
    ['t.c.z:t.c.x', ['x', 'b'], 'the database has no "t.c.z"'],
    ['t.c.a:t.c.z', ['x', 'b'], 'no entity has "t.c.z" to rename "t.c.a" to'],
    ['t.c.a:t.c.x', ['a', 'x'], 'the entities still have "t.c.a"'],
  ])('is refused where it fits nothing: %s', (rename, labels, reason) => {
    const { refused } = applyRenames(sides(labels), { named: [], hints: [rename] }, rules);
    expect(refused.map(({ error }) => error.message)).toEqual([expect.stringContaining(`as a rename: ${reason}`)]);
  });

  it('is done already where the database has the new one, and needs a database that has such labels', () => {
    const done = { ...sides(['a', 'b']), wanted: sides(['a', 'b']).wanted };
    const hints = ['t.c.x:t.c.a'];
    expect(applyRenames(done, { named: [], hints }, rules).refused).toMatchObject([{ isMoot: true }]);
    const named = ['t.c.a:t.c.x'];
    const { operations } = applyRenames(sides(['x', 'b']), { named, hints: [] }, rules);
    expect(operations).toEqual([{ kind: 'renameLabel', table: { name: 't' }, column: 'c', from: 'a', to: 'x' }]);
    expect(applyRenames(sides(['x', 'b']), { named, hints: [] }, { fold: rules.fold }).operations).toEqual([]);
  });
});
