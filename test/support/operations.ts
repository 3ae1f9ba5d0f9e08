import * as fc from 'fast-check';
import type { ColumnChange, Operation, TableOperation } from '../../src/operations/operation.js';
import { mentionsColumn } from '../../src/sql/columns.js';
import { identifierText } from '../../src/sql/identifiers.js';
import { ANY_SQL } from '../../src/sql/rules.js';
import type {
  CheckModel,
  ColumnModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  QualifiedName,
  SchemaModel,
  TableModel,
  UniqueModel,
} from '../../src/schema/schema.model.js';

/** Texts that break careless quoting, in SQL or in TypeScript. */
const NASTY = [
  "it's",
  'say "hi"',
  `both ' and "`,
  'a.b',
  '${x}',
  '`tick`',
  'back\\slash',
  'end\\',
  'new\nline',
  'cr\r\nlf',
  '\u2028',
  '\u202e',
  '漢字',
  '👩‍👩‍👧',
  '__proto__',
  'constructor',
  '1',
  '007',
  'a-b',
  ' ',
  '*/ //',
];

const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z_]{0,14}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z_]{30,120}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
);
const anySql = fc.oneof(
  anyText,
  fc.constantFrom(
    "'active'",
    '0',
    '-12',
    'true',
    "'it''s'::text",
    'now()',
    'SELECT 1\n  FROM "user"\nWHERE `x` = ${y}',
  ),
);

/** An expression over no column: a word in it may never be what a column is renamed to. */
const anyExpression = fc.constantFrom("'it''s'::text", 'now()', '1 + 2', 'CASE WHEN true\n  THEN $$`${x}`$$ END');

/** A member that is there or not; models leave out what is not. */
function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 3 });
}

function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

const qualifiedName: fc.Arbitrary<QualifiedName> = fc
  .record({ schema: fc.option(anyText, { nil: undefined, freq: 4 }), name: anyText })
  .map(compact);

const columnType = fc
  .record({
    type: fc.constantFrom('integer', 'bigint', 'character varying', 'timestamp with time zone', 'text'),
    length: optional(fc.constantFrom('20', '255')),
    precision: optional(fc.nat(20)),
    isArray: optional(fc.constant(true as const)),
    enum: optional(fc.uniqueArray(anyText, { minLength: 1, maxLength: 3 })),
    enumName: optional(anyText),
    collation: optional(anyText),
  })
  .map(({ enumName, ...type }) => compact(enumName === undefined ? type : { ...type, type: 'enum', enumName }));

const anyConflictAction = fc.constantFrom('ROLLBACK' as const, 'FAIL' as const, 'IGNORE' as const, 'REPLACE' as const);

const columnRest = fc
  .record({
    isNullable: optional(fc.constant(true as const)),
    default: optional(anySql),
    comment: optional(anyText),
    asExpression: optional(anyExpression),
    sqlite: optional(fc.record({ onConflict: anyConflictAction })),
    mysql: optional(fc.constant({ unsigned: true as const, width: 3 })),
  })
  .map(compact);

function columnNamed(name: string): fc.Arbitrary<ColumnModel> {
  return fc.tuple(columnType, columnRest).map(([type, rest]) => ({ name, ...type, ...rest }));
}

/** One of the columns as an expression names it: in quotes, or bare where it needs none. */
function columnIn(columns: readonly string[]): fc.Arbitrary<string> {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  return fc
    .record({ column: fc.constantFrom(...columns), isBare: fc.boolean() })
    .map(({ column, isBare }) => (isBare ? identifierText(column) : quoted(column)));
}

function someOf(columns: readonly string[]): fc.Arbitrary<string[]> {
  return fc.shuffledSubarray([...columns], { minLength: 1 });
}

/** Columns of a key or an index, and sometimes an option of the first. */
function columnsOf(columns: readonly string[], option: string) {
  return fc.record({ columnNames: someOf(columns), isOptioned: fc.boolean() }).map(({ columnNames, isOptioned }) => ({
    columnNames,
    columnOptions: isOptioned ? { [String(columnNames[0])]: option } : undefined,
  }));
}

function keyColumns(columns: readonly string[]) {
  return fc
    .record({
      sqlite: optional(fc.record({ onConflict: anyConflictAction })),
      columns: columnsOf(columns, 'COLLATE NOCASE'),
    })
    .map(({ columns: { columnNames, columnOptions }, sqlite }) => ({ columnNames, sqlite, columnOptions }));
}

function keyOn(columns: readonly string[]): fc.Arbitrary<PrimaryKeyModel> {
  return keyColumns(columns).map((key) => compact({ name: 'PK', ...key }));
}

function uniqueOn(name: string, columns: readonly string[]): fc.Arbitrary<UniqueModel> {
  return fc
    .record({ key: keyColumns(columns), deferrable: optional(fc.constant('INITIALLY DEFERRED' as const)) })
    .map(({ key, deferrable }) => compact({ name, ...key, deferrable }));
}

function checkOn(name: string, columns: readonly string[]): fc.Arbitrary<CheckModel> {
  return columnIn(columns).map((column) => ({ name, expression: `${column} <> 'x'` }));
}

function indexOn(name: string, columns: readonly string[]): fc.Arbitrary<IndexModel> {
  return fc
    .record({
      columns: columnsOf(columns, 'DESC'),
      isUnique: optional(fc.constant(true as const)),
      type: optional(fc.constant('gin')),
      where: optional(columnIn(columns).map((column) => `${column} IS NOT NULL`)),
      include: optional(someOf(columns)),
    })
    .map(({ columns: indexed, ...index }) => compact({ name, ...indexed, ...index }));
}

function foreignKeyOn(name: string, columns: readonly string[], target: QualifiedName): fc.Arbitrary<ForeignKeyModel> {
  return fc
    .record({
      columnNames: someOf(columns),
      onDelete: optional(fc.constantFrom('CASCADE' as const, 'SET NULL' as const)),
    })
    .map(({ columnNames, onDelete }) =>
      compact({
        name,
        columnNames,
        referencedSchema: target.schema,
        referencedTableName: target.name,
        referencedColumnNames: columnNames,
        onDelete,
      }),
    );
}

/** A table whose constraints fit its columns; its foreign keys refer to itself. */
export function tableNamed(table: QualifiedName): fc.Arbitrary<TableModel> {
  return fc.uniqueArray(anyText, { minLength: 1, maxLength: 4 }).chain((columns) =>
    fc
      .record({
        columns: fc.tuple(...columns.map(columnNamed)),
        primaryKey: optional(keyOn(columns)),
        uniques: fc.array(uniqueOn('UQ', columns), { maxLength: 1 }),
        checks: fc.array(checkOn('CHK', columns), { maxLength: 1 }),
        exclusions: fc.constant([]),
        foreignKeys: fc.array(foreignKeyOn('FK', columns, table), { maxLength: 1 }),
        indices: fc.array(indexOn('IDX', columns), { maxLength: 1 }),
        comment: optional(anyText),
        sqlite: optional(
          fc.constantFrom({ withoutRowid: true as const }, { withoutRowid: true as const, strict: true as const }),
        ),
        mysql: optional(fc.constant({ engine: 'MyISAM' })),
      })
      .map((parts) => compact({ ...table, ...parts })),
  );
}

export const anyTable: fc.Arbitrary<TableModel> = qualifiedName.chain(tableNamed);

/** A schema of a few tables, enums and views. */
export const anySchema: fc.Arbitrary<SchemaModel> = fc
  .uniqueArray(qualifiedName, { minLength: 2, maxLength: 4, selector: (name) => JSON.stringify(name) })
  .chain(([enumName, viewName, ...tables]) =>
    fc.record({
      tables: fc.tuple(...tables.map(tableNamed)),
      views: fc.record({ expression: anySql }).map((view) => [{ ...viewName!, ...view, indices: [], dependsOn: [] }]),
      enums: fc.uniqueArray(anyText, { minLength: 2, maxLength: 4 }).map((values) => [{ ...enumName!, values }]),
      sequences: fc.constant([{ name: 'known sequence', start: '5', increment: '2', cycle: true as const }]),
      extensions: fc.constant(['citext']),
      schemas: fc.constant(['known']),
    }),
  );

/** Whether an operation says that it is for what is missing only; here it always is. */
const missing = fc.constantFrom<{ readonly ifNotExists?: true }>({}, { ifNotExists: true });

/** A table operation that fits the table, carrying what it takes away. */
export function operationOn(model: TableModel): fc.Arbitrary<TableOperation> {
  const table: QualifiedName = compact({ schema: model.schema, name: model.name });
  const columns = model.columns.map((column) => column.name);
  const fresh = anyText.filter((name) => !columns.includes(name));
  const free = model.columns.filter((column) => !isUsed(model, column.name));
  const choices: fc.Arbitrary<TableOperation>[] = [
    fc
      .tuple(fresh.chain(columnNamed), missing)
      .map(([column, given]) => ({ kind: 'addColumn', table, column, ...given })),
    fc.record({
      kind: fc.constant('renameColumn'),
      table: fc.constant(table),
      from: fc.constantFrom(...columns),
      to: fresh,
    }),
    fc.constantFrom(...model.columns).chain((column) => changeOf(table, column)),
    uniqueOn('UQ_new', columns).map((unique) => ({ kind: 'createUnique', table, unique })),
    checkOn('CHK_new', columns).map((check) => ({ kind: 'createCheck', table, check })),
    foreignKeyOn('FK_new', columns, table).map((foreignKey) => ({ kind: 'createForeignKey', table, foreignKey })),
    fc
      .tuple(indexOn('IDX_new', columns), missing)
      .map(([index, given]) => ({ kind: 'createIndex', table, index, ...given })),
    fc.option(anyText).map((comment) => ({ kind: 'setTableComment', table, comment, existing: model.comment ?? null })),
    fc.constant({ kind: 'setTableEngine', table, engine: 'Aria', existing: model.mysql?.engine ?? 'InnoDB' } as const),
    fc.constant({ kind: 'setWithoutRowid', table, withoutRowid: model.sqlite?.withoutRowid !== true } as const),
    ...free.map((was) => fc.constant({ kind: 'dropColumn', table, column: was.name, was, ifExists: true } as const)),
    ...model.uniques.map((was) => fc.constant({ kind: 'dropUnique', table, name: was.name!, was } as const)),
    ...model.checks.map(({ name }) => fc.constant({ kind: 'validateConstraint', table, name: name! } as const)),
    ...model.checks.map((was) => fc.constant({ kind: 'dropCheck', table, name: was.name!, was } as const)),
    ...model.foreignKeys.map((was) => fc.constant({ kind: 'dropForeignKey', table, name: was.name!, was } as const)),
    ...model.foreignKeys.map((key) =>
      anyText.map((to) => ({ kind: 'renameConstraint', table, from: key.name!, to: `FK ${to}` }) as const),
    ),
    ...model.indices.map((was) =>
      fc.constantFrom<TableOperation>(
        { kind: 'dropIndex', table, name: was.name, was },
        { kind: 'renameIndex', table, from: was.name, to: 'IDX two' },
      ),
    ),
    model.primaryKey
      ? fc.constant({ kind: 'dropPrimaryKey', table, name: 'PK', was: model.primaryKey } as const)
      : keyOn(columns).map((primaryKey) => ({ kind: 'createPrimaryKey', table, primaryKey }) as const),
  ];
  return fc.oneof(...choices);
}

/** Whether a key, a constraint or an index stands on the column. */
function isUsed({ primaryKey, uniques, checks, foreignKeys, indices }: TableModel, column: string): boolean {
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques, ...foreignKeys, ...indices];
  const names = [...keys.flatMap((key) => key.columnNames), ...indices.flatMap((index) => index.include ?? [])];
  const texts = [...checks.map((check) => check.expression), ...indices.map((index) => index.where ?? '')];
  return names.includes(column) || texts.some((text) => mentionsColumn(text, column, ANY_SQL));
}

function changeOf(table: QualifiedName, column: ColumnModel): fc.Arbitrary<TableOperation> {
  const { name: _name, isNullable, default: defaultValue, comment, ...rest } = column;
  const { asExpression: _expression, sqlite: _sqlite, ...type } = rest;
  const change = fc
    .record({
      type: optional(columnType),
      isNullable: optional(fc.boolean()),
      default: optional(fc.option(anySql)),
      comment: optional(fc.option(anyText)),
    })
    .filter((parts) => Object.values(parts).some((part) => part !== undefined));
  return change.map(({ type: toType, ...rest }) => {
    const existing: ColumnChange = {
      ...(toType && type),
      ...(rest.isNullable !== undefined && { isNullable: isNullable ?? false }),
      ...(rest.default !== undefined && { default: defaultValue ?? null }),
      ...(rest.comment !== undefined && { comment: comment ?? null }),
    };
    return { kind: 'alterColumn', table, column: column.name, to: { ...toType, ...compact(rest) }, existing };
  });
}

/** An operation that fits the schema, carrying what it takes away. */
export function operationFor(schema: SchemaModel): fc.Arbitrary<Operation> {
  // A type that a column has is in the database, whether the schema lists it or not: nothing can get its name.
  const types = schema.tables.flatMap(({ columns }) =>
    columns.map(({ enumSchema, enumName }) => ({ schema: enumSchema, name: enumName })),
  );
  const taken = new Set(
    [...schema.tables, ...schema.views, ...schema.enums, ...schema.sequences, ...types].map((member) =>
      JSON.stringify([member.schema, member.name]),
    ),
  );
  const fresh = qualifiedName.filter(({ schema: owner, name }) => !taken.has(JSON.stringify([owner, name])));
  const nameOf = ({ schema: owner, name }: QualifiedName): QualifiedName => compact({ schema: owner, name });
  const [type] = schema.enums;
  const [view] = schema.views;
  const [sequence] = schema.sequences;
  const { values } = type!;
  const label = anyText.filter((value) => !values.includes(value));
  const choices: fc.Arbitrary<Operation>[] = [
    fresh.chain(tableNamed).map((table) => ({ kind: 'createTable', table })),
    fc.record({ kind: fc.constant('createEnum'), enum: fresh.map((name) => ({ ...name, values: ['a', 'b'] })) }),
    fc.record({ kind: fc.constant('renameEnum'), enum: fc.constant(nameOf(type!)), to: fresh }),
    fc.constant({ kind: 'dropEnum', enum: nameOf(type!), was: type }),
    label.chain((value) =>
      optional(fc.constantFrom(...values)).map(
        (before) =>
          compact({ kind: 'addEnumValue', enum: nameOf(type!), value, before, existing: values }) as Operation,
      ),
    ),
    label.map((to) => ({ kind: 'renameEnumValue', enum: nameOf(type!), from: values[0]!, to })),
    ...labelRenames(schema),
    label.map((value) => ({ kind: 'alterEnum', enum: nameOf(type!), values: [value, values[0]!], existing: values })),
    fc.constant({ kind: 'dropView', view: nameOf(view!), was: view }),
    anySql.map((expression) => ({ kind: 'alterView', view: nameOf(view!), expression, existing: view!.expression })),
    fresh.map((to) => ({ kind: 'renameView', view: nameOf(view!), to })),
    fc.tuple(fresh, missing).map(([name, given]) => ({
      kind: 'createSequence',
      sequence: { ...name, start: '1', minValue: '-7', maxValue: '9223372036854775806', cycle: true },
      ...given,
    })),
    fc.constant({ kind: 'dropSequence', sequence: nameOf(sequence!), was: sequence }),
    fresh.map((to) => ({ kind: 'renameSequence', sequence: nameOf(sequence!), to })),
    fc.constant({
      kind: 'alterSequence',
      sequence: nameOf(sequence!),
      to: { start: '7', maxValue: '90', cycle: false },
      existing: { start: '5', maxValue: null, cycle: true },
    }),
    fc.tuple(fresh, missing).map(([{ name }, given]) => ({ kind: 'createSchema', name: `new ${name}`, ...given })),
    fc.constant({ kind: 'dropSchema', name: 'known' }),
    anyText.map((to) => ({ kind: 'renameSchema', from: 'known', to: `new ${to}` })),
    fc
      .record({ schema: optional(anyText), version: optional(anyText) })
      .map((options) => ({ kind: 'createExtension', name: 'uuid-ossp', ...compact(options) })),
    fc.constant({ kind: 'dropExtension', name: 'citext' }),
    fc.tuple(anyText, anyText).map(([version, schema]) => ({
      kind: 'alterExtension',
      name: 'citext',
      to: { version, schema },
      existing: { version: '1.0', schema: 'public' },
    })),
    ...schema.tables.flatMap((table) => [
      fc.constant({ kind: 'dropTable', table: nameOf(table), was: table } as const),
      fresh.map((to) => ({ kind: 'renameTable', table: nameOf(table), to }) as const),
      operationOn(table),
      operationOn(table).map(
        (operation) => ({ kind: 'batch', table: nameOf(table), operations: [operation] }) as const,
      ),
    ]),
  ];
  return fc.oneof(...choices);
}

/** Renames of labels that columns of a schema have themselves. */
function labelRenames({ tables }: SchemaModel): fc.Arbitrary<Operation>[] {
  return tables.flatMap((table) =>
    table.columns.flatMap(({ name: column, enum: labels = [] }): fc.Arbitrary<Operation>[] =>
      labels.map((from) =>
        fc.constant({
          kind: 'renameLabel',
          table: compact({ schema: table.schema, name: table.name }) as QualifiedName,
          column,
          from,
          to: 'a label that nothing else has',
        }),
      ),
    ),
  );
}
