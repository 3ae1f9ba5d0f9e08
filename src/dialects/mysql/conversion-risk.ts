import type { ColumnChange } from '../../operations/operation.js';
import { quoteString } from './text.js';
import { isBytes, isNumber, isText, plainType } from './types.js';

const ROUNDED = 'values are rounded';
const DOES_NOT_FIT = 'this fails where a value does not fit';
const NO_NUMBER = 'this fails where a value is no such number';

const INTEGERS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 };
const TEXT_BYTES: Readonly<Record<string, number>> = { tinytext: 1, text: 2, mediumtext: 3, longtext: 4, json: 4 };
const TIMES = new Set(['date', 'time', 'datetime', 'timestamp', 'year']);

/**
 * Describes what may happen to the values of a column whose type changes, as the end of a sentence that begins with its name;
 * undefined when nothing can. In the strict mode of a run most of what does not fit is an error; what is rounded or cut is none.
 */
export function conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  if (from.type === undefined || to.type === undefined) return undefined;
  const labels = labelRisk(from, to);
  const risk = labels ?? typeRisk(from as Typed, to as Typed);
  if (risk === undefined) return undefined;
  const areLabels = labels !== undefined && from.enum !== undefined;
  const change = areLabels ? 'its labels' : `from ${describe(from as Typed)} to ${describe(to as Typed)}`;
  return `changes ${change}: ${risk}`;
}

/** Whether a conversion takes a part of values away without an error, and whether it may fail over one. */
export function riskKinds(
  from: ColumnChange,
  to: ColumnChange,
): { readonly rounds: boolean; readonly mayFail: boolean } {
  const risk = conversionRisk(from, to) ?? '';
  return { rounds: /rounded|dropped|cut|only the year|get the date/.test(risk), mayFail: risk.includes('fails') };
}

type Typed = ColumnChange & { readonly type: string };

function describe({ type, length, precision, scale, mysql }: Typed): string {
  const sizes = (length === undefined ? [precision, scale] : [length]).filter((size) => size !== undefined);
  return `${type}${sizes.length === 0 ? '' : `(${sizes.join(',')})`}${mysql?.unsigned ? ' unsigned' : ''}`;
}

function labelRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  if (to.enum === undefined) return undefined;
  if (from.enum === undefined)
    return `takes ${to.enum.map(quoteString).join(', ')} only: this fails where it holds something else`;
  const lost = from.enum.filter((label) => !to.enum?.includes(label));
  return lost.length === 0
    ? undefined
    : `loses ${lost.map(quoteString).join(', ')}: this fails while rows hold ${lost.length > 1 ? 'them' : 'it'}`;
}

function typeRisk(from: Typed, to: Typed): string | undefined {
  const [before, after] = [from, to].map((change) => ({
    ...plainType({
      name: '',
      type: change.type,
      length: change.length,
      precision: change.precision,
      scale: change.scale,
    }),
    unsigned: change.mysql?.unsigned === true,
  })) as [Plain, Plain];
  if (isNumber(before.type) && isNumber(after.type)) return numberRisk(before, after);
  if (isNumber(after.type))
    return isText(before.type) || TIMES.has(before.type) ? `${NO_NUMBER}; ${ROUNDED}` : NO_NUMBER;
  if (TIMES.has(before.type) && TIMES.has(after.type)) return timeRisk(before, after);
  if (TIMES.has(after.type)) return 'this fails where a value is no date or time';
  if (after.type === 'json' && before.type !== 'json') return 'this fails where a value is no JSON';
  if (isText(after.type) || after.type === 'json') return textRisk(before, after);
  if (isBytes(before.type) && isBytes(after.type)) return bytesRisk(before, after);
  return before.type === after.type ? lengthRisk(before, after) : 'this fails where a value is none of the type';
}

function bytesRisk(before: Plain, after: Plain): string | undefined {
  const isLonger = Number(after.length ?? 0) > Number(before.type === 'binary' ? before.length : 0);
  if (after.type === 'binary' && isLonger) return 'zeros are appended to values that are shorter';
  return before.type === after.type ? lengthRisk(before, after) : DOES_NOT_FIT;
}

type Plain = ReturnType<typeof plainType> & { readonly unsigned: boolean };

function numberRisk(before: Plain, after: Plain): string | undefined {
  const risks = [losesFraction(before, after) && ROUNDED, losesRange(before, after) && DOES_NOT_FIT].filter(Boolean);
  return risks.length === 0 ? undefined : risks.join('; ');
}

function losesFraction(before: Plain, after: Plain): boolean {
  const scale = ({ type, scale = type === 'decimal' ? 0 : undefined }: Plain): number =>
    scale ?? (type in INTEGERS ? 0 : 30);
  if (scale(before) > scale(after)) return true;
  const held = SIGNIFICANT[after.type];
  return held !== undefined && (significant(before) ?? 0) > held;
}

/** Digits that a number with a floating point holds. */
const SIGNIFICANT: Readonly<Record<string, number>> = { float: 7, double: 15 };

function significant({ type, precision }: Plain): number | undefined {
  if (type === 'decimal') return precision;
  const bytes = INTEGERS[type];
  return SIGNIFICANT[type] ?? (bytes && Math.floor(bytes * 2.4));
}

function losesRange(before: Plain, after: Plain): boolean {
  if (!before.unsigned && after.unsigned) return true;
  return whole(before) > whole(after) || (before.unsigned && !after.unsigned && whole(before) === whole(after));
}

/** Digits before the point, of integers by their bytes. */
function whole({ type, precision = 0, scale = 0 }: Plain): number {
  if (type === 'decimal') return precision - scale;
  const bytes = INTEGERS[type];
  return bytes === undefined ? 38 : Math.ceil(bytes * 2.45);
}

const BY_ZONE = "values are read in the time zone of the application's sessions";

function timeRisk(before: Plain, after: Plain): string | undefined {
  const isZoned = (before.type === 'timestamp') !== (after.type === 'timestamp');
  const risk = valueRisk(before, after);
  return isZoned ? [risk, BY_ZONE].filter(Boolean).join('; ') : risk;
}

function valueRisk(before: Plain, after: Plain): string | undefined {
  if (before.type === 'datetime' && after.type === 'date') return 'the time of day is dropped';
  if (before.type === 'timestamp' && after.type === 'date') return 'the time of day is dropped';
  if (after.type === 'time' && before.type !== 'time') return 'the date is dropped';
  if (before.type === 'time' && after.type !== 'time') return 'values get the date of the day on which it runs';
  if (after.type === 'year' && before.type !== 'year') return 'only the year is kept';
  const risks = [
    (before.precision ?? 0) > (after.precision ?? 0) && 'fractions of a second are cut',
    after.type === 'timestamp' && before.type !== 'timestamp' && 'this fails before 1970 and after 2038',
  ].filter(Boolean);
  return risks.length === 0 ? undefined : risks.join('; ');
}

function textRisk(before: Plain, after: Plain): string | undefined {
  const size = ({ type, length }: Plain): number => {
    if (length !== undefined && isText(type)) return Number(length);
    const bytes = TEXT_BYTES[type];
    // Numbers, times and the like are short texts.
    return bytes === undefined ? 64 : 256 ** bytes / 4;
  };
  const cutsSpaces = after.type === 'char' && before.type !== 'char' && isText(before.type);
  const risks = [cutsSpaces && 'spaces at the end are cut', size(before) > size(after) && DOES_NOT_FIT].filter(Boolean);
  return risks.length === 0 ? undefined : risks.join('; ');
}

function lengthRisk(before: Plain, after: Plain): string | undefined {
  return Number(before.length ?? before.precision ?? 0) > Number(after.length ?? after.precision ?? 0)
    ? DOES_NOT_FIT
    : undefined;
}
