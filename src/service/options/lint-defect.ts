import { closest } from '../../errors/closest.js';
import { shownValue } from '../../errors/shown.js';

/** A part of an option that is wrong. */
export interface OptionDefect {
  /** What follows the name of the option: ` has no part 'level'.` */
  readonly problem: string;
  readonly hint: string;
}

const LEVELS = ['error', 'warning', 'note'];

/** What other tools call these levels. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  fatal: 'error',
  err: 'error',
  warn: 'warning',
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
  notice: 'note',
  hint: 'note',
  suggestion: 'note',
};

const OFF = ['off', 'none', 'ignore', 'allow', 'disabled', 'false', '0'];

/** The first part of the option `lint` that is wrong. Whether its codes exist is checked when it lints. */
export function lintDefect(value: unknown): OptionDefect | undefined {
  const { allow = [], levels = {}, ...others } = value as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    const meant = closest(other, ['allow', 'levels']);
    const hint = meant === undefined ? 'Its parts are `allow` and `levels`.' : `Did you mean \`${meant}\`?`;
    return { problem: ` has no part ${shownValue(other)}.`, hint };
  }
  if (!Array.isArray(allow) || !allow.every((code) => typeof code === 'string')) {
    return {
      problem: ` has ${shownValue(allow)} as \`allow\`, which must be a list of codes.`,
      hint: "lint: { allow: ['small-primary-key'] }",
    };
  }
  if (typeof levels !== 'object' || levels === null || Array.isArray(levels)) {
    return {
      problem: ` has ${shownValue(levels)} as \`levels\`, which must be levels by code.`,
      hint: "lint: { levels: { 'key-without-index': 'note' } }",
    };
  }
  const wrong = Object.entries(levels).find(([, level]) => level !== undefined && !LEVELS.includes(level as string));
  if (wrong === undefined) return undefined;
  const [code, level] = wrong;
  const problem = ` has the level ${shownValue(level)} for '${code}', and the levels are 'error', 'warning' and 'note'.`;
  return { problem, hint: hintOn(code, String(level).toLowerCase()) };
}

function hintOn(code: string, level: string): string {
  if (OFF.includes(level)) return `To switch the rule off: lint: { allow: ['${code}'] }`;
  const meant = OTHER_NAMES[level] ?? closest(level, [...LEVELS, ...Object.keys(OTHER_NAMES)]);
  const nearest = meant === undefined ? 'error' : (OTHER_NAMES[meant] ?? meant);
  return `Did you mean '${nearest}'? lint: { levels: { '${code}': '${nearest}' } }`;
}
