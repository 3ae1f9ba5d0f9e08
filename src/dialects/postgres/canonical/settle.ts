import {
  qualifiedKey,
  type IndexModel,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import { mentionsRetyped } from './retyped.js';

/** What both sides became when they were printed once more. */
export interface SecondPrint {
  readonly again: SchemaModel;
  readonly actualAgain: SchemaModel;
}

/** The tables and views with a text that the catalog has in other words, and those that are `doubtful` by their keys. */
export function unsettledPart(printed: SchemaModel, actual: SchemaModel, doubtful: ReadonlySet<string>): SchemaModel {
  const [tables, views] = [byKey(actual.tables), byKey(actual.views)];
  const differs = (wanted: Texts, standing: Texts | undefined): boolean =>
    standing !== undefined &&
    [...wanted].some(([key, text]) => standing.get(key) !== undefined && standing.get(key) !== text);
  return {
    ...printed,
    tables: printed.tables.filter((table) => {
      const standing = tables.get(qualifiedKey(table));
      if (table === standing) return false;
      return doubtful.has(qualifiedKey(table)) || differs(tableTexts(table), tableTexts(standing));
    }),
    views: printed.views.filter((view) => differs(viewTexts(view), viewTexts(views.get(qualifiedKey(view))))),
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
 * Takes the catalog's words for every text that meets them in the second print, unless a column in it gets another type.
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
      const standing = tables.get(key);
      if (standing === undefined || table === standing) return table;
      const texts = [table, standing, ...second.tables.map((side) => side.get(key))].map(tableTexts);
      return takeTable(table, standing, meets(texts));
    }),
    views: printed.views.map((view) => {
      const key = qualifiedKey(view);
      const standing = views.get(key);
      const texts = [view, standing, ...second.views.map((side) => side.get(key))].map(viewTexts);
      return standing === undefined ? view : takeView(view, standing, meets(texts));
    }),
  };
}

type Texts = ReadonlyMap<string, string>;

/** Tells for a text whether it is the catalog's in other words. */
function meets([wanted, standing, again, standingAgain]: readonly Texts[]): (key: string) => boolean {
  return (key) => {
    const text = standing?.get(key);
    const later = [text, standingAgain?.get(key)].filter((candidate) => candidate !== undefined);
    const forms = [wanted?.get(key), again?.get(key)];
    return text !== undefined && later.some((candidate) => forms.includes(candidate));
  };
}

function tableTexts(table: TableModel | undefined): Texts {
  return new Map([
    ...(table?.columns ?? []).flatMap(({ name, default: value, asExpression }) => [
      ...(value === undefined ? [] : [[`default ${name}`, value] as const]),
      ...(asExpression === undefined ? [] : [[`generated ${name}`, asExpression] as const]),
    ]),
    ...(table?.checks ?? []).map(({ name, expression }) => [`check ${name}`, expression] as const),
    ...(table?.exclusions ?? []).map(({ name, expression }) => [`exclusion ${name}`, expression] as const),
    ...(table?.indices ?? []).map(indexText),
  ]);
}

function viewTexts(view: ViewModel | undefined): Texts {
  if (view === undefined) return new Map();
  return new Map([['view', view.expression] as const, ...view.indices.map(indexText)]);
}

function indexText({ name, where, expression, columnOptions }: IndexModel): readonly [string, string] {
  return [`index ${name}`, JSON.stringify([where, expression, columnOptions])];
}

function takeTable(wanted: TableModel, standing: TableModel, meets: (key: string) => boolean): TableModel {
  const columns = byName(standing.columns);
  const [checks, exclusions] = [byName(standing.checks), byName(standing.exclusions)];
  const isRewritten = mentionsRetyped(wanted, standing);
  return {
    ...wanted,
    columns: wanted.columns.map((column) => {
      const other = columns.get(column.name);
      return {
        ...column,
        ...(meets(`default ${column.name}`) ? { default: other?.default ?? column.default } : {}),
        ...(meets(`generated ${column.name}`) ? { asExpression: other?.asExpression ?? column.asExpression } : {}),
      };
    }),
    checks: wanted.checks.map((check) =>
      meets(`check ${check.name}`) && !isRewritten(check.expression)
        ? { ...check, expression: checks.get(check.name)?.expression ?? check.expression }
        : check,
    ),
    exclusions: wanted.exclusions.map((exclusion) =>
      meets(`exclusion ${exclusion.name}`) && !isRewritten(exclusion.expression)
        ? { ...exclusion, expression: exclusions.get(exclusion.name)?.expression ?? exclusion.expression }
        : exclusion,
    ),
    indices: takeIndices(wanted.indices, standing.indices, meets, isRewritten),
  };
}

function takeView(wanted: ViewModel, standing: ViewModel, meets: (key: string) => boolean): ViewModel {
  return {
    ...wanted,
    ...(meets('view') ? { expression: standing.expression } : {}),
    indices: takeIndices(wanted.indices, standing.indices, meets),
  };
}

function takeIndices(
  wanted: readonly IndexModel[],
  standing: readonly IndexModel[],
  meets: (key: string) => boolean,
  isRewritten: (text: string | undefined) => boolean = () => false,
): readonly IndexModel[] {
  const others = byName(standing);
  return wanted.map((index) => {
    const other = others.get(index.name);
    if (other === undefined || !meets(`index ${index.name}`)) return index;
    if (isRewritten(index.where) || isRewritten(index.expression)) return index;
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
