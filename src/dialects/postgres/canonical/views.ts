import type { QueryRunner } from 'typeorm';
import {
  qualifiedKey,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import { clauses } from '../compile/constraints.js';
import { quote } from '../names.js';
import { typeText } from '../types.js';
import { enumShadows } from './enum-shadows.js';
import type { PrintContext } from './print-tables.js';
import { type Probe, readProbes, tableProbe } from './probes.js';
import { probeColumn } from './tables.js';

/**
 * The views of the wanted schema as PostgreSQL would print them.
 *
 * They are created on the existing tables; a table that is new or will change is replaced by a temporary shadow.
 */
export async function printViews(
  wanted: SchemaModel,
  { reusable: { views }, actual }: PrintContext,
  runner: QueryRunner,
  own: string,
): Promise<readonly ViewModel[]> {
  const reusable = new Map(views.map((view) => [qualifiedKey(view), view]));
  const asked = wanted.views.filter((view) => isQuestion(view, reusable.get(qualifiedKey(view))));
  if (asked.length === 0) return wanted.views;
  const queries = asked.map(({ expression }) => expression).join('\n');
  const shadows = tableShadows(wanted, actual).filter(({ name }) => queries.includes(name));
  const ordered = inOrder(asked, wanted.views);
  const read = await readProbes(runner, own, [
    ...enumShadows(wanted, actual),
    ...shadows.map(shadowProbe),
    ...ordered.map(viewProbe),
    ...ordered.flatMap(indexProbe),
  ]);
  const printed = new Map(read.views.map((view) => [view.name, view]));
  const indexed = new Map(read.tables.map((table) => [table.name, table]));
  return wanted.views.map((view) => {
    const number = ordered.indexOf(view);
    const expression = number === -1 ? undefined : printed.get(aliasOf(view, number))?.expression;
    const indices = view.indices.map((index, place) =>
      printedIndex(index, `${indexTable(number)}_${place}`, indexed.get(indexTable(number))),
    );
    return expression === undefined ? view : { ...view, expression, indices };
  });
}

function isQuestion(view: ViewModel, actual: ViewModel | undefined): boolean {
  const partsOf = ({ expression, indices }: ViewModel) => JSON.stringify([expression, indices.map(variableParts)]);
  return actual === undefined || partsOf(view) !== partsOf(actual);
}

function variableParts({ where, expression, columnOptions }: IndexModel): readonly unknown[] {
  return [where, expression, columnOptions];
}

/** Tables of the own schema that the catalog lacks, or has with other columns. */
function tableShadows(wanted: SchemaModel, actual: SchemaModel): readonly TableModel[] {
  const shapes = new Map(actual.tables.map((table) => [qualifiedKey(table), shapeOf(table)]));
  return wanted.tables.filter(
    (table) => table.schema === undefined && shapes.get(qualifiedKey(table)) !== shapeOf(table),
  );
}

/** The parts of a table that a view depends on. */
function shapeOf({ columns }: TableModel): string {
  return columns
    .map((column) => `${quote(column.name)} ${typeText(column)} ${column.collation ?? ''}`)
    .sort()
    .join('\n');
}

/** A temporary table, with its primary key: a view that groups by it may select the other columns. */
function shadowProbe(table: TableModel): Probe {
  const alias = quote(table.name);
  const key =
    table.primaryKey === undefined ? [] : [`ALTER TABLE pg_temp.${alias} ADD ${clauses.primaryKey(table.primaryKey)}`];
  return tableProbe(alias, table.columns.map(probeColumn), key);
}

/** Views after those that they read: by `dependsOn` where it is given, else by the names in the query. */
function inOrder(asked: readonly ViewModel[], all: readonly ViewModel[]): readonly ViewModel[] {
  const position = new Map<string, number>();
  const visit = (view: ViewModel, path: ReadonlySet<string>): number => {
    const key = qualifiedKey(view);
    const found = position.get(key);
    if (found !== undefined || path.has(key)) return found ?? 0;
    const below = all.filter((other) => other !== view && names(view, other));
    const depth = Math.max(0, ...below.map((other) => 1 + visit(other, new Set([...path, key]))));
    position.set(key, depth);
    return depth;
  };
  return [...asked].sort((a, b) => visit(a, new Set()) - visit(b, new Set()));
}

function names(view: ViewModel, other: ViewModel): boolean {
  if (view.dependsOn.length === 0) return new RegExp(`\\b${escaped(other.name)}\\b`).test(view.expression);
  return view.dependsOn.some((name) => qualifiedKey(name) === qualifiedKey(other));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The name of a probe: the view's own, by which other probes refer to it, unless it belongs to another schema. */
function aliasOf(view: ViewModel, number: number): string {
  return view.schema === undefined ? view.name : `nestjs_migrate_view_${number}`;
}

function viewProbe(view: ViewModel, number: number): Probe {
  return { whole: `CREATE TEMPORARY VIEW ${quote(aliasOf(view, number))} AS ${view.expression}`, steps: [] };
}

function indexTable(number: number): string {
  return `nestjs_migrate_index_${number}`;
}

/** Creates the indexes on a table with the view's columns, because there are no temporary materialised views. */
function indexProbe(view: ViewModel, number: number): readonly Probe[] {
  if (!view.indices.some(hasVariableParts)) return [];
  const name = indexTable(number);
  const create = `CREATE TEMPORARY TABLE ${quote(name)} AS SELECT * FROM pg_temp.${quote(aliasOf(view, number))} WITH NO DATA`;
  const indices = view.indices.flatMap(({ isConcurrent: _concurrently, ...index }, place) =>
    hasVariableParts(index)
      ? [clauses.createIndex({ schema: 'pg_temp', name }, { ...index, name: `${name}_${place}` })]
      : [],
  );
  return [{ whole: [create, ...indices].join(';\n'), steps: [create, ...indices] }];
}

function hasVariableParts(index: IndexModel): boolean {
  return variableParts(index).some((part) => part !== undefined);
}

function printedIndex(index: IndexModel, alias: string, table: TableModel | undefined): IndexModel {
  const printed = table?.indices.find(({ name }) => name === alias);
  if (printed === undefined) return index;
  return { ...printed, name: index.name, ...(index.isConcurrent ? { isConcurrent: true } : {}) };
}
