/** Whether a text of SQL has a value in quotes, or in the literal of an array. */
export function mentionsLabel(sql: string, value: string): boolean {
  const label = value.replaceAll("'", "''").replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`['"{,]${label}['"},]`).test(sql);
}
