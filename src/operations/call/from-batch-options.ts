import type { OperationOf } from '../operation.js';
import type { Call } from './call.js';

const DEFAULT_SIZE = 1000;

/** Reads the arguments of `op.inBatches`. */
export function readBatches(call: Call, options: unknown, sql: unknown): OperationOf<'inBatches'> {
  const { values } = call.fields(options, 'the options', { known: ['table', 'size', 'pause', 'key'] });
  const size = call.number(values['size'], "'size' of the options") ?? DEFAULT_SIZE;
  const pause = call.number(values['pause'], "'pause' of the options") ?? 0;
  if (size < 1) call.fail(`'size' of the options is ${size}; a batch has at least one row.`);
  if (pause < 0) call.fail(`'pause' of the options is ${pause}; it must be 0 or more, in ms.`);
  const { key } = values;
  return {
    kind: 'inBatches',
    table: call.target(values['table'], "'table' of the options"),
    sql: call.name(sql, 'the statement'),
    size,
    ...(pause > 0 && { pause }),
    ...(key !== undefined && key !== null && { key: call.names(key, "'key' of the options") }),
  };
}
