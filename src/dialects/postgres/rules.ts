import type { DialectRules } from '../rules.js';
import { nameLimit } from './names.js';

/** Groups of types that a foreign key may join. */
const COMPARABLE: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint'],
  ['character varying', 'text'],
];

export const rules: DialectRules = {
  nameLimit,
  fold: (name) => name,
  hasSchemas: true,
  concurrentIndexes: true,
  namesPrimaryKeys: true,
  rebuildsTables: false,
  generatedMustBePlain: true,
  newLabelUsableAtOnce: false,
  validatesLater: true,
  hasOwnedSequences: true,
  hasTriggerFunctions: true,
  utcZone: ["SET LOCAL TimeZone = 'UTC'", 'SET LOCAL TimeZone TO DEFAULT'],
  characterCount: 'char_length',
  dropsFullSchemas: false,
  lockLimit: { setting: 'lock_timeout', isNone: (value) => /^\W*0+\s*(?:us|ms|s|min|h|d)?\W*$/i.test(value) },
  hasVirtualColumns: (version = 14) => version >= 18,
  mayChangeUnderForeignKey: (from, to) =>
    from === to || COMPARABLE.some((types) => types.includes(from) && types.includes(to)),
};
