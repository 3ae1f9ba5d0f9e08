import type { CommandFactory } from 'nest-commander';
import { reportError } from '../commands/output/error-report.js';
import type { Output } from '../commands/output/output.js';
import type { PartialApplication } from './boot/partial-application.js';
import type { LoadedApplication } from './load/load-application.js';

/** A command that the application has by nest-commander. */
export interface ApplicationCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
}

/** Where nest-commander's @Command() keeps what it is given. */
const COMMAND_METADATA = 'CommandBuilder:Command:Meta';

/** The nest-commander commands among the providers of an application; none of them is made. */
export function findApplicationCommands(application: PartialApplication): readonly ApplicationCommand[] {
  return application.providers().flatMap(({ wrapper }) => {
    if (typeof wrapper.metatype !== 'function') return [];
    const metadata: unknown = Reflect.getMetadata(COMMAND_METADATA, wrapper.metatype);
    if (typeof metadata !== 'object' || metadata === null) return [];
    const { name, aliases = [], description = '' } = metadata as Partial<ApplicationCommand>;
    return name === undefined ? [] : [{ name, aliases, description }];
  });
}

/** Boots the application as its own command line would, and runs one of its commands. @returns the exit code */
export async function runWithNestCommander(
  { packages, rootModule }: LoadedApplication,
  args: readonly string[],
  host: { readonly output: Output; readonly debug: boolean },
): Promise<number> {
  const commander = await packages.load<{ CommandFactory: typeof CommandFactory }>('nest-commander');
  process.argv = [process.argv[0] ?? 'node', 'nest-cmd', ...args];
  process.exitCode = 0;
  let failed = 0;
  await commander.CommandFactory.run(rootModule as Parameters<typeof CommandFactory.run>[0], {
    logger: ['fatal', 'error', 'warn'],
    abortOnError: false,
    cliName: 'nest-cmd',
    // By default nest-commander prints what a command throws, and exits 0.
    serviceErrorHandler: (error) => {
      failed = reportError(error, host.output, { debug: host.debug, json: false });
    },
  });
  return failed === 0 ? Number(process.exitCode ?? 0) : failed;
}
