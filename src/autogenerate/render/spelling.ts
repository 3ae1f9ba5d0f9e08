import type { SqlSpelling } from '../../dialects/dialect.js';
import {
  type ColumnModel,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../schema/schema.model.js';

/** How SQL expressions are written into a revision; `owner` is the table of the column or member, or the view itself. */
export interface RevisionSpelling {
  /** A column with its type, its default and its generated expression. */
  column(owner: QualifiedName, column: ColumnModel): ColumnModel;
  expression(kind: ExpressionOwner, owner: QualifiedName, name: string | undefined, sql: string): string;
}

/** What has an expression: a constraint, an index with a condition, or a view with its query. */
export type ExpressionOwner = 'check' | 'exclusion' | 'index' | 'view';

/** The catalog's spelling without redundant casts and parentheses. */
export function plainSpelling(sqlSpelling: SqlSpelling): RevisionSpelling {
  return {
    column: (_owner, column) => sqlSpelling.column(column),
    expression: (_kind, _owner, _name, sql) => sqlSpelling.expression(sql),
  };
}

/**
 * The spelling of the entities, and the catalog's plain one for what they have no expression for.
 *
 * @param wanted the canonical schema
 * @param wantedAsWritten the same members in the same order, as the entities write them
 */
export function entitySpelling(
  wanted: SchemaModel,
  wantedAsWritten: SchemaModel,
  sqlSpelling: SqlSpelling,
): RevisionSpelling {
  const written = entityExpressions(wanted, wantedAsWritten);
  const plain = plainSpelling(sqlSpelling);
  return {
    column(owner, column) {
      const { default: value, asExpression, ...rest } = plain.column(owner, column);
      const writtenDefault = written.get(keyOf('default', owner, column.name));
      return {
        ...rest,
        ...(value !== undefined && { default: isConstant(value) ? value : (writtenDefault ?? value) }),
        ...(asExpression !== undefined && {
          asExpression: written.get(keyOf('generated', owner, column.name)) ?? asExpression,
        }),
      };
    },
    expression: (kind, owner, name, sql) =>
      written.get(keyOf(kind, owner, name)) ?? plain.expression(kind, owner, name, sql),
  };
}

export function spellTable(spelling: RevisionSpelling, table: TableModel): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => spelling.column(table, column)),
    checks: table.checks.map((check) => spellExpression(spelling, 'check', table, check)),
    exclusions: table.exclusions.map((exclusion) => spellExpression(spelling, 'exclusion', table, exclusion)),
    indices: table.indices.map((index) => spellIndex(spelling, table, index)),
  };
}

export function spellView(spelling: RevisionSpelling, view: ViewModel): ViewModel {
  return {
    ...spellExpression(spelling, 'view', view, view),
    indices: view.indices.map((index) => spellIndex(spelling, view, index)),
  };
}

export function spellIndex(spelling: RevisionSpelling, owner: QualifiedName, index: IndexModel): IndexModel {
  const { where, name } = index;
  return where === undefined ? index : { ...index, where: spelling.expression('index', owner, name, where) };
}

export function spellExpression<T extends { readonly name?: string; readonly expression: string }>(
  spelling: RevisionSpelling,
  kind: ExpressionOwner,
  owner: QualifiedName,
  member: T,
): T {
  return { ...member, expression: spelling.expression(kind, owner, member.name, member.expression) };
}

/**
 * Whether a default is a number or a boolean: the catalog's spelling reads better than TypeORM's, which is a quoted
 * string.
 */
function isConstant(sql: string): boolean {
  return /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(sql);
}

type ExpressionKind = ExpressionOwner | 'default' | 'generated';

function keyOf(kind: ExpressionKind, owner: QualifiedName, name: string | undefined): string {
  return JSON.stringify([kind, qualifiedKey(owner), name]);
}

/** The expressions of the entities, by the canonical names of their owners, since the database cuts long names. */
function entityExpressions(wanted: SchemaModel, wantedAsWritten: SchemaModel): ReadonlyMap<string, string> {
  const tables = wanted.tables.flatMap((table, number) => tableExpressions(table, wantedAsWritten.tables[number]));
  const views = wanted.views.flatMap((view, number) => {
    const query = wantedAsWritten.views[number]?.expression;
    return query === undefined ? [] : [[keyOf('view', view, view.name), withoutEnd(query)] as const];
  });
  return new Map([...tables, ...views]);
}

function tableExpressions(
  table: TableModel,
  asWritten: TableModel | undefined,
): readonly (readonly [string, string])[] {
  if (asWritten === undefined) return [];
  const expressionsOf = <T extends { readonly name?: string }>(
    kind: ExpressionKind,
    members: readonly T[],
    entities: readonly T[],
    expressionOf: (member: T) => string | undefined,
  ): readonly (readonly [string, string])[] =>
    members.flatMap(({ name }, number) => {
      const member = entities[number];
      const sql = member && expressionOf(member);
      return sql === undefined ? [] : [[keyOf(kind, table, name), sql.trim()] as const];
    });
  return [
    ...expressionsOf('default', table.columns, asWritten.columns, (column) => column.default),
    ...expressionsOf('generated', table.columns, asWritten.columns, ({ asExpression }) => asExpression),
    ...expressionsOf('check', table.checks, asWritten.checks, ({ expression }) => expression),
    ...expressionsOf('exclusion', table.exclusions, asWritten.exclusions, ({ expression }) => expression),
    ...expressionsOf('index', table.indices, asWritten.indices, ({ where }) => where),
  ];
}

/** A query without a semicolon at its end. */
function withoutEnd(sql: string): string {
  return sql.trim().replace(/[\s;]+$/, '');
}
