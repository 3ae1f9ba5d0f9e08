import { join } from 'node:path';
import { firstSentence, type PublicMember, publicMembers } from './public-members.js';

const members = publicMembers(join(__dirname, '../..'));
const places = (list: readonly PublicMember[]): readonly string[] =>
  list.map(({ name, file, line }) => `${name} (${file}:${line})`);

/** Where data is declared that the package gives: an example shows it where it is asked for. */
const GIVEN_FILES =
  /^src\/(?:operations\/(?:table-)?operation\.ts|errors\/|dialects\/\w+\/errors|schema\/|events\/|runtime\/|results|fleet\/results|service\/notices)/;

/** The same in files with other things, and what is the package's own. */
const GIVEN = [
  'BoundDataSource',
  'Configured',
  'EndedTenant',
  'FleetProgress',
  'MigrateConfig',
  'MigrateDbCommand',
  'MigrationCommand',
  'ProviderResolver',
  'RenderItem',
  'RenderPlace',
  'RenderedItem',
  'RenderedObjects',
  'RenderedType',
  'SequenceChange',
  'RunningTenant',
  'TenantState',
  'TestDatabase',
];

describe('the public surface', () => {
  it('has documentation for every exported declaration and member, which begins with a sentence', () => {
    const undocumented = members.filter(({ documentation }) => firstSentence(documentation) === undefined);
    expect(places(undocumented)).toEqual([]);
  });

  it('has an example of every call, service and option', () => {
    const without = members.filter(
      ({ name, owner = name, file, examples }) =>
        examples.length === 0 && !GIVEN_FILES.test(file) && !GIVEN.includes(owner),
    );
    expect(places(without)).toEqual([]);
  });
});
