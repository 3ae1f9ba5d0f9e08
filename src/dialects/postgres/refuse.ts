import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { Operation } from '../../operations/operation.js';
import { foreign, foreignOption, type ForeignOption } from '../common/foreign-options.js';
import { newMembersOf } from '../common/new-members.js';

/** The operations that PostgreSQL supports. */
export type SupportedOperation = Exclude<
  Operation,
  { readonly kind: 'setTableEngine' | 'setWithoutRowid' | 'renameLabel' }
>;

/**
 * Refuses options that PostgreSQL lacks, instead of ignoring them.
 *
 * @throws UnsupportedOperationError
 */
export function refuseUnsupported(operation: Operation): asserts operation is SupportedOperation {
  const found = foreignOption(operation, 'postgres') ?? lacking(operation);
  if (found !== undefined) {
    throw new UnsupportedOperationError(operation.kind, 'PostgreSQL', found.subject, found.hint);
  }
}

/** An option that several other databases have, but PostgreSQL lacks. */
function lacking(operation: Operation): ForeignOption | undefined {
  if (operation.kind === 'renameLabel') {
    const hint = `Rename it in the type of the column, op.renameEnumValue('<type>', '${operation.from}', '${operation.to}').`;
    return { subject: 'the labels of an enum are those of its type, not of a column', hint };
  }
  const { columns, primaryKeys, uniques, indices } = newMembersOf(operation);
  const untyped = columns.find(({ type }) => type === '');
  const unique = uniques.find(({ columnOptions }) => columnOptions !== undefined);
  const fulltext = indices.find(({ isFulltext }) => isFulltext);
  if (untyped !== undefined) {
    const { subject, hint } = foreign('type', `the column '${untyped.name}'`);
    return { subject: `an empty ${subject}`, hint };
  }
  if (primaryKeys.some(({ columnOptions }) => columnOptions !== undefined)) {
    return foreign('columnOptions', 'the primary key');
  }
  if (unique !== undefined) return foreign('columnOptions', `the unique constraint '${unique.name}'`);
  return fulltext && foreign('isFulltext', `the index '${fulltext.name}'`);
}
