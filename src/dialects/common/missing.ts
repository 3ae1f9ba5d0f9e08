import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { Operation, OperationKind } from '../../operations/operation.js';
import { displayName } from '../../schema/schema.model.js';
import { foreignOption } from './foreign-options.js';

/** Kinds of operations on features that PostgreSQL alone has, and the names of those. */
export const ONLY_POSTGRES = {
  createEnum: 'enum types',
  dropEnum: 'enum types',
  renameEnum: 'enum types',
  addEnumValue: 'enum types',
  renameEnumValue: 'enum types',
  alterEnum: 'enum types',
  createExtension: 'extensions',
  dropExtension: 'extensions',
  alterExtension: 'extensions',
  createExclusion: 'exclusion constraints',
  dropExclusion: 'exclusion constraints',
  validateConstraint: 'constraints that are NOT VALID',
} as const satisfies MissingKinds;

/** Kinds of operations on features that a kind of database lacks, and the names of those. */
export type MissingKinds = Partial<Record<OperationKind, string>>;

/** A kind of database that lacks some operations. */
export interface Lacking {
  /** Its name in errors. */
  readonly title: string;
  /** The part of the model that is its own. */
  readonly part: Parameters<typeof foreignOption>[1];
  readonly missing: MissingKinds;
  /** What to do instead, by the missing feature. */
  readonly hints: Readonly<Record<string, string>>;
}

/** Refuses an operation. @throws UnsupportedOperationError */
export type Refuse = (operation: Pick<Operation, 'kind'>, subject: string, hint?: string) => never;

/** How a kind of database refuses operations. */
export function refuserOf(title: string): Refuse {
  return (operation, subject, hint) => {
    throw new UnsupportedOperationError(operation.kind, title, subject, hint);
  };
}

/**
 * Refuses operations on features that a database lacks, and the options of others.
 *
 * @throws UnsupportedOperationError
 */
export function refuseMissing(operation: Operation, { title, part, missing, hints }: Lacking): void {
  const refuse: Refuse = refuserOf(title);
  const feature = missing[operation.kind];
  if (feature !== undefined) refuse(operation, `it has no ${feature}`, hints[feature]);
  const foreign = foreignOption(operation, part);
  if (foreign !== undefined) refuse(operation, foreign.subject, foreign.hint);
  if (operation.kind === 'createView' && operation.view.materialized) {
    refuse(operation, `it has no materialised views, and '${displayName(operation.view)}' is one`);
  }
}
