/** The parts of a moment on the clock of a time zone. */
export interface CreateDate {
  /** `2026-11-22 15:04:05`, with the offset where a time zone was asked for: `2026-11-22 16:04:05+01:00`. */
  readonly text: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Seconds since 1970. */
  readonly epoch: number;
}

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** Reads the clock for a revision's create date; without a time zone the machine's own. */
export function createDate(now: Date, timeZone: string | null): CreateDate {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === null ? {} : { timeZone }),
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const read = new Map<string, string>(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const [year, month, day, hour, minute, second] = parts.map((part) => Number(read.get(part))) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = timeZone === null ? '' : read.get('timeZoneName')?.replace('GMT', '') || '+00:00';
  const text = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${offset}`;
  return { text, year, month, day, hour, minute, second, epoch: Math.floor(now.getTime() / 1000) };
}
