import { closest } from '../../errors/closest.js';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { shownValue } from '../../errors/shown.js';
import type { OptionKind } from './option-kinds.js';

/**
 * A value as its kind reads it.
 *
 * @param what names it at the start of a sentence
 * @throws MigrateOptionsError
 */
export function readAs(what: string, { wanted, accepts, read, defectOf }: OptionKind, value: unknown): unknown {
  const meant = typeof value === 'string' && read !== undefined ? read(value) : value;
  if (accepts(meant)) {
    const defect = defectOf?.(meant);
    if (defect !== undefined) throw new MigrateOptionsError(`${what}${defect.problem}`, { hint: defect.hint });
    return meant;
  }
  throw new MigrateOptionsError(`${what} must be ${wanted}, not ${shownValue(value)}.`, {
    hint: 'Options come from MigrateModule.forRoot(…) or forRootAsync(…), and configure hooks may change them.',
  });
}

/** Refuses options of another kind; those that are undefined are not given. @param where names what has them. @throws MigrateOptionsError */
export function requireKinds(where: string, kinds: Readonly<Record<string, OptionKind>>, options: unknown): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const value: unknown = Reflect.get(options as object, name);
    if (value !== undefined) readAs(`"${name}" of ${where}`, kind, value);
  }
}

/**
 * Refuses options that do not exist: a misspelt name would have no effect, unnoticed. Those that are undefined
 * are not given.
 *
 * @param where names what has them. @throws MigrateOptionsError
 */
export function requireKnown(where: string, known: readonly string[], options: object): void {
  const unknown = Object.keys(options).find(
    (name) => !known.includes(name) && Reflect.get(options, name) !== undefined,
  );
  if (unknown === undefined) return;
  const meant = closest(unknown, known);
  throw new MigrateOptionsError(`${where} has no option ${shownValue(unknown)}.`, {
    hint: meant === undefined ? `Its options are ${known.toSorted().join(', ')}.` : `Did you mean "${meant}"?`,
  });
}
