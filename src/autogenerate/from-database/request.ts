import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { InclusionOptions } from './included.js';

export interface WholeDatabaseRequest {
  /** Initialised. Its entities are not read. */
  readonly dataSource: DataSource;
  readonly dialect: Dialect;
  readonly runner: QueryRunner;
  readonly options: WholeDatabaseOptions;
  /** Tables of this package: the version table and its history. */
  readonly exclude: readonly QualifiedName[];
}

export interface WholeDatabaseOptions extends InclusionOptions {
  /** Schemas to include besides the data source's own. @default all of them */
  readonly includeSchemas?: readonly string[];
}
