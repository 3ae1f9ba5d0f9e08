import {
  type ColumnModel,
  type ForeignKeyModel,
  qualifiedKey,
  type QualifiedName,
  referencedTable,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import type { ObjectName } from '../../../sql/ddl/statement.js';
import type { EffectFacts } from '../../effects.js';

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
    return schema === undefined || schema === (this.facts.ownSchema ?? 'public') ? { name } : { schema, name };
  }

  table(name: QualifiedName): TableModel | undefined {
    const key = qualifiedKey(name);
    return this.facts.schema.tables.find((table) => qualifiedKey(table) === key);
  }

  column(name: QualifiedName, column: string): ColumnModel | undefined {
    return this.table(name)?.columns.find((each) => each.name === column);
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
        .filter((key) => columns === undefined || key.referencedColumnNames.some((each) => columns.includes(each)))
        .map((key) => ({ owner: this.bare(owner), key })),
    );
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
