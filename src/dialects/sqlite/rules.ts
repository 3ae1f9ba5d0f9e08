import type { DialectRules } from '../rules.js';

export const rules: DialectRules = {
  // SQLite ignores the case of ASCII letters only.
  fold: (name) => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  hasSchemas: false,
  concurrentIndexes: false,
  // TypeORM never names a primary key on SQLite, and does not recognise AUTOINCREMENT in a named one.
  namesPrimaryKeys: false,
  rebuildsTables: true,
  generatedMustBePlain: false,
  newLabelUsableAtOnce: true,
  validatesLater: false,
  hasOwnedSequences: false,
  hasTriggerFunctions: false,
  characterCount: 'length',
  dropsFullSchemas: false,
  hasVirtualColumns: () => true,
  mayChangeUnderForeignKey: () => true,
};
