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
  const shared = optionsOf(db).join(' ');
  const cases = db.commands.map(
    (command) => `      ${command.name()}) words="${optionsOf(command).join(' ')} ${shared}" ;;`,
  );
  return `# nest-cmd completion for bash: source <(nest-cmd completion bash)
_nest_cmd() {
  local words="db completion --app --project --ts --env-file --debug --list --help --version"
  if [ "\${COMP_WORDS[1]}" = db ] && [ "$COMP_CWORD" -ge 2 ]; then
    case "\${COMP_WORDS[2]}" in
${cases.join('\n')}
      *) words="${db.commands.map((command) => command.name()).join(' ')} ${shared}" ;;
    esac
  elif [ "\${COMP_WORDS[1]}" = completion ]; then
    words="bash zsh fish"
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nest_cmd nest-cmd
`;
}

/** zsh runs completions of bash by its own adapter. */
function zsh(db: Command): string {
  return `# nest-cmd completion for zsh: source <(nest-cmd completion zsh)
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bash(db)}`;
}

function fish(db: Command): string {
  const inDb = '__fish_seen_subcommand_from db';
  const lines = db.commands.flatMap((command) => [
    `complete -c nest-cmd -n '${inDb}; and not __fish_seen_subcommand_from ${names(db)}' -a ${command.name()} -d '${quote(command.summary())}'`,
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map(({ short, long, description }) => {
        const flags = [short && `-s ${short.slice(1)}`, long && `-l ${long.slice(2)}`].filter(Boolean).join(' ');
        return `complete -c nest-cmd -n '__fish_seen_subcommand_from ${command.name()}' ${flags} -d '${quote(description)}'`;
      }),
  ]);
  return `# nest-cmd completion for fish: nest-cmd completion fish | source
complete -c nest-cmd -f
complete -c nest-cmd -n __fish_use_subcommand -a db -d 'database migrations'
complete -c nest-cmd -n __fish_use_subcommand -a completion -d 'completion script'
complete -c nest-cmd -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
${lines.join('\n')}
`;
}

function names(db: Command): string {
  return db.commands.map((command) => command.name()).join(' ');
}

function quote(text: string): string {
  return text.replaceAll("'", String.raw`\'`);
}
