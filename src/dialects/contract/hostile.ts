import * as fc from 'fast-check';
import type { NameRules } from '../../schema/name-rules.js';

const texts = [
  "it's",
  "''",
  'say "hi"',
  '"',
  'a.b',
  'back\\slash',
  "\\'",
  'end\\',
  '$$',
  '$1',
  '?',
  ':name',
  '@p0',
  '%s',
  '${x}',
  '`tick`',
  '[x]',
  '-- x',
  '/* x',
  '*/',
  "'; DROP TABLE t; --",
  'new\nline',
  'cr\r\n',
  '\t',
  ' x ',
  'select',
  'NULL',
  'Größe',
  '漢字',
  '👩‍👩‍👧',
  '\u202e',
  '__proto__',
  '1',
];

/** Texts that break careless quoting; without NUL, which no name and no text of PostgreSQL can contain. */
export const hostileText = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);

/** The same as a name, which is short enough for every database. */
export const hostileName = hostileText.filter((text) => text !== '' && !/^sqlite_/i.test(text));

/** Names that differ, even without regard to case, and that the database keeps. */
export const hostileNames = (count: number, { isRefused = () => false }: NameRules): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    hostileName.filter((name) => !isRefused(name)),
    {
      minLength: count,
      maxLength: count,
      selector: (name) => name.toLowerCase(),
    },
  );
