import { renderOperations } from '../autogenerate/render/render.js';
import { sqlLiteral, stringLiteral } from '../autogenerate/render/source.js';
import { flatOperations } from '../operations/flat-operations.js';
import type { Operation, OperationOf, TableOperation } from '../operations/operation.js';
import { displayName, type QualifiedName } from '../schema/schema.model.js';
import { batchPlace } from '../sql/batch-condition.js';
import { quoteName } from '../sql/identifiers.js';
import { type LintedCall, type LintRun, tableOf } from './subject.js';

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

/** A table in the quotes of its database, for SQL. */
export function quoted({ schema, name }: QualifiedName, { dialect }: Pick<LintRun, 'dialect'>): string {
  return schema === undefined ? dialect.quote(name) : `${dialect.quote(schema)}.${dialect.quote(name)}`;
}

/** A table as the first argument of a call. */
export function argument(name: QualifiedName): string {
  return stringLiteral(displayName(name));
}

/** VALIDATE of a constraint, behind a commit. */
export function validated(table: QualifiedName, name: string): string {
  return asCode({ kind: 'validateConstraint', table, name, isConcurrent: true });
}

/** Rows of a batch, as `migrate --online` writes them. */
const SIZE = 1000;

/** An UPDATE or DELETE in batches; undefined where it has no place for the condition of a batch, or the table no key. */
export function inBatches(
  table: QualifiedName,
  sql: string,
  call: LintedCall,
  { dialect }: LintRun,
): string | undefined {
  const model = tableOf(call, table);
  // A table that is not known may have a key.
  if (model !== undefined && model.primaryKey === undefined) return undefined;
  if (batchPlace(sql, dialect.sqlRules, dialect.quote(table.name)) === undefined) return undefined;
  return asCode({ kind: 'inBatches', table, sql, size: SIZE });
}

/** An UPDATE in batches that gives a new column its default in the rows that are there. */
export function filled(table: QualifiedName, column: string, value: string, call: LintedCall, run: LintRun): string {
  const name = run.dialect.quote(column);
  const sql = `UPDATE ${quoted(table, run)} SET ${name} = ${value} WHERE ${name} IS NULL`;
  return inBatches(table, sql, call, run) ?? execute(sql);
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
  const check = shortened(`${column}_is_not_null`);
  return steps(
    checkInSteps(table, check, `${quoteName(column)} IS NOT NULL`),
    asCode({ kind: 'alterColumn', table, column, to: { isNullable: false } }),
    asCode({ kind: 'dropCheck', table, name: check }),
  );
}

/** A name of no more bytes than PostgreSQL keeps. */
export function shortened(name: string): string {
  let short = name;
  while (Buffer.byteLength(short) > 63) short = short.slice(0, -1);
  return short;
}

/**
 * The code of a call with some of its operations in another form. Operations of a batch that stay as they are come first.
 *
 * @returns undefined for SQL by hand, and where the call has no such operation
 */
export function rewritten<K extends Operation['kind']>(
  { operation, byHand }: LintedCall,
  kind: K,
  isMeant: (operation: OperationOf<K>) => boolean,
  code: (operation: OperationOf<K>) => string,
): string | undefined {
  if (byHand) return undefined;
  const all = flatOperations([operation]);
  const isIt = (one: Operation): one is OperationOf<K> => one.kind === kind && isMeant(one as OperationOf<K>);
  const others = all.filter((one): one is TableOperation => !isIt(one));
  const [other] = others;
  if (others.length === all.length) return undefined;
  const rest =
    others.length > 1 && operation.kind === 'batch'
      ? asCode({ ...operation, operations: others })
      : other && asCode(other);
  return steps(rest, ...all.filter(isIt).map(code));
}
