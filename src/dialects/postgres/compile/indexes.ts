import { UnknownConstraintError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { IndexModel, QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { clauses } from './constraints.js';

/** The indexes of a new table or materialised view: nobody uses it yet, so none is built concurrently. */
export function createIndexes(table: QualifiedName, indices: readonly IndexModel[]): readonly Statement[] {
  return indices.map(({ isConcurrent: _wish, ...index }) => ({ sql: clauses.createIndex(table, index) }));
}

/**
 * An index on a table that stands, in the place of what an earlier, broken build left behind. A script looks for that only
 * where IF NOT EXISTS would take it for the index: else PostgreSQL refuses the name.
 */
export async function createIndex(
  table: QualifiedName,
  index: IndexModel,
  ifNotExists: boolean,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const leftover = await isInvalid(table, index.name, context);
  const isConditional = ifNotExists && !(await isAnothers(table, index.name, context));
  const create: Statement = {
    sql: clauses.createIndex(table, index, isConditional),
    ...(index.isConcurrent && { outsideTransaction: true }),
  };
  if (context.offline && index.isConcurrent && ifNotExists) return [dropInvalid(table, index.name), create];
  return leftover ? [dropNamed(table, index.name, index), create] : [create];
}

/** Drops what is not valid, and nothing else, where nobody can look before. */
function dropInvalid(table: QualifiedName, name: string): Statement {
  const [relation, index] = [stringLiteral(quoteQualified(table)), stringLiteral(identifier(name))];
  const { sql } = dropNamed(table, name);
  const block = `BEGIN IF EXISTS (${invalidQuery(relation, index)}) THEN EXECUTE ${stringLiteral(sql)}; END IF; END`;
  return { sql: `DO ${stringLiteral(block)}` };
}

/** @throws UnknownConstraintError when the index is another table's. */
export async function dropIndex(
  { table, name, ...options }: OperationOf<'dropIndex'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const known = await indexesBesideAnothers(table, name, context);
  if (known !== undefined && options.ifExists) return [];
  if (known !== undefined) throw new UnknownConstraintError(table, 'index', name, known);
  return [dropNamed(table, name, options)];
}

/** @throws UnknownConstraintError when the index is another table's. */
export async function renameIndex(
  { table, from, to, ifExists }: OperationOf<'renameIndex'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const known = await indexesBesideAnothers(table, from, context);
  if (known !== undefined && ifExists) return [];
  if (known !== undefined) throw new UnknownConstraintError(table, 'index', from, known);
  return statements(
    `ALTER INDEX ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified({ schema: table.schema, name: from })} RENAME TO ${quote(to)}`,
  );
}

function dropNamed(
  table: QualifiedName,
  name: string,
  { isConcurrent, ifExists }: { readonly isConcurrent?: true; readonly ifExists?: true } = {},
): Statement {
  const index = `${ifExists ? 'IF EXISTS ' : ''}${quoteQualified({ schema: table.schema, name })}`;
  return isConcurrent
    ? { sql: `DROP INDEX CONCURRENTLY ${index}`, outsideTransaction: true }
    : { sql: `DROP INDEX ${index}` };
}

async function isInvalid(table: QualifiedName, index: string, context: CompileContext): Promise<boolean> {
  const rows = await context.query(invalidQuery('$1', '$2'), [quoteQualified(table), identifier(index)]);
  return rows.length > 0;
}

function invalidQuery(table: string, index: string): string {
  return (
    'SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid ' +
    `WHERE i.indrelid = to_regclass(${table}) AND c.relname = ${index} AND NOT i.indisvalid`
  );
}

/** IF NOT EXISTS would take an index of another table for this one. */
async function isAnothers(table: QualifiedName, index: string, context: CompileContext): Promise<boolean> {
  return (await indexesBesideAnothers(table, index, context)) !== undefined;
}

/**
 * The names of a table's indexes, when one of a given name is not among them but is another table's: PostgreSQL itself
 * looks at that name alone. A script takes the revision at its word.
 */
async function indexesBesideAnothers(
  table: QualifiedName,
  index: string,
  context: CompileContext,
): Promise<readonly string[] | undefined> {
  const [found] = await context.query(
    `SELECT ARRAY(SELECT c.relname::text FROM pg_catalog.pg_index own JOIN pg_catalog.pg_class c ON c.oid = own.indexrelid
                  WHERE own.indrelid = to_regclass($1) ORDER BY 1) AS known
     FROM pg_catalog.pg_index i
     WHERE i.indexrelid = to_regclass($2) AND i.indrelid IS DISTINCT FROM to_regclass($1)`,
    [quoteQualified(table), quoteQualified({ schema: table.schema, name: index })],
  );
  return found?.['known'] as readonly string[] | undefined;
}
