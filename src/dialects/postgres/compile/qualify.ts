import { qualifyOperation, qualifySchema, qualifyTable } from '../../../operations/qualify.js';
import type { Operation } from '../../../operations/operation.js';
import { qualifiedNameOf, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';

/** An operation and its context, with the schema of the data source in the names of both. */
export interface Qualified {
  readonly operation: Operation;
  readonly context: CompileContext;
}

/**
 * Writes the data source's own schema into every name without one.
 *
 * By the search path PostgreSQL would find a table of that name in another schema when this one has none: the rows of
 * another tenant, or those that tenants share.
 */
export function inOwnSchema(operation: Operation, context: CompileContext): Qualified {
  const { ownSchema } = context;
  if (ownSchema === undefined) return { operation, context };
  return {
    operation: qualifyOperation(operation, ownSchema),
    context: {
      offline: context.offline,
      ownSchema,
      kept: context.kept,
      notice: (message) => context.notice?.(message),
      operations: () => context.operations(),
      query: (sql, parameters) => context.query(sql, parameters),
      schema: async () => qualifySchema(await context.schema(), ownSchema),
      table: async (name) => qualifyTable(await context.table(withoutSchema(name, ownSchema)), ownSchema),
    },
  };
}

/** The name as the models have it, where the own schema is omitted. */
function withoutSchema(name: QualifiedName, ownSchema: string): QualifiedName {
  return name.schema === ownSchema ? { name: name.name } : qualifiedNameOf(name);
}
