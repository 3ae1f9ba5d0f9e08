import type { TokenCursor } from './cursor.js';

/** Kinds of objects of several words; any other is one word. */
const OBJECTS = [
  'MATERIALIZED VIEW',
  'EVENT TRIGGER',
  'FOREIGN TABLE',
  'FOREIGN DATA WRAPPER',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'ACCESS METHOD',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'USER MAPPING',
];

/** The kind of object that comes next, in capitals. */
export function objectAt(cursor: TokenCursor): string {
  return cursor.takeOneOf(OBJECTS) ?? cursor.skip()?.keyword ?? '';
}

/** Objects that belong to a table, which is named after ON. */
export const ON_TABLE: ReadonlySet<string> = new Set(['TRIGGER', 'POLICY', 'RULE', 'STATISTICS']);
