import { displayName } from '../../schema/schema.model.js';
import type { SchemaSides } from './schema-renames.js';

/**
 * Requested renames with the names of tables as a server has them that takes `Post` and `post` for one, and keeps another spelling than the
 * entities have.
 *
 * @example withServerNames(['Post:Article', 'Post.title:Post.name'], sides) // ['post:article', 'post.title:post.name']
 */
export function withServerNames(
  renames: readonly string[],
  { actual, wanted }: Pick<SchemaSides, 'actual' | 'wanted'>,
): readonly string[] {
  const tables = [...actual.tables, ...wanted.tables, ...actual.views, ...wanted.views].map(displayName);
  const stored = new Map(tables.map((name) => [name.toLowerCase(), name]));
  return renames.map((rename) => rename.split(':').map(storedPath).join(':'));

  /** A table, or a path that begins with one; any other as it is. */
  function storedPath(path: string): string {
    const ends = [path.length, ...[...path.matchAll(/\./g)].map(({ index }) => index).toReversed()];
    for (const end of ends) {
      const name = stored.get(path.slice(0, end).toLowerCase());
      if (name !== undefined) return name + path.slice(end);
    }
    return path;
  }
}
