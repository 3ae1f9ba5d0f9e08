import type { NameLimit } from '../../schema/name-rules.js';
import type { AlterColumn, ColumnChange } from '../../operations/operation.js';
import type { DialectRules } from '../rules.js';
import { isText } from './types.js';

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
  batchesChanges: true,
  mayChangeUnderForeignKey: (from, to, change) => from === to && (change === undefined || isSameForKey(change)),
};

/** Whether both ends of a foreign key may have the one and the other type of a name: they have the same size and sign, and collation. */
function isSameForKey({ existing = {}, to }: Pick<AlterColumn, 'existing' | 'to'>): boolean {
  const decisive = ({ type = '', precision, scale, collation, mysql }: ColumnChange): readonly unknown[] => [
    mysql?.unsigned === true,
    collation,
    mysql?.charset,
    ...(isText(type) ? [] : [precision, scale]),
  ];
  const before = decisive(existing);
  return decisive(to).every((value, place) => value === before[place]);
}
