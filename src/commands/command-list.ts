import type { DbCommand, DbCommandGroup } from './command-host.js';

/** Commands under one heading of the group's help. */
export interface CommandSection {
  readonly heading: string;
  readonly members: readonly (DbCommand | DbCommandGroup)[];
}

type Loader = () => Promise<DbCommand | DbCommandGroup>;

/** Every command by its name, under the headings that the group's help has for them. */
const sections: Readonly<Record<string, Readonly<Record<string, Loader>>>> = {
  'Write revisions:': {
    init: async () => (await import('./init.command.js')).init,
    'list-templates': async () => (await import('./list-templates.command.js')).listTemplatesCommand,
    migrate: async () => (await import('./migrate.command.js')).migrate,
    revision: async () => (await import('./revision.command.js')).revision,
    merge: async () => (await import('./merge.command.js')).merge,
    edit: async () => (await import('./edit.command.js')).edit,
    adopt: async () => (await import('./adopt.command.js')).adopt,
  },
  'Run revisions:': {
    lint: async () => (await import('./lint.command.js')).lint,
    plan: async () => (await import('./plan.command.js')).plan,
    upgrade: async () => (await import('./upgrade.command.js')).upgrade,
    downgrade: async () => (await import('./downgrade.command.js')).downgrade,
    stamp: async () => (await import('./stamp.command.js')).stamp,
    'ensure-version': async () => (await import('./ensure-version.command.js')).ensureVersion,
  },
  'Look at revisions:': {
    show: async () => (await import('./show.command.js')).show,
    history: async () => (await import('./history.command.js')).history,
    heads: async () => (await import('./heads.command.js')).heads,
    branches: async () => (await import('./branches.command.js')).branches,
  },
  'Look at databases:': {
    current: async () => (await import('./current.command.js')).current,
    status: async () => (await import('./status.command.js')).status,
    log: async () => (await import('./log.command.js')).log,
    check: async () => (await import('./check.command.js')).check,
    verify: async () => (await import('./verify.command.js')).verify,
  },
  'Many tenants:': {
    fleet: async () => (await import('./fleet/fleet.command.js')).fleet,
  },
};

/** All commands, for what shows or completes them. */
export function loadAllCommands(): Promise<readonly CommandSection[]> {
  return load(() => true);
}

/**
 * The commands that a command line can mean, so that one that is typed does not wait for all others to load.
 *
 * Every argument may be the command, since options with values may precede it. Where no argument is a known command, or an
 * unknown one precedes it, all commands are loaded: the error message lists what exists.
 */
export function loadCommandsNamedIn(args: readonly string[]): Promise<readonly CommandSection[]> {
  const names = new Set(Object.values(sections).flatMap((members) => Object.keys(members)));
  const known = args.filter((word) => names.has(word));
  const first = args.findIndex((word, index) => names.has(word) || isBareWord(args, index));
  const isUnknown = !names.has(args[first] ?? '');
  return load((name) => isUnknown || known.includes(name));
}

/** Whether an argument is neither an option nor, directly after one, perhaps its value. */
function isBareWord(args: readonly string[], index: number): boolean {
  return [args[index], args[index - 1] ?? ''].every((word) => word?.startsWith('-') === false);
}

function load(isWanted: (name: string) => boolean): Promise<CommandSection[]> {
  return Promise.all(
    Object.entries(sections).map(async ([heading, members]) => {
      const wanted = Object.entries(members).filter(([name]) => isWanted(name));
      return { heading, members: await Promise.all(wanted.map(([, loadCommand]) => loadCommand())) };
    }),
  );
}
