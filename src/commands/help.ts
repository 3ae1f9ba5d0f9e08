import type { Command } from 'commander';

/** The examples of a command's help; each is what follows the names of its group. */
export function examples(group: Command, lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${typed(group)} ${line}`)].join('\n');
}

/** What a user types for a group: `npx nest-cmd db fleet`. */
function typed(group: Command): string {
  return group.parent === null ? group.name() : `${typed(group.parent)} ${group.name()}`;
}
