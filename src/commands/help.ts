import type { Command } from 'commander';

/** The examples of a command's help; each is what follows the group's name. */
export function examples(group: Command, lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${group.name()} ${line}`)].join('\n');
}
