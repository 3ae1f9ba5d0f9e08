import type { DataSource } from 'typeorm';
import { columnKey } from './autogenerate/enum-users.js';
import type { TextKinds } from './autogenerate/text-kinds.js';
import { MigrateError } from './errors/migrate.error.js';
import type { BoundDataSource } from './migrate.options.js';
import { RevisionLoader } from './migration.loader.js';
import { planTo, type RunScene } from './migration.runs.js';
import { applyOperation } from './operations/apply.js';
import { createOperations, type OperationsHost } from './operations/builder.js';
import type { Operation } from './operations/operation.js';
import { literalCalls } from './repository/files/literal-calls.js';
import { emptySchema, type SchemaModel, type TextKind } from './schema/schema.model.js';

/**
 * What the revisions that a database has run keep in its texts: `simple-array`, `simple-json`.
 *
 * The revisions are read, and not run: calls with literals are understood, as `migrate` writes them. What else a revision
 * does to a table is not seen, and a text of which nothing is known is a text.
 *
 * @param rows the version rows
 */
export async function textKindsOf(
  scene: RunScene,
  bound: BoundDataSource,
  rows: readonly string[],
): Promise<TextKinds> {
  const loader = new RevisionLoader(scene.sharing);
  const operations: Operation[] = [];
  for (const { revision } of planTo(scene.repository, rows)) {
    if (revision === undefined) continue;
    // What no longer loads has run all the same: of its texts nothing is known.
    const upgrade = await loader.load(revision, bound.name).then(
      (loaded) => loaded.upgrade,
      () => undefined,
    );
    if (upgrade !== undefined) operations.push(...(await operationsIn(String(upgrade), bound.dataSource)));
  }
  return kindsIn(operations.reduce(applied, emptySchema));
}

/** The operations of the calls in the source of a function. */
async function operationsIn(source: string, { namingStrategy }: DataSource): Promise<readonly Operation[]> {
  const operations: Operation[] = [];
  const { op } = createOperations({
    naming: namingStrategy,
    apply: async (operation) => void operations.push(operation),
  } as Partial<OperationsHost> as OperationsHost);
  const methods = op as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Promise<void>>>;
  for (const { method, args } of literalCalls(source)) {
    if (!ON_COLUMNS.has(method)) continue;
    // A call of something else that has the name of an operation.
    await methods[method]?.(...args).catch(() => undefined);
  }
  return operations;
}

/** The operations that say where columns are, and of which type. */
const ON_COLUMNS = new Set([
  'createTable',
  'dropTable',
  'renameTable',
  'addColumn',
  'dropColumn',
  'renameColumn',
  'alterColumn',
  'renameSchema',
  'dropSchema',
]);

/** What stands on something that raw SQL made is not known. */
function applied(schema: SchemaModel, operation: Operation): SchemaModel {
  try {
    return applyOperation(schema, operation);
  } catch (error) {
    if (error instanceof MigrateError) return schema;
    throw error;
  }
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
