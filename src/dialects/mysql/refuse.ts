import type { Operation } from '../../operations/operation.js';
import { type MissingKinds, ONLY_POSTGRES, refuseMissing, type Refuse, refuserOf } from '../common/missing.js';
import { newMembersOf, type NewMembers } from '../common/new-members.js';

const DIALECT = 'MySQL';
const refuse: Refuse = refuserOf(DIALECT);

/** Kinds of operations on features that MySQL and MariaDB lack, and the names of those. */
const MISSING = {
  ...ONLY_POSTGRES,
  createSequence: 'sequences that entities can name',
  dropSequence: 'sequences that entities can name',
  renameSequence: 'sequences that entities can name',
  alterSequence: 'sequences that entities can name',
  renameSchema: 'RENAME DATABASE',
  setWithoutRowid: 'tables without row ids',
} as const satisfies MissingKinds;

/** What to do instead, by the missing feature. */
const HINTS: Readonly<Record<string, string>> = {
  'enum types': "Give the column its labels: { type: 'enum', enum: [ … ] }. One is renamed by op.renameLabel(…).",
  'RENAME DATABASE': 'Create the other database, and move the tables into it with op.renameTable(…).',
};

/** The operations that MySQL supports. */
export type SupportedOperation = Exclude<Operation, { readonly kind: keyof typeof MISSING }>;

/**
 * Refuses operations and options that MySQL and MariaDB do not support.
 *
 * @throws UnsupportedOperationError
 */
export function refuseUnsupported(operation: Operation): asserts operation is SupportedOperation {
  refuseMissing(operation, { title: DIALECT, part: 'mysql', missing: MISSING, hints: HINTS });
  const [subject, hint] = lackingIn(newMembersOf(operation)) ?? [];
  if (subject !== undefined) refuse(operation, subject, hint);
}

type Lacking = readonly [subject: string, hint?: string];

/** The first option of new members that the servers lack. */
function lackingIn(members: NewMembers): Lacking | undefined {
  return lackingInTable(members) ?? lackingInColumn(members) ?? lackingInConstraint(members) ?? lackingInIndex(members);
}

function lackingInTable({ tables }: NewMembers): Lacking | undefined {
  const empty = tables.find(({ columns }) => columns.length === 0);
  if (empty) return [`a table needs a column, and '${empty.name}' has none`];
  const excluding = tables.find(({ exclusions }) => exclusions.length > 0);
  return excluding && [`it has no exclusion constraints, and '${excluding.name}' is to have one`];
}

function lackingInColumn({ columns }: NewMembers): Lacking | undefined {
  for (const column of columns) {
    const { name } = column;
    if (column.isArray) return [`it has no arrays, and '${name}' is one`];
    if (column.type === '') return [`every column has a type, and '${name}' has none`];
    if (column.using !== undefined) {
      return [
        `it has no USING, and '${name}' has it`,
        'Add a column of the new type, fill it with op.execute(…), drop the old one and rename it.',
      ];
    }
    if (column.generationStrategy === 'identity') {
      return [`it has no identity columns, and '${name}' is to be one`, "Write generationStrategy: 'increment'."];
    }
    if ((column.enumName ?? column.enumSchema) !== undefined && column.enum === undefined) {
      return [`it has no enum types, and '${name}' is of one`, HINTS['enum types']];
    }
  }
  return undefined;
}

function lackingInConstraint({ uniques, checks, foreignKeys }: NewMembers): Lacking | undefined {
  const deferred = [...uniques, ...foreignKeys].find(({ deferrable }) => deferrable !== undefined);
  if (deferred) return [`it defers no constraint, and '${deferred.name ?? 'one'}' is to be deferrable`];
  const unchecked = [...checks, ...foreignKeys].find(({ isNotValid }) => isNotValid !== undefined);
  return unchecked && [`it has no constraints that are NOT VALID, and '${unchecked.name ?? 'one'}' is to be one`];
}

function lackingInIndex({ indices }: NewMembers): Lacking | undefined {
  for (const index of indices) {
    if (index.where !== undefined) {
      return [
        `it has no partial indexes, and '${index.name}' has a condition`,
        'Index a generated column that is NULL where the condition does not hold.',
      ];
    }
    const option = (['include', 'nullsNotDistinct'] as const).find((option) => index[option] !== undefined);
    if (option) return [`the index '${index.name}' has the option '${option}'`];
    if (index.type !== undefined && !/^(?:btree|hash)$/i.test(index.type)) {
      return [`its indexes are BTREE or HASH, and '${index.name}' is to be ${index.type}`];
    }
  }
  return undefined;
}
