import { readFileSync } from 'node:fs';
import type { TypeormMigrations } from '../../../operations/operations.interface.js';
import { loadRevision, type RevisionFunctions } from '../../../repository/files/revision-module.js';
import type { Revision, RevisionGraph } from '../../../repository/index.js';

/** A first revision that runs TypeORM's migrations, written earlier. */
export interface AdoptedRevision {
  readonly revision: Revision;
  /** What it runs, by the name of the data source. */
  readonly parts: ReadonlyMap<string, TypeormMigrations>;
}

/**
 * The revision of a repository that runs TypeORM's migrations.
 *
 * What it runs is asked of its own `upgrade`, which is called with an `op` that does nothing: people may have edited it.
 *
 * @param sharing names of the data sources that share the repository
 * @throws InvalidRevisionFileError when the file does not load
 */
export async function findAdoptedRevision(
  graph: RevisionGraph,
  sharing: readonly string[],
): Promise<AdoptedRevision | undefined> {
  const first = graph.bases().find(({ path }) => path !== undefined && runsTypeorm(path));
  if (first === undefined) return undefined;
  const { upgrade } = await loadRevision(first);
  const parts = new Map<string, TypeormMigrations>();
  for (const [name, fn] of functionsOf(upgrade, sharing)) {
    for (const migrations of await askedOf(fn)) parts.set(name, migrations);
  }
  return { revision: first, parts };
}

function runsTypeorm(path: string): boolean {
  return readFileSync(path, 'utf8').includes('.runTypeormMigrations(');
}

function functionsOf(exported: RevisionFunctions, [first = 'default']: readonly string[]) {
  return typeof exported === 'function' ? [[first, exported] as const] : Object.entries(exported);
}

async function askedOf(fn: (op: unknown) => Promise<void> | void): Promise<readonly TypeormMigrations[]> {
  const asked: TypeormMigrations[] = [];
  const op = new Proxy(
    {},
    {
      get: (_, method) => async (argument: unknown) => {
        if (method === 'runTypeormMigrations') asked.push(argument as TypeormMigrations);
      },
    },
  );
  try {
    await fn(op);
  } catch {
    // What people added to the revision may want more of `op` than this one has.
  }
  return asked;
}
