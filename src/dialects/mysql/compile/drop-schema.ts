import { isScript } from '../../common/is-script.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { literal, quote } from '../text.js';

/**
 * Drops a database with nothing in it. The server would drop it with all of its tables, so it is looked into before.
 *
 * @throws UnsupportedOperationError when something is in it, and in a script, which cannot look
 */
export async function dropSchema(
  { kind, name, ifExists, ifUnused }: OperationOf<'dropSchema'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (isScript(context)) {
    const hint = 'Run the migration on the database itself, or drop it by hand.';
    throw new UnsupportedOperationError(
      kind,
      'MySQL',
      `a script cannot know whether the database '${name}' is empty`,
      hint,
    );
  }
  const rows = await context.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${literal(name)} ORDER BY 1 LIMIT 5`,
  );
  const found = rows.map((row) => `'${String(row['name'])}'`).join(', ');
  if (rows.length > 0 && ifUnused) {
    context.notice?.(`The database '${name}' stays: ${found} ${rows.length > 1 ? 'are' : 'is'} in it.`);
    return [];
  }
  if (rows.length > 0) {
    throw new UnsupportedOperationError(
      kind,
      'MySQL',
      `${found} ${rows.length > 1 ? 'are' : 'is'} in the database '${name}'`,
    );
  }
  return [{ sql: `DROP DATABASE ${ifExists ? 'IF EXISTS ' : ''}${quote(name)}` }];
}
