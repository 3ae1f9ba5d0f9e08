import type { ColumnChange, Operation } from '../../operations/operation.js';
import {
  displayName,
  type CheckModel,
  type ForeignKeyModel,
  type IndexModel,
  type QualifiedName,
  referencedTable,
  type TableModel,
  type UniqueModel,
} from '../../schema/schema.model.js';
import { type MissingKinds, ONLY_POSTGRES, refuseMissing, type Refuse, refuserOf } from '../common/missing.js';
import { newMembersOf } from '../common/new-members.js';
import { declaredType } from './compile/ddl.js';
import { SCRIPT_TABLES } from './script/tables.js';

const DIALECT = 'SQLite';
const refuse: Refuse = refuserOf(DIALECT);

/** Kinds of operations on features that SQLite lacks, and the names of those. */
const MISSING = {
  ...ONLY_POSTGRES,
  renameLabel: 'labels of columns, but checks',
  createSequence: 'sequences',
  dropSequence: 'sequences',
  renameSequence: 'sequences',
  alterSequence: 'sequences',
  createSchema: 'schemas',
  dropSchema: 'schemas',
  renameSchema: 'schemas',
  renameView: 'ALTER VIEW',
} as const satisfies MissingKinds;

/** What to do instead, by the missing feature. */
const HINTS: Readonly<Record<string, string>> = {
  'enum types': 'Give the column its labels: { type: "varchar", enum: [ … ] }.',
  'ALTER VIEW': 'Drop the view, and create it under its new name.',
};

/** The operations that SQLite supports. */
export type SupportedOperation = Exclude<Operation, { readonly kind: keyof typeof MISSING }>;

/**
 * Refuses operations and options that SQLite does not support, except comments: TypeORM omits them as well.
 *
 * @throws UnsupportedOperationError
 */
export function refuseUnsupported(operation: Operation): asserts operation is SupportedOperation {
  refuseMissing(operation, { title: DIALECT, part: 'sqlite', missing: MISSING, hints: HINTS });
  for (const name of namesIn(operation)) refuseSchema(operation, name);
  refuseOptions(operation);
}

/**
 * Refuses operations of a script on tables with the names of its own temporary ones, which they would affect instead.
 *
 * @throws UnsupportedOperationError
 */
export function refuseScriptTables(operation: Operation): void {
  const own = namesIn(operation).find(({ name }) => isScriptTable(name));
  if (own === undefined) return;
  const hint = 'Migrate the database itself, without --sql, or give the table another name.';
  refuse(operation, `a script has a table of its own called '${own.name}'`, hint);
}

const STRICT_TYPES = ['int', 'integer', 'real', 'text', 'blob', 'any'];

/**
 * Refuses columns that a STRICT table cannot have.
 *
 * @throws UnsupportedOperationError
 */
export function refuseStrictTypes(operation: Pick<Operation, 'kind'>, { name, sqlite, columns }: TableModel): void {
  const other = sqlite?.strict && columns.find((column) => !STRICT_TYPES.includes(declaredType(column).toLowerCase()));
  if (!other) return;
  const type = declaredType(other) || 'of no type';
  const hint = `Give the column one of these types in the entity and in the revision, or re-create '${name}' without STRICT.`;
  const subject = `'${other.name}' of '${name}' cannot be ${type}, since STRICT tables have only ${STRICT_TYPES.join(', ')}`;
  refuse(operation, subject, hint);
}

function isScriptTable(name: string): boolean {
  return Object.values<string>(SCRIPT_TABLES).includes(name.toLowerCase());
}

function namesIn(operation: Operation): readonly QualifiedName[] {
  switch (operation.kind) {
    case 'createView':
    case 'dropView':
    case 'alterView':
      return [operation.view as QualifiedName];
    case 'renameTable':
      return [operation.table, operation.to];
    default:
      return 'table' in operation ? [operation.table] : [];
  }
}

function refuseSchema(operation: Operation, name: QualifiedName): void {
  if (name.schema !== undefined) refuse(operation, `it has no schemas, and '${displayName(name)}' names one`);
}

/** Refuses options that SQLite would not get. */
function refuseOptions(operation: Operation): void {
  const { tables, columns, uniques, checks, foreignKeys, indices } = newMembersOf(operation);
  for (const table of tables) refuseInTable(operation, table);
  for (const column of columns) refuseInColumn(operation, column.name, column);
  for (const unique of uniques) refuseInUnique(operation, unique);
  for (const check of checks) refuseNotValid(operation, 'check constraint', check);
  for (const key of foreignKeys) refuseInForeignKey(operation, key);
  for (const index of indices) refuseInIndex(operation, index);
}

function refuseInTable(operation: Operation, table: TableModel): void {
  if (table.columns.length === 0) refuse(operation, `a table needs a column, and '${table.name}' has none`);
  if (table.exclusions.length > 0) {
    refuse(operation, `it has no exclusion constraints, and '${table.name}' is to have one`);
  }
}

/** Refuses unsupported options of a column. Comments, and the name of an enum with labels, are omitted as in TypeORM. */
function refuseInColumn(operation: Operation, name: string, column: ColumnChange): void {
  if (column.generationStrategy === 'identity' || column.generatedIdentity !== undefined) {
    const hint = "For an integer that is the whole primary key write generationStrategy: 'increment'.";
    refuse(operation, `it has no identity columns, and '${name}' is to be one`, hint);
  }
  if (column.enumName !== undefined && column.enum === undefined) {
    refuse(operation, `it has no enum types, and '${name}' is of one`, HINTS['enum types']);
  }
  if (column.spatialFeatureType !== undefined) refuse(operation, `it has no spatial types, and '${name}' is of one`);
}

function refuseInUnique(operation: Operation, { name, columnNames, deferrable }: UniqueModel): void {
  if (deferrable === undefined) return;
  refuse(operation, `it defers foreign keys alone, and '${name ?? columnNames.join(', ')}' is a unique constraint`);
}

function refuseInForeignKey(operation: Operation, key: ForeignKeyModel): void {
  refuseSchema(operation, referencedTable(key));
  refuseNotValid(operation, 'foreign key', key);
}

function refuseNotValid(operation: Operation, what: string, constraint: CheckModel | ForeignKeyModel): void {
  if (constraint.isNotValid === undefined) return;
  const name = constraint.name === undefined ? '' : ` '${constraint.name}'`;
  refuse(operation, `the ${what}${name} has the option 'isNotValid', and it has no constraints that are NOT VALID`);
}

function refuseInIndex(operation: Operation, index: IndexModel): void {
  const options = ['isSpatial', 'isFulltext', 'nullsNotDistinct', 'type', 'include'] as const;
  const option = options.find((option) => index[option] !== undefined);
  if (option !== undefined) refuse(operation, `the index '${index.name}' has the option '${option}'`);
}
