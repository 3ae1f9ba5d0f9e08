import {
  qualifiedKey,
  type QualifiedName,
  displayName,
  qualifiedNameOf,
  referencedTable,
} from '../../schema/schema.model.js';
import type { SqlStatement, TableAction } from '../../sql/ddl/statement.js';
import { columnsOfType } from '../enums.js';
import { statementsIn } from '../parts.js';
import type { Found, LintRule } from '../rule.js';
import { targetOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** CASCADE, of any statement. */
export const rule: LintRule = {
  code: 'cascade-takes-others',
  class: 'loses-data',
  level: 'error',
  summary: 'CASCADE takes more away than the statement names.',
  explanation: `CASCADE drops the columns of a type, the foreign keys that refer to a key, the views of a table, and TRUNCATE … CASCADE the rows of all tables that
refer to one: whatever depends on it when the revision runs, which need not be what was there when it was written. Name what is dropped, in statements of
their own, and leave CASCADE out, so that the database refuses what was forgotten.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.execute('TRUNCATE book CASCADE');`,
    target: 'loan',
  },
  statement: (statement, run) => {
    if (!statement.call.byHand) return [];
    return statementsIn(statement.parsed).flatMap((parsed) => foundIn(statement, parsed, run));
  },
};

function foundIn(statement: LintedStatement, parsed: SqlStatement, run: LintRun): readonly Found[] {
  switch (parsed.kind) {
    case 'truncate': {
      if (!parsed.isCascade) return [];
      const named = parsed.tables.map((table) => run.nameOf(table)).filter((table) => !run.isNew(table));
      const taken = childrenOf(statement, named, run);
      return taken.map((table) => takenWith(targetOf(table), named, `the rows of ${targetOf(table)}`));
    }
    case 'drop': {
      if (!parsed.isCascade || parsed.object === 'SCHEMA' || parsed.object === 'OWNED BY') return [];
      const names = parsed.names.map((name) => run.nameOf(name)).filter((name) => !run.isNew(name));
      return names.flatMap((name) => ofDrop(statement, parsed.object, name, run));
    }
    case 'alterTable': {
      const table = run.nameOf(parsed.table);
      if (run.isNew(table)) return [];
      return parsed.actions.flatMap((action): readonly Found[] => {
        if (action.action !== 'dropConstraint' && action.action !== 'dropColumn') return [];
        if (!action.isCascade) return [];
        const column = action.action === 'dropColumn' ? action.column : undefined;
        const what = action.action === 'dropColumn' ? `the column ${action.column}` : `the constraint ${action.name}`;
        return [
          {
            target: targetOf(table, column),
            message: `CASCADE drops all that depends on ${what} of ${targetOf(table)}.`,
          },
          ...keysTo(statement, table, run, dependedOn(statement, table, action)).map(({ child, key }) => ({
            target: targetOf(child),
            message: `CASCADE takes the foreign key ${key} away together with ${what} of ${targetOf(table)}.`,
          })),
        ];
      });
    }
    default:
      return [];
  }
}

function ofDrop(statement: LintedStatement, object: string, name: QualifiedName, run: LintRun): readonly Found[] {
  const { call } = statement;
  if (object === 'TYPE' || object === 'DOMAIN') {
    const columns = columnsOfType(call, name, run);
    if (columns.length > 0) {
      return columns.map(({ table, column }) =>
        takenWith(targetOf(table, column), [name], `the values of ${targetOf(table, column)}`),
      );
    }
  }
  const views = call.schema.views.filter(({ dependsOn }) =>
    dependsOn.some((each) => qualifiedKey(each) === qualifiedKey(name)),
  );
  return [
    { target: targetOf(name), message: `CASCADE drops all that depends on ${displayName(name)}.` },
    ...keysTo(statement, name, run).map(({ child, key }) =>
      takenWith(targetOf(child), [name], `the foreign key ${key}`),
    ),
    ...views.map((view) => takenWith(targetOf(qualifiedNameOf(view)), [name], `the view ${view.name}`)),
  ];
}

/** The columns that others depend on in what is dropped. */
function dependedOn(
  { call }: LintedStatement,
  name: QualifiedName,
  action: Extract<TableAction, { readonly action: 'dropColumn' | 'dropConstraint' }>,
): readonly string[] {
  if (action.action === 'dropColumn') return [action.column];
  const table = tableOf(call, name);
  const key = [table?.primaryKey ?? [], table?.uniques ?? []].flat().find((each) => each.name === action.name);
  return key?.columnNames ?? [];
}

/** The foreign keys of other tables in use that refer to a table. @param columns only those to one of them */
function keysTo(
  { call }: LintedStatement,
  name: QualifiedName,
  run: LintRun,
  columns?: readonly string[],
): readonly { readonly child: QualifiedName; readonly key: string }[] {
  const own = qualifiedKey(name);
  const primary = tableOf(call, name)?.primaryKey?.columnNames ?? [];
  return call.schema.tables.flatMap((table) => {
    if (qualifiedKey(table) === own || run.isFree(table)) return [];
    return table.foreignKeys
      .filter((key) => qualifiedKey(referencedTable(key)) === own)
      .filter(({ referencedColumnNames: names }) =>
        (names.length > 0 ? names : primary).some((column) => columns?.includes(column) ?? true),
      )
      .map(({ name: key = '' }) => ({ child: qualifiedNameOf(table), key }));
  });
}

function takenWith(target: string, names: readonly QualifiedName[], what: string): Found {
  return { target, message: `CASCADE takes ${what} away together with ${names.map(displayName).join(', ')}.` };
}

/** The tables whose foreign keys refer to others, directly or through others. */
function childrenOf(
  { call }: LintedStatement,
  tables: readonly QualifiedName[],
  run: LintRun,
): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  const named = new Set(tables.map(qualifiedKey));
  const open = [...tables];
  for (let parent; (parent = open.pop()) !== undefined;) {
    const key = qualifiedKey(parent);
    for (const table of call.schema.tables) {
      const own = qualifiedKey(table);
      const refers = table.foreignKeys.some(
        ({ referencedSchema: schema, referencedTableName: name }) =>
          qualifiedKey(schema === undefined ? { name } : { schema, name }) === key,
      );
      if (!refers || found.has(own) || named.has(own) || run.isFree(table)) continue;
      found.set(own, qualifiedNameOf(table));
      open.push(table);
    }
  }
  // What a table that is not known refers to is not known either.
  return found.size > 0 || tables.every((table) => tableOf(call, table) !== undefined) ? [...found.values()] : tables;
}
