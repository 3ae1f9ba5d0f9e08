import type { OperationKind, OperationOf } from '../../../operations/operation.js';
import type { CompileContext, Statement } from '../../dialect.js';

/** Turns operations of one kind into statements. */
export type Compiler<K extends OperationKind> = (
  operation: OperationOf<K>,
  context: CompileContext,
) => readonly Statement[] | Promise<readonly Statement[]>;

/** Compilers for some kinds of operations, by kind. */
export type CompilersOf<K extends OperationKind> = { readonly [Kind in K]: Compiler<Kind> };

/** Statements without parameters and options. */
export function statements(...sql: readonly string[]): readonly Statement[] {
  return sql.map((text) => ({ sql: text }));
}
