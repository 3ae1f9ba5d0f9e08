import { UnknownConstraintError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { IndexModel, QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { clauses } from './constraints.js';

/** Creates the indexes of a new table or materialised view; not concurrently, since nobody uses it yet. */
export function createIndexes(table: QualifiedName, indices: readonly IndexModel[]): readonly Statement[] {
  return indices.map(({ isConcurrent: _concurrently, ...index }) => ({ sql: clauses.createIndex(table, index) }));
}

/**
 * Creates an index on an existing table, and before that drops an invalid index of that name, which a failed concurrent
 * build leaves behind. A script does so only with IF NOT EXISTS, which would accept the invalid index; without it
 * PostgreSQL reports that the name is taken.
 */
export async function createIndex(
  table: QualifiedName,
  index: IndexModel,
  ifNotExists: boolean,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const leftover = await isInvalid(table, index.name, context);
  const isConditional = ifNotExists && !(await isOfAnotherTable(table, index.name, context));
  const create: Statement = {
    sql: clauses.createIndex(table, index, isConditional),
    ...(index.isConcurrent && { outsideTransaction: true }),
  };
  if (context.offline && index.isConcurrent && ifNotExists) return [dropInvalid(table, index.name), create];
  return leftover ? [dropNamed(table, index.name, index), create] : [create];
}

/** For scripts: drops the index if it is invalid. */
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
  const actualNames = await indexesUnlessOwn(table, name, context);
  if (actualNames !== undefined && options.ifExists) return [];
  if (actualNames !== undefined) throw new UnknownConstraintError(table, 'index', name, actualNames);
  return [dropNamed(table, name, options)];
}

/** @throws UnknownConstraintError when the index is another table's. */
export async function renameIndex(
  { table, from, to, ifExists }: OperationOf<'renameIndex'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const actualNames = await indexesUnlessOwn(table, from, context);
  if (actualNames !== undefined && ifExists) return [];
  if (actualNames !== undefined) throw new UnknownConstraintError(table, 'index', from, actualNames);
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

/** Whether the name belongs to an index of another table, which IF NOT EXISTS would accept as this one. */
async function isOfAnotherTable(table: QualifiedName, index: string, context: CompileContext): Promise<boolean> {
  return (await indexesUnlessOwn(table, index, context)) !== undefined;
}

/**
 * The names of a table's indexes when the given name belongs to an index of another table, else undefined.
 *
 * PostgreSQL looks only at the name, and would take the wrong index. A script cannot check and trusts the revision.
 */
async function indexesUnlessOwn(
  table: QualifiedName,
  index: string,
  context: CompileContext,
): Promise<readonly string[] | undefined> {
  const [found] = await context.query(
    `SELECT ARRAY(SELECT c.relname::text FROM pg_catalog.pg_index own JOIN pg_catalog.pg_class c ON c.oid = own.indexrelid
                  WHERE own.indrelid = to_regclass($1) ORDER BY 1) AS names
     FROM pg_catalog.pg_index i
     WHERE i.indexrelid = to_regclass($2) AND i.indrelid IS DISTINCT FROM to_regclass($1)`,
    [quoteQualified(table), quoteQualified({ schema: table.schema, name: index })],
  );
  return found?.['names'] as readonly string[] | undefined;
}
