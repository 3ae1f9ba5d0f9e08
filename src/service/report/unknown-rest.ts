import { TypeormScriptError } from '../../errors/adopt.errors.js';
import { ColumnUnknownOfflineError } from '../../errors/database.errors.js';
import type { MigrateError } from '../../errors/migrate.error.js';
import { OfflineReadError, ScriptMemberError, ScriptTableError } from '../../errors/script.errors.js';
import { shortStatement } from '../../errors/statement-text.js';
import { displayName } from '../../schema/schema.model.js';

/** Why the rest of a revision is not known to a plan or to lint; the message of the error itself is about a script. */
export function unknownRest(error: MigrateError): string {
  if (error instanceof OfflineReadError) {
    const place = error.line === undefined ? '' : ` in line ${error.line}`;
    return `Revision ${error.revision} asks the database${place}, and what it does then depends on the answer: ${shortStatement(error.statement)}`;
  }
  if (error instanceof TypeormScriptError) {
    return `Revision ${error.revision} runs migration classes of TypeORM, which may ask the database and decide.`;
  }
  if (error instanceof ScriptTableError) {
    return `It depends on table ${error.table}, and how that is, only the database knows: ${error.why}`;
  }
  if (error instanceof ScriptMemberError) {
    const { member, what, table } = error;
    const named = member === undefined ? `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}` : `the ${what} ${member}`;
    return `It depends on ${named} of table ${table}, which no operation of the revisions makes.`;
  }
  if (error instanceof ColumnUnknownOfflineError) {
    const { table, column } = error;
    return `It depends on the type of ${displayName(table)}.${column}, which no revision gives: existing: { type: '…' } in op.alterColumn does.`;
  }
  return error.message;
}
