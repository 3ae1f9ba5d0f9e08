import { join } from 'node:path';
import { firstSentence, type PublicMember, publicMembers } from './public-members.js';

const members = publicMembers(join(__dirname, '../..'));
const places = (list: readonly PublicMember[]): readonly string[] =>
  list.map(({ name, file, line }) => `${name} (${file}:${line})`);

const WITHOUT_EXAMPLES = /^src\/(?:operations\/operation\.ts|errors\/|schema\/|events\/|runtime\/|results\.ts)/;
const YET = /^src\/operations\/(?!operation\.ts)/;

describe('the public surface', () => {
  it('has documentation for every exported declaration and member, which begins with a sentence', () => {
    const undocumented = members.filter(({ documentation }) => firstSentence(documentation) === undefined);
    expect(places(undocumented.filter(({ file }) => YET.test(file)))).toEqual([]);
  });

  it('has an example of every call, service and option', () => {
    const without = members.filter(({ file, examples }) => examples.length === 0 && !WITHOUT_EXAMPLES.test(file));
    expect(places(without.filter(({ file }) => YET.test(file)))).toEqual([]);
  });
});
