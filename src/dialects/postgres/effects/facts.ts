import {
  type ColumnModel,
  type ForeignKeyModel,
  type KnownDomain,
  type KnownPartition,
  qualifiedKey,
  type QualifiedName,
  referencedTable,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import type { ObjectName } from '../../../sql/ddl/statement.js';
import { searchPath } from '../../../sql/search-path.js';
import type { EffectFacts } from '../../effects.js';
import { typeText } from '../types.js';

/** The oldest major version that is supported: what is true of it is assumed where the version is not known. */
const OLDEST = 14;

/** Looks into the schema before a statement. Names are those of the model: without the data source's own schema. */
export class Known {
  readonly version: number;

  constructor(readonly facts: EffectFacts) {
    this.version = facts.version ?? OLDEST;
  }

  /** The name as the model has it. */
  nameOf({ schema, name }: ObjectName): QualifiedName {
    const own = this.facts.ownSchema ?? 'public';
    const path = schema === undefined ? searchPath(this.facts.settings?.get('search_path')) : undefined;
    const found = path?.find((each) => this.has(each === own ? undefined : each, name)) ?? path?.[0];
    const place = schema ?? found;
    return place === undefined || place === own ? { name } : { schema: place, name };
  }

  table(name: QualifiedName): TableModel | undefined {
    const key = qualifiedKey(name);
    return this.facts.schema.tables.find((table) => qualifiedKey(table) === key);
  }

  private has(schema: string | undefined, name: string): boolean {
    const { tables, views } = this.facts.schema;
    return [...tables, ...views].some((each) => each.name === name && each.schema === schema);
  }

  column(name: QualifiedName, column: string): ColumnModel | undefined {
    return this.table(name)?.columns.find((each) => each.name === column);
  }

  /** The domain of this name, as far as it is known: made by the revisions, in the database, or of another column. */
  domain(type: string): KnownDomain | undefined {
    const { schema, domains = [] } = this.facts;
    const made = [...(schema.domains ?? []), ...domains].find(({ name }) => name === type);
    if (made !== undefined) return made;
    for (const table of schema.tables) {
      const domain = table.columns.find((column) => column.type === type)?.postgres?.domain;
      if (domain === undefined) continue;
      const given = domain.rules.find((rule) => rule.startsWith('DEFAULT '));
      return {
        name: type,
        hasRules: domain.rules.some((rule) => !rule.startsWith('DEFAULT')),
        base: typeText(domain.base),
        ...(given !== undefined && { default: given.slice('DEFAULT '.length) }),
      };
    }
    return undefined;
  }

  /** Whether a function that is not the server's own may give another value for each row; undefined where it is not known. */
  isVolatile(called: string): boolean | undefined {
    const { schema, functions = [] } = this.facts;
    const known = [...(schema.functions ?? []), ...functions].filter(({ name }) => name === called);
    return known.length === 0 ? undefined : known.some(({ isVolatile }) => isVolatile);
  }

  /** The partitions of a table, and theirs. */
  partitionsOf(table: QualifiedName): readonly KnownPartition[] {
    const key = qualifiedKey(table);
    const own = (this.facts.schema.partitions ?? []).filter(({ parent }) => qualifiedKey(parent) === key);
    return own.flatMap((partition) => [partition, ...this.partitionsOf(partition)]);
  }

  /** The table, or the materialized view, that an index belongs to. */
  ownerOfIndex(index: QualifiedName): QualifiedName | undefined {
    const { tables, views } = this.facts.schema;
    const owner = [...tables, ...views].find(
      (each) => each.schema === index.schema && each.indices.some(({ name }) => name === index.name),
    );
    return owner && { ...(owner.schema !== undefined && { schema: owner.schema }), name: owner.name };
  }

  /** The tables that the foreign keys of a table refer to, itself left out. @param columns only keys with one of them */
  parentsOf(table: QualifiedName, columns?: readonly string[]): readonly QualifiedName[] {
    const keys = this.table(table)?.foreignKeys ?? [];
    return distinct(
      keys
        .filter((key) => columns === undefined || key.columnNames.some((each) => columns.includes(each)))
        .map(referencedTable),
      table,
    );
  }

  /** The foreign keys of other tables that refer to a table. @param columns only keys to one of them */
  keysTo(
    table: QualifiedName,
    columns?: readonly string[],
  ): readonly { readonly owner: QualifiedName; readonly key: ForeignKeyModel }[] {
    const own = qualifiedKey(table);
    return this.facts.schema.tables.flatMap((owner) =>
      owner.foreignKeys
        .filter((key) => qualifiedKey(referencedTable(key)) === own && qualifiedKey(owner) !== own)
        .filter((key) => columns === undefined || this.referenced(table, key).some((each) => columns.includes(each)))
        .map((key) => ({ owner: this.bare(owner), key })),
    );
  }

  /** The columns that a key refers to; those of the primary key where it names none. */
  private referenced(table: QualifiedName, { referencedColumnNames: names }: ForeignKeyModel): readonly string[] {
    return names.length > 0 ? names : (this.table(table)?.primaryKey?.columnNames ?? []);
  }

  /** The tables whose foreign keys refer to a table. */
  childrenOf(table: QualifiedName, columns?: readonly string[]): readonly QualifiedName[] {
    return distinct(
      this.keysTo(table, columns).map(({ owner }) => owner),
      table,
    );
  }

  /** The view of this name. */
  view(name: QualifiedName): ViewModel | undefined {
    const key = qualifiedKey(name);
    return this.facts.schema.views.find((view) => qualifiedKey(view) === key);
  }

  /** The views that read a table or a view, directly or through others. @param column only those that name it, or take all with `*` */
  viewsOn(name: QualifiedName, column?: string): readonly QualifiedName[] {
    const direct = this.facts.schema.views.filter(
      ({ dependsOn, expression }) =>
        dependsOn.some((each) => qualifiedKey(each) === qualifiedKey(name)) &&
        (column === undefined || mentions(expression, column) || expression.includes('*')),
    );
    return direct.flatMap((view) => [this.bare(view), ...this.viewsOn(view)]);
  }

  private bare({ schema, name }: QualifiedName): QualifiedName {
    return schema === undefined ? { name } : { schema, name };
  }
}

/** Whether an expression has a column's name in it, with or without quotes. */
export function mentions(expression: string, column: string): boolean {
  return new RegExp(`(?:^|[^\\w"])"?${column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?(?![\\w"])`).test(expression);
}

function distinct(names: readonly QualifiedName[], but: QualifiedName): readonly QualifiedName[] {
  const found = new Map(names.map((name) => [qualifiedKey(name), name]));
  found.delete(qualifiedKey(but));
  return [...found.values()];
}
