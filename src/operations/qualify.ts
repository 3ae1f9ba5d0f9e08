import type { ColumnModel, ForeignKeyModel, QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { ColumnChange, CreateConstraint, Operation, TableOperation } from './operation.js';

/**
 * An operation in which every name without a schema gets this one: of tables, enum types, views and sequences, and in what columns
 * and foreign keys refer to. SQL expressions stay as they are.
 *
 * @example
 *     qualifyOperation({ kind: 'dropTable', table: { name: 'note' } }, 'tenant_1');
 *     // { kind: 'dropTable', table: { name: 'note', schema: 'tenant_1' } }
 */
export function qualifyOperation(operation: Operation, schema: string): Operation {
  const qualified = <T extends QualifiedName>(name: T): T => qualifyName(name, schema);
  switch (operation.kind) {
    case 'createTable':
      return { ...operation, table: qualifyTable(operation.table, schema) };
    case 'dropTable':
      return {
        ...operation,
        table: qualified(operation.table),
        ...qualifiedWas(operation.was, (it) => qualifyTable(it, schema)),
      };
    case 'renameTable':
      return { ...operation, table: qualified(operation.table), to: qualified(operation.to) };
    case 'batch': {
      const operations = operation.operations.map((part) => qualifyOperation(part, schema) as TableOperation);
      return { ...operation, table: qualified(operation.table), operations };
    }
    case 'createEnum':
      return { ...operation, enum: qualified(operation.enum) };
    case 'dropEnum':
      return { ...operation, enum: qualified(operation.enum), ...qualifiedWas(operation.was, qualified) };
    case 'renameEnum':
      return { ...operation, enum: qualified(operation.enum), to: qualified(operation.to) };
    case 'addEnumValue':
    case 'renameEnumValue':
    case 'alterEnum':
      return { ...operation, enum: qualified(operation.enum) };
    case 'createView':
      return { ...operation, view: qualified(operation.view) };
    case 'dropView':
      return { ...operation, view: qualified(operation.view), ...qualifiedWas(operation.was, qualified) };
    case 'renameView':
      return { ...operation, view: qualified(operation.view), to: qualified(operation.to) };
    case 'alterView':
      return { ...operation, view: qualified(operation.view) };
    case 'createSequence':
      return { ...operation, sequence: qualified(operation.sequence) };
    case 'dropSequence':
      return { ...operation, sequence: qualified(operation.sequence), ...qualifiedWas(operation.was, qualified) };
    case 'renameSequence':
      return { ...operation, sequence: qualified(operation.sequence), to: qualified(operation.to) };
    case 'alterSequence':
      return { ...operation, sequence: qualified(operation.sequence) };
    case 'createSchema':
    case 'dropSchema':
    case 'renameSchema':
    case 'createExtension':
    case 'dropExtension':
    case 'alterExtension':
    case 'execute':
      return operation;
    case 'bulkInsert':
    case 'inBatches':
    case 'renameLabel':
      return { ...operation, table: qualified(operation.table) };
    default:
      return qualifyOnTable(operation, schema);
  }
}

/** A schema model in which every name has its schema. */
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

/** A table model in which every name has its schema. */
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
        ...qualifiedWas(operation.was, (it) => qualifyColumn(it, schema)),
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
        ...qualifiedWas(operation.was, (it) => qualifyForeignKey(it, schema)),
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

function qualifiedWas<T>(was: T | undefined, qualify: (was: T) => T): { readonly was?: T } {
  return was === undefined ? {} : { was: qualify(was) };
}
