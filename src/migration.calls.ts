import type { BoundDataSource } from './migrate.options.js';
import { repositorySettingsOf } from './migration.environment.js';
import type { RunScene } from './migration.runs.js';
import type { RevisionGraph } from './repository/index.js';
import { openRepository, type Repository } from './repository/repository.js';

/** The data sources of one call, at least one. */
export type Sources = [BoundDataSource, ...BoundDataSource[]];

/** What one call works with. */
export interface Call {
  readonly scene: RunScene;
  readonly sources: Sources;
  readonly graph: RevisionGraph;
}

/** Data sources of a call share their repository; what concerns the files is the first one's to say. */
export function openCalled([first]: Sources): Promise<Repository> {
  return openRepository(first.config.directory, repositorySettingsOf(first));
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
