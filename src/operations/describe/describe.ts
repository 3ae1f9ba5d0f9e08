import { displayName, type IndexModel, type QualifiedName } from '../../schema/schema.model.js';
import { memberName } from './describe-member.js';
import { describeTypeChange, hasType } from './describe-type.js';
import type { Operation, OperationOf, TableOperation } from '../operation.js';

/** Longest piece of raw SQL in a description, in characters. */
const SHOWN_SQL = 60;

/**
 * An operation as one line for people and logs: the difference, or for raw SQL and rows what the revision does.
 *
 * @example
 *     describeOperation({ kind: 'dropColumn', table: { name: 'user' }, column: 'age' }); // removed column 'user.age'
 */
export function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'createTable':
      return `added table ${quoted(operation.table)}`;
    case 'dropTable':
      return `removed table ${quoted(operation.table)}`;
    case 'renameTable':
      return `renamed table ${quoted(operation.table)} to ${quoted(operation.to)}`;
    case 'batch':
      return `changed table ${quoted(operation.table)}: ${operation.operations.map(describeOperation).join(', ')}`;
    case 'createEnum':
      return `added enum ${quoted(operation.enum)}`;
    case 'dropEnum':
      return `removed enum ${quoted(operation.enum)}`;
    case 'renameEnum':
      return `renamed enum ${quoted(operation.enum)} to ${quoted(operation.to)}`;
    case 'addEnumValue':
      return `added value '${operation.value}' to enum ${quoted(operation.enum)}`;
    case 'renameEnumValue':
      return `renamed value '${operation.from}' of enum ${quoted(operation.enum)} to '${operation.to}'`;
    case 'renameLabel':
      return `renamed label '${operation.from}' of column ${quoted({ ...operation.table, name: `${operation.table.name}.${operation.column}` })} to '${operation.to}'`;
    case 'alterEnum':
      return describeAlteredEnum(operation);
    case 'createView':
      return `added ${viewKind(operation.view)} ${quoted(operation.view)}`;
    case 'dropView':
      return `removed ${viewKind(operation)} ${quoted(operation.view)}`;
    case 'renameView':
      return `renamed view ${quoted(operation.view)} to ${quoted(operation.to)}`;
    case 'alterView':
      return `changed text of view ${quoted(operation.view)}`;
    case 'createSequence':
      return `added sequence ${quoted(operation.sequence)}`;
    case 'dropSequence':
      return `removed sequence ${quoted(operation.sequence)}`;
    case 'renameSequence':
      return `renamed sequence ${quoted(operation.sequence)} to ${quoted(operation.to)}`;
    case 'alterSequence':
      return `changed ${Object.keys(operation.to).join(', ')} of sequence ${quoted(operation.sequence)}`;
    case 'createSchema':
      return `added schema '${operation.name}'`;
    case 'dropSchema':
      return `removed schema '${operation.name}'`;
    case 'renameSchema':
      return `renamed schema '${operation.from}' to '${operation.to}'`;
    case 'createExtension':
      return `added extension '${operation.name}'`;
    case 'dropExtension':
      return `removed extension '${operation.name}'`;
    case 'alterExtension': {
      const { schema, version } = operation.to;
      const changes = [
        ...(version === undefined ? [] : [`updated it to version '${version}'`]),
        ...(schema === undefined ? [] : [`moved it to schema '${schema}'`]),
      ];
      return `extension '${operation.name}': ${changes.join(', ')}`;
    }
    case 'execute':
      return `SQL to run: ${shortened(operation.sql)}`;
    case 'bulkInsert':
      return `rows to insert: ${rowsInto(operation)}`;
    case 'inBatches':
      return `SQL to run in batches of ${quoted(operation.table)}: ${shortened(operation.sql)}`;
    default:
      return describeOnTable(operation);
  }
}

/**
 * What a comparison found, as a sentence: a difference, or a statement that the revision will run because of one.
 *
 * @example
 *     describeFound({ kind: 'execute', sql: 'UPDATE …' }); // The revision will run: UPDATE …
 */
export function describeFound(operation: Operation): string {
  switch (operation.kind) {
    case 'execute':
      return `The revision will run: ${shortened(operation.sql)}`;
    case 'bulkInsert':
      return `The revision will insert ${rowsInto(operation)}`;
    case 'inBatches':
      return `The revision will run in batches of ${quoted(operation.table)}: ${shortened(operation.sql)}`;
    case 'validateConstraint':
      return `The revision will validate constraint '${operation.name}' on ${quoted(operation.table)}, which is NOT VALID`;
    default:
      return `Detected ${describeOperation(operation)}`;
  }
}

function describeOnTable(operation: TableOperation): string {
  const table = displayName(operation.table);
  switch (operation.kind) {
    case 'addColumn':
      return `added column '${table}.${operation.column.name}'`;
    case 'dropColumn':
      return `removed column '${table}.${operation.column}'`;
    case 'renameColumn':
      return `renamed column '${table}.${operation.from}' to '${operation.to}'`;
    case 'alterColumn':
      return describeChange(`'${table}.${operation.column}'`, operation);
    case 'createPrimaryKey':
      return `added primary key (${operation.primaryKey.columnNames.join(', ')}) on '${table}'`;
    case 'dropPrimaryKey':
      return operation.name === undefined && operation.was === undefined
        ? `removed primary key on '${table}'`
        : `removed primary key ${memberName(operation.name, operation.was?.columnNames)} on '${table}'`;
    case 'createUnique':
      return `added unique constraint ${memberName(operation.unique.name, operation.unique.columnNames)} on '${table}'`;
    case 'dropUnique':
      return `removed unique constraint ${memberName(operation.name, operation.columnNames ?? operation.was?.columnNames)} on '${table}'`;
    case 'createCheck':
      return `added check constraint ${memberName(operation.check.name, [shortened(operation.check.expression)])} on '${table}'`;
    case 'dropCheck':
      return `removed check constraint ${memberName(operation.name, expressionOf(operation.expression === undefined ? operation.was : { expression: operation.expression }))} on '${table}'`;
    case 'createExclusion':
      return `added exclusion constraint ${memberName(operation.exclusion.name, [shortened(operation.exclusion.expression)])} on '${table}'`;
    case 'dropExclusion':
      return `removed exclusion constraint ${memberName(operation.name, expressionOf(operation.was))} on '${table}'`;
    case 'createForeignKey': {
      const { foreignKey } = operation;
      const target = displayName({ schema: foreignKey.referencedSchema, name: foreignKey.referencedTableName });
      return `added foreign key ${memberName(foreignKey.name, foreignKey.columnNames)} on '${table}' to '${target}'`;
    }
    case 'dropForeignKey':
      return `removed foreign key ${memberName(operation.name, operation.columnNames ?? operation.was?.columnNames)} on '${table}'`;
    case 'renameConstraint':
      return `renamed constraint '${operation.from}' on '${table}' to '${operation.to}'`;
    case 'validateConstraint':
      return `constraint '${operation.name}' on '${table}' to validate, which is NOT VALID`;
    case 'createIndex':
      return `added ${indexName(operation.index.name, operation.index)} on '${table}'`;
    case 'dropIndex':
      return `removed ${indexName(operation.name, operation.was)} on '${table}'`;
    case 'renameIndex':
      return `renamed index '${operation.from}' on '${table}' to '${operation.to}'`;
    case 'setTableComment':
      return `${operation.comment === null ? 'removed' : 'changed'} comment of '${table}'`;
    case 'setTableEngine':
      return `changed engine of '${table}' to ${operation.engine}`;
    case 'setWithoutRowid':
      return `${operation.withoutRowid ? 'added' : 'removed'} WITHOUT ROWID on '${table}'`;
  }
}

function rowsInto({ rows, table }: OperationOf<'bulkInsert'>): string {
  return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} into ${quoted(table)}`;
}

function describeAlteredEnum(operation: OperationOf<'alterEnum'>): string {
  const { values, existing } = operation;
  const list = values.map((value) => `'${value}'`).join(', ');
  if (existing === undefined) return `changed values of enum ${quoted(operation.enum)} to ${list}`;
  const gone = existing.filter((value) => !values.includes(value)).map((value) => `'${value}'`);
  const fresh = values.filter((value) => !existing.includes(value)).map((value) => `'${value}'`);
  const changes = [
    ...(gone.length > 0 ? [`removed ${gone.join(', ')}`] : []),
    ...(fresh.length > 0 ? [`added ${fresh.join(', ')}`] : []),
  ];
  return `changed values of enum ${quoted(operation.enum)}: ${changes.join(', ') || `reordered to ${list}`}`;
}

function describeChange(column: string, { to, existing }: OperationOf<'alterColumn'>): string {
  const from = existing ?? {};
  const changes: string[] = [];
  if (hasType(to)) {
    changes.push(...describeTypeChange(column, from, to));
  } else if (to.collation !== undefined) {
    changes.push(`changed collation of ${column} to ${to.collation ?? 'its default'}`);
  }
  if (to.isNullable !== undefined) changes.push(`made ${column} ${to.isNullable ? 'nullable' : 'NOT NULL'}`);
  // With its type a column may lose its default, so that it is given the same again.
  if (to.default !== undefined && (to.default !== from.default || !hasType(to))) {
    changes.push(changeOf('default', column, from.default, to.default));
  }
  if (to.generationStrategy !== undefined) {
    changes.push(changeOf('generation', column, from.generationStrategy, to.generationStrategy));
  }
  if (to.asExpression !== undefined) changes.push(changeOf('expression', column, from.asExpression, to.asExpression));
  if (to.comment !== undefined) changes.push(`${to.comment === null ? 'removed' : 'changed'} comment of ${column}`);
  return changes.join(', ') || `changed column ${column}`;
}

function changeOf(what: string, column: string, from: string | null | undefined, to: string | null): string {
  if (to === null) return `removed ${what} of ${column}`;
  if (from === to) return `set ${what} of ${column} to ${shortened(to)} again, for its type`;
  const before = from === undefined || from === null ? '' : ` from ${shortened(from)}`;
  return `${before === '' ? 'set' : 'changed'} ${what} of ${column}${before} to ${shortened(to)}`;
}

function indexName(name: string, index: IndexModel | undefined): string {
  const of = index?.expression === undefined ? index?.columnNames : [shortened(index.expression)];
  return `${index?.isUnique ? 'unique ' : ''}index ${memberName(name, of)}`;
}

function expressionOf(was: { readonly expression: string } | undefined): readonly string[] | undefined {
  return was && [shortened(was.expression)];
}

function viewKind(view: { readonly materialized?: true }): string {
  return view.materialized ? 'materialized view' : 'view';
}

function quoted(name: QualifiedName): string {
  return `'${displayName(name)}'`;
}

/** SQL on one line, and not too much of it. */
function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_SQL ? `${line.slice(0, SHOWN_SQL)}…` : line;
}
