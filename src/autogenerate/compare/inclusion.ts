import type { SchemaModel, TableModel, ViewModel } from '../../schema/schema.model.js';
import { displayName } from '../../schema/schema.model.js';
import type { CompareOptions, ComparedObjects, ComparedType, ParentNames } from './compare-options.js';
import type { Pairing } from './matching.js';

/** The option `includeObject`, with a method for each side of the comparison. */
export class Inclusion {
  constructor(private readonly includeObject: CompareOptions['includeObject']) {}

  /** Whether an object of the entities is compared; one that only they have would be created. */
  ofWanted<K extends ComparedType>(type: K, object: ComparedObjects[K], actual?: ComparedObjects[K]): boolean {
    return this.includeObject?.(object, nameOf(object), type, false, actual ?? null) ?? true;
  }

  /** Whether an object that only the database has is compared; it would be dropped. */
  ofActual<K extends ComparedType>(type: K, object: ComparedObjects[K]): boolean {
    return this.includeObject?.(object, nameOf(object), type, true, null) ?? true;
  }

  /** A pairing without what is not to be compared. */
  in<K extends ComparedType>(type: K, pairing: Pairing<ComparedObjects[K]>): Pairing<ComparedObjects[K]> {
    return {
      pairs: pairing.pairs.filter(({ actual, wanted }) => this.ofWanted(type, wanted, actual)),
      actualOnly: pairing.actualOnly.filter((object) => this.ofActual(type, object)),
      wantedOnly: pairing.wantedOnly.filter((object) => this.ofWanted(type, object)),
    };
  }
}

function nameOf(object: { readonly name?: string }): string | null {
  return object.name ?? null;
}

/** The part of a reflected schema that the option `includeName` accepts. */
export function visibleSchema(schema: SchemaModel, includeName: CompareOptions['includeName']): SchemaModel {
  if (includeName === undefined) return schema;
  const sees = (object: { name: string; schema?: string }, type: ComparedType): boolean =>
    includeName(object.schema ?? null, 'schema', {}) &&
    includeName(object.name, type, object.schema === undefined ? {} : { schemaName: object.schema });
  return {
    ...schema,
    tables: schema.tables.filter((table) => sees(table, 'table')).map((table) => visibleTable(table, includeName)),
    views: schema.views.filter((view) => sees(view, 'view')).map((view) => visibleView(view, includeName)),
    enums: schema.enums.filter((type) => sees(type, 'enum')),
  };
}

type IncludeName = NonNullable<CompareOptions['includeName']>;

function visibleTable(table: TableModel, includeName: IncludeName): TableModel {
  const parents = parentsOf(table);
  const visible = <T extends { readonly name?: string }>(members: readonly T[], type: ComparedType): T[] =>
    members.filter(({ name }) => includeName(name ?? null, type, parents));
  const { primaryKey, ...rest } = table;
  const seesKey = primaryKey !== undefined && includeName(primaryKey.name ?? null, 'primaryKey', parents);
  return {
    ...rest,
    ...(seesKey && { primaryKey }),
    columns: visible(table.columns, 'column'),
    uniques: visible(table.uniques, 'uniqueConstraint'),
    checks: visible(table.checks, 'checkConstraint'),
    exclusions: visible(table.exclusions, 'exclusionConstraint'),
    foreignKeys: visible(table.foreignKeys, 'foreignKeyConstraint'),
    indices: visible(table.indices, 'index'),
  };
}

function visibleView(view: ViewModel, includeName: IncludeName): ViewModel {
  const parents = parentsOf(view);
  return { ...view, indices: view.indices.filter(({ name }) => includeName(name, 'index', parents)) };
}

/** The parents of a member of a table or a view, as `includeName` gets them. */
export function parentsOf(table: { readonly name: string; readonly schema?: string }): ParentNames {
  return {
    ...(table.schema !== undefined && { schemaName: table.schema }),
    tableName: table.name,
    schemaQualifiedTableName: displayName(table),
  };
}
