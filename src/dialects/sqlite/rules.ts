import type { DialectRules } from '../rules.js';

export const rules: DialectRules = {
  fold: (name) => name.toLowerCase(),
  hasSchemas: false,
  concurrentIndexes: false,
  // TypeORM never names one here, and does not find the AUTOINCREMENT behind a name.
  namesPrimaryKeys: false,
  rebuildsTables: true,
  generatedMustBePlain: false,
  newLabelUsableAtOnce: true,
  mayChangeUnderForeignKey: () => true,
};
