import { filesOf } from '../adopt/typeorm/migration-files.js';
import { NoEntitiesError } from '../../errors/service.errors.js';
import { shortPath } from '../../errors/source-place.js';
import type { BoundDataSource } from '../options/options.js';

/** More files than these are not listed. */
const MOST_FILES = 5;

/** The error for a data source without entities, with what became of each entry of `entities`. */
export async function noEntities({ name, dataSource }: BoundDataSource): Promise<NoEntitiesError> {
  const entries: readonly unknown[] = Object.values(dataSource.options.entities ?? {});
  const unmatched: string[] = [];
  const files = new Set<string>();
  const classes: string[] = [];
  for (const entry of entries) {
    if (typeof entry === 'function') classes.push(entry.name);
    if (typeof entry !== 'string' || entry.startsWith('!')) continue;
    const found = await filesOf([entry]);
    if (found.length === 0) unmatched.push(`"${shortPath(entry)}"`);
    for (const file of found) files.add(shortPath(file));
  }
  return new NoEntitiesError(name, { unmatched, files: shortened([...files]), classes });
}

function shortened(files: readonly string[]): readonly string[] {
  if (files.length <= MOST_FILES) return files;
  return [...files.slice(0, MOST_FILES), `${files.length - MOST_FILES} more`];
}
