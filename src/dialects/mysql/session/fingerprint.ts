import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { inPinnedWords } from '../server.js';
import { quote } from '../text.js';
import { errorNumber, errors } from './error-codes.js';
import { type NamedObject, objectsNamedIn } from './named-objects.js';

/** The objects that a statement names, and a hash of how the server printed them. */
interface Fingerprint {
  readonly objects: readonly NamedObject[];
  readonly hash: string;
}

/**
 * The objects that a statement names, as the server prints them at this moment: one that changes the schema has happened when they are
 * printed otherwise.
 *
 * @returns a text for `fingerprintAgain`; undefined for a statement that names none
 */
export async function fingerprintOf(runner: QueryRunner, sql: string): Promise<string | undefined> {
  const objects = objectsNamedIn(sql);
  return objects.length === 0 ? undefined : fingerprint(runner, objects);
}

/** A fingerprint of the same objects, now. */
export function fingerprintAgain(runner: QueryRunner, before: string): Promise<string> {
  return fingerprint(runner, (JSON.parse(before) as Fingerprint).objects);
}

async function fingerprint(runner: QueryRunner, objects: readonly NamedObject[]): Promise<string> {
  const hash = createHash('sha256');
  // A revision may have changed the mode of its session, which changes the text.
  await inPinnedWords(runner, async () => {
    for (const object of objects) hash.update(`${await printed(runner, object)}\0`);
  });
  const found: Fingerprint = { objects, hash: hash.digest('hex') };
  return JSON.stringify(found);
}

/** Errors that are not about the object. */
const PASSING: ReadonlySet<number | undefined> = new Set([
  undefined,
  errors.lockWaitTimeout,
  errors.deadlock,
  errors.serverShutdown,
  errors.connectionKilled,
  errors.queryInterrupted,
  errors.statementTimeout,
]);

async function printed(runner: QueryRunner, { kind, path }: NamedObject): Promise<string> {
  const name = kind === 'DATABASE' ? path.slice(0, 1) : path;
  try {
    const rows = (await runner.query(`SHOW CREATE ${kind} ${name.map(quote).join('.')}`)) as Record<string, unknown>[];
    const [, text] = Object.entries(rows[0] ?? {}).find(([column]) => /^Create |^SQL Original/i.test(column)) ?? [];
    return String(text).replace(/ AUTO_INCREMENT=\d+/, '');
  } catch (error) {
    // It does not exist, or may not be seen: that is a state of it as well.
    const number = errorNumber(error);
    if (PASSING.has(number)) throw error;
    return `error ${number}`;
  }
}

/** Clauses of ALTER TABLE that the printed table does not show, and that must not run twice. */
const HIDDEN = ['EXCHANGE', 'DISCARD', 'IMPORT'];

/** Whether a statement may have happened although all is printed as before: it moves rows, or has tables pass their names on. */
export function mayHideItself(sql: string): boolean {
  const code = codeTokens(sql, MYSQL_SQL);
  if (code[0]?.is('RENAME')) {
    const names = objectsNamedIn(sql).map(({ path }) => path.join('\0').toLowerCase());
    return new Set(names).size < names.length;
  }
  return code[0]?.is('ALTER') === true && code.some(({ keyword }) => HIDDEN.includes(keyword));
}
