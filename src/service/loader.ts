import { codeChecksum } from '../repository/files/code-checksum.js';
import { loadRevision, type RevisionFunctions } from '../repository/files/revision-module.js';
import type { Revision } from '../repository/index.js';
import type { LoadedRevision } from '../runtime/index.js';

/** Loads the revisions of one call, each narrowed to the data source that it is run on. */
export class RevisionLoader {
  /** Unknown data source name → ids of the revisions that export a function for it. */
  private readonly orphans = new Map<string, Set<string>>();

  /** @param sharing names of the data sources that share the repository */
  constructor(private readonly sharing: readonly string[]) {}

  /**
   * Where a revision exports plain functions in a repository of several databases, it was written when there was but one:
   * the functions belong to the first data source, and the ones added later have nothing to do there.
   */
  async load(revision: Revision, dataSource: string): Promise<LoadedRevision> {
    const { source, ...module } = await loadRevision(revision);
    this.noteOrphans(revision, module.upgrade);
    this.noteOrphans(revision, module.downgrade);
    const upgrade = this.narrow(module.upgrade, dataSource);
    const downgrade = this.narrow(module.downgrade, dataSource);
    return {
      checksum: codeChecksum(source),
      ...(upgrade === undefined ? {} : { upgrade }),
      ...(downgrade === undefined ? {} : { downgrade }),
    };
  }

  /** What people should know of the files: parts for data sources that the application has no more. */
  get notices(): readonly string[] {
    return [...this.orphans].map(
      ([dataSource, revisions]) =>
        `MigrateModule names no data source "${dataSource}" for this repository: its part of ${[...revisions].join(', ')} is left out.`,
    );
  }

  private narrow(exported: RevisionFunctions, dataSource: string): LoadedRevision['upgrade'] {
    if (typeof exported === 'function') return dataSource === this.sharing[0] ? exported : undefined;
    // A data source may be called `constructor`.
    return Object.hasOwn(exported, dataSource) ? exported[dataSource] : undefined;
  }

  private noteOrphans({ id }: Revision, exported: RevisionFunctions): void {
    if (typeof exported === 'function') return;
    for (const dataSource of Object.keys(exported).filter((name) => !this.sharing.includes(name))) {
      const revisions = this.orphans.get(dataSource) ?? new Set<string>();
      this.orphans.set(dataSource, revisions.add(id));
    }
  }
}
