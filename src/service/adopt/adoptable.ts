import { fileThatLists, hasMigrations } from './typeorm/config-file.js';
import type { BoundDataSource } from '../options/options.js';
import type { DataSource } from 'typeorm';

/**
 * Where migrations of TypeORM are listed that `adopt` would take over: the options of a data source, else a data source file
 * for TypeORM's command line. Nothing is connected.
 *
 * @returns for people; undefined where there are none
 */
export async function adoptableMigrations(sources: readonly BoundDataSource[]): Promise<string | undefined> {
  for (const bound of sources) {
    if (await hasMigrations(dataSourceOf(bound)?.options.migrations)) {
      return `\`migrations\` of data source "${bound.name}"`;
    }
  }
  return sources.length === 1 ? fileThatLists() : undefined;
}

/** The data source, for commands that need none. */
function dataSourceOf(bound: BoundDataSource): DataSource | undefined {
  try {
    return bound.dataSource;
  } catch {
    return undefined;
  }
}

/** Warns of migrations of TypeORM before the first revision is written: after it they cannot be adopted. */
export async function warnOfAdoptable(sources: readonly BoundDataSource[]): Promise<void> {
  const [first] = sources;
  if (first?.onNotice === undefined) return;
  const found = await adoptableMigrations(sources);
  if (found === undefined) return;
  first.onNotice({
    level: 'warning',
    message:
      `TypeORM has migrations here (${found}). \`npx nest-cmd ${first.group} adopt\` takes them over as the first revision, ` +
      'and refuses when there is another. To take them over, delete the revision that this writes, and adopt first.',
  });
}
