import type { AlterColumn } from '../../../operations/operation.js';
import type { ColumnModel, QualifiedName } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { typeText } from '../types.js';
import { columnDefinition, commentOnColumn } from './columns.js';
import { statements } from './compiler.js';
import { dependentsOf } from './dependents/dependents.js';
import { alterColumnPrefix } from './auto-increment.js';
import { alterTable } from './tables.js';

/** The first version that can change the expression of a generated column in place. */
const SET_EXPRESSION_SINCE = 170_000;

/**
 * Turns a plain column into a generated one, or gives a generated one another expression or type.
 *
 * Where the server cannot alter it in place, the column is dropped and added again: its values are computed anyway.
 */
export async function becomeGenerated(
  operation: AlterColumn,
  actual: ColumnModel,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const { table, column, to } = operation;
  const after = generatedColumn(operation, actual);
  if (await canSetExpression(operation, actual, context)) {
    return [
      ...statements(
        `${alterColumnPrefix(table, column)} SET EXPRESSION AS (${closed(after.asExpression ?? '', POSTGRES_SQL)})`,
      ),
      ...(to.isNullable === undefined
        ? []
        : statements(`${alterColumnPrefix(table, column)} ${to.isNullable ? 'DROP' : 'SET'} NOT NULL`)),
      ...(to.comment === undefined ? [] : [commentOnColumn(table, column, to.comment)]),
    ];
  }
  const dependents = await dependentsOf({ columns: [{ table, column }], recreated: true }, context);
  return [
    ...dependents.drop,
    ...alterTable(table, `DROP COLUMN ${quote(column)}`),
    ...alterTable(table, `ADD COLUMN ${columnDefinition(table, after)}`),
    ...(after.comment === undefined ? [] : [commentOnColumn(table, column, after.comment)]),
    ...dependents.restore,
  ];
}

/** Turns a generated column into a plain one that keeps the values computed last. */
export async function becomePlain(
  { table, column }: AlterColumn,
  actual: ColumnModel | undefined,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (actual === undefined || (actual.generatedType !== 'VIRTUAL' && !(await isTied(table, column, context)))) {
    return statements(`${alterColumnPrefix(table, column)} DROP EXPRESSION`);
  }
  const copy = identifier(`__${column}`);
  const dependents = await dependentsOf({ columns: [{ table, column }], recreated: true }, context);
  return [
    ...alterTable(table, `ADD COLUMN ${quote(copy)} ${typeText(actual)}`),
    ...statements(`UPDATE ${quoteQualified(table)} SET ${quote(copy)} = ${quote(column)}`),
    ...dependents.drop,
    ...alterTable(table, `DROP COLUMN ${quote(column)}`),
    ...alterTable(table, `RENAME COLUMN ${quote(copy)} TO ${quote(column)}`),
    ...(actual.isNullable ? [] : statements(`${alterColumnPrefix(table, column)} SET NOT NULL`)),
    ...(actual.comment === undefined ? [] : [commentOnColumn(table, column, actual.comment)]),
    ...dependents.restore,
  ];
}

/**
 * Whether pg_depend records the dependencies of the expression for the column itself, as PostgreSQL 14 does. DROP
 * EXPRESSION leaves them behind, and a later DROP TYPE would drop the plain column along with the type.
 */
async function isTied(table: QualifiedName, column: string, context: CompileContext): Promise<boolean> {
  if (context.offline) return false;
  const rows = await context.query(
    `SELECT 1 FROM pg_catalog.pg_depend d
     JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
     WHERE d.classid = 'pg_class'::regclass AND d.objid = to_regclass($1) AND a.attname = $2
       AND d.deptype = 'a' AND d.refclassid IN ('pg_type'::regclass, 'pg_proc'::regclass)`,
    [quoteQualified(table), identifier(column)],
  );
  return rows.length > 0;
}

function generatedColumn({ column, to }: AlterColumn, actual: ColumnModel): ColumnModel {
  const { default: _default, generationStrategy: _strategy, generatedIdentity: _identity, ...base } = actual;
  const changed = Object.fromEntries(Object.entries(to).filter(([key]) => key !== 'using'));
  const merged = { ...(to.type === undefined ? base : withoutType(base)), ...changed, name: column };
  const kept = Object.entries<unknown>(merged).filter(([, value]) => value !== null && value !== false);
  return Object.fromEntries(kept) as unknown as ColumnModel;
}

function withoutType(column: ColumnModel): Omit<ColumnModel, 'type'> {
  const { name, isNullable, comment, generatedType } = column;
  return { name, isNullable, comment, generatedType };
}

async function canSetExpression({ to }: AlterColumn, actual: ColumnModel, context: CompileContext): Promise<boolean> {
  const sameKind =
    actual.generatedType !== undefined && (to.generatedType ?? actual.generatedType) === actual.generatedType;
  if (!sameKind || to.type !== undefined || to.collation !== undefined) return false;
  const [row] = await context.query(`SELECT current_setting('server_version_num')::integer AS version`);
  return Number(row?.['version'] ?? 0) >= SET_EXPRESSION_SINCE;
}
