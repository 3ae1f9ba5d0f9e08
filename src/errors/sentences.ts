import type { DatabaseOutcome } from './runtime.errors.js';

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

/** Sentences about another database of the run; none when nothing was done there. */
export function describeOutcome({ dataSource, kept, rolledBack, prepared }: DatabaseOutcome): readonly string[] {
  return [
    ...(rolledBack.length > 0 && prepared === undefined
      ? [`Rolled back on "${dataSource}": ${rolledBack.join(', ')}.`]
      : []),
    ...(kept.length > 0 ? [`Committed on "${dataSource}" and kept: ${kept.join(', ')}.`] : []),
    ...(prepared === undefined ? [] : [`Still prepared on "${dataSource}": ${prepared}.`]),
  ];
}
