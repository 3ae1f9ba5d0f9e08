import type { DataSource } from 'typeorm';
import { UnsupportedDriverError } from '../errors/database.errors.js';
import type { Dialect } from './dialect.js';
import { isSupportedDriver, type SupportedDriver, supportedDrivers } from './drivers.js';
import { postgresDialect } from './postgres/index.js';
import { sqliteDialect } from './sqlite/index.js';

export type { Dialect } from './dialect.js';

const dialects: Readonly<Record<SupportedDriver, Dialect>> = {
  postgres: postgresDialect,
  'better-sqlite3': sqliteDialect,
  sqlite: sqliteDialect,
  sqljs: sqliteDialect,
};

/**
 * The dialect of a data source, by its driver.
 *
 * @throws UnsupportedDriverError for a driver that there is none for.
 */
export function dialectOf(dataSource: DataSource): Dialect {
  const { type } = dataSource.options;
  if (!isSupportedDriver(type)) throw new UnsupportedDriverError(type, supportedDrivers);
  return dialects[type];
}
