import { columns, schema, table } from '../../../test/support/comparing.js';
import { POSTGRES_SQL } from '../../sql/rules.js';
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
