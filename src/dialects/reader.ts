import type { QueryRunner } from 'typeorm';
import type { EntityRules } from '../schema/entity-rules.js';
import type { QualifiedName, SchemaModel } from '../schema/schema.model.js';
import type { BelongingsReader } from './belongings.js';
import type { DatabaseDefect } from './defect.js';
import type { Inventory, InventoryScope } from './inventory.js';
import type { ReadObject, ViewReading } from './view-reading.js';

/** Reads the catalog of a kind of database, and entity metadata for it. Nothing here changes the database. */
export interface DialectReader extends BelongingsReader {
  /** How entity metadata is to be read for this database. */
  readonly entityRules: EntityRules;

  /** Reads the catalog in a constant number of queries (SQLite: a constant number for a table). Changes nothing. */
  reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel>;

  /** Everything in the database, as a revision would create it in an empty one. Changes nothing. */
  inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory>;

  /** Names of the schemas that users have created, besides the data source's own; none where there are no schemas. */
  schemas(runner: QueryRunner): Promise<readonly string[]>;

  /** The views of the whole database that read one of the objects, whoever owns them. Changes nothing. */
  viewsReading(runner: QueryRunner, objects: readonly ReadObject[]): Promise<readonly ViewReading[]>;

  /**
   * Indexes that no query uses because their build failed, and constraints that were never checked for all rows, in the data
   * source's own schema and those of the scope; none on a database that has no such state. Changes nothing.
   */
  defects(runner: QueryRunner, scope: Pick<ReflectScope, 'schemas'>): Promise<readonly DatabaseDefect[]>;

  /** Sentences about views and triggers that cannot be read; none on a database that does not allow such. */
  unreadable(runner: QueryRunner): Promise<readonly string[]>;

  /**
   * A schema as entities write it, in the SQL that the session of a run reads: names as the database keeps them, and expressions where the
   * sessions of the application have settings that give them another meaning. Absent where there are no such settings.
   */
  inRunWords?(written: SchemaModel, actual: SchemaModel, runner: QueryRunner): Promise<SchemaModel>;

  /** Whether the server takes names of tables that differ in case alone for one, and may keep another spelling. Absent where none does. */
  foldsTableNames?(runner: QueryRunner): Promise<boolean>;

  /**
   * The canonical form of the wanted schema: as this database would print it, so that it can be compared with the reflected
   * one by equality.
   *
   * It may let the database print expressions, and leaves nothing behind. With the policy `whole` it may change the schema
   * for that, in a transaction or savepoint that it rolls back itself; with `rows` it may create what commits nothing and ends
   * with the connection (temporary tables); what commits (a view to be printed) only outside of a transaction of the caller's, one at a
   * time on a database, under a name that is no part of a schema, so that what a killed process leaves is never compared. `actual` saves work: what has the same spelling there need not be
   * printed. `renamedSchemas` have their new names in `actual`, and get them in the database while it prints.
   */
  canonical(
    wanted: SchemaModel,
    actual: SchemaModel,
    runner: QueryRunner,
    renamedSchemas?: readonly SchemaRename[],
  ): Promise<SchemaModel>;
}

/** A rename of a schema. */
export interface SchemaRename {
  readonly from: string;
  readonly to: string;
}

/** The part of the catalog to read. */
export interface ReflectScope {
  /** Schemas to read besides the data source's own; ignored where there are none. */
  readonly schemas: readonly string[];
  /** Tables never to report: the version and history tables, TypeORM's own. */
  readonly exclude: readonly QualifiedName[];
  /**
   * Only tables, views and sequences of these names, whatever their schema, and nothing else: to look one up without
   * reading all.
   */
  readonly tables?: readonly string[];
}
