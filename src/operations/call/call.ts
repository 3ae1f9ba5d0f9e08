import { InvalidOperationError } from '../../errors/operations.errors.js';
import { type QualifiedName, qualifiedNameOf } from '../../schema/schema.model.js';

/** Keys that TypeORM's own classes (`new Table({ … })`) have, and that mean nothing in the database. */
const INTERNAL_KEYS = new Set(['@instanceof', 'justCreated']);

/** An options object, and how error messages name it. */
export interface Fields {
  readonly what: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The fields that an options object may have. */
export interface FieldRules {
  readonly known: readonly string[];
  /** Fields that TypeORM has and this package does not support, with what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
}

/**
 * One call of `op`, which reads its arguments: each method returns a value in its canonical form, or throws an
 * `InvalidOperationError` that shows the call and names the value as `what`.
 */
export class Call {
  private constructor(private readonly text: string) {}

  /** @param parent the call that this one is made in: `op.batch('user', …)`. */
  static of(receiver: string, method: string, args: readonly unknown[], parent?: Call): Call {
    const own = `${receiver}.${method}(${args.map(summaryOf).join(', ')})`;
    return new Call(parent ? `${parent.text} → ${own}` : own);
  }

  fail(problem: string, hint?: string): never {
    throw new InvalidOperationError(this.text, problem, hint);
  }

  name(value: unknown, what: string): string {
    if (typeof value === 'string' && value !== '') return value;
    return this.#mismatch(value, what, 'a text that is not empty');
  }

  optionalName(value: unknown, what: string): string | undefined {
    return isLeftOut(value) || value === '' ? undefined : this.name(value, what);
  }

  /** A number as a string, as TypeORM has lengths; numbers are accepted too. */
  digits(value: unknown, what: string): string | undefined {
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    return this.optionalName(value, what);
  }

  number(value: unknown, what: string): number | undefined {
    if (isLeftOut(value)) return undefined;
    return Number.isSafeInteger(value) ? (value as number) : this.#mismatch(value, what, 'a whole number');
  }

  flag(value: unknown, what: string): boolean | undefined {
    if (isLeftOut(value)) return undefined;
    return typeof value === 'boolean' ? value : this.#mismatch(value, what, 'true or false');
  }

  /** One of the choices, which are in capitals; the value may have any capitalization. */
  oneOf<T extends string>(value: unknown, what: string, choices: readonly T[]): T | undefined {
    if (isLeftOut(value) || value === '') return undefined;
    const choice = choices.find((candidate) => typeof value === 'string' && candidate === value.toUpperCase());
    return choice ?? this.#mismatch(value, what, `one of ${choices.map((candidate) => `'${candidate}'`).join(', ')}`);
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (isLeftOut(value)) return [];
    return Array.isArray(value) ? value : this.#mismatch(value, what, 'a list');
  }

  names(value: unknown, what: string): readonly string[] {
    const names = this.list(value, what).map((name) => this.name(name, `each of ${what}`));
    if (names.length === 0) this.fail(`${what} must have at least one name in it.`);
    return this.#distinct(names, what);
  }

  /** Labels of an enum, of which one may be empty. */
  labels(value: unknown, what: string): readonly string[] {
    const labels = this.list(value, what).map((label) =>
      typeof label === 'string' ? label : this.#mismatch(label, `each of ${what}`, 'a text'),
    );
    if (labels.length === 0) this.fail(`${what} must have at least one value in it.`);
    return this.#distinct(labels, what);
  }

  /** A name given as `'name'`, `'schema.name'` or `{ schema, name }`; in the object a dot is part of the name. */
  target(value: unknown, what: string): QualifiedName {
    if (typeof value !== 'object' || value === null) return splitName(this.name(value, what));
    const fields = this.fields(value, what, { known: ['schema', 'name'] });
    const schema = this.optionalName(fields.values['schema'], `the schema of ${what}`);
    return qualifiedNameOf({ schema, name: this.#nameIn(fields) });
  }

  /** The name in an options object: `name: 'schema.name'` is split, unless the object has `schema`. */
  nameIn(fields: Fields): QualifiedName {
    const name = this.#nameIn(fields);
    const { schema } = fields.values;
    if (isLeftOut(schema)) return splitName(name);
    return qualifiedNameOf({ schema: this.optionalName(schema, `'schema' of ${fields.what}`), name });
  }

  /** An options object, which must have no other fields than these. */
  fields(value: unknown, what: string, rules: FieldRules): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#mismatch(value, what, 'an object');
    for (const [key, field] of Object.entries(value)) {
      if (rules.known.includes(key) || INTERNAL_KEYS.has(key) || isUnset(field)) continue;
      const hint = rules.refused?.[key];
      if (hint !== undefined) this.fail(`${what} has '${key}', which no operation can express.`, hint);
      this.fail(`${what} has an unknown field '${key}'.`, `The fields it may have: ${rules.known.join(', ')}.`);
    }
    return { what, values: value as Readonly<Record<string, unknown>> };
  }

  #nameIn(fields: Fields): string {
    return this.name(fields.values['name'], `'name' of ${fields.what}`);
  }

  #distinct(list: readonly string[], what: string): readonly string[] {
    const twice = list.find((item, position) => list.indexOf(item) !== position);
    if (twice !== undefined) this.fail(`${what} has '${twice}' twice.`);
    return list;
  }

  #mismatch(value: unknown, what: string, wanted: string): never {
    const problem = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return this.fail(`${what} ${problem}; it must be ${wanted}.`);
  }
}

/** `'schema.name'` split at the first dot. */
function splitName(text: string): QualifiedName {
  const dot = text.indexOf('.');
  return dot <= 0 || dot === text.length - 1
    ? { name: text }
    : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
}

/** Whether a value is not given; for TypeORM null is not. */
function isLeftOut(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Whether a field has no effect, so that an unknown one with it need not be refused. */
function isUnset(value: unknown): boolean {
  return isLeftOut(value) || value === false || value === '';
}

/** An argument as an error message shows it: enough to find the call. */
function summaryOf(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 || value.includes('\n') ? `'${value.slice(0, 57)}…'` : `'${value}'`;
  const name: unknown = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? `{ name: '${name}', … }` : '…';
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
