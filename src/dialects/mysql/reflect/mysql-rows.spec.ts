import type { ColumnModel } from '../../../schema/schema.model.js';
import { plainTable } from '../canonical/plain.js';
import type { Connection } from '../server.js';
import type { CheckRow, ColumnRow, IndexRow, TableRow } from './queries.js';
import { shownDefault } from './expressions.js';
import { tableModel, type TableRows } from './table-model.js';

/**
 * Rows as MySQL 8 and later have them, of which the tests have no server: from its documentation and from reports of other projects, each
 * with its source. What MariaDB has instead is in the other specs.
 */
const mysql: Connection = {
  isMariaDb: false,
  version: [8, 4, 0],
  database: 'app',
  collation: 'utf8mb4_0900_ai_ci',
  tableNames: 'exact',
  application: { ansiQuotes: false, pipesAsConcat: false },
};
const table: TableRow = {
  database: 'app',
  name: 't',
  kind: 'BASE TABLE',
  engine: 'InnoDB',
  collation: 'utf8mb4_0900_ai_ci',
  comment: '',
};
const none: TableRows = { columns: [], indexes: [], keys: [], actions: [], checks: [] };
const modelOf = (rows: Partial<TableRows>) => tableModel(table, { ...none, ...rows }, mysql, (_, name) => ({ name }));

const row = (type: string, rest: Partial<ColumnRow> = {}): ColumnRow => ({
  name: 'c',
  type,
  nullable: 'NO',
  default: null,
  extra: '',
  expression: null,
  collation: /char|text|enum|set\(/.test(type) ? 'utf8mb4_0900_ai_ci' : null,
  comment: '',
  ...rest,
});
const columnOf = (given: ColumnRow): ColumnModel => modelOf({ columns: [given] }).columns[0]!;

describe('What the catalog of MySQL 8 has', () => {
  it.each<[source: string, ColumnRow, Partial<ColumnModel>]>([
    // Release notes 8.0.19: display widths are printed no longer, but for tinyint(1) and ZEROFILL.
    ['int without width', row('int'), { type: 'int' }],
    ['unsigned without width', row('bigint unsigned'), { type: 'bigint', mysql: { unsigned: true } }],
    ['tinyint(1)', row('tinyint(1)'), { type: 'tinyint', mysql: { width: 1 } }],
    ['zerofill', row('int(6) unsigned zerofill'), { mysql: { unsigned: true, zerofill: true, width: 6 } }],
    ['year', row('year'), { type: 'year' }],
    ['json is a type', row('json', { nullable: 'YES' }), { type: 'json', isNullable: true }],
    ['geomcollection', row('geomcollection'), { type: 'geometrycollection' }],
    // Manual 8.4, "The INFORMATION_SCHEMA COLUMNS Table": DEFAULT_GENERATED in EXTRA for columns with an expression as default; literals are bare text.
    ['a text', row('varchar(36)', { default: 'uuid()' }), { default: "'uuid()'" }],
    ['a call', row('varchar(36)', { default: 'uuid()', extra: 'DEFAULT_GENERATED' }), { default: 'uuid()' }],
    [
      'a text like a function',
      row('varchar(36)', { default: 'CURRENT_TIMESTAMP' }),
      { default: "'CURRENT_TIMESTAMP'" },
    ],
    ['a text like a bit', row('varchar(9)', { default: "b'1'" }), { default: "'b''1'''" }],
    ['a text with a backslash', row('varchar(9)', { default: String.raw`a\b` }), { default: String.raw`'a\\b'` }],
    ['an empty text', row('varchar(9)', { default: '' }), { default: "''" }],
    ['a number', row('decimal(10,2)', { default: '1.50' }), { default: '1.50' }],
    ['a bit', row('bit(1)', { default: "b'1'" }), { default: "b'1'" }],
    ['bytes', row('binary(2)', { default: '0x4100' }), { default: '0x4100' }],
    ['a label', row("enum('a','it''s')", { default: "it's" }), { enum: ['a', "it's"], default: "'it''s'" }],
    // skeema/skeema#86, rails/rails#42429: expressions are escaped once more in information_schema, and strings have their character set.
    [
      'an expression with strings',
      row('json', { default: String.raw`_utf8mb4\'{}\'`, extra: 'DEFAULT_GENERATED' }),
      { default: "'{}'" },
    ],
    [
      'an expression with operators',
      row('datetime', { default: '(now() + interval 1 day)', extra: 'DEFAULT_GENERATED' }),
      { default: 'now() + interval 1 day' },
    ],
    // Manual 8.4, "Automatic Initialization and Updating for TIMESTAMP and DATETIME", and SHOW COLUMNS.
    [
      'a time of change',
      row('datetime(6)', {
        default: 'CURRENT_TIMESTAMP(6)',
        extra: 'DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)',
      }),
      { precision: 6, default: 'CURRENT_TIMESTAMP(6)', mysql: { onUpdate: 'CURRENT_TIMESTAMP(6)' } },
    ],
    // Manual 8.4, "CREATE TABLE and Generated Columns"; skeema/skeema#86 for the escapes.
    [
      'a generated column',
      row('varchar(99)', {
        nullable: 'YES',
        extra: 'VIRTUAL GENERATED',
        expression: String.raw`concat(\`first_name\`,_utf8mb4\' \',\`last_name\`)`,
      }),
      { asExpression: "concat(`first_name`,' ',`last_name`)", generatedType: 'VIRTUAL' },
    ],
    [
      'a generated column with quotes and backslashes in a string',
      row('varchar(99)', {
        extra: 'STORED GENERATED',
        expression: String.raw`concat(_utf8mb4\'it\\\'s a\\\\b\',\`a\`)`,
      }),
      { asExpression: String.raw`concat('it\'s a\\b',${'`a`'})`, generatedType: 'STORED' },
    ],
    // Manual 8.4, "Invisible Columns".
    ['an invisible column', row('int', { extra: 'INVISIBLE' }), { mysql: { invisible: true } }],
  ])('%s', (_source, given, expected) => {
    expect(columnOf(given)).toMatchObject(expected);
  });

  // Manual 8.4, "The INFORMATION_SCHEMA COLUMNS Table": NULL for no default as for DEFAULT NULL.
  it('no default', () => {
    expect(columnOf(row('int', { nullable: 'YES' }))).toEqual({ name: 'c', type: 'int', isNullable: true });
  });

  // skeema/skeema#86; laravel/boost#968: a clause is in parentheses, which MariaDB has not.
  it.each([
    ['(`total` >= 0)', '`total` >= 0'],
    [String.raw`(json_type(\`paths\`) = _utf8mb4\'ARRAY\')`, "json_type(`paths`) = 'ARRAY'"],
    [String.raw`((\`a\` > 0) and (\`b\` < _latin1\'x\'))`, "(`a` > 0) and (`b` < 'x')"],
  ])('a check: %s', (clause, expression) => {
    const check: CheckRow = { name: 't_chk_1', clause, isOfColumn: 0 };
    expect(modelOf({ checks: [check] }).checks).toEqual([{ name: 't_chk_1', expression }]);
  });

  // Manual 8.4, "Generated Invisible Primary Keys": the column is always my_row_id.
  it('no key where the server has made one for itself', () => {
    const { columns, primaryKey } = modelOf({
      columns: [row('bigint unsigned', { name: 'my_row_id', extra: 'auto_increment INVISIBLE' }), row('int')],
      indexes: [index({ name: 'PRIMARY', nonUnique: 0, column: 'my_row_id' })],
    });
    expect(columns.map(({ name }) => name)).toEqual(['c']);
    expect(primaryKey).toBeUndefined();
  });

  // Manual 8.4, "The INFORMATION_SCHEMA STATISTICS Table": COLUMN_NAME is NULL and EXPRESSION set for functional key parts.
  it('indexes of expressions, which are left as they are', () => {
    const { indices } = modelOf({
      indexes: [
        index({ name: 'f', column: null, expression: 'lower(`c`)' }),
        index({ name: 'f', column: 'c', direction: 'D' }),
      ],
    });
    expect(indices).toEqual([{ name: 'f', columnNames: [], expression: '(lower(`c`)), `c` DESC' }]);
  });

  // Manual 8.4, "The utf8mb3 Character Set": collations are named utf8mb3_… from 8.0.30 on.
  it('collations of utf8mb3 by that name', () => {
    expect(columnOf(row('varchar(9)', { collation: 'utf8mb3_general_ci' }))).toMatchObject({
      collation: 'utf8mb3_general_ci',
    });
  });

  // Manual 8.4, "FOREIGN KEY Constraints": NO ACTION where nothing is written.
  it.each(['NO ACTION', 'RESTRICT', 'SET DEFAULT'])('foreign keys with %s as without an action', (action) => {
    const { foreignKeys } = modelOf({
      keys: [{ name: 'f', column: 'c', referencedDatabase: 'app', referencedTable: 'p', referencedColumn: 'id' }],
      actions: [{ name: 'f', onDelete: action, onUpdate: action }],
    });
    expect(foreignKeys).toEqual([
      { name: 'f', columnNames: ['c'], referencedTableName: 'p', referencedColumnNames: ['id'] },
    ]);
  });

  it('is what entities want, where nothing has changed', () => {
    const actual = modelOf({
      columns: [
        row('int', { name: 'id', extra: 'auto_increment' }),
        row('tinyint', { name: 'flag', default: '1' }),
        row('datetime(6)', { name: 'at', default: 'CURRENT_TIMESTAMP(6)', extra: 'DEFAULT_GENERATED' }),
        row('varchar(255)', { name: 'text', nullable: 'YES', default: 'a' }),
      ],
      indexes: [index({ name: 'PRIMARY', nonUnique: 0, column: 'id' })],
    });
    const wanted = plainTable(
      {
        name: 't',
        columns: [
          { name: 'id', type: 'integer', generationStrategy: 'increment' },
          { name: 'flag', type: 'boolean', default: 'true' },
          { name: 'at', type: 'datetime', precision: 6, default: 'current_timestamp(6)' },
          { name: 'text', type: 'varchar', isNullable: true, default: "'a'" },
        ],
        primaryKey: { columnNames: ['id'] },
        uniques: [],
        checks: [],
        exclusions: [],
        foreignKeys: [],
        indices: [],
      },
      actual,
      mysql,
    );
    expect(wanted).toEqual(actual);
  });
});

// Manual 8.4, "SHOW CREATE TABLE Statement": literals are in quotes, also numbers; expressions are in parentheses.
describe('What SHOW CREATE TABLE of MySQL 8 has as default', () => {
  it.each([
    ["'5'", 'int', '5'],
    ["'1.50'", 'decimal', '1.50'],
    ["'a'", 'varchar', "'a'"],
    [String.raw`'a\\'`, 'varchar', String.raw`'a\\'`],
    ["(_utf8mb4'{}')", 'json', "'{}'"],
    ['(uuid())', 'varchar', 'uuid()'],
    ["b'1'", 'bit', "b'1'"],
    ['CURRENT_TIMESTAMP(6)', 'datetime', 'CURRENT_TIMESTAMP(6)'],
    ['NULL', 'varchar', undefined],
    [undefined, 'varchar', undefined],
  ])('%s of a %s', (shown, type, expected) => {
    expect(shownDefault(shown, type, mysql)).toBe(expected);
  });
});

function index(rest: Partial<IndexRow>): IndexRow {
  return {
    name: 'ix',
    nonUnique: 1,
    column: 'c',
    prefix: null,
    direction: 'A',
    type: 'BTREE',
    expression: null,
    ...rest,
  };
}
