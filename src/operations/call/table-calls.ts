import type { Call } from './call.js';
import { readFlags, readRename } from './call-options.js';
import { readColumn, readColumnChange } from './from-column-options.js';
import {
  type TableTarget,
  readCheck,
  readExclusion,
  readForeignKey,
  readIndex,
  readPrimaryKey,
  readUnique,
} from './from-options.js';
import type { OperationOf, TableOperation } from '../operation.js';
import type { TableOperations } from '../operations.interface.js';

/** Reads the arguments after the table of a call into an operation, or into several where one call makes several. */
type TableCallReader = (target: TableTarget, ...args: readonly unknown[]) => TableOperation | readonly TableOperation[];

/** The calls that change one table, shared by `op.addColumn('user', …)` and, in a batch, `table.addColumn(…)`. */
export const tableCalls: Readonly<Record<keyof TableOperations, TableCallReader>> = {
  addColumn,
  dropColumn: ({ call, table }, name, options) => ({
    kind: 'dropColumn',
    table,
    column: columnName(call, name),
    ...readFlags(call, options, 'ifExists'),
  }),
  renameColumn: (target, from, to) => ({
    kind: 'renameColumn',
    table: target.table,
    ...readRename(target.call, 'column', from, to),
  }),
  alterColumn,
  createPrimaryKey: (target, columnNames, name, options) => {
    const { fromIndex, ...keyOptions } = Object(options) as Readonly<Record<string, unknown>>;
    const primaryKey = readPrimaryKey(target, columnNames, name, keyOptions);
    return {
      kind: 'createPrimaryKey',
      table: target.table,
      primaryKey,
      ...readFromIndex(target.call, fromIndex, primaryKey.name),
    };
  },
  dropPrimaryKey: ({ call, table }, given, options) => {
    const name = call.optionalName(given, 'the name of the primary key');
    return {
      kind: 'dropPrimaryKey',
      table,
      ...(name === undefined ? {} : { name }),
      ...readFlags(call, options, 'ifExists'),
    };
  },
  createUniqueConstraint: (target, given, options) => {
    const unique = readUnique(target, given);
    const { fromIndex } = target.call.fields(options ?? {}, 'the options', { known: ['fromIndex'] }).values;
    return {
      kind: 'createUnique',
      table: target.table,
      unique,
      ...readFromIndex(target.call, fromIndex, unique.name),
    };
  },
  dropUniqueConstraint: (target, constraint, options) => ({
    kind: 'dropUnique',
    ...droppedByColumns(target, constraint, options),
  }),
  createCheckConstraint: (target, check) => ({
    kind: 'createCheck',
    table: target.table,
    check: readCheck(target, check),
  }),
  dropCheckConstraint: (target, check, options) => ({ kind: 'dropCheck', ...droppedCheck(target, check, options) }),
  createExclusionConstraint: (target, exclusion) => ({
    kind: 'createExclusion',
    table: target.table,
    exclusion: readExclusion(target, exclusion),
  }),
  dropExclusionConstraint: (target, name, options) => ({
    kind: 'dropExclusion',
    ...constraintIn(target, name, options),
  }),
  createForeignKey: (target, foreignKey) => ({
    kind: 'createForeignKey',
    table: target.table,
    foreignKey: readForeignKey(target, foreignKey),
  }),
  dropForeignKey: (target, key, options) => ({ kind: 'dropForeignKey', ...droppedForeignKey(target, key, options) }),
  renameConstraint: (target, from, to, options) => ({
    kind: 'renameConstraint',
    table: target.table,
    ...readRename(target.call, 'constraint', from, to),
    ...readFlags(target.call, options, 'ifExists'),
  }),
  validateConstraint: ({ call, table }, name, options) => ({
    kind: 'validateConstraint',
    table,
    name: constraintName(call, name),
    ...readFlags(call, options, 'isConcurrent', 'ifExists'),
  }),
  createIndex: (target, index, options) => ({
    kind: 'createIndex',
    table: target.table,
    index: readIndex(target, index),
    ...readFlags(target.call, options, 'ifNotExists'),
  }),
  dropIndex: ({ call, table }, name, options) => ({
    kind: 'dropIndex',
    table,
    name: call.name(name, 'the name of the index'),
    ...readFlags(call, options, 'isConcurrent', 'ifExists'),
  }),
  renameIndex: (target, from, to, options) => ({
    kind: 'renameIndex',
    table: target.table,
    ...readRename(target.call, 'index', from, to),
    ...readFlags(target.call, options, 'ifExists'),
  }),
  setTableComment: ({ call, table }, comment) => {
    if (comment === undefined) call.fail('the comment is missing.', 'null takes the comment away.');
    return { kind: 'setTableComment', table, comment: call.optionalName(comment, 'the comment') ?? null };
  },
  setTableEngine: ({ call, table }, engine) => ({
    kind: 'setTableEngine',
    table,
    engine: call.name(engine, 'the engine'),
  }),
  setWithoutRowid: ({ call, table }, withoutRowid) => ({
    kind: 'setWithoutRowid',
    table,
    withoutRowid: call.flag(withoutRowid, "the argument 'withoutRowid'") ?? call.fail('it must be true or false.'),
  }),
};

/** Adds a column, and a unique constraint where it has `isUnique`. */
function addColumn(target: TableTarget, given: unknown, options: unknown): TableOperation | readonly TableOperation[] {
  const { call, table } = target;
  const { column, isPrimary, isUnique } = readColumn(call, given);
  const condition = readFlags(call, options, 'ifNotExists');
  if (isPrimary) {
    call.fail(
      `the column '${column.name}' cannot join the primary key while it is added.`,
      'Add the column first, then call op.dropPrimaryKey(…), if there is a key, and op.createPrimaryKey(…).',
    );
  }
  const add: TableOperation = { kind: 'addColumn', table, column, ...condition };
  if (!isUnique) return add;
  if (condition.ifNotExists) {
    call.fail(
      `the column '${column.name}' cannot be unique and be added only where it is missing.`,
      'No database adds a constraint only where it is missing: call op.createUniqueConstraint(…) where you know.',
    );
  }
  return [add, { kind: 'createUnique', table, unique: readUnique(target, { columnNames: [column.name] }) }];
}

/** Changes a column; a new name makes an operation of its own, after the change. */
function alterColumn({ call, table }: TableTarget, name: unknown, given: unknown): readonly TableOperation[] {
  const column = columnName(call, name);
  const what = `the change of column '${column}'`;
  if (typeof given !== 'object' || given === null) call.fail(`${what} must be an object.`);
  const { name: newName, ...change } = given as { readonly name?: unknown; readonly existing?: unknown };
  const to = readColumnChange(call, change, what);
  const isChanged = Object.keys(to).some((field) => field !== 'using');
  const renamed = call.optionalName(newName, `'name' of ${what}`) ?? column;
  if (!isChanged && renamed === column) call.fail(`${what} changes nothing.`, 'Name at least one field of the column.');
  const { existing } = change;
  const previous = existing === undefined ? {} : { existing: readColumnChange(call, existing, "'existing'") };
  return [
    ...(isChanged ? [{ kind: 'alterColumn', table, column, to, ...previous } as const] : []),
    ...(renamed === column ? [] : [{ kind: 'renameColumn', table, from: column, to: renamed } as const]),
  ];
}

/** The index that becomes a constraint, by its name: `true` is for that of the constraint. */
function readFromIndex(call: Call, given: unknown, constraint: string | undefined): { readonly fromIndex?: string } {
  if (given === undefined || given === null || given === false) return {};
  if (given !== true) return { fromIndex: call.name(given, "'fromIndex'") };
  return {
    fromIndex: constraint ?? call.fail("'fromIndex' is true, and the constraint has no name.", 'Name the index.'),
  };
}

function columnName(call: Call, name: unknown): string {
  return call.name(name, 'the name of the column');
}

function constraintIn({ call, table }: TableTarget, name: unknown, options: unknown): NamedConstraint {
  return { table, name: constraintName(call, name), ...readFlags(call, options, 'ifExists') };
}

/** The constraint to drop, given by its name or by its columns. */
function droppedByColumns(
  target: TableTarget,
  given: unknown,
  options: unknown,
  others: readonly string[] = [],
): Pick<OperationOf<'dropUnique'>, 'table' | 'name' | 'columnNames' | 'ifExists'> {
  if (!isContent(given)) return constraintIn(target, given, options);
  const { call, table } = target;
  const { what, values } = call.fields(given, 'the constraint', { known: ['columnNames', ...others] });
  const columnNames = call.names(values['columnNames'], `'columnNames' of ${what}`);
  return { table, columnNames, ...readFlags(call, options, 'ifExists') };
}

function droppedForeignKey(
  target: TableTarget,
  given: unknown,
  options: unknown,
): Omit<OperationOf<'dropForeignKey'>, 'kind' | 'was'> {
  const dropped = droppedByColumns(target, given, options, ['referencedTableName', 'referencedSchema']);
  const { referencedTableName, referencedSchema } = Object(given) as Readonly<Record<string, unknown>>;
  if (referencedTableName === undefined || !isContent(given)) return dropped;
  const name = target.call.name(referencedTableName, "'referencedTableName' of the constraint");
  const values = { name, schema: referencedSchema };
  return { ...dropped, referencedTable: target.call.nameIn({ what: 'the constraint', values }) };
}

function droppedCheck(
  target: TableTarget,
  given: unknown,
  options: unknown,
): Omit<OperationOf<'dropCheck'>, 'kind' | 'was'> {
  if (!isContent(given)) return constraintIn(target, given, options);
  const { call, table } = target;
  const { what, values } = call.fields(given, 'the constraint', { known: ['expression'] });
  const expression = call.name(values['expression'], `'expression' of ${what}`);
  return { table, expression, ...readFlags(call, options, 'ifExists') };
}

function isContent(given: unknown): given is object {
  return typeof given === 'object' && given !== null;
}

type NamedConstraint = Pick<OperationOf<'dropExclusion'>, 'table' | 'name' | 'ifExists'>;

function constraintName(call: Call, name: unknown): string {
  return call.name(name, 'the name of the constraint');
}
