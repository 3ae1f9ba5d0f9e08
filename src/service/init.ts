import type { BoundDataSource } from './options/options.js';
import type { InitRequest } from './requests.js';
import type { InitResult } from '../results.js';
import type { CommandContext } from './run/command-context.js';
import { excludeFromBuild } from '../repository/build/exclude-from-build.js';
import { createRepository } from '../repository/create/index.js';

/** Makes the repository of a data source, and keeps it out of the application's build. */
export async function makeRepository(
  { shared, overrides }: Omit<CommandContext, 'repository'>,
  { config }: BoundDataSource,
  request: InitRequest,
): Promise<InitResult> {
  const made = await createRepository(config.directory, {
    multidb: shared,
    ...request,
    ...(overrides.application !== undefined && { settings: { applications: [overrides.application] } }),
  });
  const { changed, advice } = await excludeFromBuild(made.directory);
  for (const message of advice) overrides.onNotice?.({ level: 'warning', message });
  return { ...made, excludedFrom: changed };
}
