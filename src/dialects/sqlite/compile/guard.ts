import { SCRIPT_TABLES } from '../script/tables.js';
import { quote } from '../text.js';

const GUARD = quote(SCRIPT_TABLES.guard);

/** What must not be there, as a number that SQLite counts, and what is said when it is. */
export interface Danger {
  readonly count: string;
  readonly message: string;
}

/** A condition that holds where the guard found no danger, until it is dropped. */
export const GUARD_PASSED = `EXISTS (SELECT 1 FROM temp.${GUARD})`;
export const DROP_GUARD = `DROP TABLE temp.${GUARD}`;

/**
 * Statements of a script that fail where there is a danger. SQLite can say what it likes in an error only through the name
 * of a constraint.
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
