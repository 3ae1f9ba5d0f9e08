/**
 * What a sequence is like: whole numbers, which beyond 2^53 are written as text or bigint.
 *
 * A field that is left out has the default of PostgreSQL.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.createSequence('invoice_number', { start: '1000', increment: 10, maxValue: 999_999n, cycle: true });
 */
export interface SequenceOptions {
  /** The first number. @default minValue, or maxValue where it counts down @example start: 1000 */
  readonly start?: string | number | bigint;
  /** What is added each time; it counts down where this is negative. @default 1 @example increment: 10 */
  readonly increment?: string | number | bigint;
  /** The smallest number. @default 1, or the smallest bigint where it counts down @example minValue: 100 */
  readonly minValue?: string | number | bigint;
  /** The largest number. @default the largest bigint, or -1 where it counts down @example maxValue: '99999999' */
  readonly maxValue?: string | number | bigint;
  /** Begin again at the end, instead of failing there. @default false @example cycle: true */
  readonly cycle?: boolean;
}

/**
 * A change of a sequence; a field that is left out stays as it is.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.alterSequence('ticket_number', { increment: 5, restart: 1000 });
 */
export interface SequenceChangeOptions extends Omit<SequenceOptions, 'minValue' | 'maxValue'> {
  /** The smallest number; null removes the limit. @example minValue: null */
  readonly minValue?: string | number | bigint | null;
  /** The largest number; null removes the limit. @example maxValue: 99_999 */
  readonly maxValue?: string | number | bigint | null;
  /** The number that comes next. @example restart: 5000 */
  readonly restart?: string | number | bigint;
}

/**
 * A change of a sequence, and how it was.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.alterSequence('ticket_number', { increment: 5, existing: { increment: 1 } });
 */
export interface AlterSequenceOptions extends SequenceChangeOptions {
  /** The same fields as they were, as the operation carries them to be reversed. @example existing: { increment: 1 } */
  readonly existing?: SequenceChangeOptions;
}
