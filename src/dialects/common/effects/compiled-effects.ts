import { MigrateError } from '../../../errors/migrate.error.js';
import { UnknownTableError } from '../../../errors/operations.errors.js';
import type { Operation } from '../../../operations/operation.js';
import { qualifiedKey } from '../../../schema/schema.model.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import type { CompileContext, Dialect } from '../../dialect.js';
import type { Effects } from '../../effects.js';
import type { OnlineFacts } from '../../online.js';

/** What an operation does to a database that serves, statement by statement; nothing where it cannot be compiled without a database. */
export async function compiledEffects(
  operation: Operation,
  { schema, server }: Pick<OnlineFacts, 'schema' | 'server'>,
  { compile, effects, sqlRules }: Pick<Dialect, 'compile' | 'effects' | 'sqlRules'>,
): Promise<readonly Effects[]> {
  const context: CompileContext = {
    offline: true,
    planned: server,
    kept: new Map(),
    schema: async () => schema,
    operations: async () => [],
    query: async () => [],
    table: async (name) => {
      const found = schema.tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
      if (found === undefined) throw new UnknownTableError(name, schema.tables);
      return found;
    },
  };
  try {
    const statements = await compile(operation, context);
    return statements.flatMap(({ sql }) =>
      parseStatements(sql, sqlRules).map((statement) => effects(statement, { ...server, schema, operation })),
    );
  } catch (error) {
    if (error instanceof MigrateError) return [];
    throw error;
  }
}
