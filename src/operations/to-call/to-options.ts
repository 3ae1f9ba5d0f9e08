import {
  type CheckModel,
  type ColumnModel,
  displayName,
  type ExclusionModel,
  type ForeignKeyModel,
  type IndexModel,
  type PrimaryKeyModel,
  type QualifiedName,
  type TableModel,
  type UniqueModel,
  type Validation,
  type ViewModel,
} from '../../schema/schema.model.js';
import { defaultPrimaryKeyName } from '../default-primary-key-name.js';
import type { DropByContent } from '../call/dropped-constraint.js';
import type { ColumnChange } from '../operation.js';
import type { Target } from '../operations.interface.js';
import {
  CHECK_FIELDS,
  COLUMN_FIELDS,
  EXCLUSION_FIELDS,
  FOREIGN_KEY_FIELDS,
  INDEX_FIELDS,
  KEY_OPTIONS,
  PRIMARY_KEY_FIELDS,
  UNIQUE_FIELDS,
} from '../call/option-fields.js';

/** Options in TypeORM's shape, as `op` reads them: a default is absent, and the keys are in the order that people expect. */
export type Options = Readonly<Record<string, unknown>>;

/** How the database names primary keys. */
export interface KeyNaming {
  /** The database names primary keys, so that one without a name gets the default one. @default true */
  readonly namesPrimaryKeys?: boolean;
}

/** A name as `op` takes it: a string unless a dot in it would make that ambiguous. */
export function targetOf({ schema, name }: QualifiedName): Target {
  if (schema === undefined) return name.includes('.') ? { name } : name;
  return schema.includes('.') || name.includes('.') ? { schema, name } : `${schema}.${name}`;
}

/** The new name in a rename: without its schema where that stays. */
export function newNameOf(from: QualifiedName, to: QualifiedName): Target {
  if (from.schema === undefined) return targetOf(to);
  if (from.schema !== to.schema) return to.schema === undefined ? { name: to.name } : targetOf(to);
  return to.name.includes('.') ? { schema: to.schema, name: to.name } : to.name;
}

/** A table's options; its primary key is marked on the columns where that expresses all of it. */
export function tableOptions(table: TableModel, keyNaming: KeyNaming = {}): Options {
  const { columns, uniques, checks, exclusions, foreignKeys, indices, comment, sqlite, mysql } = table;
  const { primaryKey } = table;
  const key = keyOnColumns(table) && primaryKey ? withoutDefaultName(table, primaryKey, keyNaming) : undefined;
  return defined({
    ...nameOptions(table),
    columns: columns.map((column) => columnOptions(column, key)),
    primaryKey: primaryKey && hasKeyOptions(primaryKey) ? primaryKeyOptions(primaryKey) : undefined,
    uniques: listed(uniques.map(uniqueOptions)),
    checks: listed(checks.map(checkOptions)),
    exclusions: listed(exclusions.map(exclusionOptions)),
    foreignKeys: listed(foreignKeys.map(foreignKeyOptions)),
    indices: listed(indices.map(indexOptions)),
    comment,
    ...sqlite,
    ...mysql,
  });
}

/** The key without its name where that is the default, since a key without a name is read as one with it. */
function withoutDefaultName(table: TableModel, key: PrimaryKeyModel, keyNaming: KeyNaming): PrimaryKeyModel {
  const { namesPrimaryKeys = true } = keyNaming;
  if (!namesPrimaryKeys || key.name !== defaultPrimaryKeyName(displayName(table), key.columnNames)) return key;
  const { name: _name, ...unnamed } = key;
  return unnamed;
}

/** Whether marks on the columns can express a table's primary key: it lists them in the table's order and has no options. */
export function keyOnColumns({ columns, primaryKey }: TableModel): boolean {
  if (primaryKey && hasKeyOptions(primaryKey)) return false;
  const marked = columns.map((column) => column.name).filter((name) => primaryKey?.columnNames.includes(name));
  return marked.every((name, position) => primaryKey?.columnNames[position] === name);
}

/** Whether a key has options, which marks on its columns cannot express. */
export function hasKeyOptions({ sqlite, columnOptions }: PrimaryKeyModel): boolean {
  return sqlite !== undefined || columnOptions !== undefined;
}

function primaryKeyOptions(key: PrimaryKeyModel): Options {
  return ordered({ ...key, ...key.sqlite }, PRIMARY_KEY_FIELDS);
}

/** The options of a key besides its name and columns; undefined where it has none. */
export function keyOptions(key: PrimaryKeyModel): Options | undefined {
  return hasKeyOptions(key) ? ordered({ ...key, ...key.sqlite }, KEY_OPTIONS) : undefined;
}

export function columnOptions(column: ColumnModel, primaryKey?: PrimaryKeyModel): Options {
  const isPrimary = primaryKey?.columnNames.includes(column.name);
  const isFirst = primaryKey?.columnNames[0] === column.name;
  return ordered(
    {
      ...column,
      ...column.sqlite,
      ...column.mysql,
      ...(isPrimary && { isPrimary }),
      ...(isFirst && { primaryKeyConstraintName: primaryKey?.name }),
      default: constantOf(column.default),
    },
    COLUMN_FIELDS,
  );
}

export function changeOptions(change: ColumnChange): Options {
  return ordered({ ...change, ...change.mysql, default: constantOf(change.default) }, COLUMN_FIELDS);
}

export function uniqueOptions(unique: UniqueModel): Options {
  return ordered({ ...unique, ...unique.sqlite }, UNIQUE_FIELDS);
}

export function checkOptions(check: CheckModel): Options {
  return ordered({ ...check, ...validationOptions(check) }, CHECK_FIELDS);
}

export function exclusionOptions(exclusion: ExclusionModel): Options {
  return ordered(exclusion, EXCLUSION_FIELDS);
}

export function foreignKeyOptions(key: ForeignKeyModel): Options {
  const { schema, name } = nameOptions({ schema: key.referencedSchema, name: key.referencedTableName });
  const names = { referencedSchema: schema, referencedTableName: name };
  return ordered({ ...key, ...names, ...validationOptions(key) }, FOREIGN_KEY_FIELDS);
}

/** What a constraint that is NOT VALID has in a call. */
function validationOptions({ isNotValid }: Validation): Options {
  return isNotValid === true ? { isNotValid: undefined, isValidated: false } : {};
}

/** The constraint to drop: its name, or its columns or expression where it has none. */
export function droppedOptions(operation: DropByContent): string | Options {
  if (operation.name !== undefined) return operation.name;
  if (operation.kind === 'dropCheck') return defined({ expression: operation.expression });
  const target = operation.kind === 'dropForeignKey' ? operation.referencedTable : undefined;
  const { schema, name }: Partial<QualifiedName> = target === undefined ? {} : nameOptions(target);
  return defined({ columnNames: operation.columnNames, referencedSchema: schema, referencedTableName: name });
}

export function indexOptions(index: IndexModel): Options {
  return ordered({ ...index, ...index.mysql }, INDEX_FIELDS);
}

export function viewOptions(view: ViewModel): Options {
  return defined({
    ...nameOptions(view),
    materialized: view.materialized,
    expression: view.expression,
    indices: listed(view.indices.map(indexOptions)),
  });
}

/** A name among other options, with an empty schema where a dot in it would otherwise be read as the end of one. */
function nameOptions({ schema, name }: QualifiedName): { readonly schema?: string; readonly name: string } {
  if (schema !== undefined) return { schema, name };
  return name.includes('.') ? { schema: '', name } : { name };
}

/** A default that is a number or a boolean, as a JavaScript value: `default: 0` reads better than `default: '0'`. */
function constantOf(text: string | null | undefined): string | number | boolean | null | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (typeof text !== 'string') return text;
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}

/** The fields that have a value, in this order. */
function ordered(value: object, fields: readonly string[]): Options {
  const values = value as Options;
  return defined(Object.fromEntries(fields.map((field) => [field, values[field]])));
}

/** The options that have a value. */
export function defined(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function listed<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
