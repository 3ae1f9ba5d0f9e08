import type { EntityMetadata } from 'typeorm';
import { EntityNameError, EnumNameTakenError } from '../errors/schema.errors.js';
import type { Refusals } from './refusals.js';
import { displayName, qualifiedKey, type QualifiedName, type SchemaModel, type TableModel } from './schema.model.js';

/** Lone surrogates, which no encoding can store, and NUL. */
const UNSTORABLE = /[\p{Cs}\0]/u;

/** Refuses names that no database stores unchanged: the comparison would find them missing each time. */
export function refuseNames({ tables, views, enums }: SchemaModel, refusals: Refusals): void {
  for (const view of views) refusals.attempt(() => refuseName(view, `view "${displayName(view)}"`));
  for (const type of enums) refusals.attempt(() => refuseName(type, `enum "${displayName(type)}"`));
  for (const table of tables) refusals.attempt(() => refuseNamesIn(table));
  const relations = new Set([...tables, ...views].map(qualifiedKey));
  for (const type of enums) {
    if (relations.has(qualifiedKey(type))) refusals.attempt(() => refuseTakenName(type, tables));
  }
}

/**
 * Refuses an enum that has the name of a table or a view, which is a type too. It happens by accident: the name that TypeORM
 * derives for the enum of a column of a table with a long name is cut, and may then equal that of the table.
 */
function refuseTakenName(type: QualifiedName, tables: readonly TableModel[]): never {
  const users = tables.flatMap((table) =>
    table.columns
      .filter(
        ({ enumName, enumSchema }) => qualifiedKey({ schema: enumSchema, name: enumName ?? '' }) === qualifiedKey(type),
      )
      .map(({ name }) => `"${name}" of table "${displayName(table)}"`),
  );
  throw new EnumNameTakenError(displayName(type), users[0]);
}

function refuseNamesIn(table: TableModel): void {
  const where = `table "${displayName(table)}"`;
  refuseName(table, where);
  for (const { name, enumName } of table.columns) {
    refuseName({ name }, `a column of ${where}`);
    if (enumName !== undefined) refuseName({ name: enumName }, `the enum of column "${name}" of ${where}`);
  }
  const { uniques, checks, exclusions, foreignKeys, primaryKey } = table;
  const constraints = [...uniques, ...checks, ...exclusions, ...foreignKeys, ...(primaryKey ? [primaryKey] : [])];
  for (const { name } of constraints) if (name !== undefined) refuseName({ name }, `a constraint of ${where}`);
  for (const { name } of table.indices) refuseName({ name }, `an index of ${where}`);
}

/**
 * Refuses such names of an entity before it is read, since reading skips a column without a name.
 *
 * @throws EntityNameError naming the table
 */
export function refuseNamesOf(metadata: EntityMetadata): void {
  const { tableName, schema, columns } = metadata;
  const where = `table "${tableName}" of ${metadata.name || 'an entity without a name'}`;
  refuseName({ ...(schema !== undefined && { schema }), name: tableName }, where);
  // TypeORM gives a property without a name no name at all.
  for (const { databaseName = '' } of columns) refuseName({ name: databaseName }, `a column of ${where}`);
}

function refuseName({ schema, name }: QualifiedName, where: string): void {
  if (schema !== undefined) refuseText('schema', schema, where);
  refuseText('name', name, where);
}

function refuseText(what: 'schema' | 'name', text: string, where: string): void {
  if (text === '') throw new EntityNameError(where, `has an empty ${what}`);
  if (UNSTORABLE.test(text))
    throw new EntityNameError(where, `has a ${what} with half a character, or with NUL, in it`);
}
