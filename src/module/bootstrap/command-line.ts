import type { ModulesContainer } from '@nestjs/core';

/** The module that nest-commander puts around an application which it starts; its name is all that can be known of it here. */
const COMMAND_LINE_MODULE = 'CommandRunnerModule';

/** Whether the application is started for one command: there, migrations are the operator's to run. */
export function isCommandLine(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ name }) => name === COMMAND_LINE_MODULE);
}
