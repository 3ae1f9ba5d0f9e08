import { isDeepStrictEqual } from 'node:util';
import { dropCheck, dropForeignKey, dropUnique } from '../../operations/call/drop-operations.js';
import type { TableOperation } from '../../operations/operation.js';
import {
  type CheckModel,
  type ExclusionModel,
  type ForeignKeyModel,
  type PrimaryKeyModel,
  qualifiedNameOf,
  type QualifiedName,
  type TableModel,
  type UniqueModel,
} from '../../schema/schema.model.js';
import type { ComparedObjects, ComparedType } from './compare-options.js';
import type { CompareContext } from './compare-context.js';
import { matchNamed, type Matches, type Pair } from './matching.js';

/** The operations that turn the keys and constraints of a table into the wanted ones; a changed one is dropped and created. */
export function compareConstraints(actual: TableModel, wanted: TableModel, context: CompareContext): TableOperation[] {
  const table = qualifiedNameOf(wanted);
  return [
    ...comparePrimaryKeys(table, actual.primaryKey, wanted.primaryKey, context),
    ...compareLists('uniqueConstraint', UNIQUE, table, actual.uniques, wanted.uniques, context),
    ...compareLists('checkConstraint', CHECK, table, actual.checks, wanted.checks, context),
    ...compareLists('exclusionConstraint', EXCLUSION, table, actual.exclusions, wanted.exclusions, context),
    ...compareLists('foreignKeyConstraint', FOREIGN_KEY, table, actual.foreignKeys, wanted.foreignKeys, context),
  ];
}

/** Compares primary keys, ignoring the order of their columns: it is that of the entity's properties, which has no meaning. */
function comparePrimaryKeys(
  table: QualifiedName,
  actual: PrimaryKeyModel | undefined,
  wanted: PrimaryKeyModel | undefined,
  { inclusion }: CompareContext,
): TableOperation[] {
  const isCompared = wanted
    ? inclusion.ofWanted('primaryKey', wanted, actual)
    : actual === undefined || inclusion.ofActual('primaryKey', actual);
  if (!isCompared) return [];
  if (actual && wanted && isDeepStrictEqual(new Set(actual.columnNames), new Set(wanted.columnNames))) {
    if (actual.name === undefined || wanted.name === undefined || actual.name === wanted.name) return [];
    return [{ kind: 'renameConstraint', table, from: actual.name, to: wanted.name }];
  }
  const dropped: TableOperation[] = actual
    ? [{ kind: 'dropPrimaryKey', table, ...(actual.name !== undefined && { name: actual.name }), was: actual }]
    : [];
  return wanted ? [...dropped, { kind: 'createPrimaryKey', table, primaryKey: wanted }] : dropped;
}

/** The operations that create and drop one kind of constraint. */
interface ConstraintKind<T> {
  create(table: QualifiedName, constraint: T): TableOperation;
  drop(table: QualifiedName, previous: T): readonly TableOperation[];
}

const UNIQUE: ConstraintKind<UniqueModel> = {
  create: (table, unique) => ({ kind: 'createUnique', table, unique }),
  drop: (table, was) => [dropUnique(table, was)],
};
const CHECK: ConstraintKind<CheckModel> = {
  create: (table, check) => ({ kind: 'createCheck', table, check }),
  drop: (table, was) => [dropCheck(table, was)],
};
const EXCLUSION: ConstraintKind<ExclusionModel> = {
  create: (table, exclusion) => ({ kind: 'createExclusion', table, exclusion }),
  drop: (table, was) => (was.name === undefined ? [] : [{ kind: 'dropExclusion', table, name: was.name, was }]),
};
const FOREIGN_KEY: ConstraintKind<ForeignKeyModel> = {
  create: (table, foreignKey) => ({ kind: 'createForeignKey', table, foreignKey }),
  drop: (table, was) => [dropForeignKey(table, was)],
};

function compareLists<K extends ComparedType, T extends ComparedObjects[K] & { readonly name?: string }>(
  type: K,
  kind: ConstraintKind<T>,
  table: QualifiedName,
  actual: readonly T[],
  wanted: readonly T[],
  { inclusion }: CompareContext,
): TableOperation[] {
  const matches = included(matchNamed(actual, wanted, isSameButName), type, inclusion);
  const kept = matches.kept.filter((pair) => isToValidate(pair) && inclusion.ofWanted(type, pair.wanted, pair.actual));
  return [
    ...onceEach(matches.removed).flatMap((was) => kind.drop(table, was)),
    ...matches.changed.flatMap((pair) => kind.drop(table, pair.actual)),
    ...matches.renamed.flatMap((pair) => renaming(table, pair.actual.name, pair.wanted.name)),
    ...[...matches.renamed.filter(isToValidate), ...kept].flatMap(({ wanted }) => validating(table, wanted.name)),
    ...matches.changed.map((pair) => kind.create(table, pair.wanted)),
    ...matches.added.map((constraint) => kind.create(table, constraint)),
  ];
}

/** The constraints without repeated unnamed ones: one operation drops all that are equal. */
function onceEach<T extends { readonly name?: string }>(removed: readonly T[]): readonly T[] {
  const isRepeated = (member: T, place: number): boolean =>
    member.name === undefined && removed.findIndex((other) => isDeepStrictEqual(other, member)) < place;
  return removed.filter((member, place) => !isRepeated(member, place));
}

/** Matches without what `includeObject` leaves out. */
export function included<K extends ComparedType, T extends ComparedObjects[K]>(
  matches: Matches<T>,
  type: K,
  inclusion: CompareContext['inclusion'],
): Matches<T> {
  return {
    ...matches,
    added: matches.added.filter((object) => inclusion.ofWanted(type, object)),
    removed: matches.removed.filter((object) => inclusion.ofActual(type, object)),
    changed: matches.changed.filter(({ actual, wanted }) => inclusion.ofWanted(type, wanted, actual)),
    renamed: matches.renamed.filter(({ actual, wanted }) => inclusion.ofWanted(type, wanted, actual)),
  };
}

/** Whether two constraints are the same but for their names, whether or not they are NOT VALID. */
export function isSameButName<T extends { readonly name?: string }>(actual: T, wanted: T): boolean {
  const ignored = { name: undefined, isNotValid: undefined };
  return isDeepStrictEqual({ ...actual, ...ignored }, { ...wanted, ...ignored });
}

/** Whether the actual constraint is NOT VALID, which no entity can specify. */
function isToValidate({ actual }: Pair<object>): boolean {
  return 'isNotValid' in actual;
}

/** The validation of a constraint, by its wanted name: a rename, if there is one, runs before. */
function validating(table: QualifiedName, name: string | undefined): TableOperation[] {
  return name === undefined ? [] : [{ kind: 'validateConstraint', table, name }];
}

function renaming(table: QualifiedName, from: string | undefined, to: string | undefined): TableOperation[] {
  return from === undefined || to === undefined ? [] : [{ kind: 'renameConstraint', table, from, to }];
}
