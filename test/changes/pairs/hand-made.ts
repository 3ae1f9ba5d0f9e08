import type { DialectName } from '../change.js';
import type { DrawnSchema } from './drawn-schema.js';
import type { Names } from './names.js';

/** Statements that make what entities have no words for, on tables that stay. */
export function handMade(before: DrawnSchema, after: DrawnSchema, names: Names, dialect: DialectName): string[] {
  const touched = Object.keys(before).filter((name) => before[name]!.isTouched && name in after);
  return touched.flatMap((name) => [
    ...triggerOn(name, names.path(name), dialect),
    // An index of columns would be one that no entity has.
    ...(dialect === 'mysql' ? [] : [indexOn(name, names.path(name), dialect)]),
  ]);
}

function indexOn(name: string, path: string, dialect: DialectName): string {
  return `CREATE INDEX "by hand ${name}" ON ${dialect === 'postgres' ? path : `"${name}"`} (("id" + 1), "id" DESC)`;
}

function triggerOn(name: string, path: string, dialect: DialectName): string[] {
  if (dialect === 'sqlite') {
    return [`CREATE TRIGGER "by hand on ${name}" AFTER DELETE ON ${path} BEGIN SELECT OLD."id"; END`];
  }
  if (dialect === 'mysql') {
    return [`CREATE TRIGGER "by hand on ${name}" AFTER DELETE ON ${path} FOR EACH ROW SET @gone = OLD."id"`];
  }
  return [
    `CREATE OR REPLACE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    `CREATE TRIGGER "by hand on ${name}" BEFORE UPDATE OF "id" ON ${path} FOR EACH ROW EXECUTE FUNCTION by_hand()`,
  ];
}
