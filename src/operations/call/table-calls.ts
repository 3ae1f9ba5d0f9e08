import type { Call } from './call.js';
import { readFlags, readRename } from './call-options.js';
import { readColumn, readColumnChange } from './from-column-options.js';
import {
  type Place,
  readCheck,
  readExclusion,
  readForeignKey,
  readIndex,
  readPrimaryKey,
  readUnique,
} from './from-options.js';
import type { OperationOf, TableOperation } from '../operation.js';
import type { TableOperations } from '../operations.interface.js';

/** Turns the arguments that stand behind the table in a call into an operation; several where one call means several. */
type TableCall = (place: Place, ...args: readonly unknown[]) => TableOperation | readonly TableOperation[];

/** The calls that change one table: the same for `op.addColumn('user', …)` and, in a batch, `table.addColumn(…)`. */
export const tableCalls: Readonly<Record<keyof TableOperations, TableCall>> = {
  addColumn,
  dropColumn: ({ call, table }, name, options) => ({
    kind: 'dropColumn',
    table,
    column: columnName(call, name),
    ...readFlags(call, options, 'ifExists'),
  }),
  renameColumn: (place, from, to) => ({
    kind: 'renameColumn',
    table: place.table,
    ...readRename(place.call, 'column', from, to),
  }),
  alterColumn,
  createPrimaryKey: (place, columnNames, name, options) => ({
    kind: 'createPrimaryKey',
    table: place.table,
    primaryKey: readPrimaryKey(place, columnNames, name, options),
  }),
  dropPrimaryKey: ({ call, table }, given, options) => {
    const name = call.optionalName(given, 'the name of the primary key');
    return {
      kind: 'dropPrimaryKey',
      table,
      ...(name === undefined ? {} : { name }),
      ...readFlags(call, options, 'ifExists'),
    };
  },
  createUniqueConstraint: (place, unique) => ({
    kind: 'createUnique',
    table: place.table,
    unique: readUnique(place, unique),
  }),
  dropUniqueConstraint: (place, constraint, options) => ({
    kind: 'dropUnique',
    ...droppedByColumns(place, constraint, options),
  }),
  createCheckConstraint: (place, check) => ({
    kind: 'createCheck',
    table: place.table,
    check: readCheck(place, check),
  }),
  dropCheckConstraint: (place, check, options) => ({ kind: 'dropCheck', ...droppedCheck(place, check, options) }),
  createExclusionConstraint: (place, exclusion) => ({
    kind: 'createExclusion',
    table: place.table,
    exclusion: readExclusion(place, exclusion),
  }),
  dropExclusionConstraint: (place, name, options) => ({ kind: 'dropExclusion', ...constraintIn(place, name, options) }),
  createForeignKey: (place, foreignKey) => ({
    kind: 'createForeignKey',
    table: place.table,
    foreignKey: readForeignKey(place, foreignKey),
  }),
  dropForeignKey: (place, key, options) => ({ kind: 'dropForeignKey', ...droppedForeignKey(place, key, options) }),
  renameConstraint: (place, from, to, options) => ({
    kind: 'renameConstraint',
    table: place.table,
    ...readRename(place.call, 'constraint', from, to),
    ...readFlags(place.call, options, 'ifExists'),
  }),
  validateConstraint: (place, name, options) => ({ kind: 'validateConstraint', ...constraintIn(place, name, options) }),
  createIndex: (place, index, options) => ({
    kind: 'createIndex',
    table: place.table,
    index: readIndex(place, index),
    ...readFlags(place.call, options, 'ifNotExists'),
  }),
  dropIndex: ({ call, table }, name, options) => ({
    kind: 'dropIndex',
    table,
    name: call.name(name, 'the name of the index'),
    ...readFlags(call, options, 'isConcurrent', 'ifExists'),
  }),
  renameIndex: (place, from, to, options) => ({
    kind: 'renameIndex',
    table: place.table,
    ...readRename(place.call, 'index', from, to),
    ...readFlags(place.call, options, 'ifExists'),
  }),
  setTableComment: ({ call, table }, comment) => {
    if (comment === undefined) call.fail('the comment is missing.', 'null takes the comment away.');
    return { kind: 'setTableComment', table, comment: call.optionalName(comment, 'the comment') ?? null };
  },
  setWithoutRowid: ({ call, table }, withoutRowid) => ({
    kind: 'setWithoutRowid',
    table,
    withoutRowid: call.flag(withoutRowid, "the argument 'withoutRowid'") ?? call.fail('it must say true or false.'),
  }),
};

/** A column, and the unique constraint that `isUnique` asks for. */
function addColumn(place: Place, given: unknown, options: unknown): TableOperation | readonly TableOperation[] {
  const { call, table } = place;
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
  return [add, { kind: 'createUnique', table, unique: readUnique(place, { columnNames: [column.name] }) }];
}

/** A change of a column; a new name, which is given last, is an operation of its own. */
function alterColumn({ call, table }: Place, name: unknown, given: unknown): readonly TableOperation[] {
  const column = columnName(call, name);
  const what = `the change of column '${column}'`;
  if (typeof given !== 'object' || given === null) call.fail(`${what} must be an object.`);
  const { name: newName, ...change } = given as { readonly name?: unknown; readonly existing?: unknown };
  const to = readColumnChange(call, change, what);
  const isChanged = Object.keys(to).some((field) => field !== 'using');
  const renamed = call.optionalName(newName, `'name' of ${what}`) ?? column;
  if (!isChanged && renamed === column) call.fail(`${what} changes nothing.`, 'Name at least one field of the column.');
  const { existing } = change;
  const was = existing === undefined ? {} : { existing: readColumnChange(call, existing, "'existing'") };
  return [
    ...(isChanged ? [{ kind: 'alterColumn', table, column, to, ...was } as const] : []),
    ...(renamed === column ? [] : [{ kind: 'renameColumn', table, from: column, to: renamed } as const]),
  ];
}

function columnName(call: Call, name: unknown): string {
  return call.name(name, 'the name of the column');
}

function constraintIn({ call, table }: Place, name: unknown, options: unknown): NamedConstraint {
  return { table, name: constraintName(call, name), ...readFlags(call, options, 'ifExists') };
}

/** Told by its name, or by its columns. */
function droppedByColumns(
  place: Place,
  given: unknown,
  options: unknown,
  others: readonly string[] = [],
): Pick<OperationOf<'dropUnique'>, 'table' | 'name' | 'columnNames' | 'ifExists'> {
  if (!isContent(given)) return constraintIn(place, given, options);
  const { call, table } = place;
  const { what, values } = call.fields(given, 'the constraint', { known: ['columnNames', ...others] });
  const columnNames = call.names(values['columnNames'], `'columnNames' of ${what}`);
  return { table, columnNames, ...readFlags(call, options, 'ifExists') };
}

function droppedForeignKey(
  place: Place,
  given: unknown,
  options: unknown,
): Omit<OperationOf<'dropForeignKey'>, 'kind' | 'was'> {
  const dropped = droppedByColumns(place, given, options, ['referencedTableName', 'referencedSchema']);
  const { referencedTableName, referencedSchema } = Object(given) as Readonly<Record<string, unknown>>;
  if (referencedTableName === undefined || !isContent(given)) return dropped;
  const name = place.call.name(referencedTableName, "'referencedTableName' of the constraint");
  const values = { name, schema: referencedSchema };
  return { ...dropped, referencedTable: place.call.nameIn({ what: 'the constraint', values }) };
}

function droppedCheck(place: Place, given: unknown, options: unknown): Omit<OperationOf<'dropCheck'>, 'kind' | 'was'> {
  if (!isContent(given)) return constraintIn(place, given, options);
  const { call, table } = place;
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
