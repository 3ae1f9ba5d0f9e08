import { renderOperations } from '../autogenerate/render/render.js';
import { sqlLiteral, stringLiteral } from '../autogenerate/render/source.js';
import type { Operation } from '../operations/operation.js';
import { displayName, type QualifiedName } from '../schema/schema.model.js';
import { quoteName } from '../sql/identifiers.js';

/** Operations as the code of a revision, without indentation. */
export function asCode(...operations: readonly Operation[]): string {
  return renderOperations(operations, { indent: 0 });
}

/** A statement outside of the transaction: what is before it is committed. */
export function autocommit(sql: string): string {
  return `await op.autocommit(() => op.execute(${sqlLiteral(sql)}));`;
}

/** A statement. */
export function execute(sql: string): string {
  return `await op.execute(${sqlLiteral(sql)});`;
}

/** Parts of a fix, of which each may have a comment above it. */
export function steps(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}

/** A table in quotes, for SQL. */
export function quoted({ schema, name }: QualifiedName): string {
  return schema === undefined ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
}

/** A table as the first argument of a call. */
export function argument(name: QualifiedName): string {
  return stringLiteral(displayName(name));
}

/** VALIDATE of a constraint, behind a commit. */
export function validated(table: QualifiedName, name: string): string {
  return asCode({ kind: 'validateConstraint', table, name, isConcurrent: true });
}

/** A check that looks at no row yet, and its VALIDATE behind a commit. */
export function checkInSteps(table: QualifiedName, name: string, expression: string): string {
  return steps(
    asCode({ kind: 'createCheck', table, check: { name, expression, isNotValid: true } }),
    validated(table, name),
  );
}

/** NOT NULL of a column by a check, under no lock that lasts. */
export function notNullSteps(table: QualifiedName, column: string): string {
  const check = `CHK_${table.name}_${column}_not_null`;
  return steps(
    checkInSteps(table, check, `${quoteName(column)} IS NOT NULL`),
    asCode({ kind: 'alterColumn', table, column, to: { isNullable: false } }),
    asCode({ kind: 'dropCheck', table, name: check }),
  );
}
