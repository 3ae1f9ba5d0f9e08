import {
  qualifiedKey,
  type IndexModel,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import { mentionsRetyped } from './retyped.js';

/** The wanted and the actual schema after PostgreSQL has parsed and printed what it printed before. */
export interface SecondPrint {
  readonly again: SchemaModel;
  readonly actualAgain: SchemaModel;
}

/**
 * The tables and views with an expression that the catalog spells differently, and the tables whose keys are `doubtful`.
 */
export function unsettledPart(printed: SchemaModel, actual: SchemaModel, doubtful: ReadonlySet<string>): SchemaModel {
  const [tables, views] = [byKey(actual.tables), byKey(actual.views)];
  const differs = (wanted: Expressions, actualOnes: Expressions | undefined): boolean =>
    actualOnes !== undefined &&
    [...wanted].some(([key, sql]) => actualOnes.get(key) !== undefined && actualOnes.get(key) !== sql);
  return {
    ...printed,
    tables: printed.tables.filter((table) => {
      const actualTable = tables.get(qualifiedKey(table));
      if (table === actualTable) return false;
      return doubtful.has(qualifiedKey(table)) || differs(tableExpressions(table), tableExpressions(actualTable));
    }),
    views: printed.views.filter((view) =>
      differs(viewExpressions(view), viewExpressions(views.get(qualifiedKey(view)))),
    ),
  };
}

/** The same tables and views in the catalog. */
export function counterpartsOf(part: SchemaModel, actual: SchemaModel): SchemaModel {
  const [tables, views] = [byKey(part.tables), byKey(part.views)];
  return {
    ...actual,
    tables: actual.tables.filter((table) => tables.has(qualifiedKey(table))),
    views: actual.views.filter((view) => views.has(qualifiedKey(view))),
  };
}

/**
 * Takes the catalog's spelling for every expression that equals it in the first or the second print, unless it mentions a
 * column whose type changes.
 */
export function settle(printed: SchemaModel, actual: SchemaModel, { again, actualAgain }: SecondPrint): SchemaModel {
  const [tables, views] = [byKey(actual.tables), byKey(actual.views)];
  const second = {
    tables: [byKey(again.tables), byKey(actualAgain.tables)],
    views: [byKey(again.views), byKey(actualAgain.views)],
  } as const;
  return {
    ...printed,
    tables: printed.tables.map((table) => {
      const key = qualifiedKey(table);
      const actualTable = tables.get(key);
      if (actualTable === undefined || table === actualTable) return table;
      const forms = [table, actualTable, ...second.tables.map((side) => side.get(key))].map(tableExpressions);
      return tableWithActualSpelling(table, actualTable, converges(forms));
    }),
    views: printed.views.map((view) => {
      const key = qualifiedKey(view);
      const actualView = views.get(key);
      const forms = [view, actualView, ...second.views.map((side) => side.get(key))].map(viewExpressions);
      return actualView === undefined ? view : viewWithActualSpelling(view, actualView, converges(forms));
    }),
  };
}

/** The expressions of a table or a view by a key of kind and name, such as `check CHK_age`. */
type Expressions = ReadonlyMap<string, string>;

/** A predicate: whether the wanted and the actual expression with a key are equal in one of their forms. */
function converges([wanted, actual, again, actualAgain]: readonly Expressions[]): (key: string) => boolean {
  return (key) => {
    const sql = actual?.get(key);
    const actualForms = [sql, actualAgain?.get(key)].filter((form) => form !== undefined);
    const wantedForms = [wanted?.get(key), again?.get(key)];
    return sql !== undefined && actualForms.some((form) => wantedForms.includes(form));
  };
}

function tableExpressions(table: TableModel | undefined): Expressions {
  return new Map([
    ...(table?.columns ?? []).flatMap(({ name, default: value, asExpression }) => [
      ...(value === undefined ? [] : [[`default ${name}`, value] as const]),
      ...(asExpression === undefined ? [] : [[`generated ${name}`, asExpression] as const]),
    ]),
    ...(table?.checks ?? []).map(({ name, expression }) => [`check ${name}`, expression] as const),
    ...(table?.exclusions ?? []).map(({ name, expression }) => [`exclusion ${name}`, expression] as const),
    ...(table?.indices ?? []).map(indexExpressions),
  ]);
}

function viewExpressions(view: ViewModel | undefined): Expressions {
  if (view === undefined) return new Map();
  return new Map([['view', view.expression] as const, ...view.indices.map(indexExpressions)]);
}

function indexExpressions({ name, where, expression, columnOptions }: IndexModel): readonly [string, string] {
  return [`index ${name}`, JSON.stringify([where, expression, columnOptions])];
}

function tableWithActualSpelling(
  wanted: TableModel,
  actual: TableModel,
  converges: (key: string) => boolean,
): TableModel {
  const columns = byName(actual.columns);
  const [checks, exclusions] = [byName(actual.checks), byName(actual.exclusions)];
  const isRetyped = mentionsRetyped(wanted, actual);
  return {
    ...wanted,
    columns: wanted.columns.map((column) => {
      const other = columns.get(column.name);
      return {
        ...column,
        ...(converges(`default ${column.name}`) ? { default: other?.default ?? column.default } : {}),
        ...(converges(`generated ${column.name}`) ? { asExpression: other?.asExpression ?? column.asExpression } : {}),
      };
    }),
    checks: wanted.checks.map((check) =>
      converges(`check ${check.name}`) && !isRetyped(check.expression)
        ? { ...check, expression: checks.get(check.name)?.expression ?? check.expression }
        : check,
    ),
    exclusions: wanted.exclusions.map((exclusion) =>
      converges(`exclusion ${exclusion.name}`) && !isRetyped(exclusion.expression)
        ? { ...exclusion, expression: exclusions.get(exclusion.name)?.expression ?? exclusion.expression }
        : exclusion,
    ),
    indices: indicesWithActualSpelling(wanted.indices, actual.indices, converges, isRetyped),
  };
}

function viewWithActualSpelling(wanted: ViewModel, actual: ViewModel, converges: (key: string) => boolean): ViewModel {
  return {
    ...wanted,
    ...(converges('view') ? { expression: actual.expression } : {}),
    indices: indicesWithActualSpelling(wanted.indices, actual.indices, converges),
  };
}

function indicesWithActualSpelling(
  wanted: readonly IndexModel[],
  actual: readonly IndexModel[],
  converges: (key: string) => boolean,
  isRetyped: (sql: string | undefined) => boolean = () => false,
): readonly IndexModel[] {
  const others = byName(actual);
  return wanted.map((index) => {
    const other = others.get(index.name);
    if (other === undefined || !converges(`index ${index.name}`)) return index;
    if (isRetyped(index.where) || isRetyped(index.expression)) return index;
    const { where, expression, columnOptions } = other;
    return {
      ...index,
      ...(where === undefined ? {} : { where }),
      ...(expression === undefined ? {} : { expression }),
      ...(columnOptions === undefined ? {} : { columnOptions }),
    };
  });
}

function byKey<T extends QualifiedName>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [qualifiedKey(item), item]));
}

function byName<T extends { readonly name?: string }>(items: readonly T[]): ReadonlyMap<string | undefined, T> {
  return new Map(items.map((item) => [item.name, item]));
}
