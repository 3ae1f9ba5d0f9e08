import type { QueryRunner } from 'typeorm';
import { mentionsColumn, withoutAliases } from '../../../sql/columns.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { mentionedNames, readsRelation } from '../../../sql/sources.js';
import type { ReadObject, ViewReading } from '../../dialect.js';

interface NamedSql {
  readonly name: string;
  /** The table of a trigger. */
  readonly owner: string;
  readonly sql: string;
}

/** The views and triggers of the data source's database that name one of the objects: the server does not keep what they read. */
export async function viewsReading(
  runner: QueryRunner,
  objects: readonly ReadObject[],
): Promise<readonly ViewReading[]> {
  if (objects.length === 0) return [];
  const views = (await runner.query(
    `SELECT table_name AS name, '' AS owner, view_definition AS ${'`sql`'} FROM information_schema.views
     WHERE table_schema = DATABASE() ORDER BY table_name`,
  )) as NamedSql[];
  const triggers = (await runner.query(
    `SELECT trigger_name AS name, event_object_table AS owner, action_statement AS ${'`sql`'}
     FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name`,
  )) as NamedSql[];
  const dropped = new Set(objects.filter(({ column }) => column === undefined).map(({ relation }) => relation.name));
  const left = triggers.filter(({ owner }) => !dropped.has(owner));
  return [
    ...objects.flatMap((object) => viewsOf(object, views)),
    ...objects.flatMap((object) => triggersOf(object, left)),
  ];
}

/** The views that name an object. A view on one that is created again with the same columns stays readable. */
function viewsOf(object: ReadObject, views: readonly NamedSql[]): ViewReading[] {
  const { relation, column, isRecreated } = object;
  if (isRecreated) return [];
  return views
    .filter(({ name, sql }) => name !== relation.name && readsRelation(sql, relation.name, MYSQL_SQL))
    .filter(({ sql }) => column === undefined || mentionsColumn(withoutAliases(sql, MYSQL_SQL), column, MYSQL_SQL))
    .map(({ name }) => ({ object, view: { name }, isCertain: column === undefined, isUnprotected: true }));
}

function triggersOf(object: ReadObject, triggers: readonly NamedSql[]): ViewReading[] {
  const { relation, column, isRecreated } = object;
  if (isRecreated) return [];
  return triggers
    .filter(({ owner, sql }) => {
      const names = mentionedNames(sql, MYSQL_SQL);
      const isOfTable = owner === relation.name || names.has(relation.name);
      return isOfTable && (column === undefined || names.has(column));
    })
    .map(({ name }) => ({ object, view: { name }, isTrigger: true, isCertain: false, isUnprotected: true }));
}
