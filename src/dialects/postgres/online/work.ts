import { UnknownTableError } from '../../../errors/operations.errors.js';
import { MigrateError } from '../../../errors/migrate.error.js';
import type { Operation } from '../../../operations/operation.js';
import { qualifiedKey } from '../../../schema/schema.model.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext } from '../../dialect.js';
import type { TableWork } from '../../effects.js';
import type { OnlineFacts } from '../../online.js';
import { compile } from '../compile/compile.js';
import { effects } from '../effects/effects.js';

/** What an operation does with all rows of tables; nothing where it cannot be compiled without a database. */
export async function workOf(
  operation: Operation,
  { schema, server }: Pick<OnlineFacts, 'schema' | 'server'>,
): Promise<readonly TableWork[]> {
  const context: CompileContext = {
    offline: true,
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
      parseStatements(sql, POSTGRES_SQL).flatMap(
        (statement) => effects(statement, { ...server, schema, operation }).work,
      ),
    );
  } catch (error) {
    if (error instanceof MigrateError) return [];
    throw error;
  }
}
