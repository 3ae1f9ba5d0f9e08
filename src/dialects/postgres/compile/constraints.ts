import type {
  CheckModel,
  Deferrable,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  QualifiedName,
  TableModel,
  UniqueModel,
  Validation,
} from '../../../schema/schema.model.js';
import { quote, quoteList, quoteQualified } from '../names.js';

/** Every constraint of a table, as clauses of CREATE TABLE. */
export function tableConstraints(table: TableModel): readonly string[] {
  return [
    ...(table.primaryKey === undefined ? [] : [primaryKeyClause(table.primaryKey)]),
    ...table.uniques.filter((unique) => !isMerged(table, unique)).map(uniqueClause),
    ...table.checks.filter(isValid).map(checkClause),
    ...table.exclusions.map(exclusionClause),
    ...table.foreignKeys.filter(isValid).map(foreignKeyClause),
  ];
}

/** The constraints that CREATE TABLE would silently make valid, each as what ALTER TABLE adds. */
export function notValidConstraints({ checks, foreignKeys }: TableModel): readonly string[] {
  const isNotValid = (constraint: Validation): boolean => !isValid(constraint);
  return [...checks.filter(isNotValid).map(addedCheck), ...foreignKeys.filter(isNotValid).map(addedForeignKey)];
}

function isValid({ isNotValid }: Validation): boolean {
  return isNotValid !== true;
}

/** What ALTER TABLE adds. */
export function addedCheck(check: CheckModel): string {
  return checkClause(check) + notValidClause(check);
}

/** What ALTER TABLE adds. */
export function addedForeignKey(key: ForeignKeyModel): string {
  return foreignKeyClause(key) + notValidClause(key);
}

function notValidClause(constraint: Validation): string {
  return isValid(constraint) ? '' : ' NOT VALID';
}

/** The uniques that CREATE TABLE would silently leave out: it merges those over one list of columns, and with the primary key. */
export function mergedUniques(table: TableModel): readonly UniqueModel[] {
  return table.uniques.filter((unique) => isMerged(table, unique));
}

function isMerged(table: TableModel, unique: UniqueModel): boolean {
  const earlier = table.uniques.slice(0, table.uniques.indexOf(unique));
  const keys = table.primaryKey === undefined ? earlier : [table.primaryKey, ...earlier];
  return keys.some(({ columnNames }) => quoteList(columnNames) === quoteList(unique.columnNames));
}

export function primaryKeyClause(key: PrimaryKeyModel): string {
  return `${named(key.name)}PRIMARY KEY (${quoteList(key.columnNames)})`;
}

export function uniqueClause(unique: UniqueModel): string {
  return `${named(unique.name)}UNIQUE (${quoteList(unique.columnNames)})${deferrableClause(unique.deferrable)}`;
}

export function checkClause(check: CheckModel): string {
  return `${named(check.name)}CHECK (${check.expression})`;
}

export function exclusionClause(exclusion: ExclusionModel): string {
  return `${named(exclusion.name)}EXCLUDE ${exclusion.expression}${deferrableClause(exclusion.deferrable)}`;
}

export function foreignKeyClause(key: ForeignKeyModel): string {
  const target = quoteQualified({ schema: key.referencedSchema, name: key.referencedTableName });
  return (
    `${named(key.name)}FOREIGN KEY (${quoteList(key.columnNames)}) ` +
    `REFERENCES ${target} (${quoteList(key.referencedColumnNames)})` +
    (key.onDelete === undefined ? '' : ` ON DELETE ${key.onDelete}`) +
    (key.onUpdate === undefined ? '' : ` ON UPDATE ${key.onUpdate}`) +
    deferrableClause(key.deferrable)
  );
}

/** CREATE INDEX. The index stands in the schema of its table. */
export function indexDefinition(table: QualifiedName, index: IndexModel, ifNotExists = false): string {
  const method = index.type ?? (index.isSpatial ? 'gist' : undefined);
  return [
    `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX`,
    index.isConcurrent ? 'CONCURRENTLY' : '',
    ifNotExists ? 'IF NOT EXISTS' : '',
    `${quote(index.name)} ON ${quoteQualified(table)}`,
    method === undefined ? '' : `USING ${method}`,
    `(${indexKeys(index)})`,
    index.include === undefined ? '' : `INCLUDE (${quoteList(index.include)})`,
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    index.where === undefined ? '' : `WHERE ${index.where}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function indexKeys(index: IndexModel): string {
  if (index.expression !== undefined) return index.expression;
  return index.columnNames
    .map((column) => {
      const options = index.columnOptions?.[column];
      return options === undefined ? quote(column) : `${quote(column)} ${options}`;
    })
    .join(', ');
}

function named(name: string | undefined): string {
  return name === undefined ? '' : `CONSTRAINT ${quote(name)} `;
}

function deferrableClause(deferrable: Deferrable | undefined): string {
  return deferrable === undefined ? '' : ` DEFERRABLE ${deferrable}`;
}
