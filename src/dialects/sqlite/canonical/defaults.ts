import type { ColumnModel } from '../../../schema/schema.model.js';

/**
 * The defaults of boolean columns in a model, where every database reads them, by the words that TypeORM writes here and
 * looks for again. A `true` that an entity wrote as SQL stays one.
 */
const BOOLEANS: readonly (readonly [written: string, inModel: string])[] = [
  ['1', 'true'],
  ['0', 'false'],
  ['true', '(true)'],
  ['false', '(false)'],
];

const IN_MODEL = new Map(BOOLEANS);
const WRITTEN = new Map(BOOLEANS.map(([written, inModel]) => [inModel, written]));

/** A default as a model has it, by what stands in the catalog. */
export function modelDefault(type: string, written: string): string {
  return (isBoolean(type) && IN_MODEL.get(written)) || written;
}

/** A default as it stands in DDL. */
export function writtenDefault({ type, default: sql = '' }: Pick<ColumnModel, 'type' | 'default'>): string {
  return (isBoolean(type) && WRITTEN.get(sql)) || sql;
}

/** Whether the defaults of two columns stand in their models by the same words: `1` is a number, or the `true` of a boolean. */
export function hasSameDefaults(wanted: ColumnModel, actual: ColumnModel | undefined): boolean {
  return actual !== undefined && isBoolean(wanted.type) === isBoolean(actual.type);
}

function isBoolean(type: string): boolean {
  return type.toLowerCase() === 'boolean';
}
