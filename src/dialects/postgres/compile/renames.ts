import { MigrateError } from '../../../errors/migrate.error.js';
import type { OperationOf } from '../../../operations/operation.js';
import { temporaryName } from '../../../schema/name-rules.js';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { doBlock, stringLiteral } from '../literal.js';
import { nameLimit, identifier, quote, quoteQualified, sequenceName } from '../names.js';
import { statements } from './compiler.js';

/** Gives a table, a view or a sequence another name, another schema, or both. */
export function moveRelation(kind: 'TABLE' | 'SEQUENCE', from: QualifiedName, to: QualifiedName): readonly Statement[] {
  const moved: QualifiedName = { schema: to.schema, name: from.name };
  return [
    ...(from.schema === to.schema ? [] : setSchema(kind, from, to.schema)),
    ...(from.name === to.name ? [] : statements(`ALTER ${kind} ${quoteQualified(moved)} RENAME TO ${quote(to.name)}`)),
  ];
}

/**
 * Gives a table another name, another schema, or both; the sequences that are named after it are renamed along. While it
 * moves to another schema it has the name that `nameWhileMoving` finds.
 */
export async function renameTable(
  { table, to }: OperationOf<'renameTable'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (table.name === to.name) return moveRelation('TABLE', table, to);
  const columns = await ownSequences(table, context);
  if (table.schema === to.schema) return renameWithin(table, to.name, columns, context);
  const under = await nameWhileMoving(table, to, (name) => exists(name, context));
  const leaving: QualifiedName = { ...table, name: under };
  const arriving: QualifiedName = { ...to, name: under };
  return [
    ...(await renameWithin(table, under, columns, context)),
    ...moveRelation('TABLE', leaving, arriving),
    ...(await renameWithin(arriving, to.name, columns, context)),
  ];
}

/**
 * The name under which an object changes its schema when it gets another name as well: its old one, if that is free in the
 * new schema; else its new one, if that is free in the old schema; else a temporary name that is free in both.
 */
export async function nameWhileMoving(
  from: QualifiedName,
  to: QualifiedName,
  exists: (name: QualifiedName) => Promise<boolean>,
): Promise<string> {
  if (!(await exists({ ...to, name: from.name }))) return from.name;
  if (!(await exists({ ...from, name: to.name }))) return to.name;
  const isTaken = async (name: string): Promise<boolean> =>
    (await exists({ ...from, name })) || (await exists({ ...to, name }));
  const taken = new Set<string>();
  for (;;) {
    const name = temporaryName(to.name, (candidate) => taken.has(candidate), nameLimit);
    if (!(await isTaken(name))) return name;
    taken.add(name);
  }
}

/** Renames a table within its schema, and the sequences of the columns. */
async function renameWithin(
  table: QualifiedName,
  name: string,
  columns: readonly string[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  const renames = columns.map((column) => ({ from: sequenceName(table.name, column), to: sequenceName(name, column) }));
  return [
    ...moveRelation('TABLE', table, { ...table, name }),
    ...(await renameSequences(table.schema, renames, context)),
  ];
}

/** Whether a relation or a type has the name: a table needs both, since it has a row type. */
async function exists({ schema, name }: QualifiedName, context: CompileContext): Promise<boolean> {
  if (context.offline) {
    const { tables, views, enums } = await context.schema();
    return [...tables, ...views, ...enums].some((other) => qualifiedKey(other) === qualifiedKey({ schema, name }));
  }
  const rows = await context.query(
    `SELECT 1 FROM pg_catalog.pg_namespace n
     WHERE n.nspname = coalesce($1, current_schema())
       AND (EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = $2)
         OR EXISTS (SELECT 1 FROM pg_catalog.pg_type t WHERE t.typnamespace = n.oid AND t.typname = $2))`,
    [schema === undefined ? null : identifier(schema), identifier(name)],
  );
  return rows.length > 0;
}

/** Renames a column, and the sequence that is named after it. */
export async function renameColumn(
  { table, from, to }: OperationOf<'renameColumn'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const own = (await ownSequences(table, context)).filter((column) => column === identifier(from));
  const renames = own.map((column) => ({ from: sequenceName(table.name, column), to: sequenceName(table.name, to) }));
  return [
    ...statements(`ALTER TABLE ${quoteQualified(table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`),
    ...(await renameSequences(table.schema, renames, context)),
  ];
}

/**
 * SET SCHEMA; to the data source's own schema by `current_schema()`, since the SQL of a revision does not contain its
 * name.
 */
function setSchema(kind: 'TABLE' | 'SEQUENCE', name: QualifiedName, schema: string | undefined): readonly Statement[] {
  const command = `ALTER ${kind} ${quoteQualified(name)} SET SCHEMA `;
  if (schema !== undefined) return statements(command + quote(schema));
  return statements(doBlock(`BEGIN EXECUTE ${stringLiteral(command)} || quote_ident(current_schema()); END`));
}

/**
 * The serial and identity columns whose sequences still have the names that PostgreSQL gave them.
 *
 * TypeORM recognises a serial column by the name of its sequence, and would always find a difference with the old one.
 * A sequence with a name of the user's choice keeps it.
 */
async function ownSequences(table: QualifiedName, context: CompileContext): Promise<readonly string[]> {
  return context.offline ? sequencesInModel(table, context) : sequencesInCatalog(table, context);
}

async function sequencesInCatalog(table: QualifiedName, context: CompileContext): Promise<readonly string[]> {
  const rows = await context.query(
    `SELECT s.relname AS name, a.attname AS column
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_depend d
       ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
       AND d.classid = 'pg_class'::regclass
     JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND s.relnamespace = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
     WHERE c.oid = to_regclass($1)
     ORDER BY a.attnum`,
    [quoteQualified(table)],
  );
  return rows
    .filter(({ name, column }) => name === sequenceName(table.name, String(column)))
    .map(({ column }) => String(column));
}

/** Empty when the script does not know the table: then it renames only the table. */
async function sequencesInModel(table: QualifiedName, context: CompileContext): Promise<readonly string[]> {
  try {
    const { columns } = await context.table(table);
    return columns.filter(({ generationStrategy }) => generationStrategy !== undefined).map(({ name }) => name);
  } catch (error) {
    if (error instanceof MigrateError) return [];
    throw error;
  }
}

/** Renames sequences, except to a name that something else has. */
async function renameSequences(
  schema: string | undefined,
  renames: readonly { readonly from: string; readonly to: string }[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  const changes = renames.filter(({ from, to }) => from !== to);
  if (changes.length === 0) return [];
  const taken = await takenNames(
    schema,
    changes.map(({ to }) => to),
    context,
  );
  return statements(
    ...changes
      .filter(({ to }) => !taken.has(to))
      .map(({ from, to }) => `ALTER SEQUENCE ${quoteQualified({ schema, name: from })} RENAME TO ${quote(to)}`),
  );
}

/** Those of the names that a relation has in a schema: a table, a sequence, an index … */
async function takenNames(
  schema: string | undefined,
  names: readonly string[],
  context: CompileContext,
): Promise<ReadonlySet<unknown>> {
  const rows = await context.query(
    `SELECT c.relname AS name
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = coalesce($1, current_schema()) AND c.relname = ANY ($2::text[])`,
    [schema === undefined ? null : identifier(schema), names.map(identifier)],
  );
  return new Set(rows.map(({ name }) => name));
}
