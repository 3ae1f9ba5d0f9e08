import { lintDefect, type OptionDefect } from './lint-defect.js';

/** The kind of values that an option may have. */
export interface OptionKind {
  /** Its name in messages: `true or false`. */
  readonly wanted: string;
  /** Whether a value is of the kind, after `read`. */
  readonly accepts: (value: unknown) => boolean;
  /** What a text means, since configuration from the environment is text. @default the text itself */
  readonly read?: (text: string) => unknown;
  /** What is wrong with a part of a value that is accepted as a whole. */
  readonly defectOf?: (value: unknown) => OptionDefect | undefined;
}

/** A kind for each option of a type; whoever adds an option has to give its kind. */
export type OptionKinds<T> = { readonly [Name in keyof Required<T>]: OptionKind };

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0');
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const readFlag = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
const readNumber = (text: string): unknown => (/^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : text);

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const FLAG: OptionKind = {
  wanted: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  read: readFlag,
};

export const NAME: OptionKind = { wanted: 'a name', accepts: isName };

export const DIRECTORY: OptionKind = { wanted: 'the path of a directory', accepts: isName };

export const NAMES: OptionKind = {
  wanted: 'a list of names',
  accepts: (value) => Array.isArray(value) && value.every(isName),
};

export const FUNCTION: OptionKind = { wanted: 'a function', accepts: (value) => typeof value === 'function' };

export const COMPARISON: OptionKind = {
  wanted: 'true, false or a function',
  accepts: (value) => typeof value === 'boolean' || typeof value === 'function',
  read: readFlag,
};

/** One of some texts. */
export function oneOf(texts: readonly string[]): OptionKind {
  const quoted = texts.map((text) => `'${text}'`);
  return {
    wanted: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
    accepts: (value) => texts.includes(value as string),
  };
}

export const TIME: OptionKind = { wanted: 'a number of milliseconds', accepts: isTime, read: readNumber };

export const COUNT: OptionKind = {
  wanted: 'a whole number of at least 1',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};

export const NUMBER: OptionKind = {
  wanted: 'a number',
  accepts: (value) => typeof value === 'number' && !Number.isNaN(value),
};

export const TEXTS_BY_KEY: OptionKind = {
  wanted: 'an object whose values are texts',
  accepts: (value) =>
    isObject(value) && Object.values(value).every((one) => one === undefined || typeof one === 'string'),
};

export const LISTS_BY_KEY: OptionKind = {
  wanted: 'an object whose values are lists',
  accepts: (value) => isObject(value) && Object.values(value).every((one) => Array.isArray(one)),
};

export const OBJECT: OptionKind = { wanted: 'an object', accepts: isObject };

export const LOGGER: OptionKind = {
  wanted: 'true, false or a logger with the methods `log` and `warn`',
  accepts: (value) =>
    typeof value === 'boolean' ||
    (isObject(value) && typeof value['log'] === 'function' && typeof value['warn'] === 'function'),
  read: readFlag,
};

export const LINT_RULES: OptionKind = {
  wanted: 'an object with `allow`, a list of codes, and `levels`, levels by code',
  accepts: isObject,
  defectOf: lintDefect,
};
