import type { DialectRules } from '../rules.js';

export const rules: DialectRules = {
  // SQLite folds the 26 letters, and keeps names apart that differ in other capitals.
  fold: (name) => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  hasSchemas: false,
  concurrentIndexes: false,
  // TypeORM never names one here, and does not find the AUTOINCREMENT behind a name.
  namesPrimaryKeys: false,
  rebuildsTables: true,
  generatedMustBePlain: false,
  newLabelUsableAtOnce: true,
  mayChangeUnderForeignKey: () => true,
};
