import { cutName, type NameLimit, temporaryName } from './name-rules.js';

const bytes = (length: number): NameLimit => ({ length, unit: 'bytes' });
const characters = (length: number): NameLimit => ({ length, unit: 'characters' });

describe('A name', () => {
  it.each([
    ['fits', 'name', bytes(4), '', 'name'],
    ['is cut at its end', 'names', bytes(4), '', 'name'],
    ['keeps no half of a letter of two bytes', 'naïve', bytes(3), '', 'na'],
    ['keeps no half of a letter of four bytes', 'a😀b', bytes(4), '', 'a'],
    ['is measured in characters', 'naïve', characters(3), '', 'naï'],
    ['counts a letter of two units as one character', 'a😀b', characters(2), '', 'a😀'],
    ['makes room for a suffix', 'names', bytes(5), '_2', 'nam_2'],
    ['has any length where there is no limit', 'n'.repeat(200), undefined, '_2', `${'n'.repeat(200)}_2`],
  ])('%s', (_what, name, limit, suffix, expected) => {
    expect(cutName(name, limit, suffix)).toBe(expected);
  });

  it('of a temporary table is free, and within the limit', () => {
    const taken = new Set(['temporary_abc', 'temporary__2']);
    expect(temporaryName('abcdef', (name) => taken.has(name), bytes(13))).toBe('temporary_a_2');
    expect(temporaryName('a', (name) => taken.has(name), undefined)).toBe('temporary_a');
  });
});
