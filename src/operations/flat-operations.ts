import type { Operation } from './operation.js';

/** The operations with each batch replaced by those in it. */
export function flatOperations(operations: readonly Operation[]): readonly Operation[] {
  return operations.flatMap((operation): readonly Operation[] =>
    operation.kind === 'batch' ? operation.operations : [operation],
  );
}
