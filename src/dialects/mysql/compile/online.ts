import type { OperationOf } from '../../../operations/operation.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { effects } from '../effects/effects.js';

/** Statements with the way in which the server is to carry them out, so that it refuses them rather than keep others waiting. */
export async function askedOnline(
  statements: readonly Statement[],
  operation: OperationOf<'batch'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const schema = await context.schema();
  const [row] = await context.query('SELECT version() AS version');
  const server = String(row?.['version'] ?? '');
  return statements.map((statement) => {
    const [parsed] = parseStatements(statement.sql, MYSQL_SQL);
    if (parsed?.kind !== 'alterTable') return statement;
    const [lock] = effects(parsed, { schema, operation, server }).locks;
    // MySQL has no NOCOPY, and takes no LOCK with INSTANT.
    const way = lock?.mode.startsWith('ALGORITHM=INSTANT') ? 'ALGORITHM=INSTANT' : 'ALGORITHM=INPLACE, LOCK=NONE';
    return { ...statement, sql: `${statement.sql}, ${way}` };
  });
}
