import type { QueryRunner } from 'typeorm';
import { mentionsColumn, readsRelation } from '../../operations/sql-identifiers.js';
import type { ReadObject, ViewReading } from '../dialect.js';

/**
 * The views whose texts name what is meant: SQLite notes nowhere what a view reads. A view under which another one is made
 * again with the same columns reads on.
 */
export async function viewsReading(
  runner: QueryRunner,
  objects: readonly ReadObject[],
): Promise<readonly ViewReading[]> {
  const views = (await runner.query(`SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name`)) as {
    name: string;
    sql: string;
  }[];
  return objects.flatMap((object) => {
    const { relation, column, isRemade } = object;
    return isRemade
      ? []
      : views
          .filter(({ name }) => name.toLowerCase() !== relation.name.toLowerCase())
          .filter(
            ({ sql }) => readsRelation(sql, relation.name) && (column === undefined || mentionsColumn(sql, column)),
          )
          .map(({ name }) => ({ object, view: { name }, isCertain: column === undefined }));
  });
}
