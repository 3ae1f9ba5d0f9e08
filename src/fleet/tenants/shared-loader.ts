import type { Revision } from '../../repository/index.js';
import type { LoadedRevision } from '../../runtime/index.js';
import { RevisionLoader } from '../../service/loader.js';

/** Loads each revision once for all tenants of a run: what the file is when the run begins holds for all of them. */
export class SharedLoader extends RevisionLoader {
  private readonly loaded = new Map<string, Promise<LoadedRevision>>();

  override load(revision: Revision, dataSource: string): Promise<LoadedRevision> {
    const known = this.loaded.get(revision.id);
    if (known !== undefined) return known;
    const loading = super.load(revision, dataSource);
    this.loaded.set(revision.id, loading);
    return loading;
  }
}
