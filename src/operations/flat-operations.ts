import type { Operation } from './operation.js';

/** The operations one by one, those of batches in their place. */
export function flatOperations(operations: readonly Operation[]): readonly Operation[] {
  return operations.flatMap((operation): readonly Operation[] =>
    operation.kind === 'batch' ? operation.operations : [operation],
  );
}
