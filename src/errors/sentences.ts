/** Joins the parts that there are, each with an end of its own. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => (/[.!?]$/.test(part as string) ? part : `${part}.`))
    .join(' ');
}

/** A heading, and below it an item a line. */
export function listed(heading: string, items: readonly string[]): string {
  return [heading, ...items.map((item) => `  - ${item.replaceAll('\n', '\n    ')}`)].join('\n');
}
