import type { AlterColumn, Operation } from '../../../operations/operation.js';
import {
  type ForeignKeyModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../../schema/schema.model.js';
import { mentionsColumn, renameColumnIn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { identifier, quote } from '../names.js';
import { typeName } from '../types.js';
import { behindVacuum, keptEqual, noLongerEqual, sequenceMoved, type Twins } from './twins.js';

/** A foreign key, with the table that it is of. */
interface OwnedKey {
  readonly table: QualifiedName;
  readonly key: ForeignKeyModel;
}

/**
 * Builds for the twin what the column has, while the table is used, and exchanges the two in one transaction.
 *
 * @param after the twins as they are then: the column has the type of the twin, and the twin that of the column
 */
export function switched(before: Twins, after: Twins, schema: SchemaModel): readonly Operation[] {
  const parts = new Parts(before, schema);
  return [...parts.built(), ...parts.exchanged(after)];
}

/** What is to be exchanged with a column. */
class Parts {
  private readonly table: QualifiedName;
  private readonly model: TableModel;
  private readonly column: string;
  private readonly twin: string;
  private readonly isRequired: boolean;

  constructor(
    private readonly twins: Twins,
    private readonly schema: SchemaModel,
  ) {
    this.model = twins.table;
    this.table = qualifiedNameOf(twins.table);
    this.column = twins.column.name;
    this.twin = twins.twin.name;
    this.isRequired = twins.column.isNullable !== true;
  }

  /** The steps before the exchange, none of which keeps anybody waiting for long. */
  built(): readonly Operation[] {
    const { table } = this;
    return [
      behindVacuum(table),
      ...this.validated({ kind: 'createCheck', table, check: this.filled(true) }, this.filled().name),
      ...this.indices().map((index): Operation => ({
        kind: 'createIndex',
        table,
        index: { ...index, isConcurrent: true },
        ifNotExists: true,
      })),
      ...this.keysWithIndex().map(({ name, columnNames }): Operation => ({
        kind: 'createIndex',
        table,
        index: { name: twinOf(name), columnNames: this.inTwin(columnNames), isUnique: true, isConcurrent: true },
        ifNotExists: true,
      })),
      ...this.checks().flatMap(({ name, expression }) => {
        const check = { name: twinOf(name), expression: this.sqlInTwin(expression), isNotValid: true } as const;
        return this.validated({ kind: 'createCheck', table, check }, check.name);
      }),
      ...this.foreignKeys().flatMap(({ table: owner, key }) => {
        const foreignKey: ForeignKeyModel = { ...this.keyInTwin(owner, key), name: twinOf(key.name), isNotValid: true };
        return [
          { kind: 'createForeignKey', table: owner, foreignKey },
          { kind: 'validateConstraint', table: owner, name: twinOf(key.name), isConcurrent: true },
        ] as const;
      }),
    ];
  }

  /** The transaction in which the column and its twin exchange their names, and all that is on them. */
  exchanged(after: Twins): readonly Operation[] {
    const { table, column, twin } = this;
    const { primaryKey, uniques } = this.model;
    const isOfKey = primaryKey?.columnNames.includes(column) === true;
    return [
      behindVacuum(table),
      ...noLongerEqual(table, column),
      ...this.foreignKeys().map(({ table: owner, key }): Operation => ({
        kind: 'dropForeignKey',
        table: owner,
        name: nameOf(key),
        was: key,
      })),
      ...this.checks().map((check): Operation => ({ kind: 'dropCheck', table, name: nameOf(check), was: check })),
      ...(isOfKey ? [{ kind: 'dropPrimaryKey', table, name: nameOf(primaryKey), was: primaryKey } as const] : []),
      ...this.uniques().map((unique): Operation => ({ kind: 'dropUnique', table, name: nameOf(unique), was: unique })),
      ...this.indexModels().map((index): Operation => ({ kind: 'dropIndex', table, name: index.name, was: index })),
      ...this.defaultMoved(after),
      ...this.nullability(),
      { kind: 'renameColumn', table, from: column, to: after.twin.name },
      { kind: 'renameColumn', table, from: twin, to: column },
      ...(isOfKey
        ? [{ kind: 'createPrimaryKey', table, primaryKey, fromIndex: twinOf(nameOf(primaryKey)) } as const]
        : []),
      ...uniques
        .filter(({ columnNames }) => columnNames.includes(column))
        .map((unique): Operation => ({ kind: 'createUnique', table, unique, fromIndex: twinOf(nameOf(unique)) })),
      ...this.indexModels().map(({ name }): Operation => ({
        kind: 'renameIndex',
        table,
        from: twinOf(name),
        to: name,
      })),
      ...[...this.checks().map((check) => ({ table, name: nameOf(check) })), ...this.keyNames()].map(
        ({ table: owner, name }): Operation => ({
          kind: 'renameConstraint',
          table: owner,
          from: twinOf(name),
          to: name,
        }),
      ),
      ...keptEqual(after),
    ];
  }

  /** The default, or the sequence, and the comment. */
  private defaultMoved(after: Twins): readonly Operation[] {
    const { table, column, twin } = this;
    const { default: sql, generationStrategy, comment } = this.twins.column;
    const change = (name: string, to: AlterColumn['to'], existing: AlterColumn['to']): Operation => ({
      kind: 'alterColumn',
      table,
      column: name,
      to,
      existing,
    });
    return [
      ...(generationStrategy === 'increment'
        ? [sequenceMoved(table, column, twin, sequenceType(after.column.type))]
        : []),
      ...(sql === undefined || generationStrategy === 'increment'
        ? []
        : [
            change(column, { default: null }, { default: sql }),
            change(twin, { default: after.column.default ?? sql }, { default: null }),
          ]),
      ...(comment === undefined
        ? []
        : [change(column, { comment: null }, { comment }), change(twin, { comment }, { comment: null })]),
    ];
  }

  private nullability(): readonly Operation[] {
    const { table, column, twin } = this;
    const change = (name: string, isNullable: boolean): Operation => ({
      kind: 'alterColumn',
      table,
      column: name,
      to: { isNullable },
      existing: { isNullable: !isNullable },
    });
    const { name, expression } = this.filled();
    return [
      ...(this.isRequired ? [change(twin, false), change(column, true)] : []),
      { kind: 'dropCheck', table, name, was: { name, expression } },
    ];
  }

  /** The check that the twin has a value wherever the column has one. */
  private filled(isNotValid = false): {
    readonly name: string;
    readonly expression: string;
    readonly isNotValid?: true;
  } {
    const isSet = `${quote(this.twin)} IS NOT NULL`;
    const expression = this.isRequired ? isSet : `${isSet} OR ${quote(this.column)} IS NULL`;
    return { name: identifier(`${this.twin}_is_filled`), expression, ...(isNotValid && { isNotValid: true as const }) };
  }

  private validated(added: Operation, name: string): readonly Operation[] {
    return [added, { kind: 'validateConstraint', table: this.table, name, isConcurrent: true }];
  }

  private indexModels(): TableModel['indices'] {
    return this.model.indices.filter(
      ({ columnNames, include = [], where, expression }) =>
        [...columnNames, ...include].includes(this.column) || this.mentions(where) || this.mentions(expression),
    );
  }

  private indices(): TableModel['indices'] {
    return this.indexModels().map((index) => ({
      ...index,
      name: twinOf(index.name),
      columnNames: this.inTwin(index.columnNames),
      ...(index.include && { include: this.inTwin(index.include) }),
      ...(index.where !== undefined && { where: this.sqlInTwin(index.where) }),
      ...(index.expression !== undefined && { expression: this.sqlInTwin(index.expression) }),
      ...(index.columnOptions && {
        columnOptions: Object.fromEntries(
          Object.entries(index.columnOptions).map(([name, option]) => [this.inTwin([name])[0] ?? name, option]),
        ),
      }),
    }));
  }

  private uniques(): TableModel['uniques'] {
    return this.model.uniques.filter(({ columnNames }) => columnNames.includes(this.column));
  }

  private keysWithIndex(): readonly { readonly name: string; readonly columnNames: readonly string[] }[] {
    const { primaryKey } = this.model;
    const isOfKey = primaryKey?.columnNames.includes(this.column) === true;
    return [...(isOfKey ? [primaryKey] : []), ...this.uniques()].map((key) => ({ ...key, name: nameOf(key) }));
  }

  private checks(): readonly { readonly name: string; readonly expression: string }[] {
    return this.model.checks
      .filter(({ expression }) => this.mentions(expression))
      .map((check) => ({ ...check, name: nameOf(check) }));
  }

  /** The foreign keys of the column, and those that refer to it. */
  private foreignKeys(): readonly (OwnedKey & { readonly key: { readonly name: string } })[] {
    const all = this.schema.tables.flatMap((owner) =>
      owner.foreignKeys.map((key): OwnedKey => ({ table: qualifiedNameOf(owner), key })),
    );
    return all
      .filter(({ table, key }) => this.isOfColumn(table, key) || this.refersToColumn(key))
      .map(({ table, key }) => ({ table, key: { ...key, name: nameOf(key) } }));
  }

  private keyNames(): readonly { readonly table: QualifiedName; readonly name: string }[] {
    return this.foreignKeys().map(({ table, key }) => ({ table, name: key.name }));
  }

  private keyInTwin(owner: QualifiedName, key: ForeignKeyModel): ForeignKeyModel {
    return {
      ...key,
      ...(this.isOfColumn(owner, key) && { columnNames: this.inTwin(key.columnNames) }),
      ...(this.refersToColumn(key) && { referencedColumnNames: this.inTwin(key.referencedColumnNames) }),
    };
  }

  private isOfColumn(owner: QualifiedName, key: ForeignKeyModel): boolean {
    return qualifiedKey(owner) === qualifiedKey(this.table) && key.columnNames.includes(this.column);
  }

  private refersToColumn(key: ForeignKeyModel): boolean {
    const isToTable = qualifiedKey(referencedTable(key)) === qualifiedKey(this.table);
    return isToTable && key.referencedColumnNames.includes(this.column);
  }

  private inTwin(names: readonly string[]): string[] {
    return names.map((name) => (name === this.column ? this.twin : name));
  }

  private sqlInTwin(sql: string): string {
    return renameColumnIn(sql, this.column, this.twin, POSTGRES_SQL);
  }

  private mentions(sql: string | undefined): boolean {
    return sql !== undefined && mentionsColumn(sql, this.column, POSTGRES_SQL);
  }
}

function nameOf({ name }: { readonly name?: string }): string {
  return name ?? '';
}

/** The name that something of the twin has until the exchange. */
function twinOf(name: string): string {
  const suffix = '_twin';
  let start = name;
  while (Buffer.byteLength(start + suffix) > 63) start = start.slice(0, -1);
  return start + suffix;
}

function sequenceType(type: string): string {
  const name = typeName(type);
  return ['smallint', 'integer', 'bigint'].includes(name) ? name : 'bigint';
}
