import type { Dialect } from '../../dialects/dialect.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import {
  displayName,
  type ForeignKeyModel,
  qualifiedKey,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
} from '../../schema/schema.model.js';
import { stringLiteral } from '../render/source.js';

/**
 * What is to be known of foreign keys that get further columns, as the key that they refer to does: rows have no value in a new one
 * that may be NULL, and so refer to nothing from then on.
 */
export function widenedKeyMessages(
  { table, foreignKey }: OperationOf<'createForeignKey'>,
  operations: readonly Operation[],
  actual: SchemaModel,
  quote: Dialect['quote'],
): string[] {
  const keys = actual.tables.find((one) => qualifiedKey(one) === qualifiedKey(table))?.foreignKeys ?? [];
  const target = referencedTable(foreignKey);
  const old = keys.find((key) => isPartOf(key, foreignKey));
  if (old === undefined) return [];
  const added = foreignKey.columnNames.filter((name) =>
    operations.some(
      (one) =>
        one.kind === 'addColumn' &&
        qualifiedKey(one.table) === qualifiedKey(table) &&
        one.column.name === name &&
        one.column.isNullable === true,
    ),
  );
  if (added.length === 0) return [];
  const path = ({ schema, name }: QualifiedName): string =>
    [...(schema === undefined ? [] : [schema]), name].map(quote).join('.');
  const referenced = (name: string): string =>
    foreignKey.referencedColumnNames[foreignKey.columnNames.indexOf(name)] ?? name;
  const same = old.columnNames.map((name) => `referenced.${quote(referenced(name))} = ${path(table)}.${quote(name)}`);
  const values = added.map(
    (name) =>
      `${quote(name)} = (SELECT referenced.${quote(referenced(name))} FROM ${path(target)} referenced WHERE ${same.join(' AND ')})`,
  );
  const named = added.map((name) => `"${displayName(table)}.${name}"`).join(', ');
  return [
    `rows that refer to "${displayName(target)}" have no value in ${named} yet, and refer to nothing until they get one here:\n` +
      `await op.execute(${stringLiteral(`UPDATE ${path(table)} SET ${values.join(', ')}`)});`,
  ];
}

/** Whether a foreign key refers to the same table by fewer columns. */
function isPartOf(key: ForeignKeyModel, wider: ForeignKeyModel): boolean {
  return (
    qualifiedKey(referencedTable(key)) === qualifiedKey(referencedTable(wider)) &&
    key.columnNames.length < wider.columnNames.length &&
    key.columnNames.every((name) => wider.columnNames.includes(name))
  );
}
