import { qualifiedKey, type QualifiedName, qualifiedNameOf } from '../schema/schema.model.js';
import { flatOperations } from '../operations/flat-operations.js';
import { codeTokens } from '../sql/scanner.js';
import { actionsOn } from './parts.js';
import { columnOf, type LintedCall, type LintedStatement, type LintRun } from './subject.js';

/** A column of a table. */
export interface ColumnName {
  readonly table: QualifiedName;
  readonly column: string;
}

/** What an enum loses. */
export interface LostLabels extends ColumnName {
  readonly labels: readonly string[];
  /** One that stays, where one is known. */
  readonly kept?: string | undefined;
}

/** The columns of a type in tables in use. */
export function columnsOfType(call: LintedCall, type: QualifiedName, run: LintRun): readonly ColumnName[] {
  return call.schema.tables
    .filter((table) => !run.isFree(qualifiedNameOf(table)))
    .flatMap((table) =>
      table.columns
        .filter(
          ({ enumName, enumSchema, type: own }) =>
            (enumName === type.name && (enumSchema === undefined || enumSchema === type.schema)) || own === type.name,
        )
        .map(({ name }) => ({ table: qualifiedNameOf(table), column: name })),
    );
}

/** A column that gets another enum type. */
export interface ConvertedColumn extends ColumnName {
  /** Its labels before, where they are known. */
  readonly from?: readonly string[] | undefined;
  readonly to: readonly string[];
}

/** The columns that a statement converts to an enum type which has been created again with other labels. */
export function convertedToEnum(statement: LintedStatement, run: LintRun): readonly ConvertedColumn[] {
  const { call } = statement;
  if (call.operation.kind === 'alterColumn') return [];
  return actionsOn(statement, run, 'setType').flatMap(({ table, action: { column, type, using } }) => {
    const was = columnOf(call, table, column);
    const wanted = call.schema.enums.find(({ name }) => new RegExp(`\\b${name}\\b`).test(type));
    if (using === undefined || was?.enumName === undefined || wanted === undefined) return [];
    const from = call.schema.enums.find(({ name }) => name === was.enumName)?.values ?? was.enum;
    return [{ table, column, from, to: wanted.values }];
  });
}

/** Labels that a type which is created again by hand does not have any more. */
function labelsOfSql(call: LintedCall, run: LintRun): readonly LostLabels[] {
  const ofColumns = call.statements.flatMap((statement) =>
    actionsOn(statement, run, 'changeColumn').flatMap(({ table, action: { from, column } }) => {
      const known = /^enum\b/i.test(column.type) ? (columnOf(call, table, from)?.enum ?? []) : [];
      const labels = missing(known, column.type, run);
      return labels.length === 0 ? [] : [{ table, column: from, labels }];
    }),
  );
  const ofTypes = call.statements.flatMap((statement) =>
    convertedToEnum(statement, run).flatMap(({ table, column, from = [], to }) => {
      const labels = from.filter((label) => !to.includes(label));
      return labels.length === 0 ? [] : [{ table, column, labels }];
    }),
  );
  return [...ofColumns, ...ofTypes];
}

/** Labels that are no string in a SQL text. */
function missing(labels: readonly string[], sql: string, run: LintRun): readonly string[] {
  const values = codeTokens(sql, run.dialect.sqlRules).filter(({ kind }) => kind === 'string');
  return labels.filter((label) => !values.some(({ value }) => value === label));
}

/** Labels that a call takes away from an enum, by the columns of it. */
export function labelsTakenAway(call: LintedCall, run: LintRun): readonly LostLabels[] {
  if (call.byHand) return labelsOfSql(call, run);
  return flatOperations([call.operation]).flatMap((operation) => {
    if (operation.kind === 'alterEnum') {
      const key = qualifiedKey(run.nameOf(operation.enum));
      const known = call.schema.enums.find((each) => qualifiedKey(each) === key)?.values;
      const labels = (operation.existing ?? known ?? []).filter((label) => !operation.values.includes(label));
      return labels.length === 0
        ? []
        : columnsOfType(call, operation.enum, run).map((column) => ({
            ...column,
            labels,
            kept: keptOf(operation.values, labels),
          }));
    }
    if (operation.kind !== 'alterColumn' || run.isFree(operation.table)) return [];
    const { table, column, to, existing } = operation;
    const known = existing?.enum ?? columnOf(call, table, column)?.enum ?? [];
    const labels = known.filter((label) => to.enum?.includes(label) === false);
    return labels.length === 0 ? [] : [{ table, column, labels, kept: keptOf(to.enum ?? [], labels) }];
  });
}

function keptOf(values: readonly string[], labels: readonly string[]): string | undefined {
  return values.find((value) => !labels.includes(value));
}
