import type { DataSourceOptions } from 'typeorm';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import type { DatabaseTemplates, TemplatePlace } from './database-templates.js';
import { PostgresTemplates } from './postgres-templates.js';
import { SqliteTemplates } from './sqlite-templates.js';

export type { DatabaseCopy, DatabaseTemplates, TemplatePlace } from './database-templates.js';

const kinds: Readonly<Record<string, new (options: never, place: TemplatePlace) => DatabaseTemplates>> = {
  postgres: PostgresTemplates,
  'better-sqlite3': SqliteTemplates,
  sqlite: SqliteTemplates,
};

/**
 * The templates of the server or the folder that the options lead to.
 *
 * @throws UnsupportedDriverError for a driver whose databases cannot be copied
 */
export function templatesFor(options: DataSourceOptions, place: TemplatePlace): DatabaseTemplates {
  const Templates = kinds[options.type];
  if (Templates === undefined) throw new UnsupportedDriverError(options.type, Object.keys(kinds));
  return new Templates(options as never, place);
}
