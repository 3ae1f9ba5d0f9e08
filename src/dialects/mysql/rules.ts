import type { NameLimit } from '../../schema/name-rules.js';
import type { DialectRules } from '../rules.js';

/** The longest name. */
const nameLimit: NameLimit = { length: 64, unit: 'characters' };

export const rules: DialectRules = {
  nameLimit,
  isRefused: (name) => /[\u{10000}-\u{10ffff}]|[\t-\r ]$/u.test(name) || [...name].length > nameLimit.length,
  // Tables are files, whose names may differ in case alone on Linux (`lower_case_table_names=0`).
  fold: (name) => name,
  foldColumn: (name) => name.toLowerCase(),
  hasSchemas: true,
  concurrentIndexes: false,
  // Whatever a statement says, the name is PRIMARY.
  namesPrimaryKeys: false,
  rebuildsTables: false,
  generatedMustBePlain: false,
  newLabelUsableAtOnce: true,
  mayChangeUnderForeignKey: (from, to) => from === to,
};
