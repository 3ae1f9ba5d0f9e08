import { columns, compareTables, schema, table } from '../../../test/support/comparing.js';
import type { ColumnModel } from '../../schema/schema.model.js';
import { renameCandidates } from './rename-candidates.js';

type Named = Partial<ColumnModel> & { readonly name: string };

const text = (column: Named): ColumnModel => ({ type: 'character varying', ...column });

/** The pairs that are asked about, in order, where these columns become those. */
function pairs(before: readonly Named[], after: readonly Named[]): string[] {
  const [actual, wanted] = [before, after].map((list) => [table('t', { columns: columns(...list.map(text)) })]);
  const { operations } = compareTables(actual ?? [], wanted ?? []);
  const sides = { actual: schema({ tables: actual }), wanted: schema({ tables: wanted }), enumRenames: [] };
  return renameCandidates(operations, sides).map(({ from, to }) => `${from}:${to}`.replaceAll('t.', ''));
}

describe('columns that may be renamed', () => {
  const nullable = { isNullable: true } as const;

  it.each<[string, Named[], Named[], string[]]>([
    [
      'take NULL both, or neither',
      [{ name: 'phone', ...nullable }, { name: 'title' }],
      [{ name: 'caption' }, { name: 'mobile', ...nullable }],
      ['phone:mobile', 'title:caption'],
    ],
    [
      'have the same length',
      [
        { name: 'abc', length: '10' },
        { name: 'def', length: '20' },
      ],
      [
        { name: 'xyz', length: '20' },
        { name: 'uvw', length: '10' },
      ],
      ['abc:uvw', 'def:xyz'],
    ],
    [
      'have the same default',
      [{ name: 'abc', default: `'x'` }, { name: 'def' }],
      [{ name: 'xyz' }, { name: 'uvw', default: `'x'` }],
      ['abc:uvw', 'def:xyz'],
    ],
    [
      'have names that are alike, whatever else changes',
      [{ name: 'name' }, { name: 'note', ...nullable }],
      [{ name: 'full_name', ...nullable }, { name: 'remark' }],
      ['name:full_name', 'note:remark'],
    ],
    ['may differ in all but their type', [{ name: 'abc' }], [{ name: 'xyz', ...nullable, length: '5' }], ['abc:xyz']],
    ['are of one type', [{ name: 'abc' }], [{ name: 'abd', type: 'integer' }], []],
  ])('%s', (_what, before, after, expected) => {
    expect(pairs(before, after).toSorted()).toEqual(expected.toSorted());
  });

  it('come with the likeliest first', () => {
    const before: Named[] = [{ name: 'a1', ...nullable }, { name: 'street' }];
    const after = [{ name: 'zz' }, { name: 'street_name' }];
    expect(pairs(before, after)).toEqual(['street:street_name', 'a1:zz']);
  });
});
