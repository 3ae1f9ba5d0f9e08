import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnModel, EnumModel, IndexModel, QualifiedName, SchemaModel, TableModel } from './schema.model.js';
import type { SqlRules } from '../sql/rules.js';

/** TypeORM does not export the class by name. */
export type ColumnMetadata = EntityMetadata['columns'][number];

/** What reading entity metadata needs to know about a kind of database. Each dialect brings its own. */
export interface EntityRules {
  /** How the SQL of entities is cut into tokens. */
  readonly sqlRules: SqlRules;
  /** The schema whose names are written without it; undefined where there are none. */
  defaultSchema(dataSource: DataSource): string | undefined;
  /** The schema that the options of the data source name as its own; undefined when they name none. */
  ownSchema(dataSource: DataSource): string | undefined;
  /** A value as SQL text. */
  literal(value: unknown): string;
  /**
   * Looks at a table's or a view's entity before it is read. Absent where the database can hold any.
   *
   * @throws UnsupportedEntityError for one that it cannot hold.
   */
  refuse?(entity: EntityMetadata, dataSource: DataSource): void;
  /** A column of a table as the catalog would print it; its default is correct SQL, not yet what the database makes of it. */
  column(column: ColumnMetadata, table: QualifiedName, dataSource: DataSource): ColumnRules;
  /** An index as the catalog would print it, without what this database does not keep. */
  index(index: IndexModel): IndexModel;
  /**
   * An index that options say in full, as the catalog would print it.
   *
   * @throws UnsupportedOperationError for one that this database cannot have.
   */
  wholeIndex(index: IndexModel): IndexModel;
  /** A table without what this database does not keep of it. */
  table(table: TableModel): TableModel;
  /** Extensions that the types, defaults and constraints of a schema need. */
  extensions(schema: Pick<SchemaModel, 'tables'>): readonly string[];
  /** Cuts a name as the database would. */
  identifier(name: string): string;
}

export interface ColumnRules {
  readonly column: ColumnModel;
  /** The enum type that the column brings along, if any. */
  readonly enum?: EnumModel;
}

/** What a column keeps in a text, for the model of it. */
export function textKindOf({ type }: Pick<ColumnMetadata, 'type'>): Pick<ColumnModel, 'textKind'> {
  return type === 'simple-array' || type === 'simple-json' ? { textKind: type } : {};
}
