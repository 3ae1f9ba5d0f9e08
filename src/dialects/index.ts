import type { DataSource, DataSourceOptions } from 'typeorm';
import { UnsupportedDriverError } from '../errors/database.errors.js';
import type { Dialect } from './dialect.js';
import { isSupportedDriver, type SupportedDriver, supportedDrivers } from './drivers.js';
import { mysqlDialect } from './mysql/index.js';
import { postgresDialect } from './postgres/index.js';
import { sqliteDialect } from './sqlite/index.js';
import type { DatabaseTemplates, TemplatePlace } from './templates.js';

export type { Dialect } from './dialect.js';
export type { DatabaseCopy, DatabaseTemplates, TemplatePlace } from './templates.js';

const dialects: Readonly<Record<SupportedDriver, Dialect>> = {
  postgres: postgresDialect,
  'better-sqlite3': sqliteDialect,
  sqlite: sqliteDialect,
  sqljs: sqliteDialect,
  mysql: mysqlDialect,
  mariadb: mysqlDialect,
};

/**
 * The dialect of a data source, by its driver.
 *
 * @throws UnsupportedDriverError for a driver without a dialect.
 */
export function dialectOf(dataSource: DataSource): Dialect {
  const { type } = dataSource.options;
  if (!isSupportedDriver(type)) throw new UnsupportedDriverError(type, supportedDrivers);
  return dialects[type];
}

/**
 * The templates of the server or the folder of the options.
 *
 * @throws UnsupportedDriverError for a driver whose databases cannot be copied
 */
export function templatesFor(options: DataSourceOptions, place: TemplatePlace): DatabaseTemplates {
  const { type } = options;
  const copied = supportedDrivers.filter((driver) => dialects[driver].templates.drivers.includes(driver));
  const driver = copied.find((candidate) => candidate === type);
  if (driver === undefined) throw new UnsupportedDriverError(type, copied);
  return dialects[driver].templates.of(options, place);
}
