import { isNamed } from '../sql/paths.js';
import { codeTokens } from '../sql/scanner.js';
import { quoteName, quoteNames } from '../sql/identifiers.js';
import type { OperationOf } from '../operations/operation.js';
import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import { bareColumn, hasWord, notValid, onlyAction, referencesOf } from './by-hand.js';
import { asCode, checkInSteps, execute, notNullSteps, quoted, rewritten, shortened, steps, validated } from './fix.js';
import type { AddedConstraint } from './parts.js';
import { columnOf, type LintedStatement, type LintRun, tableOf } from './subject.js';

/** A check in steps that keep nobody waiting; undefined where there are none. */
export function checkFix(statement: LintedStatement, added: AddedConstraint, run: LintRun): string | undefined {
  const { table, constraint } = added;
  const name = nameOf(statement, added, 'check', run);
  return (
    rewritten(statement.call, 'createCheck', isOf(table), (operation) =>
      notValidLater({
        ...operation,
        check: { ...operation.check, name: operation.check.name ?? name, isNotValid: true },
      }),
    ) ?? byHand(statement, added, run, name, () => checkInSteps(table, name, constraint.expression ?? ''))
  );
}

/** A foreign key in steps that keep nobody waiting; undefined where there are none. */
export function foreignKeyFix(statement: LintedStatement, added: AddedConstraint, run: LintRun): string | undefined {
  const { table, constraint } = added;
  // NOT VALID is refused there before PostgreSQL 18.
  if (isPartitioned(statement, table)) return undefined;
  const name = nameOf(statement, added, 'fkey', run);
  return (
    rewritten(statement.call, 'createForeignKey', isOf(table), (operation) => {
      const { foreignKey } = operation;
      return notValidLater({
        ...operation,
        foreignKey: { ...foreignKey, name: foreignKey.name ?? name, isNotValid: true },
      });
    }) ??
    byHand(statement, added, run, name, (sql) => {
      const references = referencesOf(sql, run);
      if (references === undefined) return undefined;
      const key = `FOREIGN KEY (${quoteNames(constraint.columns)}) ${references} NOT VALID`;
      return steps(
        execute(`ALTER TABLE ${quoted(table, run)} ADD CONSTRAINT ${quoteName(name)} ${key}`),
        validated(table, name),
      );
    })
  );
}

/** What an index has that the columns of a constraint do not give. */
const OF_INDEX = ['INCLUDE', 'NULLS', 'WITH', 'TABLESPACE', 'DEFERRABLE', 'INITIALLY'];

/** A unique constraint, or a primary key, by an index that is built before; undefined where there is no such form. */
export function keyFix(
  statement: LintedStatement,
  added: AddedConstraint,
  run: LintRun,
  kind: 'createUnique' | 'createPrimaryKey',
): string | undefined {
  const { table, constraint, newColumn } = added;
  if (isPartitioned(statement, table)) return undefined;
  const isPrimary = kind === 'createPrimaryKey';
  const name = isPrimary ? (constraint.name ?? shortened(`${table.name}_pkey`)) : nameOf(statement, added, 'key', run);
  const ofColumns = (columnNames: readonly string[]): string =>
    ofOperation(
      isPrimary
        ? { kind: 'createPrimaryKey', table, primaryKey: { name, columnNames } }
        : { kind: 'createUnique', table, unique: { name, columnNames } },
      name,
      statement,
    );
  const code = rewritten(statement.call, kind, isOf(table), (operation) => ofOperation(operation, name, statement));
  if (code !== undefined) return code;
  const only = onlyAction(statement, run);
  if (only === undefined || hasWord(only.sql, run, ...OF_INDEX)) return undefined;
  if (newColumn === undefined) return ofColumns(constraint.columns);
  // A key of a new column has to be filled first, which only its author can.
  return isPrimary ? undefined : byHand(statement, added, run, name, () => ofColumns(constraint.columns));
}

function ofOperation(
  operation: OperationOf<'createUnique' | 'createPrimaryKey'>,
  given: string,
  { call }: LintedStatement,
): string {
  const { table } = operation;
  const key = operation.kind === 'createUnique' ? operation.unique : operation.primaryKey;
  const name = key.name ?? given;
  const { columnNames, columnOptions } = key;
  const index = {
    name,
    columnNames,
    isUnique: true,
    isConcurrent: true,
    ...(columnOptions && { columnOptions }),
  } as const;
  const nullable =
    operation.kind === 'createUnique' ? [] : columnNames.filter((column) => columnOf(call, table, column)?.isNullable);
  return steps(
    ...nullable.map((column) => notNullSteps(table, column)),
    asCode({ kind: 'createIndex', table, index }),
    asCode(
      operation.kind === 'createUnique'
        ? { ...operation, unique: { ...operation.unique, name }, fromIndex: name }
        : { ...operation, primaryKey: { ...operation.primaryKey, name }, fromIndex: name },
    ),
  );
}

function notValidLater(operation: OperationOf<'createCheck' | 'createForeignKey'>): string {
  const name = operation.kind === 'createCheck' ? operation.check.name : operation.foreignKey.name;
  return steps(asCode(operation), validated(operation.table, name ?? ''));
}

/** The constraint of one ALTER TABLE by hand; that of a new column behind the column, by `ofColumn`. */
function byHand(
  statement: LintedStatement,
  { table, constraint, newColumn }: AddedConstraint,
  run: LintRun,
  name: string,
  ofColumn: (sql: string) => string | undefined,
): string | undefined {
  const only = onlyAction(statement, run);
  if (only === undefined) return undefined;
  const { sql, action } = only;
  if (newColumn === undefined) {
    const added = notValid(sql, name, constraint.name !== undefined, run);
    return added && steps(execute(added), validated(table, name));
  }
  if (action.action !== 'addColumn') return undefined;
  const { column } = action;
  const others = column.constraints.filter((one) => one.type !== 'notNull' && one !== constraint);
  const bare = others.length > 0 ? undefined : bareColumn({ sql, table: quoted(table, run), column }, run);
  const behind = bare === undefined ? undefined : ofColumn(sql);
  return behind && steps(execute(bare ?? ''), behind);
}

/** The columns in the name: of a check its column, where that is only one. */
function columnsOf(
  { call }: LintedStatement,
  table: QualifiedName,
  { columns, expression }: AddedConstraint['constraint'],
  run: LintRun,
): readonly string[] {
  if (expression === undefined) return columns;
  const code = codeTokens(expression, run.dialect.sqlRules);
  const named = (tableOf(call, table)?.columns ?? []).filter(({ name }) => code.some((token) => isNamed(token, name)));
  return named.length === 1 ? named.map(({ name }) => name) : [];
}

/** The name that PostgreSQL gives a constraint without one. */
function nameOf(
  statement: LintedStatement,
  { table, constraint, newColumn }: AddedConstraint,
  suffix: 'check' | 'fkey' | 'key',
  run: LintRun,
): string {
  if (constraint.name !== undefined) return constraint.name;
  const columns = newColumn === undefined ? columnsOf(statement, table, constraint, run) : [newColumn];
  return shortened([table.name, ...columns, suffix].join('_'));
}

function isOf(table: QualifiedName): (operation: { readonly table: QualifiedName }) => boolean {
  const key = qualifiedKey(table);
  return (operation) => qualifiedKey(operation.table) === key;
}

function isPartitioned({ call }: LintedStatement, table: QualifiedName): boolean {
  return tableOf(call, table)?.postgres?.partitionedBy !== undefined;
}
