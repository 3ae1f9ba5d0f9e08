import type { SequenceModel } from '../../schema/schema.model.js';
import type { Call, Fields } from './call.js';
import type { SequenceChange } from '../operation.js';

export const SEQUENCE_FIELDS = ['start', 'increment', 'minValue', 'maxValue', 'cycle'] as const;

/** A sequence from the options of `op.createSequence`. */
export function readSequence(call: Call, target: unknown, options: unknown): SequenceModel {
  const fields = call.fields(options ?? {}, 'the sequence', { known: SEQUENCE_FIELDS });
  return {
    ...call.target(target, 'the sequence'),
    ...readNumbers(call, fields, ['start', 'increment', 'minValue', 'maxValue']),
    ...(readCycle(call, fields) && { cycle: true }),
  };
}

/** A change of a sequence from the options of `op.alterSequence`. */
export function readSequenceChange(call: Call, options: unknown, what: string): SequenceChange {
  const fields = call.fields(options, what, { known: [...SEQUENCE_FIELDS, 'restart'] });
  const cycle = readCycle(call, fields);
  const limits = (['minValue', 'maxValue'] as const).filter((limit) => fields.values[limit] === null);
  return {
    ...readNumbers(call, fields, ['start', 'increment', 'minValue', 'maxValue', 'restart']),
    ...Object.fromEntries(limits.map((limit) => [limit, null])),
    ...(cycle !== undefined && { cycle }),
  };
}

/** Whole numbers as strings, since a bigint of a sequence does not fit into a JavaScript number. */
function readNumbers<K extends string>(
  call: Call,
  { what, values }: Fields,
  names: readonly K[],
): { readonly [N in K]?: string } {
  const numbers = names.flatMap((name) => {
    const number = call.digits(values[name], `'${name}' of ${what}`);
    if (number === undefined) return [];
    if (!/^-?\d+$/.test(number)) call.fail(`'${name}' of ${what} is '${number}'; it must be a whole number.`);
    return [[name, number] as const];
  });
  return Object.fromEntries(numbers) as { readonly [N in K]?: string };
}

function readCycle(call: Call, { what, values }: Fields): boolean | undefined {
  return call.flag(values['cycle'], `'cycle' of ${what}`);
}
