import type { ColumnModel, QualifiedName, TableModel } from '../../../schema/schema.model.js';
import type { Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified } from '../names.js';
import {
  columnDefinition,
  commentOnColumn,
  commentOnTable,
  commentsOf,
  createOwnEnums,
  dropOwnEnums,
} from './columns.js';
import { type CompilersOf, statements } from './compiler.js';
import {
  addedCheck,
  addedForeignKey,
  clauses,
  exclusionClause,
  mergedUniques,
  notValidConstraints,
  tableConstraints,
} from './constraints.js';
import { dropTable } from './drop-table.js';
import { fromIndex } from './from-index.js';
import { createIndex, createIndexes, dropIndex, renameIndex } from './indexes.js';
import { renameColumn, renameTable } from './renames.js';

/** Compilers of operations on tables, columns, constraints and indexes, except `alterColumn` and drops of constraints. */
export const tableCompilers: CompilersOf<
  | 'createTable'
  | 'dropTable'
  | 'renameTable'
  | 'addColumn'
  | 'dropColumn'
  | 'renameColumn'
  | 'createPrimaryKey'
  | 'createUnique'
  | 'createCheck'
  | 'createExclusion'
  | 'createForeignKey'
  | 'renameConstraint'
  | 'validateConstraint'
  | 'createIndex'
  | 'dropIndex'
  | 'renameIndex'
  | 'setTableComment'
> = {
  createTable: ({ table, ifNotExists }) =>
    ifNotExists ? unlessExists(`to_regclass(${nameToCreate(table)})`, createTable(table)) : createTable(table),

  dropTable,
  renameTable,

  addColumn: ({ table, column, ifNotExists }) =>
    ifNotExists ? unlessExists(columnNumber(table, column.name), addColumn(table, column)) : addColumn(table, column),

  dropColumn: ({ table, column, was, ifExists }) => [
    ...alterTable(table, `DROP COLUMN ${ifExists ? 'IF EXISTS ' : ''}${quote(column)}`),
    ...(was === undefined ? [] : dropOwnEnums(table, [was])),
  ],

  renameColumn,

  createPrimaryKey: (operation, context) =>
    operation.fromIndex === undefined
      ? alterTable(operation.table, `ADD ${clauses.primaryKey(operation.primaryKey)}`)
      : fromIndex(operation.table, { ...operation, key: operation.primaryKey, type: 'PRIMARY KEY' }, context),
  createUnique: (operation, context) =>
    operation.fromIndex === undefined
      ? alterTable(operation.table, `ADD ${clauses.unique(operation.unique)}`)
      : fromIndex(operation.table, { ...operation, key: operation.unique, type: 'UNIQUE' }, context),
  createCheck: ({ table, check }) => alterTable(table, `ADD ${addedCheck(check)}`),
  createExclusion: ({ table, exclusion }) => alterTable(table, `ADD ${exclusionClause(exclusion)}`),
  createForeignKey: ({ table, foreignKey }) => alterTable(table, `ADD ${addedForeignKey(foreignKey)}`),
  renameConstraint: ({ table, from, to, ifExists }) => {
    const renamed = alterTable(table, `RENAME CONSTRAINT ${quote(from)} TO ${quote(to)}`);
    return ifExists ? doWhen(`${constraintOid(table, from)} IS NOT NULL`, renamed) : renamed;
  },

  validateConstraint: ({ table, name, ifExists, isConcurrent }) => {
    const plain = alterTable(table, `VALIDATE CONSTRAINT ${quote(name)}`);
    const validated = ifExists ? doWhen(`${constraintOid(table, name)} IS NOT NULL`, plain) : plain;
    return isConcurrent ? validated.map((one) => ({ ...one, outsideTransaction: true })) : validated;
  },

  createIndex: ({ table, index, ifNotExists }, context) => createIndex(table, index, ifNotExists ?? false, context),
  dropIndex,
  renameIndex,

  setTableComment: ({ table, comment }) => [commentOnTable(table, comment)],
};

function createTable(table: TableModel): readonly Statement[] {
  const lines = [...table.columns.map((column) => columnDefinition(table, column)), ...tableConstraints(table)];
  const body = lines.length === 0 ? '()' : `(\n  ${lines.join(',\n  ')}\n)`;
  return [
    ...createOwnEnums(table, table.columns),
    ...statements(`CREATE TABLE ${quoteQualified(table)} ${body}`),
    ...mergedUniques(table).flatMap((unique) => alterTable(table, `ADD ${clauses.unique(unique)}`)),
    ...notValidConstraints(table).flatMap((added) => alterTable(table, `ADD ${added}`)),
    ...createIndexes(table, table.indices),
    ...commentsOf(table),
  ];
}

function addColumn(table: QualifiedName, column: ColumnModel): readonly Statement[] {
  return [
    ...createOwnEnums(table, [column]),
    ...alterTable(table, `ADD COLUMN ${columnDefinition(table, column)}`),
    ...(column.comment === undefined ? [] : [commentOnColumn(table, column.name, column.comment)]),
  ];
}

function columnNumber(table: QualifiedName, column: string): string {
  const relation = stringLiteral(quoteQualified(table));
  return (
    '(SELECT attnum FROM pg_catalog.pg_attribute ' +
    `WHERE attrelid = ${relation}::regclass AND attname = ${stringLiteral(identifier(column))} AND NOT attisdropped)`
  );
}

function constraintOid(table: QualifiedName, name: string): string {
  const relation = stringLiteral(quoteQualified(table));
  return (
    '(SELECT oid FROM pg_catalog.pg_constraint ' +
    `WHERE conrelid = ${relation}::regclass AND conname = ${stringLiteral(identifier(name))})`
  );
}

/**
 * A SQL expression: the qualified name of the table that CREATE TABLE would create. An unqualified name would also match a
 * table in a later schema of the search path.
 */
function nameToCreate(table: QualifiedName): string {
  const name = stringLiteral(quoteQualified(table));
  return table.schema === undefined ? `quote_ident(current_schema()) || '.' || ${name}` : name;
}

/** One statement that runs all of the statements when the query `found` is NULL, and otherwise changes nothing. */
function unlessExists(found: string, made: readonly Statement[]): readonly Statement[] {
  return doWhen(`${found} IS NULL`, made);
}

function doWhen(condition: string, made: readonly Statement[]): readonly Statement[] {
  const commands = made.map(({ sql }) => `EXECUTE ${stringLiteral(sql)};`).join(' ');
  return statements(`DO ${stringLiteral(`BEGIN IF ${condition} THEN ${commands} END IF; END`)}`);
}

/** An ALTER TABLE statement with one action. */
export function alterTable(table: QualifiedName, action: string): readonly Statement[] {
  return statements(`ALTER TABLE ${quoteQualified(table)} ${action}`);
}
