import type { QueryRunner } from 'typeorm';
import { mentionsColumn, withoutAliases } from '../../../sql/columns.js';
import { codeTokens } from '../../../sql/scanner.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { readsRelation } from '../../../sql/sources.js';
import type { ReadObject, ViewReading } from '../../dialect.js';
import { tokenize } from '../parse/tokens.js';

/** The views and triggers whose statements name one of the objects: SQLite does not record what they read. */
export async function viewsReading(
  runner: QueryRunner,
  objects: readonly ReadObject[],
): Promise<readonly ViewReading[]> {
  return [...(await namedInViews(runner, objects)), ...(await namedInTriggers(runner, objects))];
}

/** The views that name an object. A view on one that is re-created with the same columns stays readable. */
async function namedInViews(runner: QueryRunner, objects: readonly ReadObject[]): Promise<readonly ViewReading[]> {
  const views = (await runner.query(`SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name`)) as {
    name: string;
    sql: string;
  }[];
  return objects.flatMap((object) => {
    const { relation, column, isRecreated } = object;
    return isRecreated
      ? []
      : views
          .filter(({ name }) => name.toLowerCase() !== relation.name.toLowerCase())
          .filter(
            ({ sql }) =>
              readsRelation(sql, relation.name, SQLITE_SQL) &&
              (column === undefined || mentionsColumn(columnsOf(sql), column, SQLITE_SQL)),
          )
          .map(({ name }) => ({ object, view: { name }, isCertain: column === undefined }));
  });
}

/** The query of a view without the names that it gives its own columns. */
function columnsOf(sql: string): string {
  const start = codeTokens(sql, SQLITE_SQL).find((token) => token.is('AS'));
  return withoutAliases(sql.slice(start?.end ?? 0), SQLITE_SQL);
}

/** The triggers that name an object; those on the object itself are dropped with it. */
async function namedInTriggers(runner: QueryRunner, objects: readonly ReadObject[]): Promise<readonly ViewReading[]> {
  const triggers = (await runner.query(
    `SELECT name, tbl_name AS owner, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name`,
  )) as { name: string; owner: string; sql: string }[];
  const dropped = objects
    .filter(({ column }) => column === undefined)
    .map(({ relation }) => relation.name.toLowerCase());
  const left = triggers
    .filter(({ owner }) => !dropped.includes(owner.toLowerCase()))
    .map(({ name, sql }) => ({ name, names: namesIn(sql) }));
  return objects
    .filter(({ isRecreated }) => !isRecreated)
    .flatMap((object) => {
      const wanted = [object.relation.name, ...(object.column === undefined ? [] : [object.column])];
      return left
        .filter(({ names }) => wanted.every((name) => names.has(name.toLowerCase())))
        .map(({ name }) => ({ object, view: { name }, isTrigger: true as const, isCertain: false }));
    });
}

function namesIn(sql: string): ReadonlySet<string> {
  const names = tokenize(sql).filter(({ isName }) => isName);
  return new Set(names.map(({ value }) => value.toLowerCase()));
}
