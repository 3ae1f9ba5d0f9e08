import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnModel, EnumModel, IndexModel, QualifiedName, SchemaModel, TableModel } from './schema.model.js';
import type { SqlRules } from '../sql/rules.js';

/** TypeORM does not export the class by name. */
export type ColumnMetadata = EntityMetadata['columns'][number];

/** What reading entity metadata needs to know about a kind of database. Each dialect brings its own. */
export interface EntityRules {
  /** The lexical rules of the SQL in entities. */
  readonly sqlRules: SqlRules;
  /** The schema whose names are written without it; undefined where there are none. */
  defaultSchema(dataSource: DataSource): string | undefined;
  /** The schema that the options of the data source name as its own; undefined when they name none. */
  ownSchema(dataSource: DataSource): string | undefined;
  /** A value as an SQL literal. */
  literal(value: unknown): string;
  /**
   * Checks the entity of a table or a view before it is read. Absent where the database supports all of them.
   *
   * @throws UnsupportedEntityError for one that it does not support.
   */
  refuse?(entity: EntityMetadata, dataSource: DataSource): void;
  /**
   * The name of an entity's table or view, as the database would cut it, with the schema that TypeORM's queries have it in. Only an
   * entity that is not refused has one.
   */
  tableName(entity: EntityName): QualifiedName;
  /** A column of a table as the catalog would print it; but its default is not canonical yet. */
  column(column: ColumnMetadata, table: QualifiedName, dataSource: DataSource): ReadColumn;
  /** An index as the catalog would print it, without what this database does not keep. */
  index(index: IndexModel): IndexModel;
  /** The one index that serves for two of a name; undefined where they are two, as they always are when it is absent. */
  twinOf?(one: IndexModel, other: IndexModel): IndexModel | undefined;
  /**
   * An index that options of `op` describe completely, as the catalog would print it.
   *
   * @throws UnsupportedOperationError for one that this database does not support.
   */
  wholeIndex(index: IndexModel): IndexModel;
  /** A table without what this database does not keep of it. */
  table(table: TableModel): TableModel;
  /** Extensions that the types, defaults and constraints of a schema need. */
  extensions(schema: Pick<SchemaModel, 'tables'>): readonly string[];
  /** The name as the database would cut it. */
  identifier(name: string): string;
}

/** The parts of an entity's metadata that its name is made of. */
export type EntityName = Pick<EntityMetadata, 'tableName'> & Partial<Pick<EntityMetadata, 'schema' | 'database'>>;

/** A column that was read from its entity. */
interface ReadColumn {
  readonly column: ColumnModel;
  /** The enum type that the column's metadata declares, if any. */
  readonly enum?: EnumModel;
}

/** The `textKind` of a column's model, where TypeORM keeps a list or JSON in a text. */
export function textKindOf({ type }: Pick<ColumnMetadata, 'type'>): Pick<ColumnModel, 'textKind'> {
  return type === 'simple-array' || type === 'simple-json' ? { textKind: type } : {};
}
