import { MigrateError } from '../../../errors/migrate.error.js';
import { UncommittedEnumValueError } from '../errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import { mentionsLabel, quoteLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import { displayName, qualifiedKey, qualifiedNameOf, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Remedy, Statement } from '../../dialect.js';
import { enumLabels } from './enum-columns.js';
import { recreateEnum } from './enums.js';

/**
 * The remedy for a statement that failed because it uses an enum value added in the same transaction: the type is
 * re-created. PostgreSQL allows the use of a value before the commit only when the transaction has created the type itself.
 *
 * @returns undefined for other errors
 * @throws UncommittedEnumValueError when the type cannot be re-created because of what depends on it.
 */
export async function remedyFor(error: unknown, context: CompileContext): Promise<Remedy | undefined> {
  if (!(error instanceof UncommittedEnumValueError)) return undefined;
  return recreate(await typesOf(error, context), context).catch((reason: unknown) => {
    throw reason instanceof MigrateError ? new UncommittedEnumValueError(error.sql, error.cause, reason) : reason;
  });
}

/** The same remedy before a statement that contains an added value, where its failure would abort the transaction. */
export async function remedyBefore(
  { sql, parameters = [] }: Statement,
  added: readonly OperationOf<'addEnumValue'>[],
  context: CompileContext,
): Promise<Remedy | undefined> {
  // Statements about types use no value.
  if (['ALTER', 'CREATE', 'DROP'].some((verb) => beginsWith(sql, POSTGRES_SQL, verb, 'TYPE'))) return undefined;
  const texts = [sql, ...parameters.map((value) => quoteLiteral(String(value)))];
  const used = added.filter(({ value }) => texts.some((text) => mentionsLabel(text, value, POSTGRES_SQL)));
  const types = new Map(used.map(({ enum: type }) => [qualifiedKey(type), qualifiedNameOf(type)]));
  return types.size === 0 ? undefined : recreate([...types.values()], context);
}

async function recreate(types: readonly QualifiedName[], context: CompileContext): Promise<Remedy | undefined> {
  const statements: Statement[] = [];
  const names: string[] = [];
  for (const type of types) {
    const labels = await enumLabels(type, context);
    if (labels.length === 0) continue;
    statements.push(...(await recreateEnum(type, labels, context)));
    names.push(`"${displayName(type)}"`);
  }
  if (names.length === 0) return undefined;
  return {
    statements,
    notice:
      `The enum type ${names.join(', ')} was re-created, and the tables with it were rewritten, since the revision uses a value ` +
      'that it adds. To spare that, use the value in a revision of its own.',
  };
}

/** The types with values of this transaction whose name the error message contains; the message may be in any language. */
async function typesOf(error: UncommittedEnumValueError, context: CompileContext): Promise<readonly QualifiedName[]> {
  const rows = await context.query(
    `SELECT DISTINCT nullif(n.nspname, current_schema()) AS schema, t.typname AS name
     FROM pg_catalog.pg_enum e
     JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
     JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE age(e.xmin) <= age(pg_current_xact_id()::xid) AND strpos($1, pg_catalog.format_type(t.oid, NULL)) > 0`,
    [error.message],
  );
  return rows.map(({ schema, name }) =>
    schema === null ? { name: String(name) } : { schema: String(schema), name: String(name) },
  );
}
