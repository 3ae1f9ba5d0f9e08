import type { DataSource, EntityMetadata, TableColumnOptions } from 'typeorm';
import type { ColumnModel, EnumModel } from './schema.model.js';

/** What reading entity metadata needs to know about a kind of database. Each dialect brings its own. */
export interface EntityRules {
  /** The schema whose names are written without it; undefined where there are none. */
  defaultSchema(dataSource: DataSource): string | undefined;
  /**
   * A column as the catalog would print it, from TypeORM's own description of it (normalised type, SQL default).
   * Names of constraints and indexes are not its business.
   */
  column(options: TableColumnOptions, metadata: EntityMetadata, dataSource: DataSource): ColumnRules;
  /** Extensions that these column types and defaults need. */
  extensions(dataSource: DataSource): readonly string[];
  /** Cuts a name as the database would. */
  identifier(name: string): string;
}

export interface ColumnRules {
  readonly column: ColumnModel;
  /** The enum type that the column brings along, if any. */
  readonly enum?: EnumModel;
}
