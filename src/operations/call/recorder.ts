import { Call } from './call.js';
import type { ConstraintNaming } from './from-options.js';
import { operationMethods, type OperationMethods } from './operation-methods.js';
import type { Operation } from '../operation.js';

/** An `op` that only records. */
export interface OperationsRecorder {
  readonly op: OperationMethods;
  /** The operations of the calls since it was last called. */
  take(): readonly Operation[];
}

/**
 * Makes an `op` whose calls are recorded in their order, and return at once. A call that is wrong throws.
 *
 * @param naming makes the names that a call leaves out
 */
export function recordOperations(naming?: ConstraintNaming): OperationsRecorder {
  const recorded: Operation[] = [];
  const record = async (
    method: string,
    args: readonly unknown[],
    read: (call: Call) => Operation | undefined,
  ): Promise<void> => {
    const operation = read(Call.of('op', method, args));
    if (operation !== undefined) recorded.push(operation);
  };
  return { op: operationMethods(record, naming), take: () => recorded.splice(0) };
}
