import {
  DuplicateObjectError,
  EnumValueError,
  type ObjectKind,
  UnknownObjectError,
  UnknownTableError,
} from '../../errors/operations.errors.js';
import {
  displayName,
  type EnumModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type SequenceModel,
  type TableModel,
  type ViewModel,
} from '../../schema/schema.model.js';
import { withPart } from '../../schema/parts.js';
import { ANY_SQL, type SqlRules } from '../../sql/rules.js';
import { withEnumRenamed, withLabelRenamed } from './apply-enum.js';
import { withLabelOfColumnRenamed } from './apply-label.js';
import { withSchemaRenamed } from './apply-schema.js';
import { changeSequence } from './apply-sequence.js';
import { applyToTableWith, renamed, withIndex, without } from './apply-table.js';
import { redirect } from './rename-column.js';
import { isMoot } from '../call/conditional.js';
import type { Operation, OperationOf, TableOperation } from '../operation.js';

export { applyToTable, applyToTableWith } from './apply-table.js';

/**
 * A schema as it is after an operation.
 *
 * Nothing is changed in place. `bulkInsert`, `inBatches` and `execute` do not change it, since rows are no part of a schema and raw SQL is not
 * interpreted. Queries of views stay as they are, except for the name and the labels of an enum.
 *
 * @throws UnknownTableError, UnknownColumnError, UnknownConstraintError, UnknownObjectError when it names what does not exist.
 * @throws DuplicateObjectError, EnumValueError when it creates what exists already.
 */
export const applyOperation = applyWith(ANY_SQL);

/** The same with the lexical rules of one database, for the expressions of the schema. */
export function applyWith(rules: SqlRules): (schema: SchemaModel, operation: Operation) => SchemaModel {
  return (schema, operation) => apply(schema, operation, rules);
}

function apply(schema: SchemaModel, operation: Operation, rules: SqlRules): SchemaModel {
  switch (operation.kind) {
    case 'execute':
    case 'bulkInsert':
    case 'inBatches':
    case 'alterExtension':
      return schema;
    case 'createTable':
      if (operation.ifNotExists && schema.tables.some(isNamed(operation.table))) return schema;
      return { ...schema, tables: added('table', schema.tables, operation.table) };
    case 'dropTable':
      if (operation.ifExists && !schema.tables.some(isNamed(operation.table))) return schema;
      requireTable(schema, operation.table);
      return { ...schema, tables: removed('table', schema.tables, operation.table) };
    case 'renameTable':
      return renameTable(schema, operation.table, operation.to);
    case 'batch':
      return operation.operations.reduce<SchemaModel>(applyWith(rules), schema);
    case 'createEnum':
      return { ...schema, enums: added('enum', schema.enums, operation.enum) };
    case 'dropEnum':
      if (operation.ifExists && !schema.enums.some(isNamed(operation.enum))) return schema;
      return { ...schema, enums: removed('enum', schema.enums, operation.enum) };
    case 'renameEnum':
      return renameEnum(schema, operation.enum, operation.to, rules);
    case 'addEnumValue':
    case 'alterEnum':
      return changeEnumOf(schema, operation);
    case 'renameEnumValue':
      return withLabelRenamed(changeEnumOf(schema, operation), operation, rules);
    case 'renameLabel': {
      requireTable(schema, operation.table);
      const rename = (table: TableModel): TableModel => withLabelOfColumnRenamed(table, operation, rules);
      return { ...schema, tables: changed('table', schema.tables, operation.table, rename) };
    }
    case 'createView':
      return { ...schema, views: added('view', schema.views, operation.view) };
    case 'dropView':
      if (operation.ifExists && !schema.views.some(isNamed(operation.view))) return schema;
      return { ...schema, views: removed('view', schema.views, operation.view) };
    case 'renameView':
      return renameView(schema, operation.view, operation.to);
    case 'alterView': {
      const { expression } = operation;
      return { ...schema, views: changed('view', schema.views, operation.view, (view) => ({ ...view, expression })) };
    }
    case 'createSequence':
      if (operation.ifNotExists && schema.sequences.some(isNamed(operation.sequence))) return schema;
      return { ...schema, sequences: added('sequence', schema.sequences, operation.sequence) };
    case 'dropSequence':
      if (operation.ifExists && !schema.sequences.some(isNamed(operation.sequence))) return schema;
      return { ...schema, sequences: removed('sequence', schema.sequences, operation.sequence) };
    case 'renameSequence':
      return { ...schema, sequences: moved('sequence', schema.sequences, operation.sequence, operation.to) };
    case 'alterSequence': {
      const change = (sequence: SequenceModel): SequenceModel => changeSequence(sequence, operation.to);
      return { ...schema, sequences: changed('sequence', schema.sequences, operation.sequence, change) };
    }
    case 'createSchema':
      return { ...schema, schemas: [...new Set([...schema.schemas, operation.name])] };
    case 'dropSchema':
      return { ...schema, schemas: schema.schemas.filter((name) => name !== operation.name) };
    case 'renameSchema':
      if (schema.schemas.includes(operation.to)) throw new DuplicateObjectError('schema', operation.to);
      return withSchemaRenamed(schema, operation.from, operation.to, rules);
    case 'createExtension':
      return { ...schema, extensions: [...new Set([...schema.extensions, operation.name])] };
    case 'dropExtension':
      return { ...schema, extensions: schema.extensions.filter((name) => name !== operation.name) };
    default:
      return applyToOwner(schema, operation, rules);
  }
}

/** The schema after an operation on its table or, for an index, on its materialized view. */
function applyToOwner(schema: SchemaModel, operation: TableOperation, rules: SqlRules): SchemaModel {
  const isTable = schema.tables.some(isNamed(operation.table));
  if (!isTable && isIndexOperation(operation) && schema.views.some(isNamed(operation.table))) {
    return {
      ...schema,
      views: changed('view', schema.views, operation.table, (view) => applyToView(view, operation, rules)),
    };
  }
  requireTable(schema, operation.table);
  const tables = changed('table', schema.tables, operation.table, (table) => applyToTableWith(rules)(table, operation));
  return { ...schema, tables: operation.kind === 'renameColumn' ? followColumn(tables, operation) : tables };
}

type IndexOperation = OperationOf<'createIndex' | 'dropIndex' | 'renameIndex'>;

function isIndexOperation(operation: TableOperation): operation is IndexOperation {
  return operation.kind === 'createIndex' || operation.kind === 'dropIndex' || operation.kind === 'renameIndex';
}

function applyToView(view: ViewModel, operation: IndexOperation, rules: SqlRules): ViewModel {
  if (isMoot({ indices: view.indices }, operation, rules)) return view;
  switch (operation.kind) {
    case 'createIndex':
      return { ...view, indices: withIndex(view, view.indices, operation.index) };
    case 'dropIndex':
      return { ...view, indices: without(view, 'index', view.indices, operation.name) };
    case 'renameIndex':
      return { ...view, indices: renamed(view, 'index', view.indices, operation.from, operation.to) };
  }
}

/** The tables with a column renamed in the foreign keys of the others; the table's own are done already. */
function followColumn(tables: readonly TableModel[], { table, from, to }: OperationOf<'renameColumn'>): TableModel[] {
  const column = (name: string): string => (name === from ? to : name);
  return tables.map((other) =>
    isNamed(table)(other)
      ? other
      : { ...other, foreignKeys: other.foreignKeys.map((key) => redirect(key, table, { column })) },
  );
}

function renameTable(schema: SchemaModel, from: QualifiedName, to: QualifiedName): SchemaModel {
  requireTable(schema, from);
  const tables = moved('table', schema.tables, from, to);
  return {
    ...schema,
    tables: tables.map((table) => ({
      ...withPart(table, 'postgres', {
        inherits: table.postgres?.inherits?.map((name) => (isNamed(from)(name) ? to : name)),
      }),
      foreignKeys: table.foreignKeys.map((key) => redirect(key, from, { to })),
    })),
    views: viewsOn(schema.views, from, to),
  };
}

/** The schema after a view is renamed, also where other views depend on it, but not in their queries. */
function renameView(schema: SchemaModel, from: QualifiedName, to: QualifiedName): SchemaModel {
  return { ...schema, views: viewsOn(moved('view', schema.views, from, to), from, to) };
}

function viewsOn(views: readonly ViewModel[], from: QualifiedName, to: QualifiedName): ViewModel[] {
  const isOld = isNamed(from);
  return views.map((view) => ({ ...view, dependsOn: view.dependsOn.map((name) => (isOld(name) ? to : name)) }));
}

function renameEnum(schema: SchemaModel, from: QualifiedName, to: QualifiedName, rules: SqlRules): SchemaModel {
  return withEnumRenamed({ ...schema, enums: moved('enum', schema.enums, from, to) }, from, to, rules);
}

function changeEnumOf(
  schema: SchemaModel,
  operation: OperationOf<'addEnumValue' | 'renameEnumValue' | 'alterEnum'>,
): SchemaModel {
  return { ...schema, enums: changed('enum', schema.enums, operation.enum, (type) => changeEnum(type, operation)) };
}

function changeEnum(
  type: EnumModel,
  operation: OperationOf<'addEnumValue' | 'renameEnumValue' | 'alterEnum'>,
): EnumModel {
  switch (operation.kind) {
    case 'alterEnum':
      return { ...type, values: operation.values };
    case 'addEnumValue': {
      refuseValue(type, operation.value);
      const at = operation.before === undefined ? type.values.length : positionOf(type, operation.before);
      return { ...type, values: type.values.toSpliced(at, 0, operation.value) };
    }
    case 'renameEnumValue':
      refuseValue(type, operation.to);
      return { ...type, values: type.values.with(positionOf(type, operation.from), operation.to) };
  }
}

function positionOf(type: EnumModel, value: string): number {
  const position = type.values.indexOf(value);
  if (position < 0) throw new EnumValueError(type, value, 'missing', type.values);
  return position;
}

function refuseValue(type: EnumModel, value: string): void {
  if (type.values.includes(value)) throw new EnumValueError(type, value, 'duplicate', type.values);
}

function isNamed(name: QualifiedName): (other: QualifiedName) => boolean {
  const key = qualifiedKey(name);
  return (other) => qualifiedKey(other) === key;
}

function requireTable(schema: SchemaModel, name: QualifiedName): void {
  if (!schema.tables.some(isNamed(name))) throw new UnknownTableError(name, schema.tables);
}

function added<T extends QualifiedName>(kind: ObjectKind, list: readonly T[], member: T): T[] {
  if (list.some(isNamed(member))) throw new DuplicateObjectError(kind, displayName(member));
  return [...list, member];
}

function removed<T extends QualifiedName>(kind: ObjectKind, list: readonly T[], name: QualifiedName): T[] {
  requireObject(kind, list, name);
  const isGone = isNamed(name);
  return list.filter((member) => !isGone(member));
}

function changed<T extends QualifiedName>(
  kind: ObjectKind,
  list: readonly T[],
  name: QualifiedName,
  change: (member: T) => T,
): T[] {
  requireObject(kind, list, name);
  const isMeant = isNamed(name);
  return list.map((member) => (isMeant(member) ? change(member) : member));
}

function moved<T extends QualifiedName>(
  kind: ObjectKind,
  list: readonly T[],
  from: QualifiedName,
  to: QualifiedName,
): T[] {
  if (list.some(isNamed(to))) throw new DuplicateObjectError(kind, displayName(to));
  return changed(kind, list, from, ({ schema: _schema, ...member }) => {
    return { ...member, name: to.name, ...(to.schema === undefined ? {} : { schema: to.schema }) } as unknown as T;
  });
}

function requireObject(kind: ObjectKind, list: readonly QualifiedName[], name: QualifiedName): void {
  if (!list.some(isNamed(name))) throw new UnknownObjectError(kind, name, list);
}
