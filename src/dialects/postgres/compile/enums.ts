import { EnumValueInUseError } from '../errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import { castLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { doBlock, stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { createEnumType } from './columns.js';
import { type CompilersOf, statements } from './compiler.js';
import { dependentsOf } from './dependents/dependents.js';
import { enumColumns, enumLabels, type EnumColumn } from './enum-columns.js';
import { alterColumnPrefix } from './auto-increment.js';
import { nameWhileMoving } from './renames.js';

export const enumCompilers: CompilersOf<
  'createEnum' | 'dropEnum' | 'renameEnum' | 'addEnumValue' | 'renameEnumValue' | 'alterEnum'
> = {
  createEnum: ({ enum: type }) => [createEnumType(type)],
  dropEnum: ({ enum: type, ifExists }) =>
    statements(`DROP TYPE ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(type)}`),
  renameEnum,
  addEnumValue: ({ enum: type, value, before }) => [
    {
      sql:
        `ALTER TYPE ${quoteQualified(type)} ADD VALUE ${stringLiteral(value)}` +
        (before === undefined ? '' : ` BEFORE ${stringLiteral(before)}`),
      commitAfter: true,
    },
  ],
  renameEnumValue: ({ enum: type, from, to }) =>
    statements(`ALTER TYPE ${quoteQualified(type)} RENAME VALUE ${stringLiteral(from)} TO ${stringLiteral(to)}`),
  alterEnum,
};

/** Gives a type another name, another schema, or both; in between it has the name that `nameWhileMoving` finds. */
async function renameEnum(
  { enum: type, to }: OperationOf<'renameEnum'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (type.schema === to.schema || type.name === to.name) return moveType(type, to);
  const under = await nameWhileMoving(type, to, (name) => isType(name, context));
  const leaving: QualifiedName = { ...type, name: under };
  const arriving: QualifiedName = { ...to, name: under };
  return [...moveType(type, leaving), ...moveType(leaving, arriving), ...moveType(arriving, to)];
}

/** One statement: RENAME TO when the name differs, else SET SCHEMA when the schema does. */
function moveType(type: QualifiedName, to: QualifiedName): readonly Statement[] {
  if (type.name !== to.name) return statements(`ALTER TYPE ${quoteQualified(type)} RENAME TO ${quote(to.name)}`);
  if (type.schema === to.schema) return [];
  const target = to.schema === undefined ? 'quote_ident(current_schema())' : stringLiteral(quote(to.schema));
  const command = `ALTER TYPE ${quoteQualified(type)} SET SCHEMA `;
  return statements(doBlock(`BEGIN EXECUTE ${stringLiteral(command)} || ${target}; END`));
}

async function isType({ schema, name }: QualifiedName, context: CompileContext): Promise<boolean> {
  if (context.offline) {
    const { enums } = await context.schema();
    return enums.some((other) => qualifiedKey(other) === qualifiedKey({ schema, name }));
  }
  const rows = await context.query(
    `SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname = coalesce($1, current_schema()) AND t.typname = $2`,
    [schema === undefined ? null : identifier(schema), identifier(name)],
  );
  return rows.length > 0;
}

/**
 * Changes the labels of an enum: re-creates the type under its name and converts every column that uses it. There is no
 * statement that removes or reorders labels.
 *
 * @throws EnumValueInUseError when a row holds a label that is removed.
 * @throws DependentObjectsError when something other than a column is of the type, since it would keep the old one.
 */
export async function alterEnum(
  operation: Pick<OperationOf<'alterEnum'>, 'kind' | 'enum' | 'values' | 'existing'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const { enum: type, values } = operation;
  const columns = await enumColumns(type, context);
  const labels = operation.existing ?? (await enumLabels(type, context));
  if (labels.length === values.length && labels.every((label, index) => label === values[index])) return [];
  await refuseUsedValues(
    type,
    labels.filter((label) => !values.includes(label)),
    columns,
    context,
  );
  return recreateWith(columns, type, values, context);
}

/** Re-creates a type with the given labels: labels of a type that the transaction creates may be used before the commit. */
export async function recreateEnum(
  type: QualifiedName,
  labels: readonly string[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  return recreateWith(await enumColumns(type, context), type, labels, context);
}

async function recreateWith(
  columns: readonly EnumColumn[],
  type: QualifiedName,
  values: readonly string[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  // The expressions of what is dropped name the type, and refer to the new one when they are restored.
  const dependents = await dependentsOf({ columns, recreatedEnum: type }, context);
  const old: QualifiedName = { ...type, name: identifier(`__${type.name}`) };
  return [
    ...dependents.drop,
    ...statements(...columns.filter((column) => column.default !== undefined).map(dropDefault)),
    ...statements(`ALTER TYPE ${quoteQualified(type)} RENAME TO ${quote(old.name)}`),
    createEnumType({ ...type, values }),
    ...statements(...columns.map((column) => moveColumn(column, type))),
    ...statements(...columns.flatMap((column) => setDefault(column, values))),
    ...statements(`DROP TYPE ${quoteQualified(old)}`),
    ...dependents.restore,
  ];
}

async function refuseUsedValues(
  type: QualifiedName,
  removed: readonly string[],
  columns: readonly EnumColumn[],
  context: CompileContext,
): Promise<void> {
  if (removed.length === 0) return;
  const labels = `ARRAY[${removed.map(stringLiteral).join(', ')}]`;
  for (const { table, column, isArray } of columns) {
    const values = isArray ? `unnest(${quote(column)})` : quote(column);
    const rows = await context.query(
      `SELECT DISTINCT value::text AS value FROM (SELECT ${values} AS value FROM ${quoteQualified(table)}) AS used
       WHERE value::text = ANY (${labels}) ORDER BY 1`,
    );
    if (rows.length === 0) continue;
    const used = rows.map((row) => String(row['value']));
    throw new EnumValueInUseError(displayName(type), used, `"${displayName(table)}"."${column}"`);
  }
}

function dropDefault({ table, column }: EnumColumn): string {
  return `${alterColumnPrefix(table, column)} DROP DEFAULT`;
}

function moveColumn({ table, column, isArray }: EnumColumn, type: QualifiedName): string {
  const brackets = isArray ? '[]' : '';
  const target = `${quoteQualified(type)}${brackets}`;
  return `${alterColumnPrefix(table, column)} TYPE ${target} USING ${quote(column)}::text${brackets}::${target}`;
}

/** Restores the default unless it is a label that the type no longer has. */
function setDefault({ table, column, default: expression }: EnumColumn, values: readonly string[]): readonly string[] {
  if (expression === undefined) return [];
  const literal = castLiteral(expression, POSTGRES_SQL)?.value;
  const isLost = literal !== undefined && !literal.startsWith('{') && !values.includes(literal);
  return isLost ? [] : [`${alterColumnPrefix(table, column)} SET DEFAULT ${expression}`];
}
