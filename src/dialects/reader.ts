import type { QueryRunner } from 'typeorm';
import type { EntityRules } from '../schema/entity-rules.js';
import type { QualifiedName, SchemaModel } from '../schema/schema.model.js';
import type { BelongingsReader } from './belongings.js';
import type { Inventory, InventoryScope } from './inventory.js';
import type { ReadObject, ViewReading } from './view-reading.js';

/** How a kind of database is read: its catalog, and entity metadata for it. Nothing here changes the database. */
export interface DialectReader extends BelongingsReader {
  /** How entity metadata is to be read for this database. */
  readonly entityRules: EntityRules;

  /** Reads the catalog in a constant number of queries (SQLite: a constant number for a table). Changes nothing. */
  reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel>;

  /** Everything that the database holds, as a revision would make it in an empty one. Changes nothing. */
  inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory>;

  /** Names of the schemas that people made, besides the data source's own; none where there are no schemas. */
  schemas(runner: QueryRunner): Promise<readonly string[]>;

  /** The views of the whole database that read what is named, whoever they belong to. Changes nothing. */
  viewsReading(runner: QueryRunner, objects: readonly ReadObject[]): Promise<readonly ViewReading[]>;

  /** Views and triggers that exist and cannot be read, as sentences; none where the database does not let them exist. */
  unreadable(runner: QueryRunner): Promise<readonly string[]>;

  /**
   * The wanted schema as this database would print it, so that it can be compared with `reflect`'s by plain equality.
   *
   * May ask the database to deparse expressions, and leaves nothing behind. With the policy `whole` it may change the schema
   * for that, in a transaction or savepoint that it rolls back itself; with `rows` it may make only what commits nothing
   * and goes with the connection (temporary tables). `actual` saves work: what is written there already needs no asking.
   * `renamedSchemas` have their new names in `actual`, and are given them for as long as the database is asked.
   */
  canonical(
    wanted: SchemaModel,
    actual: SchemaModel,
    runner: QueryRunner,
    renamedSchemas?: readonly SchemaRename[],
  ): Promise<SchemaModel>;
}

/** A schema with another name. */
export interface SchemaRename {
  readonly from: string;
  readonly to: string;
}

/** Which part of the catalog to read. */
export interface ReflectScope {
  /** Schemas to read besides the data source's own; ignored where there are none. */
  readonly schemas: readonly string[];
  /** Tables never to report: the version and history tables, TypeORM's own. */
  readonly exclude: readonly QualifiedName[];
  /** Only tables, views and sequences of these names, whatever their schema, and nothing else: to look one up without reading all. */
  readonly tables?: readonly string[];
}
