import type { Operation } from '../../operations/operation.js';
import type { PartName } from '../../schema/parts.js';
import { displayName, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

/** An option that the operation has for other databases. */
export interface ForeignOption {
  /** As people call it: `'strict' of the table 't'`. */
  readonly subject: string;
  readonly hint: string;
}

/** A table, a column, a key or an index, as far as only one database has it. */
type Member = { readonly [P in PartName]?: object };

const PARTS: readonly PartName[] = ['postgres', 'sqlite', 'mysql'];

/** What to do instead of an option that other databases have. */
const HINTS: Readonly<Record<string, string>> = {
  engine: 'Only MySQL has storage engines: leave it out.',
  parser: 'Only MySQL has full-text parsers: leave it out.',
  onUpdate: 'Only MySQL has it: write a trigger with op.execute(…).',
  charset: 'Only MySQL has character sets for columns: leave it out.',
  unsigned: 'Only MySQL has unsigned numbers: choose a wider type, or add a check constraint.',
  zerofill: 'Only MySQL has zerofill: format the number where it is shown.',
  width: 'Only MySQL has display widths: leave it out.',
};
const HINT =
  'Leave it out, or write it for those databases alone: a file exports `upgrade` as an object with a function for each.';

/** The first option of an operation that belongs to another database than this one. */
export function foreignOption(operation: Operation, own: PartName): ForeignOption | undefined {
  for (const [what, member] of membersOf(operation)) {
    const part = PARTS.find((name) => name !== own && member[name] !== undefined);
    const option = part && Object.keys(member[part] ?? {})[0];
    if (option !== undefined) return foreign(option, what);
  }
  return undefined;
}

export function foreign(option: string, what: string): ForeignOption {
  return { subject: `'${option}' of ${what} is an option of other databases`, hint: HINTS[option] ?? HINT };
}

function membersOf(operation: Operation): readonly (readonly [what: string, member: Member])[] {
  switch (operation.kind) {
    case 'createTable':
      return ofTable(operation.table);
    case 'addColumn':
      return [[`the column '${operation.column.name}'`, operation.column]];
    case 'alterColumn':
      return [[`the column '${operation.column}'`, operation.to]];
    case 'createPrimaryKey':
      return [['the primary key', operation.primaryKey]];
    case 'createUnique':
      return [[`the unique constraint '${operation.unique.name}'`, operation.unique]];
    case 'createIndex':
      return [[`the index '${operation.index.name}'`, operation.index]];
    case 'createView':
      return operation.view.indices.map((index) => [`the index '${index.name}'`, index]);
    case 'setWithoutRowid':
      return [[nameOf(operation.table), { sqlite: { withoutRowid: true } }]];
    default:
      return [];
  }
}

function ofTable(table: TableModel): readonly (readonly [what: string, member: Member])[] {
  const { columns, primaryKey, uniques, indices } = table;
  return [
    [nameOf(table), table],
    ...columns.map((column) => [`the column '${column.name}'`, column] as const),
    ...(primaryKey ? [['the primary key', primaryKey] as const] : []),
    ...uniques.map((unique) => [`the unique constraint '${unique.name}'`, unique] as const),
    ...indices.map((index) => [`the index '${index.name}'`, index] as const),
  ];
}

function nameOf(table: QualifiedName): string {
  return `the table '${displayName(table)}'`;
}
