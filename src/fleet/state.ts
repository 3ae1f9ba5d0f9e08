import type { RevisionGraph } from '../repository/index.js';
import type { TenantWork } from './tenant-work.js';

/** Where version rows are, seen from a target. */
export type State = 'upToDate' | 'behind' | 'ahead' | 'unknown';

/** Tells where positions are, seen from one target; it reads the graph once for each position. */
export class States {
  private readonly wanted: ReadonlySet<string>;
  private readonly known = new Map<string, State>();

  /** @param target ids of revisions that the graph has; none for base */
  constructor(
    private readonly graph: RevisionGraph,
    readonly target: readonly string[],
  ) {
    this.wanted = this.below(target);
  }

  /** @param rows version rows */
  of(rows: readonly string[]): State {
    const key = JSON.stringify(rows);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const state = this.find(rows);
    this.known.set(key, state);
    return state;
  }

  /** The rows that no file has. */
  unknownOf(rows: readonly string[]): readonly string[] {
    return rows.filter((row) => !this.graph.has(row));
  }

  /** Whether a run has nothing to do there. */
  isDone(command: TenantWork['command'], rows: readonly string[]): boolean {
    const state = this.of(rows);
    if (command === 'upgrade') return state === 'upToDate' || state === 'ahead';
    if (command === 'stamp') return [...this.target].sort().join() === [...rows].sort().join();
    // A downgrade leaves alone who is at the target or has never been there.
    if (state === 'unknown') return false;
    return state === 'upToDate' || (state === 'behind' && !this.isAbove(rows));
  }

  /** Whether something is applied that builds on the target. */
  private isAbove(rows: readonly string[]): boolean {
    const applied = this.below(rows);
    return this.target.some((id) => this.graph.descendants(id).some((above) => above !== id && applied.has(above)));
  }

  private find(rows: readonly string[]): State {
    if (this.unknownOf(rows).length > 0) return 'unknown';
    const applied = this.below(rows);
    if ([...this.wanted].some((id) => !applied.has(id))) return 'behind';
    return applied.size > this.wanted.size ? 'ahead' : 'upToDate';
  }

  private below(ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.flatMap((id) => this.graph.ancestors(id)));
  }
}
