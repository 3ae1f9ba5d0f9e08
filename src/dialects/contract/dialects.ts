import type { DialectName } from '../../../test/support/databases.js';
import type { Dialect } from '../dialect.js';
import { mysqlDialect } from '../mysql/index.js';
import { postgresDialect } from '../postgres/index.js';
import { sqliteDialect } from '../sqlite/index.js';
import { committingDialect } from './committing-dialect.js';

const released: Readonly<Record<Exclude<DialectName, 'mysql'>, Dialect>> = {
  postgres: postgresDialect,
  sqlite: sqliteDialect,
};

/** The dialects that must pass the contract: those of the package, and one with the transactions of MySQL. */
export const dialects = {
  ...released,
  // Only where the tests have a server. This module is also loaded by runners in processes of their own.
  ...(process.env['TEST_MYSQL_URL'] !== undefined && { mysql: mysqlDialect }),
  committing: committingDialect,
} as Readonly<Record<SubjectName, Dialect>>;

export type SubjectName = DialectName | 'committing';
