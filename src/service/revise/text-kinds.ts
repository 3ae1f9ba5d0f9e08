import { readFile } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { columnKey } from '../../autogenerate/compare/column-key.js';
import type { TextKinds } from '../../autogenerate/compare/text-kinds.js';
import { dialectOf } from '../../dialects/index.js';
import { MigrateError } from '../../errors/migrate.error.js';
import type { BoundDataSource } from '../options/options.js';
import { RevisionLoader } from '../loader.js';
import type { CommandContext } from '../run/command-context.js';
import { planTo } from '../run/common-request.js';
import type { SqlRules } from '../../sql/rules.js';
import { keepsValues } from '../../sql/statements.js';
import { applyWith } from '../../operations/apply/apply.js';
import { createOperations, type OperationsHost } from '../../operations/call/builder.js';
import type { Operation } from '../../operations/operation.js';
import { type LiteralCall, literalCalls } from '../../repository/files/literal-calls.js';
import type { Revision } from '../../repository/index.js';
import {
  type ColumnModel,
  emptySchema,
  type SchemaModel,
  type TableModel,
  type TextKind,
} from '../../schema/schema.model.js';

/**
 * What kind of text each column holds by the revisions that a database has run: `simple-array` or `simple-json`.
 *
 * The revisions are read, and not run: calls with literals are understood, as `migrate` writes them. What else a revision
 * does to a table is not seen, and a text of which nothing is known is a text.
 *
 * @param rows the version rows
 */
export async function textKindsOf(
  context: CommandContext,
  bound: BoundDataSource,
  rows: readonly string[],
): Promise<TextKinds> {
  const revisions = planTo(context.repository, rows).flatMap(({ revision }) => revision ?? []);
  if (!(await someNamesKind(revisions))) return new Map();
  const loader = new RevisionLoader(context.sharing);
  const operations: Operation[] = [];
  for (const revision of revisions) {
    // A revision that no longer loads has run nevertheless: nothing is known of its columns.
    const upgrade = await loader.load(revision, bound.name).then(
      (loaded) => loaded.upgrade,
      () => undefined,
    );
    if (upgrade !== undefined) operations.push(...(await operationsIn(String(upgrade), bound.dataSource)));
  }
  const { sqlRules } = dialectOf(bound.dataSource);
  return kindsIn(operations.reduce((schema, operation) => applied(schema, operation, sqlRules), emptySchema));
}

/** Whether any file has the name of a kind: else none has to be loaded. With one, all are: they may rename or drop its table. */
async function someNamesKind(revisions: readonly Revision[]): Promise<boolean> {
  for (const { path } of revisions) {
    const source = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
    if (/simple-(?:array|json)/.test(source)) return true;
  }
  return false;
}

/** The operations of the calls in the source of a function. */
async function operationsIn(source: string, { namingStrategy }: DataSource): Promise<readonly Operation[]> {
  const operations: Operation[] = [];
  const { op } = createOperations({
    naming: namingStrategy,
    apply: async (operation) => void operations.push(operation),
  } as Partial<OperationsHost> as OperationsHost);
  const methods = op as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Promise<void>>>;
  const calls = literalCalls(source);
  for (const { method, args } of calls) {
    const name = method === 'query' ? 'execute' : method;
    if (!SEEN.has(name)) continue;
    // The call is of something else that has the name of an operation.
    await methods[name]?.(...args).catch(() => undefined);
  }
  // SQL that is built at run time, and changes through TypeORM, may concern everything that the revision names.
  if (hasUnreadChanges(source, calls)) operations.push({ kind: 'execute', sql: source });
  return operations;
}

function hasUnreadChanges(source: string, calls: readonly LiteralCall[]): boolean {
  const read = calls.filter(({ method, args }) => /^(?:execute|query)$/.test(method) && typeof args[0] === 'string');
  return [...source.matchAll(/\.(?:execute|query|update|save|upsert)\s*\(/g)].length > read.length;
}

/** The operations that make or move columns or change their types, and SQL, which may change the values. */
const SEEN = new Set([
  'createTable',
  'dropTable',
  'renameTable',
  'addColumn',
  'dropColumn',
  'renameColumn',
  'alterColumn',
  'renameSchema',
  'dropSchema',
  'execute',
]);

/** The schema after an operation; unchanged where the operation is about an object that raw SQL made. */
function applied(schema: SchemaModel, operation: Operation, rules: SqlRules): SchemaModel {
  if (operation.kind === 'execute') return withoutKindsIn(schema, operation.sql, rules);
  try {
    return applyWith(rules)(schema, operation);
  } catch (error) {
    if (error instanceof MigrateError) return schema;
    throw error;
  }
}

/**
 * Raw SQL that names a column may have converted its values: a second conversion would spoil them. New rows, indexes, views and
 * the filling of NULL convert nothing.
 */
function withoutKindsIn(schema: SchemaModel, sql: string, rules: SqlRules): SchemaModel {
  const forgets = (table: TableModel, { name, type }: ColumnModel): boolean =>
    isKind(type) && names(sql, table.name) && names(sql, name) && !keepsValues(sql, table.name, name, rules);
  return {
    ...schema,
    tables: schema.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => (forgets(table, column) ? { ...column, type: 'text' } : column)),
    })),
  };
}

/** Whether SQL names it, quoted or not, in any case, in string literals too: to treat a column as unknown is safe. */
function names(sql: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\p{L}\p{N}_$])${escaped(name)}(?![\p{L}\p{N}_$])`, 'iu').test(sql);
}

function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function kindsIn({ tables }: SchemaModel): TextKinds {
  return new Map(
    tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) => (isKind(type) ? [[columnKey(table, name), type] as const] : [])),
    ),
  );
}

function isKind(type: string): type is TextKind {
  return type === 'simple-array' || type === 'simple-json';
}
