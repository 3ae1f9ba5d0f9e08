import { Index, ViewColumn, ViewEntity } from 'typeorm';
import type { DialectName } from '../change.js';
import type { DrawnTable } from './drawn-schema.js';
import { condition } from './conditions.js';
import { type Declared, decorate, namedClass } from './declare.js';
import { type Names, pathOf } from './names.js';
import { sqlFor } from './sql-for.js';

/** The view entities over a table: one of its columns, and one that reads the first. */
export function viewsOf(table: string, drawn: DrawnTable, names: Names, dialect: DialectName): Declared[] {
  const { view, columns } = drawn;
  if (view === undefined) return [];
  const schema = names.schemaOf(table);
  const place = schema === undefined ? {} : { schema };
  const materialized = view.materialized && dialect === 'postgres';
  const list = ['id', ...Object.keys(columns).map((name) => names.column(name))].map((name) => `"${name}"`);
  const name = `view of ${table}`;
  const [first] = Object.keys(columns);
  const also = first === undefined ? '' : ` OR ${condition(first, drawn, names, dialect)}`;
  const expression = sqlFor(dialect, `SELECT ${list.join(', ')} FROM ${names.path(table)} WHERE "id" > 0${also}`);
  const target = viewNamed(name);
  ViewEntity({ name, ...place, expression, materialized })(target);
  if (materialized && view.indexed) decorate(target, 'id', Index(`ix of view ${table}`, { unique: true }));
  if (!view.isRead) return [target];
  const reader = viewNamed(`reader of ${table}`);
  const reading = sqlFor(dialect, `SELECT "id" FROM ${pathOf(schema, name)}`);
  ViewEntity({ name: reader.name, expression: reading, dependsOn: [target] })(reader);
  return [target, reader];
}

function viewNamed(name: string): Declared {
  const target = namedClass(name);
  decorate(target, 'id', ViewColumn());
  return target;
}
