import type { Operation } from '../../operations/operation.js';
import type { DialectName } from '../../schema/parts.js';
import { displayName, type QualifiedName } from '../../schema/schema.model.js';
import { newMembersOf } from './new-members.js';

/** An option of an operation that only other databases have. */
export interface ForeignOption {
  /** For messages: `'strict' of the table 't'`. */
  readonly subject: string;
  readonly hint: string;
}

/** The parts of a table, a column, a key or an index that only one database has. */
type Member = { readonly [P in DialectName]?: object };

const PARTS: readonly DialectName[] = ['postgres', 'sqlite', 'mysql'];

/** What to do instead of an option that other databases have. */
const HINTS: Readonly<Record<string, string>> = {
  engine: 'Only MySQL has storage engines: leave it out.',
  parser: 'Only MySQL has full-text parsers: leave it out.',
  onUpdate: 'Only MySQL has it: write a trigger with op.execute(…).',
  charset: 'Only MySQL has character sets for columns: leave it out.',
  unsigned: 'Only MySQL has unsigned numbers: choose a wider type, or add a check constraint.',
  zerofill: 'Only MySQL has zerofill: format the number where it is shown.',
  invisible: 'Only MySQL has invisible columns: leave it out.',
  check: 'Only MariaDB has checks that belong to a column: write a check constraint.',
  isOnline: 'Only MySQL takes it: leave it out. On PostgreSQL each change has an online form of its own.',
  fromIndex: 'Only PostgreSQL makes a constraint from an index: create the constraint without it.',
  width: 'Only MySQL has display widths: leave it out.',
};
const HINT =
  'Leave it out, or write it only for those databases: a file exports `upgrade` as an object with a function for each.';

/** The first option of an operation that belongs to another database than this one. */
export function foreignOption(operation: Operation, own: DialectName): ForeignOption | undefined {
  if (operation.kind === 'setWithoutRowid' && own !== 'sqlite') return foreign('withoutRowid', nameOf(operation.table));
  if (operation.kind === 'setTableEngine' && own !== 'mysql') return foreign('engine', nameOf(operation.table));
  if (operation.kind === 'batch' && operation.isOnline && own !== 'mysql') {
    return foreign('isOnline', `the changes of ${nameOf(operation.table)}`);
  }
  if ('fromIndex' in operation && own !== 'postgres') return foreign('fromIndex', 'the constraint');
  const { tables, columns, primaryKeys, uniques, indices } = newMembersOf(operation);
  return (
    first(tables, own, nameOf) ??
    first(columns, own, ({ name }) => `the column '${name}'`) ??
    first(primaryKeys, own, () => 'the primary key') ??
    first(uniques, own, ({ name }) => `the unique constraint '${name}'`) ??
    first(indices, own, ({ name }) => `the index '${name}'`)
  );
}

export function foreign(option: string, what: string): ForeignOption {
  return { subject: `'${option}' of ${what} is an option of other databases`, hint: HINTS[option] ?? HINT };
}

function first<T extends Member>(
  members: readonly T[],
  own: DialectName,
  describe: (member: T) => string,
): ForeignOption | undefined {
  for (const member of members) {
    const part = PARTS.find((name) => name !== own && member[name] !== undefined);
    const fields = Object.entries((part && member[part]) ?? {});
    // What is taken away there is nothing that is missing here.
    const [option] = fields.find(([, value]) => value !== false && value !== null) ?? [];
    if (option !== undefined) return foreign(option, describe(member));
  }
  return undefined;
}

function nameOf(table: QualifiedName): string {
  return `the table '${displayName(table)}'`;
}
