import type { NamingStrategyInterface } from 'typeorm';
import { partOf } from '../../schema/parts.js';
import {
  type CheckModel,
  displayName,
  type ExclusionModel,
  type ForeignKeyModel,
  type IndexModel,
  type PrimaryKeyModel,
  type QualifiedName,
  type TableModel,
  type UniqueModel,
  type Validation,
  type ViewModel,
} from '../../schema/schema.model.js';
import type { Call, Fields } from './call.js';
import { type ColumnWithKeys, readColumn } from './from-column-options.js';
import { readColumnOptions, readKeyOptions } from './from-key-options.js';
import {
  CHECK_FIELDS,
  EXCLUSION_FIELDS,
  FOREIGN_KEY_FIELDS,
  INDEX_FIELDS,
  KEY_OPTIONS,
  PRIMARY_KEY_FIELDS,
  UNIQUE_FIELDS,
} from './option-fields.js';

/** The part of TypeORM's naming strategy that names constraints and indexes. */
export type ConstraintNaming = Pick<
  NamingStrategyInterface,
  'uniqueConstraintName' | 'checkConstraintName' | 'exclusionConstraintName' | 'foreignKeyName' | 'indexName'
> & {
  /** Absent where primary keys have no names. */
  readonly primaryKeyName?: (table: string, columnNames: string[]) => string;
};

/** The table that options are read for, and the call that they are in. */
export interface TableTarget {
  readonly call: Call;
  readonly table: QualifiedName;
  /** Makes the names that the options leave out; where absent, the database chooses them. */
  readonly naming?: ConstraintNaming;
}

const DEFERRABLE = ['INITIALLY DEFERRED', 'INITIALLY IMMEDIATE'] as const;
const ACTIONS = ['NO ACTION', 'CASCADE', 'SET NULL', 'SET DEFAULT', 'RESTRICT'] as const;
const OTHER_DATABASE = 'A revision works on one database: list the others in MigrateModule.forRoot(…).';

/** A table from TypeORM's table options. */
export function readTable(call: Call, value: unknown, naming?: ConstraintNaming): TableModel {
  const fields = call.fields(value, 'the table', {
    known: [
      'name',
      'schema',
      'columns',
      'indices',
      'uniques',
      'checks',
      'exclusions',
      'foreignKeys',
      'comment',
      'withoutRowid',
      'strict',
      'engine',
      'collation',
      'primaryKey',
    ],
    refused: { database: OTHER_DATABASE },
  });
  const name = call.nameIn(fields);
  const target: TableTarget = { call, table: name, naming };
  const columns = call.list(fields.values['columns'], "'columns'").map((column) => readColumn(call, column));
  const each = <T>(field: string, read: (target: TableTarget, value: unknown) => T): T[] =>
    call.list(fields.values[field], `'${field}'`).map((member) => read(target, member));
  const primaryKey = primaryKeyOf(target, columns, fields.values['primaryKey']);
  const comment = call.optionalName(fields.values['comment'], `'comment' of ${fields.what}`);
  const flag = (field: string): true | undefined =>
    call.flag(fields.values[field], `'${field}' of ${fields.what}`) || undefined;
  const engine = call.optionalName(fields.values['engine'], `'engine' of ${fields.what}`);
  const collation = call.optionalName(fields.values['collation'], `'collation' of ${fields.what}`);
  const uniques = each('uniques', readUnique);
  const table: TableModel = {
    ...name,
    columns: columns.map(({ column }) => column),
    ...(primaryKey && { primaryKey }),
    uniques: [...uniques, ...uniquesOf(target, columns, uniques)],
    checks: each('checks', readCheck),
    exclusions: each('exclusions', readExclusion),
    foreignKeys: each('foreignKeys', readForeignKey),
    indices: each('indices', readIndex),
    ...(comment === undefined ? {} : { comment }),
    ...partOf('sqlite', { withoutRowid: flag('withoutRowid'), strict: flag('strict') }),
    ...partOf('mysql', { engine, collation }),
  };
  requireOwnColumns(call, table);
  return table;
}

/** The primary key, from marks on the columns or from the table's `primaryKey`. */
function primaryKeyOf(
  target: TableTarget,
  columns: readonly ColumnWithKeys[],
  given: unknown,
): PrimaryKeyModel | undefined {
  const keys = columns.filter((column) => column.isPrimary);
  if (given !== undefined) {
    if (keys.length > 0) target.call.fail("it has 'primaryKey', and columns with 'isPrimary' too.", 'Leave one out.');
    const { name, columnNames, ...options } = target.call.fields(given, "'primaryKey'", {
      known: PRIMARY_KEY_FIELDS,
    }).values;
    return readPrimaryKey(target, columnNames, name, options);
  }
  const names = new Set(keys.flatMap(({ primaryKeyName }) => primaryKeyName ?? []));
  if (names.size > 1) target.call.fail(`its primary key has several names: ${[...names].join(', ')}.`);
  if (keys.length === 0) return undefined;
  const [name] = names;
  return readPrimaryKey(
    target,
    keys.map(({ column }) => column.name),
    name,
  );
}

/** The unique constraints of columns with `isUnique` that the table's own list does not have. */
function uniquesOf(
  target: TableTarget,
  columns: readonly ColumnWithKeys[],
  listed: readonly UniqueModel[],
): UniqueModel[] {
  const isListed = (name: string): boolean =>
    listed.some(({ columnNames }) => columnNames.length === 1 && columnNames[0] === name);
  return columns
    .filter(({ column, isUnique }) => isUnique && !isListed(column.name))
    .map(({ column }) => readUnique(target, { columnNames: [column.name] }));
}

function requireOwnColumns(call: Call, table: TableModel): void {
  const own = table.columns.map((column) => column.name);
  const twice = own.find((name, position) => own.indexOf(name) !== position);
  if (twice !== undefined) call.fail(`it has the column '${twice}' twice.`);
  const keys = table.primaryKey ? [table.primaryKey] : [];
  const indices = table.indices.map(({ name, columnNames, include = [] }) => {
    return { name, columnNames: [...columnNames, ...include] };
  });
  for (const { name, columnNames } of [...keys, ...table.uniques, ...table.foreignKeys, ...indices]) {
    const missing = columnNames.find((column) => !own.includes(column));
    if (missing === undefined) continue;
    const member = name === undefined ? `a constraint on ${columnNames.join(', ')}` : `'${name}'`;
    call.fail(`${member} names the column '${missing}', which the table does not have.`);
  }
}

export function readPrimaryKey(
  { call, table, naming }: TableTarget,
  columns: unknown,
  name: unknown,
  options: unknown = {},
): PrimaryKeyModel {
  const columnNames = call.names(columns, 'the column names of the primary key');
  const given = call.optionalName(name, 'the name of the primary key');
  const fields = call.fields(options, 'the primary key', { known: KEY_OPTIONS });
  const keyOptions = readKeyOptions(call, fields, columnNames);
  const generated = naming?.primaryKeyName?.(displayName(table), [...columnNames]);
  return withName(given ?? generated, { columnNames, ...keyOptions });
}

export function readUnique({ call, table, naming }: TableTarget, value: unknown): UniqueModel {
  const fields = call.fields(value, 'the unique constraint', { known: UNIQUE_FIELDS });
  const columnNames = readColumnNames(call, fields);
  const name = readName(call, fields) ?? naming?.uniqueConstraintName(displayName(table), [...columnNames]);
  return withName(name, { columnNames, ...readDeferrable(call, fields), ...readKeyOptions(call, fields, columnNames) });
}

export function readCheck({ call, table, naming }: TableTarget, value: unknown): CheckModel {
  const fields = call.fields(value, 'the check constraint', { known: [...CHECK_FIELDS, 'columnNames'] });
  const expression = readExpression(call, fields);
  const name = readName(call, fields) ?? naming?.checkConstraintName(displayName(table), expression);
  return withName(name, { expression, ...readValidation(call, fields) });
}

export function readExclusion({ call, table, naming }: TableTarget, value: unknown): ExclusionModel {
  const fields = call.fields(value, 'the exclusion constraint', { known: EXCLUSION_FIELDS });
  const expression = readExpression(call, fields);
  const name = readName(call, fields) ?? naming?.exclusionConstraintName(displayName(table), expression);
  return withName(name, { expression, ...readDeferrable(call, fields) });
}

export function readForeignKey({ call, table, naming }: TableTarget, value: unknown): ForeignKeyModel {
  const fields = call.fields(value, 'the foreign key', {
    known: FOREIGN_KEY_FIELDS,
    refused: { referencedDatabase: OTHER_DATABASE },
  });
  const { what, values } = fields;
  const columnNames = readColumnNames(call, fields);
  const referencedColumnNames = call.names(values['referencedColumnNames'], `'referencedColumnNames' of ${what}`);
  if (columnNames.length !== referencedColumnNames.length) {
    call.fail(`${what} has ${columnNames.length} columns that refer to ${referencedColumnNames.length}.`);
  }
  const referredName = call.name(values['referencedTableName'], `'referencedTableName' of ${what}`);
  const target = call.nameIn({ what, values: { name: referredName, schema: values['referencedSchema'] } });
  const name =
    readName(call, fields) ??
    naming?.foreignKeyName(displayName(table), [...columnNames], displayName(target), [...referencedColumnNames]);
  return withName(name, {
    columnNames,
    ...(target.schema === undefined ? {} : { referencedSchema: target.schema }),
    referencedTableName: target.name,
    referencedColumnNames,
    ...readAction(call, fields, 'onDelete'),
    ...readAction(call, fields, 'onUpdate'),
    ...readDeferrable(call, fields),
    ...readValidation(call, fields),
  });
}

export function readIndex({ call, table, naming }: TableTarget, value: unknown): IndexModel {
  const fields = call.fields(value, 'the index', {
    known: INDEX_FIELDS,
    refused: { isNullFiltered: "Only Spanner has it: write where: '… IS NOT NULL'." },
  });
  const { values } = fields;
  const optional = (field: string): string | undefined => call.optionalName(values[field], `'${field}' of the index`);
  const flag = (field: string): object =>
    call.flag(values[field], `'${field}' of the index`) ? { [field]: true } : {};
  const text = (field: string): object => (optional(field) === undefined ? {} : { [field]: optional(field) });
  const columnNames =
    optional('expression') === undefined ? readColumnNames(call, fields) : noColumnNames(call, fields);
  const name = optional('name') ?? naming?.indexName(displayName(table), [...columnNames], optional('where'));
  const include = call.list(values['include'], "'include' of the index");
  return {
    name: name ?? call.fail('the index has no name.', "Give it one: name: 'IDX_…'."),
    columnNames,
    ...flag('isUnique'),
    ...flag('isSpatial'),
    ...flag('isFulltext'),
    ...flag('isConcurrent'),
    ...text('type'),
    ...text('where'),
    ...(include.length === 0 ? {} : { include: call.names(include, "'include' of the index") }),
    ...readColumnOptions(call, fields, columnNames),
    ...flag('nullsNotDistinct'),
    ...text('expression'),
    ...partOf('mysql', { parser: optional('parser') }),
  };
}

/** A view from TypeORM's view options. It has no dependencies: the author orders the calls. */
export function readView(call: Call, value: unknown, naming?: ConstraintNaming): ViewModel {
  const fields = call.fields(value, 'the view', {
    known: ['name', 'schema', 'expression', 'materialized', 'indices'],
    refused: { database: OTHER_DATABASE },
  });
  const name = call.nameIn(fields);
  const materialized = call.flag(fields.values['materialized'], "'materialized' of the view");
  return {
    ...name,
    expression: readExpression(call, fields),
    ...(materialized ? { materialized } : {}),
    indices: call
      .list(fields.values['indices'], "'indices' of the view")
      .map((index) => readIndex({ call, table: name, naming }, index)),
    dependsOn: [],
  };
}

function withName<T extends object>(name: string | undefined, rest: T): T & { readonly name?: string } {
  return name === undefined ? rest : { name, ...rest };
}

function readName(call: Call, { what, values }: Fields): string | undefined {
  return call.optionalName(values['name'], `'name' of ${what}`);
}

function readColumnNames(call: Call, { what, values }: Fields): readonly string[] {
  return call.names(values['columnNames'], `'columnNames' of ${what}`);
}

/** The column names of an index with an expression, which must be none: the expression has all that is indexed. */
function noColumnNames(call: Call, { what, values }: Fields): readonly [] {
  if (call.list(values['columnNames'], `'columnNames' of ${what}`).length > 0) {
    call.fail(
      `${what} has 'expression', and 'columnNames' too.`,
      'Write the columns into the expression, and columnNames: []: expression: \'lower("name"), "age"\'.',
    );
  }
  return [];
}

function readExpression(call: Call, { what, values }: Fields): string {
  return call.name(values['expression'], `'expression' of ${what}`);
}

function readDeferrable(call: Call, { what, values }: Fields): Pick<UniqueModel, 'deferrable'> {
  const deferrable = call.oneOf(values['deferrable'], `'deferrable' of ${what}`, DEFERRABLE);
  return deferrable === undefined ? {} : { deferrable };
}

function readValidation(call: Call, { what, values }: Fields): Validation {
  const isValidated = call.flag(values['isValidated'], `'isValidated' of ${what}`);
  const isNotValid = call.flag(values['isNotValid'], `'isNotValid' of ${what}`) ?? isValidated === false;
  if (isNotValid && isValidated === true) call.fail(`${what} has 'isValidated', and 'isNotValid' too.`);
  return isNotValid ? { isNotValid: true } : {};
}

function readAction(
  call: Call,
  { what, values }: Fields,
  field: 'onDelete' | 'onUpdate',
): Pick<ForeignKeyModel, 'onDelete' | 'onUpdate'> {
  const action = call.oneOf(values[field], `'${field}' of ${what}`, ACTIONS);
  return action === undefined || action === 'NO ACTION' ? {} : { [field]: action };
}
