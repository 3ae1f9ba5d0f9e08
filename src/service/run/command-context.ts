import type { Repository } from '../../repository/index.js';
import type { MigrationEnvironment } from '../environment.js';
import type { MigrationOverrides, UpgradeOptions } from '../requests.js';

/** The commands that change where a database is. */
export type RunKind = 'upgrade' | 'downgrade' | 'stamp' | 'ensureVersion';

/** A command that runs revisions, with its options. */
export interface RunCommand extends UpgradeOptions {
  readonly command: RunKind;
  /** One target; several for a stamp. */
  readonly targets: readonly string[];
  readonly purge?: boolean;
}

/** What a call works with: options, repository, and the data sources that share it. */
export interface CommandContext {
  readonly environment: MigrationEnvironment;
  readonly repository: Repository;
  readonly overrides: MigrationOverrides;
  /** Several data sources share the repository: files hold objects keyed by data source name. */
  readonly shared: boolean;
  /** Names of all that share it, those included that the call leaves out. Plain functions in a file are for the first. */
  readonly sharing: readonly string[];
}
