import type { ColumnModel, ForeignKeyModel, QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { ColumnChange, CreateConstraint, Operation, TableOperation } from './operation.js';

/**
 * Writes a schema into every name of an operation that has none: tables, enum types, views, sequences, and what columns
 * and foreign keys refer to. SQL expressions stay as they are.
 *
 * @example
 *     qualifyOperation({ kind: 'dropTable', table: { name: 'note' } }, 'tenant_1');
 *     // { kind: 'dropTable', table: { name: 'note', schema: 'tenant_1' } }
 */
export function qualifyOperation(operation: Operation, schema: string): Operation {
  const named = <T extends QualifiedName>(name: T): T => qualifyName(name, schema);
  switch (operation.kind) {
    case 'createTable':
      return { ...operation, table: qualifyTable(operation.table, schema) };
    case 'dropTable':
      return { ...operation, table: named(operation.table), ...was(operation.was, (it) => qualifyTable(it, schema)) };
    case 'renameTable':
      return { ...operation, table: named(operation.table), to: named(operation.to) };
    case 'batch': {
      const operations = operation.operations.map((part) => qualifyOperation(part, schema) as TableOperation);
      return { ...operation, table: named(operation.table), operations };
    }
    case 'createEnum':
      return { ...operation, enum: named(operation.enum) };
    case 'dropEnum':
      return { ...operation, enum: named(operation.enum), ...was(operation.was, named) };
    case 'renameEnum':
      return { ...operation, enum: named(operation.enum), to: named(operation.to) };
    case 'addEnumValue':
    case 'renameEnumValue':
    case 'alterEnum':
      return { ...operation, enum: named(operation.enum) };
    case 'createView':
      return { ...operation, view: named(operation.view) };
    case 'dropView':
      return { ...operation, view: named(operation.view), ...was(operation.was, named) };
    case 'renameView':
      return { ...operation, view: named(operation.view), to: named(operation.to) };
    case 'alterView':
      return { ...operation, view: named(operation.view) };
    case 'createSequence':
      return { ...operation, sequence: named(operation.sequence) };
    case 'dropSequence':
      return { ...operation, sequence: named(operation.sequence), ...was(operation.was, named) };
    case 'renameSequence':
      return { ...operation, sequence: named(operation.sequence), to: named(operation.to) };
    case 'alterSequence':
      return { ...operation, sequence: named(operation.sequence) };
    case 'createSchema':
    case 'dropSchema':
    case 'renameSchema':
    case 'createExtension':
    case 'dropExtension':
    case 'alterExtension':
    case 'execute':
      return operation;
    case 'bulkInsert':
      return { ...operation, table: named(operation.table) };
    default:
      return qualifyOnTable(operation, schema);
  }
}

/** A schema model in which no name lacks its schema. */
export function qualifySchema(model: SchemaModel, schema: string): SchemaModel {
  const all = <T extends QualifiedName>(list: readonly T[]): T[] => list.map((name) => qualifyName(name, schema));
  return {
    ...model,
    tables: model.tables.map((table) => qualifyTable(table, schema)),
    views: all(model.views),
    enums: all(model.enums),
    sequences: all(model.sequences),
  };
}

/** A table model in which no name lacks its schema. */
export function qualifyTable(table: TableModel, schema: string): TableModel {
  return {
    ...qualifyName(table, schema),
    columns: table.columns.map((column) => qualifyColumn(column, schema)),
    foreignKeys: table.foreignKeys.map((foreignKey) => qualifyForeignKey(foreignKey, schema)),
  };
}

function qualifyOnTable(operation: TableOperation, schema: string): TableOperation {
  const table = qualifyName(operation.table, schema);
  switch (operation.kind) {
    case 'addColumn':
      return { ...operation, table, column: qualifyColumn(operation.column, schema) };
    case 'dropColumn':
      return {
        ...operation,
        table,
        ...was(operation.was, (it) => qualifyColumn(it, schema)),
        ...(operation.taken && {
          taken: operation.taken.map((constraint) => qualifyOnTable(constraint, schema) as CreateConstraint),
        }),
      };
    case 'alterColumn': {
      const { to, existing } = operation;
      return {
        ...operation,
        table,
        to: qualifyColumn(to, schema),
        ...(existing && { existing: qualifyColumn(existing, schema) }),
      };
    }
    case 'createForeignKey':
      return { ...operation, table, foreignKey: qualifyForeignKey(operation.foreignKey, schema) };
    case 'dropForeignKey':
      return {
        ...operation,
        table,
        ...(operation.referencedTable && { referencedTable: qualifyName(operation.referencedTable, schema) }),
        ...was(operation.was, (it) => qualifyForeignKey(it, schema)),
      };
    default:
      return { ...operation, table };
  }
}

function qualifyName<T extends QualifiedName>(name: T, schema: string): T {
  return name.schema === undefined ? { ...name, schema } : name;
}

function qualifyColumn<T extends ColumnModel | ColumnChange>(column: T, schema: string): T {
  const { enumName, enumSchema } = column;
  return enumName === undefined || enumSchema !== undefined ? column : { ...column, enumSchema: schema };
}

function qualifyForeignKey(foreignKey: ForeignKeyModel, schema: string): ForeignKeyModel {
  return { ...foreignKey, referencedSchema: foreignKey.referencedSchema ?? schema };
}

function was<T>(known: T | undefined, qualify: (known: T) => T): { readonly was?: T } {
  return known === undefined ? {} : { was: qualify(known) };
}
