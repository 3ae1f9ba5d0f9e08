import { SCRIPT_TABLES } from '../script/tables.js';
import { quote } from '../text.js';

const GUARD = quote(SCRIPT_TABLES.guard);

/** A query that counts what must not exist, and the error message when it does. */
export interface Danger {
  readonly count: string;
  readonly message: string;
}

/** A SQL condition that is true after the guard has found no danger, until it is dropped. */
export const GUARD_PASSED = `EXISTS (SELECT 1 FROM temp.${GUARD})`;
export const DROP_GUARD = `DROP TABLE temp.${GUARD}`;

/**
 * Statements of a script that fail when there is a danger. Their message is the name of a violated constraint, since SQLite
 * has no other way to raise an error of one's own outside of triggers.
 */
export function guardSql(dangers: readonly Danger[], insert = 'INSERT'): readonly string[] {
  const checks = dangers.map(({ message }, index) => `CONSTRAINT ${quote(message)} CHECK (${column(index)} = 0)`);
  return [
    `CREATE TEMP TABLE ${GUARD} (${[...dangers.map((_, index) => column(index)), ...checks].join(', ')})`,
    `${insert} INTO temp.${GUARD} SELECT ${dangers.map(({ count }) => `(${count})`).join(', ')}`,
  ];
}

function column(index: number): string {
  return `danger${index + 1}`;
}
