import { applyToTableWith } from '../../../operations/apply/apply.js';
import type { Operation, OperationOf, TableOperation } from '../../../operations/operation.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { refuseUnsupported, type SupportedOperation } from '../refuse.js';
import { refuseNewerFeatures } from '../server-features.js';
import { alterColumn } from './alter-column.js';
import { inBatches } from './batches.js';
import { type Compiler, type CompilersOf } from './compiler.js';
import { dropConstraintCompilers } from './drop-constraint.js';
import { enumCompilers } from './enums.js';
import { bulkInsert } from './insert.js';
import { objectCompilers } from './objects.js';
import { inOwnSchema } from './qualify.js';
import { sharedDropCompilers } from './shared-drops.js';
import { tableCompilers } from './tables.js';
import { viewCompilers } from './views.js';

const compilers: CompilersOf<SupportedOperation['kind']> = {
  ...tableCompilers,
  ...dropConstraintCompilers,
  ...enumCompilers,
  ...objectCompilers,
  ...sharedDropCompilers,
  ...viewCompilers,
  alterColumn,
  bulkInsert,
  inBatches,
  batch,
};

/** Compiles the operations of a batch one after the other; each sees the table as the previous ones leave it. */
async function batch(
  { table, operations }: OperationOf<'batch'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const compiled: Statement[] = [];
  for (const [index, operation] of operations.entries()) {
    compiled.push(...(await compileNamed(operation, after(operations.slice(0, index), table, context))));
  }
  return compiled;
}

function after(done: readonly TableOperation[], table: QualifiedName, context: CompileContext): CompileContext {
  return {
    offline: context.offline,
    kept: context.kept,
    schema: () => context.schema(),
    operations: () => context.operations(),
    notice: (message) => context.notice?.(message),
    query: (sql, parameters) => context.query(sql, parameters),
    table: async (name) => {
      const actual = await context.table(name);
      return qualifiedKey(name) === qualifiedKey(table) ? done.reduce(applyToTableWith(POSTGRES_SQL), actual) : actual;
    },
  };
}

/**
 * The statements of an operation, in order.
 *
 * @throws UnsupportedOperationError when it uses a feature that PostgreSQL lacks.
 * @throws ServerTooOldError when it uses a feature that this server lacks.
 */
export async function compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]> {
  // SQL of a revision is sent as it is: there is nothing in it to refuse or to qualify.
  if (operation.kind === 'execute') return compilers.execute(operation, context);
  const named = inOwnSchema(operation, context);
  return compileNamed(named.operation, named.context);
}

async function compileNamed(operation: Operation, context: CompileContext): Promise<readonly Statement[]> {
  refuseUnsupported(operation);
  await refuseNewerFeatures(operation, context);
  const compiler = compilers[operation.kind] as Compiler<typeof operation.kind>;
  return compiler(operation as never, context);
}
