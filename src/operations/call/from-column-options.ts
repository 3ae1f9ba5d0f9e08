import { partOf } from '../../schema/parts.js';
import type { ColumnModel, MysqlColumnPart } from '../../schema/schema.model.js';
import type { Call, FieldRules, Fields } from './call.js';
import type { ColumnChange } from '../operation.js';
import { MYSQL_COLUMN_FIELDS } from './option-fields.js';

/** A column from TypeORM's column options, with what these specify about the table's keys. */
export interface ColumnWithKeys {
  readonly column: ColumnModel;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly primaryKeyName?: string;
}

type Readers = Readonly<Record<string, (call: Call, value: unknown, what: string) => unknown>>;

/** Readers of the fields of a column and of its change, in the order in which models have them. */
const readers = {
  // SQLite has columns without a type, which hold anything.
  type: (call, value, what) => (value === '' ? '' : call.optionalName(value, what)),
  length: (call, value, what) => call.digits(value, what),
  precision: (call, value, what) => call.number(value, what),
  scale: (call, value, what) => call.number(value, what),
  isArray: (call, value, what) => call.flag(value, what),
  isNullable: (call, value, what) => call.flag(value, what),
  default: readDefault,
  comment: (call, value, what) => call.optionalName(value, what),
  collation: (call, value, what) => call.optionalName(value, what),
  enum: (call, value, what) => (value === undefined || value === null ? undefined : call.labels(value, what)),
  enumName: (call, value, what) => call.optionalName(value, what),
  enumSchema: (call, value, what) => call.optionalName(value, what),
  generationStrategy: readStrategy,
  generatedIdentity: (call, value, what) => call.oneOf(value, what, ['ALWAYS', 'BY DEFAULT']),
  asExpression: (call, value, what) => call.optionalName(value, what),
  generatedType: (call, value, what) => call.oneOf(value, what, ['STORED', 'VIRTUAL']),
  spatialFeatureType: (call, value, what) => call.optionalName(value, what),
  srid: (call, value, what) => call.number(value, what),
} satisfies Readers;

/** Fields of a column that a change removes with `null`. */
const REMOVABLE = new Set(['default', 'comment', 'collation', 'generationStrategy', 'asExpression']);

/** Readers of the fields that a column has only on MySQL. */
const mysqlReaders = {
  unsigned: (call, value, what) => call.flag(value, what) || undefined,
  zerofill: (call, value, what) => call.flag(value, what) || undefined,
  width: (call, value, what) => call.number(value, what),
  charset: (call, value, what) => call.optionalName(value, what),
  onUpdate: (call, value, what) => call.optionalName(value, what),
  invisible: (call, value, what) => call.flag(value, what) || undefined,
  check: (call, value, what) => call.optionalName(value, what),
} satisfies Record<keyof MysqlColumnPart, Readers[string]>;

const REFUSED = {
  foreignKeyConstraintName: 'Name the constraint in op.createForeignKey(…), or in foreignKeys of op.createTable(…).',
};

const COLUMN: FieldRules = {
  known: [
    'name',
    ...Object.keys(readers),
    'isPrimary',
    'primaryKeyConstraintName',
    'isUnique',
    'isGenerated',
    'onConflict',
    ...MYSQL_COLUMN_FIELDS,
  ],
  refused: REFUSED,
};

const CHANGE: FieldRules = {
  known: [...Object.keys(readers), ...MYSQL_COLUMN_FIELDS, 'using', 'existing'],
  refused: {
    ...REFUSED,
    name: 'Rename it with op.renameColumn(…).',
    isPrimary: 'Use op.createPrimaryKey(…) or op.dropPrimaryKey(…).',
    isUnique: 'Use op.createUniqueConstraint(…).',
    isGenerated: "Write generationStrategy: 'increment' or 'identity'; null makes the column a plain one.",
  },
};

/** A column from TypeORM's column options. */
export function readColumn(call: Call, value: unknown): ColumnWithKeys {
  const name = call.name((value as { name?: unknown } | null | undefined)?.name, "the column's 'name'");
  const fields = call.fields(value, `the column '${name}'`, COLUMN);
  const { isGenerated, generationStrategy, ...given } = fields.values;
  const type = given['type'] === '' ? '' : call.name(given['type'], `'type' of ${fields.what}`);
  const strategy = isGenerated === true ? (generationStrategy ?? 'increment') : generationStrategy;
  const read = readFields(call, {
    ...fields,
    values: { ...given, generationStrategy: isGenerated === false ? null : strategy },
  });
  refuseIdle(call, fields.what, { ...read, type });
  const kept = Object.entries(read).filter(([, field]) => field !== false && field !== undefined);
  return {
    column: { name, type, ...Object.fromEntries(kept), ...readOnConflict(call, fields), ...readMysql(call, fields) },
    isPrimary: call.flag(given['isPrimary'], `'isPrimary' of ${fields.what}`) === true,
    isUnique: call.flag(given['isUnique'], `'isUnique' of ${fields.what}`) === true,
    primaryKeyName: call.optionalName(
      given['primaryKeyConstraintName'],
      `'primaryKeyConstraintName' of ${fields.what}`,
    ),
  };
}

/** Fields of a column that have no effect without another one, which is the value: `scale` without `precision`. */
const NEEDED: Readonly<Record<string, string>> = {
  scale: 'precision',
  enumSchema: 'enumName',
  generatedIdentity: 'generationStrategy',
  generatedType: 'asExpression',
  srid: 'spatialFeatureType',
};

/** Refuses fields that would be ignored without notice. */
function refuseIdle(call: Call, what: string, column: Readonly<Record<string, unknown>>): void {
  const idle = Object.entries(NEEDED).find(
    ([field, needed]) => column[field] !== undefined && column[needed] === undefined,
  );
  if (idle !== undefined) call.fail(`${what} has '${idle[0]}' without '${idle[1]}'.`);
  const { type, enumName } = column;
  if (enumName !== undefined && type !== 'enum' && type !== 'simple-enum') {
    call.fail(`${what} has 'enumName', and its type is '${String(type)}'.`, "The type is then 'enum'.");
  }
}

const CONFLICT_ACTIONS = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'] as const;

/** What SQLite does with a row that breaks a constraint; nothing for ABORT, its default. */
export function readOnConflict(call: Call, { what, values }: Fields): Pick<ColumnModel, 'sqlite'> {
  const onConflict = call.oneOf(values['onConflict'], `'onConflict' of ${what}`, CONFLICT_ACTIONS);
  return onConflict === undefined || onConflict === 'ABORT' ? {} : { sqlite: { onConflict } };
}

/** A change of a column from what `op.alterColumn` takes, without `existing`. */
export function readColumnChange(call: Call, value: unknown, what: string): ColumnChange {
  const fields = call.fields(value, what, CHANGE);
  const change: Record<string, unknown> = { ...readMysqlChange(call, fields) };
  for (const [field, read] of Object.entries(readFields(call, fields))) {
    if (read !== undefined) change[field] = read;
    else if (REMOVABLE.has(field) && isRemoved(fields.values[field])) change[field] = null;
  }
  const using = call.optionalName(fields.values['using'], `'using' of ${what}`);
  return using === undefined ? change : { ...change, using };
}

function isRemoved(value: unknown): boolean {
  return value === null || value === '';
}

function readMysql(call: Call, fields: Fields): Pick<ColumnModel, 'mysql'> {
  return partOf('mysql', readFields(call, fields, mysqlReaders));
}

/** What changes of a column's part of MySQL: `false` and `null` remove a field. */
function readMysqlChange(call: Call, fields: Fields): Pick<ColumnChange, 'mysql'> {
  const removed = MYSQL_COLUMN_FIELDS.filter(
    (field) => fields.values[field] === null || fields.values[field] === false,
  );
  return partOf('mysql', {
    ...readFields(call, fields, mysqlReaders),
    ...Object.fromEntries(removed.map((field) => [field, fields.values[field]])),
  });
}

function readFields(call: Call, fields: Fields, by: Readers = readers): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(by).map(([field, read]) => [
      field,
      read(call, fields.values[field], `'${field}' of ${fields.what}`),
    ]),
  );
}

/** A default as an SQL expression: a string is one already, as in TypeORM, and numbers and booleans are written as SQL. */
function readDefault(call: Call, value: unknown, what: string): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  return call.fail(
    `${what} must be SQL text, a number or a boolean.`,
    `Quote a text once more, as SQL does: default: "'active'"; an empty one is default: "''"; a function is default: 'now()'.`,
  );
}

function readStrategy(call: Call, value: unknown, what: string): 'increment' | 'identity' | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'increment' || value === 'identity') return value;
  if (value === 'uuid') {
    call.fail(
      `${what} is 'uuid', which is a default.`,
      "Write default: 'gen_random_uuid()', or what your database has.",
    );
  }
  return call.fail(`${what} must be 'increment' or 'identity'.`);
}
