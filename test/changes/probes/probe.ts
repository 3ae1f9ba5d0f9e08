import type { DataSourceOptions, EntitySchemaColumnOptions } from 'typeorm';
import { type DialectName, type Entity, table } from '../change.js';

/** A schema that does not change: once it is made, nothing may be reported. */
export interface Probe {
  readonly name: string;
  readonly on: DialectName;
  readonly entities: readonly Entity[];
  /** What TypeORM finds right after its own synchronize; absent where it is content. */
  readonly typeorm?: string;
  readonly options?: Partial<DataSourceOptions>;
  /** What must be in the database first. */
  readonly setup?: readonly string[];
}

export const FOR_EVER = 'reports a difference for ever';

/** Probes of the one column `c`. */
export function columns(
  on: DialectName,
  list: Readonly<Record<string, EntitySchemaColumnOptions>>,
  typeorm?: string,
): Probe[] {
  return Object.entries(list).map(([name, column]) => ({
    name,
    on,
    entities: [table('t', { c: column })],
    ...(typeorm === undefined ? {} : { typeorm }),
  }));
}
