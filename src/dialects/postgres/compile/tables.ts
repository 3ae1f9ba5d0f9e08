import type { QualifiedName, TableModel } from '../../../schema/schema.model.js';
import type { Statement } from '../../dialect.js';
import { quote, quoteQualified } from '../names.js';
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
  checkClause,
  exclusionClause,
  foreignKeyClause,
  mergedUniques,
  primaryKeyClause,
  tableConstraints,
  uniqueClause,
} from './constraints.js';
import { createIndex, createIndexes, dropIndex } from './indexes.js';
import { renameColumn, renameTable } from './renames.js';

/** Tables, their columns as a whole, and their constraints. */
export const tableCompilers: CompilersOf<
  | 'createTable'
  | 'dropTable'
  | 'renameTable'
  | 'addColumn'
  | 'dropColumn'
  | 'renameColumn'
  | 'createPrimaryKey'
  | 'dropPrimaryKey'
  | 'createUnique'
  | 'dropUnique'
  | 'createCheck'
  | 'dropCheck'
  | 'createExclusion'
  | 'dropExclusion'
  | 'createForeignKey'
  | 'dropForeignKey'
  | 'renameConstraint'
  | 'createIndex'
  | 'dropIndex'
  | 'renameIndex'
  | 'setTableComment'
> = {
  createTable: ({ table, ifNotExists }) => createTable(table, ifNotExists ?? false),

  dropTable: ({ table, was, ifExists }) => [
    ...statements(`DROP TABLE ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(table)}`),
    ...(was === undefined ? [] : dropOwnEnums(table, was.columns)),
  ],

  renameTable,

  addColumn: ({ table, column }) => [
    ...createOwnEnums(table, [column]),
    ...alterTable(table, `ADD COLUMN ${columnDefinition(table, column)}`),
    ...(column.comment === undefined ? [] : [commentOnColumn(table, column.name, column.comment)]),
  ],

  dropColumn: ({ table, column, was }) => [
    ...alterTable(table, `DROP COLUMN ${quote(column)}`),
    ...(was === undefined ? [] : dropOwnEnums(table, [was])),
  ],

  renameColumn,

  createPrimaryKey: ({ table, primaryKey }) => alterTable(table, `ADD ${primaryKeyClause(primaryKey)}`),

  dropPrimaryKey: async ({ table, name, was }, context) => {
    const known = name ?? was?.name ?? (await context.table(table)).primaryKey?.name;
    return dropConstraint(table, known ?? `${table.name}_pkey`);
  },

  createUnique: ({ table, unique }) => alterTable(table, `ADD ${uniqueClause(unique)}`),
  dropUnique: ({ table, name }) => dropConstraint(table, name),
  createCheck: ({ table, check }) => alterTable(table, `ADD ${checkClause(check)}`),
  dropCheck: ({ table, name }) => dropConstraint(table, name),
  createExclusion: ({ table, exclusion }) => alterTable(table, `ADD ${exclusionClause(exclusion)}`),
  dropExclusion: ({ table, name }) => dropConstraint(table, name),
  createForeignKey: ({ table, foreignKey }) => alterTable(table, `ADD ${foreignKeyClause(foreignKey)}`),
  dropForeignKey: ({ table, name }) => dropConstraint(table, name),
  renameConstraint: ({ table, from, to }) => alterTable(table, `RENAME CONSTRAINT ${quote(from)} TO ${quote(to)}`),

  createIndex: ({ table, index }, context) => createIndex(table, index, context),
  dropIndex: ({ table, name, isConcurrent }) => [dropIndex(table, name, isConcurrent)],
  renameIndex: ({ table, from, to }) =>
    statements(`ALTER INDEX ${quoteQualified({ schema: table.schema, name: from })} RENAME TO ${quote(to)}`),

  setTableComment: ({ table, comment }) => [commentOnTable(table, comment)],
};

function createTable(table: TableModel, ifNotExists: boolean): readonly Statement[] {
  const lines = [...table.columns.map((column) => columnDefinition(table, column)), ...tableConstraints(table)];
  const body = lines.length === 0 ? '()' : `(\n  ${lines.join(',\n  ')}\n)`;
  return [
    ...createOwnEnums(table, table.columns),
    ...statements(`CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteQualified(table)} ${body}`),
    ...mergedUniques(table).flatMap((unique) => alterTable(table, `ADD ${uniqueClause(unique)}`)),
    ...createIndexes(table, table.indices, ifNotExists),
    ...commentsOf(table),
  ];
}

function dropConstraint(table: QualifiedName, name: string): readonly Statement[] {
  return alterTable(table, `DROP CONSTRAINT ${quote(name)}`);
}

/** One ALTER TABLE. */
export function alterTable(table: QualifiedName, action: string): readonly Statement[] {
  return statements(`ALTER TABLE ${quoteQualified(table)} ${action}`);
}
