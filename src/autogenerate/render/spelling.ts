import type { PlainWords } from '../../dialects/dialect.js';
import {
  type ColumnModel,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../schema/schema.model.js';

/** How what has a text of SQL is said in a revision; `owner` is its table, or the view itself. */
export interface SqlSpelling {
  column(owner: QualifiedName, column: ColumnModel): ColumnModel;
  text(kind: TextKind, owner: QualifiedName, name: string | undefined, sql: string): string;
}

/** What a text is: that of a constraint or a view, or the condition of an index. */
export type TextKind = 'check' | 'exclusion' | 'index' | 'view';

/** What stands in the catalog, as plainly as can be. */
export function plainSpelling(plainWords: PlainWords): SqlSpelling {
  return {
    column: (_owner, column) => plainWords.column(column),
    text: (_kind, _owner, _name, sql) => plainWords.expression(sql),
  };
}

/**
 * What the entities want, as they say it.
 *
 * @param wanted as the catalog would print it
 * @param described the same, in the same order, in the words of the entities
 */
export function entitySpelling(wanted: SchemaModel, described: SchemaModel, plainWords: PlainWords): SqlSpelling {
  const said = entityExpressions(wanted, described);
  const plain = plainSpelling(plainWords);
  return {
    column(owner, column) {
      const { default: value, asExpression, ...rest } = plain.column(owner, column);
      const saidDefault = said.get(keyOf('default', owner, column.name));
      return {
        ...rest,
        ...(value !== undefined && { default: isConstant(value) ? value : (saidDefault ?? value) }),
        ...(asExpression !== undefined && {
          asExpression: said.get(keyOf('generated', owner, column.name)) ?? asExpression,
        }),
      };
    },
    text: (kind, owner, name, sql) => said.get(keyOf(kind, owner, name)) ?? plain.text(kind, owner, name, sql),
  };
}

export function spellTable(spelling: SqlSpelling, table: TableModel): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => spelling.column(table, column)),
    checks: table.checks.map((check) => spellExpression(spelling, 'check', table, check)),
    exclusions: table.exclusions.map((exclusion) => spellExpression(spelling, 'exclusion', table, exclusion)),
    indices: table.indices.map((index) => spellIndex(spelling, table, index)),
  };
}

export function spellView(spelling: SqlSpelling, view: ViewModel): ViewModel {
  return {
    ...spellExpression(spelling, 'view', view, view),
    indices: view.indices.map((index) => spellIndex(spelling, view, index)),
  };
}

export function spellIndex(spelling: SqlSpelling, owner: QualifiedName, index: IndexModel): IndexModel {
  const { where, name } = index;
  return where === undefined ? index : { ...index, where: spelling.text('index', owner, name, where) };
}

export function spellExpression<T extends { readonly name?: string; readonly expression: string }>(
  spelling: SqlSpelling,
  kind: TextKind,
  owner: QualifiedName,
  member: T,
): T {
  return { ...member, expression: spelling.text(kind, owner, member.name, member.expression) };
}

/** A number or a truth value, which reads better than the text that TypeORM makes of it. */
function isConstant(sql: string): boolean {
  return /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(sql);
}

type ExpressionKind = TextKind | 'default' | 'generated';

function keyOf(kind: ExpressionKind, owner: QualifiedName, name: string | undefined): string {
  return JSON.stringify([kind, qualifiedKey(owner), name]);
}

/** The texts of the entities, by the names that their owners have in the catalog: it cuts long ones. */
function entityExpressions(wanted: SchemaModel, described: SchemaModel): ReadonlyMap<string, string> {
  const tables = wanted.tables.flatMap((table, number) => tableExpressions(table, described.tables[number]));
  const views = wanted.views.flatMap((view, number) => {
    const text = described.views[number]?.expression;
    return text === undefined ? [] : [[keyOf('view', view, view.name), withoutEnd(text)] as const];
  });
  return new Map([...tables, ...views]);
}

function tableExpressions(
  table: TableModel,
  described: TableModel | undefined,
): readonly (readonly [string, string])[] {
  if (described === undefined) return [];
  const textsOf = <T extends { readonly name?: string }>(
    kind: ExpressionKind,
    members: readonly T[],
    entities: readonly T[],
    textOf: (member: T) => string | undefined,
  ): readonly (readonly [string, string])[] =>
    members.flatMap(({ name }, number) => {
      const member = entities[number];
      const text = member && textOf(member);
      return text === undefined ? [] : [[keyOf(kind, table, name), text.trim()] as const];
    });
  return [
    ...textsOf('default', table.columns, described.columns, (column) => column.default),
    ...textsOf('generated', table.columns, described.columns, ({ asExpression }) => asExpression),
    ...textsOf('check', table.checks, described.checks, ({ expression }) => expression),
    ...textsOf('exclusion', table.exclusions, described.exclusions, ({ expression }) => expression),
    ...textsOf('index', table.indices, described.indices, ({ where }) => where),
  ];
}

/** A query without the semicolon that may end it. */
function withoutEnd(sql: string): string {
  return sql.trim().replace(/[\s;]+$/, '');
}
