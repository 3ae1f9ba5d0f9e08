import { isDeepStrictEqual } from 'node:util';
import { applyOperation } from '../operations/apply.js';
import type { OperationOf } from '../operations/operation.js';
import {
  type ColumnModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';
import { byName } from './dependency-order.js';
import { enumUsers } from './enum-users.js';
import { pairByName } from './matching.js';

/**
 * The renames of enum types that a comparison can be sure of: the columns that used the one all use the other, and
 * nothing else does. It is what a renamed table or column does to a type that is named after it.
 */
export function renamedEnums(actual: SchemaModel, wanted: SchemaModel): OperationOf<'renameEnum'>[] {
  const before = enumUsers(actual);
  const after = enumUsers(wanted);
  const { actualOnly, wantedOnly } = pairByName(actual.enums, wanted.enums);
  return [...actualOnly].sort(byName).flatMap((type): OperationOf<'renameEnum'>[] => {
    const users = before.get(qualifiedKey(type));
    const to = users && wantedOnly.find((other) => isDeepStrictEqual(after.get(qualifiedKey(other)), users));
    return to ? [{ kind: 'renameEnum', enum: qualifiedNameOf(type), to: qualifiedNameOf(to) }] : [];
  });
}

/** A schema after an enum got another name; expressions that cast to it follow, as they do in the database. */
export function withRenamedEnum(schema: SchemaModel, operation: OperationOf<'renameEnum'>): SchemaModel {
  const renamed = applyOperation(schema, operation);
  const recast = recasting(operation.enum, operation.to);
  return {
    ...renamed,
    tables: renamed.tables.map((table) => recastTable(table, recast)),
    views: renamed.views.map((view) => ({ ...view, expression: recast(view.expression) })),
  };
}

function recastTable(table: TableModel, recast: (sql: string) => string): TableModel {
  const inExpression = <T extends { readonly expression: string }>(member: T): T => ({
    ...member,
    expression: recast(member.expression),
  });
  return {
    ...table,
    columns: table.columns.map((column) => recastColumn(column, recast)),
    checks: table.checks.map(inExpression),
    exclusions: table.exclusions.map(inExpression),
    indices: table.indices.map((index) =>
      index.where === undefined ? index : { ...index, where: recast(index.where) },
    ),
  };
}

function recastColumn(column: ColumnModel, recast: (sql: string) => string): ColumnModel {
  return {
    ...column,
    ...(column.default !== undefined && { default: recast(column.default) }),
    ...(column.asExpression !== undefined && { asExpression: recast(column.asExpression) }),
  };
}

/** `'a'::old` as `'a'::new`; each name as PostgreSQL prints it. */
function recasting(from: QualifiedName, to: QualifiedName): (sql: string) => string {
  const cast = new RegExp(`::${printed(from).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w$"])`, 'g');
  return (sql) => sql.replace(cast, () => `::${printed(to)}`);
}

function printed({ schema, name }: QualifiedName): string {
  const parts = schema === undefined ? [name] : [schema, name];
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
}
