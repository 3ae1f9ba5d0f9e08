import { closest } from './closest.js';

describe('closest', () => {
  const known = ['lockTimeout', 'statementTimeout', 'directory', 'versionTable', 'versionTableSchema', 'logger'];

  it.each([
    ['lockTimeOut', 'lockTimeout'],
    ['lock_timeout', 'lockTimeout'],
    ['dir', undefined],
    ['directroy', 'directory'],
    ['versionTables', 'versionTable'],
    ['Logger', 'logger'],
    ['entities', undefined],
    ['', undefined],
    ['x'.repeat(5_000), undefined],
    ['😀', undefined],
  ])('of %s is %s', (name, expected) => {
    expect(closest(name, known)).toBe(expected);
  });

  it('is nothing among nothing', () => {
    expect(closest('a', [])).toBeUndefined();
  });
});
