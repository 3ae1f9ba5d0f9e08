import type { Command } from 'commander';

/** A completion script for a shell, or undefined for one that there is none for. It knows the tree, and starts no Node. */
export function completionScript(shell: string, tree: Command): string | undefined {
  const scripts: Readonly<Record<string, (db: Command) => string>> = { bash, zsh, fish };
  return scripts[shell]?.(tree);
}

function optionsOf(command: Command): string[] {
  const own = command.options.filter(({ hidden }) => !hidden).flatMap(({ short, long }) => [short, long]);
  return own.filter((flag) => flag !== undefined);
}

function bash(db: Command): string {
  return `# nest-cmd completion for bash: source <(nest-cmd completion bash)
_nest_cmd() {
  local words="db completion --app --project --ts --env-file --debug --list --help --version"
  if [ "\${COMP_WORDS[1]}" = db ] && [ "$COMP_CWORD" -ge 2 ]; then
${bashCase(db, 2, optionsOf(db).join(' '), '    ')}
  elif [ "\${COMP_WORDS[1]}" = completion ]; then
    words="bash zsh fish"
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nest_cmd nest-cmd
`;
}

/** Chooses by the word of a command line at which the name of one of these commands is. */
function bashCase(group: Command, word: number, shared: string, indent: string): string {
  const cases = group.commands.map((command) =>
    command.commands.length > 0
      ? `${indent}  ${command.name()})\n${bashCase(command, word + 1, shared, `${indent}    `)} ;;`
      : `${indent}  ${command.name()}) words="${optionsOf(command).join(' ')} ${shared}" ;;`,
  );
  return [
    `${indent}case "\${COMP_WORDS[${word}]}" in`,
    ...cases,
    `${indent}  *) words="${names(group)} ${shared}" ;;`,
    `${indent}esac`,
  ].join('\n');
}

/** zsh runs completions of bash by its own adapter. */
function zsh(db: Command): string {
  return `# nest-cmd completion for zsh: source <(nest-cmd completion zsh)
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bash(db)}`;
}

function fish(db: Command): string {
  const lines = fishLines(db, '__fish_seen_subcommand_from db');
  return `# nest-cmd completion for fish: nest-cmd completion fish | source
complete -c nest-cmd -f
complete -c nest-cmd -n __fish_use_subcommand -a db -d 'database migrations'
complete -c nest-cmd -n __fish_use_subcommand -a completion -d 'completion script'
complete -c nest-cmd -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
${lines.join('\n')}
`;
}

/** @param inside the condition that the names of the group have been typed */
function fishLines(group: Command, inside: string): readonly string[] {
  const groups = group.commands.filter(({ commands }) => commands.length > 0);
  return group.commands.flatMap((command) => {
    const others = groups.filter((other) => other !== command).map((other) => other.name());
    const outside = others.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${others.join(' ')}`;
    const here = `${inside}${outside}; and __fish_seen_subcommand_from ${command.name()}`;
    const name = `complete -c nest-cmd -n '${inside}; and not __fish_seen_subcommand_from ${names(group)}' -a ${command.name()} -d '${quote(command.summary())}'`;
    const options = command.options
      .filter(({ hidden }) => !hidden)
      .map(({ short, long, description }) => {
        const flags = [short && `-s ${short.slice(1)}`, long && `-l ${long.slice(2)}`].filter(Boolean).join(' ');
        return `complete -c nest-cmd -n '${here}' ${flags} -d '${quote(description)}'`;
      });
    return [name, ...options, ...fishLines(command, here)];
  });
}

function names(group: Command): string {
  return group.commands.map((command) => command.name()).join(' ');
}

function quote(text: string): string {
  return text.replaceAll("'", String.raw`\'`);
}
