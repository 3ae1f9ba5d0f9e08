import type { BoundDataSource } from './migrate.options.js';
import { type MigrationEnvironment, versionTableOf } from './migration.environment.js';
import type { MigrationStatus } from './migration.results.js';
import { planUpgrade, type RevisionGraph } from './repository/index.js';

/** A database and its version rows. */
export interface Standing {
  readonly dataSource: string;
  /** Sorted; empty also where there is no version table yet. */
  readonly rows: readonly string[];
}

/** Reads the version rows of each data source: one query for each, and nothing is created. */
export async function readCurrentRows(
  environment: MigrationEnvironment,
  sources: readonly BoundDataSource[],
): Promise<readonly Standing[]> {
  const { readRows } = await import('./runtime/index.js');
  const standing: Standing[] = [];
  for (const bound of sources) {
    const rows = await environment.withRunner(bound, (runner, dialect) =>
      readRows(runner, dialect, versionTableOf(bound)),
    );
    standing.push({ dataSource: bound.name, rows: [...(rows ?? [])].sort() });
  }
  return standing;
}

/** Holds the version rows of each data source against the revision files. */
export async function readStatus(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
): Promise<readonly MigrationStatus[]> {
  const heads = graph.realHeads().map(({ id }) => id);
  const standing = await readCurrentRows(environment, sources);
  return standing.map(({ dataSource, rows }) => {
    const unknown = rows.filter((row) => !graph.has(row));
    const pending =
      unknown.length > 0 ? [] : planUpgrade(graph, 'heads', rows).flatMap(({ revision }) => revision?.id ?? []);
    return {
      dataSource,
      current: rows,
      heads,
      unknown,
      pending,
      upToDate: unknown.length === 0 && pending.length === 0,
    };
  });
}
