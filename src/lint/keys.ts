import { flatOperations } from '../operations/flat-operations.js';
import { type ForeignKeyModel, qualifiedKey, type QualifiedName, type TableModel } from '../schema/schema.model.js';
import type { AlterTable, ColumnClause, ConstraintClause, CreateTable, SqlStatement } from '../sql/ddl/statement.js';
import { statementsIn } from './parts.js';
import { type LintedCall, type LintRun, tableOf } from './subject.js';

/** A foreign key that a call adds. */
export interface AddedKey {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  readonly parent: QualifiedName;
  /** Empty for those of the primary key. */
  readonly parentColumns: readonly string[];
  /** The table as the call itself creates it. */
  readonly created?: Pick<TableModel, 'columns'>;
}

/** The foreign keys that a call adds, those of a table that it creates too. */
export function keysAddedBy(call: LintedCall, run: LintRun): readonly AddedKey[] {
  if (call.byHand)
    return call.statements.flatMap(({ parsed }) => statementsIn(parsed)).flatMap((one) => ofSql(one, run));
  return flatOperations([call.operation]).flatMap((operation): readonly AddedKey[] => {
    if (operation.kind === 'createForeignKey') return [ofModel(operation.table, operation.foreignKey)];
    if (operation.kind !== 'createTable') return [];
    const { table } = operation;
    return table.foreignKeys.map((key) => ({ ...ofModel(table, key), created: table }));
  });
}

function ofModel(table: QualifiedName, key: ForeignKeyModel): AddedKey {
  const { columnNames, referencedSchema: schema, referencedTableName: name, referencedColumnNames } = key;
  return {
    table,
    columns: columnNames,
    parent: schema === undefined ? { name } : { schema, name },
    parentColumns: referencedColumnNames,
  };
}

function ofSql(parsed: SqlStatement, run: LintRun): readonly AddedKey[] {
  if (parsed.kind !== 'alterTable' && parsed.kind !== 'createTable') return [];
  const table = run.nameOf(parsed.table);
  const constraints = constraintsIn(parsed);
  const created = parsed.kind === 'createTable' ? { columns: parsed.columns.map(asColumn) } : undefined;
  return constraints.flatMap(({ type, columns, referenced }) =>
    type === 'foreignKey' && referenced !== undefined
      ? [{ table, columns, parent: run.nameOf(referenced), parentColumns: [], ...(created && { created }) }]
      : [],
  );
}

function asColumn({ name, type }: ColumnClause): TableModel['columns'][number] {
  return { name, type: type.toLowerCase() };
}

/** Whether an index of the table, or one that the run creates, begins with these columns, in any order. */
export function isIndexed(call: LintedCall, name: QualifiedName, columns: readonly string[], run: LintRun): boolean {
  const table = tableOf(call, name);
  return [
    ...(table?.indices ?? [])
      .filter(({ where, columnNames }) => hasAllKeys({ where, columns: columnNames }))
      .map(({ columnNames }) => columnNames),
    ...(table?.uniques ?? []).map(({ columnNames }) => columnNames),
    table?.primaryKey?.columnNames ?? [],
    ...(createdIndexes(run).get(qualifiedKey(name)) ?? []),
  ].some((indexed) => {
    const leading = indexed.slice(0, columns.length);
    return columns.length > 0 && columns.every((column) => leading.includes(column));
  });
}

/** Whether an index has all rows with a value in its columns: it is not partial, or leaves only NULLs out. */
function hasAllKeys({ where, columns }: { readonly where?: string | undefined; readonly columns: Columns }): boolean {
  if (where === undefined) return true;
  return where.split(/\bAND\b/i).every((part) => {
    const [, column] = /^[\s("`]*(.+?)[\s)"`]+IS\s+NOT\s+NULL[\s)]*$/i.exec(part) ?? [];
    return column !== undefined && columns.includes(column);
  });
}

type Indexes = ReadonlyMap<string, readonly Columns[]>;
/** `undefined` for an expression. */
type Columns = readonly (string | undefined)[];

const created = new WeakMap<LintRun, Indexes>();

/** The columns of all indexes that a run creates, by the `qualifiedKey` of their table. */
function createdIndexes(run: LintRun): Indexes {
  const earlier = created.get(run);
  if (earlier !== undefined) return earlier;
  const indexes = new Map<string, Columns[]>();
  for (const { statements } of run.calls) {
    for (const { table, columns } of statements.flatMap(({ parsed }) => statementsIn(parsed)).flatMap(indexesIn)) {
      const key = qualifiedKey(run.nameOf(table));
      const known = indexes.get(key);
      if (known === undefined) indexes.set(key, [columns]);
      else known.push(columns);
    }
  }
  created.set(run, indexes);
  return indexes;
}

/** The indexes that a statement creates, and those of the constraints that it adds. */
function indexesIn(parsed: SqlStatement): readonly { readonly table: QualifiedName; readonly columns: Columns }[] {
  if (parsed.kind === 'createIndex') return hasAllKeys(parsed) ? [parsed] : [];
  if (parsed.kind !== 'alterTable' && parsed.kind !== 'createTable') return [];
  return constraintsIn(parsed)
    .filter(({ type }) => type === 'unique' || type === 'primaryKey')
    .map(({ columns }) => ({ table: parsed.table, columns }));
}

function constraintsIn(parsed: AlterTable | CreateTable): readonly ConstraintClause[] {
  if (parsed.kind === 'createTable') {
    return [...parsed.constraints, ...parsed.columns.flatMap((column) => column.constraints)];
  }
  return parsed.actions.flatMap((action) =>
    action.action === 'addConstraint'
      ? [action.constraint]
      : action.action === 'addColumn'
        ? action.column.constraints
        : [],
  );
}
