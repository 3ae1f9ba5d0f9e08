import type { ColumnModel, IndexModel, SchemaModel, TableModel, ViewModel } from './schema.model.js';
import { placesIn, unquoted } from './view-sources.js';

const NAME = String.raw`"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*`;
const STRING = String.raw`[eE]?'(?:[^']|'')*'`;

/** Texts and comments, or a path: the schema, a name, and what follows it. */
const PATH = new RegExp(
  String.raw`${STRING}|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/` +
    String.raw`|(?<![\p{L}\p{N}_$".])(?<schema>${NAME})(?<dot>\s*\.\s*)(?:${NAME})(?<next>\s*[.(])?`,
  'gu',
);

/** A text that names a sequence, a table or a type: as an argument, or by a cast. */
const REFERENCE = new RegExp(
  String.raw`(?<before>\b(?:next|curr|set)val\s*\(\s*)?'(?<schema>${NAME})\.(?<name>(?:[^']|'')*)'(?<after>\s*::\s*reg\w+)?`,
  'gu',
);

/** A type is named behind these. */
const BEFORE_TYPE = /(?:::|\bAS)\s*$/iu;

/**
 * An SQL text in which names of the data source's own schema are written without it.
 *
 * Entities are read on one data source, and their revision runs on others: on the schema of another tenant, whose own table
 * it must then mean. Columns are left alone, since an alias may have the schema's name.
 *
 * @example withoutOwnSchema('SELECT n.id FROM "tenant_1"."note" n', 'tenant_1') // SELECT n.id FROM "note" n
 */
export function withoutOwnSchema(sql: string, schema: string): string {
  const cuts = [...sourceCuts(sql, schema), ...pathCuts(sql, schema)].sort((one, other) => one.from - other.from);
  let [text, done] = ['', 0];
  for (const { from, to } of cuts) {
    if (from < done) continue;
    text += sql.slice(done, from);
    done = to;
  }
  return withoutSchemaInTexts(text + sql.slice(done), schema);
}

/** The same for all expressions of a schema that entities describe. */
export function describedWithoutOwnSchema(model: SchemaModel, schema: string): SchemaModel {
  const write = (sql: string): string => withoutOwnSchema(sql, schema);
  return {
    ...model,
    tables: model.tables.map((table) => tableWith(table, write)),
    views: model.views.map((view) => viewWith(view, write)),
  };
}

interface Cut {
  readonly from: number;
  readonly to: number;
}

/** Behind FROM and JOIN every qualified name is one of a schema. */
function sourceCuts(sql: string, schema: string): Cut[] {
  return placesIn(sql)
    .filter(({ source, start }) => source.length === 2 && isNamed(nameAt(sql, start), schema))
    .map(({ start, name }) => ({ from: start, to: name }));
}

/** Elsewhere a path of two names may be a column: it is one of a schema when it goes on, is called, or is a type. */
function pathCuts(sql: string, schema: string): Cut[] {
  return [...sql.matchAll(PATH)].flatMap(({ index, groups = {} }) => {
    const { schema: written, dot = '', next } = groups;
    if (written === undefined || !isNamed(written, schema)) return [];
    if (next === undefined && !BEFORE_TYPE.test(sql.slice(0, index))) return [];
    return [{ from: index, to: index + written.length + dot.length }];
  });
}

function withoutSchemaInTexts(sql: string, schema: string): string {
  return sql.replaceAll(REFERENCE, (whole: string, ...rest: unknown[]) => {
    const { before, schema: written = '', name = '', after } = rest.at(-1) as Record<string, string | undefined>;
    const isReference = (before !== undefined || after !== undefined) && isNamed(written, schema);
    return isReference ? `${before ?? ''}'${name}'${after ?? ''}` : whole;
  });
}

function nameAt(sql: string, start: number): string {
  return new RegExp(NAME, 'uy').exec(sql.slice(start))?.[0] ?? '';
}

function isNamed(written: string, name: string): boolean {
  return (written.startsWith('"') ? unquoted(written) : written.toLowerCase()) === name;
}

type Write = (sql: string) => string;

function tableWith(table: TableModel, write: Write): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => columnWith(column, write)),
    checks: table.checks.map((check) => ({ ...check, expression: write(check.expression) })),
    exclusions: table.exclusions.map((exclusion) => ({ ...exclusion, expression: write(exclusion.expression) })),
    indices: table.indices.map((index) => indexWith(index, write)),
  };
}

function columnWith(column: ColumnModel, write: Write): ColumnModel {
  const { default: value, asExpression } = column;
  return {
    ...column,
    ...(value !== undefined && { default: write(value) }),
    ...(asExpression !== undefined && { asExpression: write(asExpression) }),
  };
}

function indexWith(index: IndexModel, write: Write): IndexModel {
  const { where, expression } = index;
  return {
    ...index,
    ...(where !== undefined && { where: write(where) }),
    ...(expression !== undefined && { expression: write(expression) }),
  };
}

function viewWith(view: ViewModel, write: Write): ViewModel {
  return {
    ...view,
    expression: write(view.expression),
    indices: view.indices.map((index) => indexWith(index, write)),
  };
}
