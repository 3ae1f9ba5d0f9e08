import type {
  CheckModel,
  ExclusionModel,
  ForeignKeyModel,
  TableModel,
  UniqueModel,
  Validation,
} from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { clausesIn } from '../../common/clauses.js';
import { quote, quoteList, quoteQualified } from '../names.js';

export const clauses = clausesIn({
  sqlRules: POSTGRES_SQL,
  quote,
  quoteQualified,
  indexParts({ isConcurrent, type, isSpatial, include, nullsNotDistinct }) {
    const method = type ?? (isSpatial ? 'gist' : undefined);
    return {
      ...(isConcurrent && { option: 'CONCURRENTLY' }),
      ...(method !== undefined && { method: `USING ${method}` }),
      rest: [include && `INCLUDE (${quoteList(include)})`, nullsNotDistinct && 'NULLS NOT DISTINCT'],
    };
  },
});

/** Every constraint of a table, as clauses of CREATE TABLE. */
export function tableConstraints(table: TableModel): readonly string[] {
  return [
    ...(table.primaryKey === undefined ? [] : [clauses.primaryKey(table.primaryKey)]),
    ...table.uniques.filter((unique) => !isMerged(table, unique)).map(clauses.unique),
    ...table.checks.filter(isValid).map(clauses.check),
    ...table.exclusions.map(exclusionClause),
    ...table.foreignKeys.filter(isValid).map(clauses.foreignKey),
  ];
}

/** The NOT VALID constraints, as clauses of ALTER TABLE … ADD: CREATE TABLE would silently create them as valid. */
export function notValidConstraints({ checks, foreignKeys }: TableModel): readonly string[] {
  const isNotValid = (constraint: Validation): boolean => !isValid(constraint);
  return [...checks.filter(isNotValid).map(addedCheck), ...foreignKeys.filter(isNotValid).map(addedForeignKey)];
}

function isValid({ isNotValid }: Validation): boolean {
  return isNotValid !== true;
}

/** A check as a clause of ALTER TABLE … ADD. */
export function addedCheck(check: CheckModel): string {
  return clauses.check(check) + notValidClause(check);
}

/** A foreign key as a clause of ALTER TABLE … ADD. */
export function addedForeignKey(key: ForeignKeyModel): string {
  return clauses.foreignKey(key) + notValidClause(key);
}

function notValidClause(constraint: Validation): string {
  return isValid(constraint) ? '' : ' NOT VALID';
}

/**
 * The unique constraints that CREATE TABLE would silently omit: it merges those on the same columns into one, and into a
 * primary key on them.
 */
export function mergedUniques(table: TableModel): readonly UniqueModel[] {
  return table.uniques.filter((unique) => isMerged(table, unique));
}

function isMerged(table: TableModel, unique: UniqueModel): boolean {
  const earlier = table.uniques.slice(0, table.uniques.indexOf(unique));
  const keys = table.primaryKey === undefined ? earlier : [table.primaryKey, ...earlier];
  return keys.some(({ columnNames }) => quoteList(columnNames) === quoteList(unique.columnNames));
}

export function exclusionClause(exclusion: ExclusionModel): string {
  return `${clauses.named(exclusion.name)}EXCLUDE ${closed(exclusion.expression, POSTGRES_SQL)}${clauses.deferrable(exclusion)}`;
}
