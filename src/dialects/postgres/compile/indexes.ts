import type { IndexModel, QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quoteQualified } from '../names.js';
import { indexDefinition } from './constraints.js';

/** The indexes of a new table or materialised view: nobody uses it yet, so none is built concurrently. */
export function createIndexes(table: QualifiedName, indices: readonly IndexModel[]): readonly Statement[] {
  return indices.map(({ isConcurrent: _wish, ...index }) => ({ sql: indexDefinition(table, index) }));
}

/** An index on a table that stands, in the place of what an earlier, broken build left behind. */
export async function createIndex(
  table: QualifiedName,
  index: IndexModel,
  ifNotExists: boolean,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const leftover = await isInvalid(table, index.name, context);
  const create: Statement = {
    sql: indexDefinition(table, index, ifNotExists),
    ...(index.isConcurrent && { outsideTransaction: true }),
  };
  return leftover ? [dropIndex(table, index.name, index), create] : [create];
}

export function dropIndex(
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
  const rows = await context.query(
    `SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = to_regclass($1) AND c.relname = $2 AND NOT i.indisvalid`,
    [quoteQualified(table), identifier(index)],
  );
  return rows.length > 0;
}
