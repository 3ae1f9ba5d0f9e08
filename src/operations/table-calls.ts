import type { Call } from './call.js';
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
import type { TableOperation } from './operation.js';
import type { TableOperations } from './operations.interface.js';

/** Turns the arguments that stand behind the table in a call into an operation; several where one call means several. */
type TableCall = (place: Place, ...args: readonly unknown[]) => TableOperation | readonly TableOperation[];

/** The calls that change one table: the same for `op.addColumn('user', …)` and, in a batch, `table.addColumn(…)`. */
export const tableCalls: Readonly<Record<keyof TableOperations, TableCall>> = {
  addColumn: (place, options) => addColumn(place, options),
  dropColumn: ({ call, table }, name) => ({ kind: 'dropColumn', table, column: columnName(call, name) }),
  renameColumn: (place, from, to) => ({
    kind: 'renameColumn',
    table: place.table,
    ...rename(place, 'column', from, to),
  }),
  alterColumn: ({ call, table }, name, change) => {
    const column = columnName(call, name);
    const to = readColumnChange(call, change, `the change of column '${column}'`);
    const { existing } = change as { readonly existing?: unknown };
    if (Object.keys(to).every((field) => field === 'using')) {
      call.fail(`the change of column '${column}' changes nothing.`, 'Name at least one field of the column.');
    }
    if (existing === undefined) return { kind: 'alterColumn', table, column, to };
    return { kind: 'alterColumn', table, column, to, existing: readColumnChange(call, existing, "'existing'") };
  },
  createPrimaryKey: (place, columnNames, name, options) => ({
    kind: 'createPrimaryKey',
    table: place.table,
    primaryKey: readPrimaryKey(place, columnNames, name, options),
  }),
  dropPrimaryKey: ({ call, table }, given) => {
    const name = call.optionalName(given, 'the name of the primary key');
    return { kind: 'dropPrimaryKey', table, ...(name === undefined ? {} : { name }) };
  },
  createUniqueConstraint: (place, unique) => ({
    kind: 'createUnique',
    table: place.table,
    unique: readUnique(place, unique),
  }),
  dropUniqueConstraint: ({ call, table }, name) => ({ kind: 'dropUnique', table, name: constraintName(call, name) }),
  createCheckConstraint: (place, check) => ({
    kind: 'createCheck',
    table: place.table,
    check: readCheck(place, check),
  }),
  dropCheckConstraint: ({ call, table }, name) => ({ kind: 'dropCheck', table, name: constraintName(call, name) }),
  createExclusionConstraint: (place, exclusion) => ({
    kind: 'createExclusion',
    table: place.table,
    exclusion: readExclusion(place, exclusion),
  }),
  dropExclusionConstraint: ({ call, table }, name) => ({
    kind: 'dropExclusion',
    table,
    name: constraintName(call, name),
  }),
  createForeignKey: (place, foreignKey) => ({
    kind: 'createForeignKey',
    table: place.table,
    foreignKey: readForeignKey(place, foreignKey),
  }),
  dropForeignKey: ({ call, table }, name) => ({ kind: 'dropForeignKey', table, name: constraintName(call, name) }),
  renameConstraint: (place, from, to) => ({
    kind: 'renameConstraint',
    table: place.table,
    ...rename(place, 'constraint', from, to),
  }),
  createIndex: (place, index) => ({ kind: 'createIndex', table: place.table, index: readIndex(place, index) }),
  dropIndex: ({ call, table }, name, options = {}) => {
    const { values } = call.fields(options, 'the options', { known: ['isConcurrent'] });
    const isConcurrent = call.flag(values['isConcurrent'], "'isConcurrent'");
    return {
      kind: 'dropIndex',
      table,
      name: call.name(name, 'the name of the index'),
      ...(isConcurrent ? { isConcurrent } : {}),
    };
  },
  renameIndex: (place, from, to) => ({ kind: 'renameIndex', table: place.table, ...rename(place, 'index', from, to) }),
  setTableComment: ({ call, table }, comment) => {
    if (comment === undefined) call.fail('the comment is missing.', 'null takes the comment away.');
    return { kind: 'setTableComment', table, comment: call.optionalName(comment, 'the comment') ?? null };
  },
};

/** A column, and the unique constraint that `isUnique` asks for. */
function addColumn(place: Place, options: unknown): TableOperation | readonly TableOperation[] {
  const { call, table } = place;
  const { column, isPrimary, isUnique } = readColumn(call, options);
  if (isPrimary) {
    call.fail(
      `the column '${column.name}' cannot join the primary key while it is added.`,
      'Add the column first, then call op.dropPrimaryKey(…), if there is a key, and op.createPrimaryKey(…).',
    );
  }
  const add: TableOperation = { kind: 'addColumn', table, column };
  if (!isUnique) return add;
  return [add, { kind: 'createUnique', table, unique: readUnique(place, { columnNames: [column.name] }) }];
}

function rename({ call }: Place, what: string, from: unknown, to: unknown): { from: string; to: string } {
  const names = {
    from: call.name(from, `the old name of the ${what}`),
    to: call.name(to, `the new name of the ${what}`),
  };
  if (names.from === names.to) call.fail(`the ${what} is called '${names.to}' already.`);
  return names;
}

function columnName(call: Call, name: unknown): string {
  return call.name(name, 'the name of the column');
}

function constraintName(call: Call, name: unknown): string {
  return call.name(name, 'the name of the constraint');
}
