import type { NameLimit } from '../../schema/name-rules.js';
import type { AlterColumn, ColumnChange } from '../../operations/operation.js';
import type { DialectRules } from '../rules.js';
import { textInRun } from './compile/zone.js';

/** The longest name. */
const nameLimit: NameLimit = { length: 64, unit: 'characters' };

/** A wait that long is an outage; in seconds. The server's own limit is a day, or a year. */
const AN_HOUR = 3600;

export const rules: DialectRules = {
  nameLimit,
  isRefused: (name) => /[\u{10000}-\u{10ffff}]|[\t-\r ]$/u.test(name) || [...name].length > nameLimit.length,
  // Tables are files, whose names may differ in case alone on Linux (`lower_case_table_names=0`).
  fold: (name) => name,
  foldColumn: (name) => name.toLowerCase(),
  hasSchemas: true,
  hasColumnLabels: true,
  concurrentIndexes: false,
  // Whatever a statement says, the name is PRIMARY.
  namesPrimaryKeys: false,
  rebuildsTables: false,
  generatedMustBePlain: false,
  newLabelUsableAtOnce: true,
  validatesLater: false,
  hasOwnedSequences: false,
  hasTriggerFunctions: false,
  utcZone: ["SET time_zone = '+00:00'", 'SET time_zone = DEFAULT'],
  characterCount: 'char_length',
  dropsFullSchemas: true,
  batchesChanges: true,
  makesUpValues: true,
  defaultInRun: textInRun,
  lockLimit: { setting: 'lock_wait_timeout', isNone: (value) => !(Number(value) < AN_HOUR) },
  changesWaitForReaders: true,
  hasVirtualColumns: () => true,
  mayChangeUnderForeignKey: (from, to, change) => from === to && (change === undefined || isSameForKey(change)),
};

/**
 * Whether a column of a foreign key keeps what InnoDB compares: size, sign, collation. A text may be longer than the one that it
 * refers to, but not become so while the key is there; an enum may get more labels behind those that it has.
 */
function isSameForKey({ existing = {}, to }: Pick<AlterColumn, 'existing' | 'to'>): boolean {
  const decisive = ({ length, precision, scale, collation, mysql }: ColumnChange): readonly unknown[] => [
    length,
    precision,
    scale,
    collation,
    mysql?.unsigned === true,
    mysql?.charset,
  ];
  const before = decisive(existing);
  const keepsLabels = existing.enum?.every((label, place) => label === to.enum?.[place]) ?? true;
  return keepsLabels && decisive(to).every((value, place) => value === before[place]);
}
