/** `+2`, `label@+2`, `ae1027+2`, `head-1` … */
export interface RelativeTarget {
  readonly label?: string;
  /** What the number counts from; absent when that is where the database is. */
  readonly symbol?: string;
  readonly steps: number;
  /** The number as typed, with its sign. */
  readonly text: string;
}

/** A whole target only: `ae1027+1x` is not read as `ae1027+1`. */
const pattern = /^(?:(?<label>.+?)@)?(?<symbol>[\p{L}\p{N}_]+)?(?<steps>[+-]\d+)$/u;

/** Reads a relative target; undefined when the target is none. */
export function parseRelative(target: string): RelativeTarget | undefined {
  const groups = pattern.exec(target)?.groups;
  if (groups?.['steps'] === undefined) return undefined;
  const { label, symbol, steps: text } = groups;
  return { ...(label !== undefined && { label }), ...(symbol !== undefined && { symbol }), steps: Number(text), text };
}
