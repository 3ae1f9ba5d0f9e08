import type { EntityMetadata } from 'typeorm';
import { EntityNameError, EnumNameTakenError } from '../errors/schema.errors.js';
import type { Refusals } from './refusals.js';
import { displayName, qualifiedKey, type QualifiedName, type SchemaModel, type TableModel } from './schema.model.js';

/** Halves of characters, which no encoding has, and NUL. */
const UNSTORABLE = /[\p{Cs}\0]/u;

/** Refuses names that no database keeps as they are: the comparison would find them missing each time. */
export function refuseNames({ tables, views, enums }: SchemaModel, refusals: Refusals): void {
  for (const view of views) refusals.attempt(() => refuse(view, `view "${displayName(view)}"`));
  for (const one of enums) refusals.attempt(() => refuse(one, `enum "${displayName(one)}"`));
  for (const table of tables) refusals.attempt(() => refuseNamesIn(table));
  const relations = new Set([...tables, ...views].map(qualifiedKey));
  for (const one of enums) {
    if (relations.has(qualifiedKey(one))) refusals.attempt(() => refuseTaken(one, tables));
  }
}

/** A table or a view is a type too. The name that TypeORM makes for an enum is cut, and may then be that of its long table. */
function refuseTaken(type: QualifiedName, tables: readonly TableModel[]): never {
  const users = tables.flatMap((table) =>
    table.columns
      .filter(({ enumName, enumSchema }) => qualifiedKey(enumNameOf(enumName, enumSchema)) === qualifiedKey(type))
      .map(({ name }) => `"${name}" of table "${displayName(table)}"`),
  );
  throw new EnumNameTakenError(displayName(type), users[0]);
}

function enumNameOf(name = '', schema?: string): QualifiedName {
  return schema === undefined ? { name } : { schema, name };
}

function refuseNamesIn(table: TableModel): void {
  const where = `table "${displayName(table)}"`;
  refuse(table, where);
  for (const { name, enumName } of table.columns) {
    refuse({ name }, `a column of ${where}`);
    if (enumName !== undefined) refuse({ name: enumName }, `the enum of column "${name}" of ${where}`);
  }
  const { uniques, checks, exclusions, foreignKeys, primaryKey } = table;
  const constraints = [...uniques, ...checks, ...exclusions, ...foreignKeys, ...(primaryKey ? [primaryKey] : [])];
  for (const { name } of constraints) if (name !== undefined) refuse({ name }, `a constraint of ${where}`);
  for (const { name } of table.indices) refuse({ name }, `an index of ${where}`);
}

/**
 * The same of an entity, before it is read: a column without a name is passed over there.
 *
 * @throws EntityNameError naming the table
 */
export function refuseNamesOf(metadata: EntityMetadata): void {
  const { tableName, schema, columns } = metadata;
  const where = `table "${tableName}" of ${metadata.name || 'an entity without a name'}`;
  refuse({ ...(schema !== undefined && { schema }), name: tableName }, where);
  // TypeORM gives a property without a name no name at all.
  for (const { databaseName = '' } of columns) refuse({ name: databaseName }, `a column of ${where}`);
}

function refuse({ schema, name }: { readonly schema?: string; readonly name: string }, where: string): void {
  if (schema !== undefined) refuseText('schema', schema, where);
  refuseText('name', name, where);
}

function refuseText(what: 'schema' | 'name', text: string, where: string): void {
  if (text === '') throw new EntityNameError(where, `has an empty ${what}`);
  if (UNSTORABLE.test(text))
    throw new EntityNameError(where, `has a ${what} with half a character, or with NUL, in it`);
}
