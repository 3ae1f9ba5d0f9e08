import type { ColumnModel } from '../../../schema/schema.model.js';

/**
 * The defaults of boolean columns: as TypeORM writes and expects them on SQLite, and as the model has them for every
 * database. A `true` that an entity specifies as SQL stays as it is.
 */
const BOOLEANS: readonly (readonly [written: string, inModel: string])[] = [
  ['1', 'true'],
  ['0', 'false'],
  ['true', '(true)'],
  ['false', '(false)'],
];

const IN_MODEL = new Map(BOOLEANS);
const WRITTEN = new Map(BOOLEANS.map(([written, inModel]) => [inModel, written]));

/** A default as the model has it, by that in the catalog. */
export function modelDefault(type: string, written: string): string {
  return (isBoolean(type) && IN_MODEL.get(written)) || written;
}

/** A default as in DDL. */
export function writtenDefault({ type, default: sql = '' }: Pick<ColumnModel, 'type' | 'default'>): string {
  return (isBoolean(type) && WRITTEN.get(sql)) || sql;
}

/** Whether the defaults of two columns have the same meaning when they are spelled alike: `1` may be a number or `true`. */
export function hasSameDefaults(wanted: ColumnModel, actual: ColumnModel | undefined): boolean {
  return actual !== undefined && isBoolean(wanted.type) === isBoolean(actual.type);
}

function isBoolean(type: string): boolean {
  return type.toLowerCase() === 'boolean';
}
