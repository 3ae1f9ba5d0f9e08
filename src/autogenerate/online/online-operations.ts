import type { Dialect, OnlineForm, ServerFacts } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { applyWith } from '../../operations/apply/apply.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';

/** One form, and the operations that it takes the place of. */
export interface FoundForm extends OnlineForm {
  readonly plain: readonly Operation[];
}

/** Operations in their online form. */
export interface OnlineOperations {
  readonly operations: readonly Operation[];
  readonly forms: readonly FoundForm[];
  /** The schema behind them, as far as it is known. */
  readonly after: SchemaModel;
}

/** Operations with those in their online form that would keep users of a table waiting that was there before them. */
export async function onlineOperations(
  plainly: readonly Operation[],
  before: SchemaModel,
  dialect: Pick<Dialect, 'onlineForm' | 'onlineOrder' | 'sqlRules'>,
  server: ServerFacts,
): Promise<OnlineOperations> {
  const operations = dialect.onlineOrder?.(plainly) ?? plainly;
  const made = new Set<string>();
  const withoutKey = new Set<string>();
  const result: Operation[] = [];
  const forms: FoundForm[] = [];
  let schema = before;
  for (let at = 0; at < operations.length;) {
    const form = await dialect.onlineForm?.(operations.slice(at), {
      schema,
      server,
      isNew: (table) => made.has(qualifiedKey(table)),
      hasLostKey: (table) => withoutKey.has(qualifiedKey(table)),
    });
    const plain = operations.slice(at, at + (form?.taken ?? 1));
    if (form !== undefined) forms.push({ ...form, plain });
    result.push(...(form?.operations ?? plain));
    for (const operation of plain) schema = applied(schema, operation, dialect);
    for (const operation of flatOperations(plain)) {
      if (operation.kind === 'createTable') made.add(qualifiedKey(operation.table));
      if (operation.kind === 'renameTable' && made.has(qualifiedKey(operation.table)))
        made.add(qualifiedKey(operation.to));
      if (operation.kind === 'dropPrimaryKey') withoutKey.add(qualifiedKey(operation.table));
    }
    at += plain.length;
  }
  return { operations: result, forms, after: schema };
}

/** The schema after an operation; the same where the operation is about what is not known. */
function applied(schema: SchemaModel, operation: Operation, { sqlRules }: Pick<Dialect, 'sqlRules'>): SchemaModel {
  try {
    return applyWith(sqlRules)(schema, operation);
  } catch (error) {
    if (error instanceof MigrateError) return schema;
    throw error;
  }
}
