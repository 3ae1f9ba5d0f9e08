/** What examples of several rules have in common: code of revisions. */

/** An enum type, and a table with a column of it. */
export const MOODS = `await op.createEnum('mood', ['sad', 'ok']);
await op.createTable({ name: 'reader', columns: [
  { name: 'id', type: 'integer', isPrimary: true },
  { name: 'mood', type: 'enum', enumName: 'mood', enum: ['sad', 'ok'] },
] });`;

/** A check that will prove that a column has no NULL, and has looked at no row yet. */
export function notNullCheck(table: string, column: string): string {
  return `await op.createCheckConstraint('${table}', { name: 'CHK_${column}', expression: '${column} IS NOT NULL', isValidated: false });`;
}

/**
 * NOT NULL of a column by a check, in steps that keep nobody waiting.
 *
 * @param value the default that it gets first, for INSERTs that leave it out
 */
export function notNullByCheck(table: string, column: string, value?: string): string {
  const given = value && `await op.alterColumn('${table}', '${column}', { default: ${JSON.stringify(value)} });\n`;
  return `${given ?? ''}${notNullCheck(table, column)}
await op.validateConstraint('${table}', 'CHK_${column}', { isConcurrent: true });
await op.alterColumn('${table}', '${column}', { isNullable: false });
await op.dropCheckConstraint('${table}', 'CHK_${column}');`;
}
