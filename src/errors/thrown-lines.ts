import { stripVTControlCharacters } from 'node:util';
import { isConfigurationFailure } from './configuration-failures.js';
import { knownHint } from './known-hints.js';
import { causesOf, describeThrown } from './thrown.js';

const MOST_LINES = 30;
/** Nest's advice on what may be done about a provider that it cannot make. */
const advice = /^Potential solutions:/m;

/**
 * The message of a thrown value, with all its lines where it has several: those of a schema's error each name a variable.
 *
 * Understands the errors of Joi and of `validateSync` as text, and those of class-validator and zod as they are thrown. Anything
 * else is one line, with its first cause.
 */
export function describeInLines(thrown: unknown): string {
  const lines = issuesOf(thrown) ?? linesOf(messageOf(thrown));
  if (lines.length < 2) return lines.length === 1 && isList(thrown) ? lines.join('') : describeThrown(thrown);
  const shown = lines.slice(0, MOST_LINES);
  const more = lines.length > shown.length ? [`… and ${lines.length - shown.length} more`] : [];
  const [first = '', ...others] = [...shown, ...more];
  return [first, ...others.map((line) => `  ${line}`)].join('\n');
}

/** The texts of class-validator's errors, and the headings of Joi's: a helper may throw them from anywhere. */
const SCHEMA_TEXT = /^An instance of \S+ has failed the validation:|Config validation error:/m;

/** Whether variables of the environment were read or checked, and did not pass. */
function isFailedConfiguration(thrown: unknown): boolean {
  return causesOf(thrown).some((one) => {
    const stack = one instanceof Error ? (one.stack ?? '') : '';
    if (isConfigurationFailure(one) || isList(one) || /[\\/]@nestjs[\\/]config[\\/]/.test(stack)) return true;
    return SCHEMA_TEXT.test(stripVTControlCharacters(messageOf(one)));
  });
}

/** What to do about an error of the application's own code. */
export function hintFor(thrown: unknown): string {
  const known = knownHint(thrown);
  if (known !== undefined) return known;
  return isFailedConfiguration(thrown)
    ? 'Set these variables in the environment, or in a file that the application or --env-file names. --debug shows the stack.'
    : '--debug shows the stack.';
}

function isList(thrown: unknown): boolean {
  return issuesOf(thrown) !== undefined;
}

/** The failures of class-validator and of zod, each with the name that it is about; the first line is a heading. */
function issuesOf(thrown: unknown): readonly string[] | undefined {
  if (Array.isArray(thrown) && thrown.length > 0 && thrown.every(isValidationError)) {
    return ['The validation failed:', ...thrown.flatMap((error) => validationLines(error, ''))];
  }
  if (typeof thrown !== 'object' || thrown === null || !('issues' in thrown) || !Array.isArray(thrown.issues)) {
    return undefined;
  }
  const issues = thrown.issues.filter((issue): issue is Issue => typeof (issue as Issue | null)?.message === 'string');
  return issues.length === 0 ? undefined : ['The validation failed:', ...issues.map(issueLine)];
}

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[];
}

/** zod has keys in its paths, other schemas have objects with a key. */
function issueLine({ path = [], message }: Issue): string {
  const keys = path.map((part) => String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}

interface ValidationError {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly ValidationError[];
}

function isValidationError(value: unknown): value is ValidationError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'property' in value &&
    ('constraints' in value || 'children' in value)
  );
}

function validationLines({ property, constraints = {}, children = [] }: ValidationError, within: string): string[] {
  const path = within + property;
  const own = Object.values(constraints);
  return [
    ...(own.length === 0 ? [] : [`${path}: ${own.join(', ')}`]),
    ...children.flatMap((child) => validationLines(child, `${path}.`)),
  ];
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : undefined;
  return typeof message === 'string' && !advice.test(message) ? message : '';
}

/** The lines with content, without what joins the items of a list. The name of the check gets a line of its own. */
function linesOf(message: string): readonly string[] {
  const headed = message.replace(/^(Config validation error:) (?=[^\n]*\n)/, '$1\n');
  return stripVTControlCharacters(headed)
    .split('\n')
    .map((line) => line.trim().replace(/^,\s*/, ''))
    .filter((line) => line !== '');
}
