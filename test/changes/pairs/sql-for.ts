import type { DialectName } from '../change.js';

/** SQL as a database has it: on MySQL names in double quotes are in backticks, and a row of defaults is one without columns. */
export function sqlFor(dialect: DialectName, sql: string): string {
  if (dialect !== 'mysql') return sql;
  return sql
    .replaceAll(/'(?:[^']|'')*'|"([^"]*)"/g, (text, name: string | undefined) =>
      name === undefined ? text : `\`${name}\``,
    )
    .replace(/ DEFAULT VALUES$/, ' () VALUES ()');
}
