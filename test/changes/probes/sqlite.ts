import { EntitySchema } from 'typeorm';
import { table, view } from '../change.js';
import { columns, FOR_EVER, type Probe } from './probe.js';

const number = { type: 'int' } as const;

export const sqliteProbes: readonly Probe[] = [
  ...columns(
    'sqlite',
    { 'simple-enum with a quote': { type: 'simple-enum', enum: ["it's", 'b'], default: "it's" } },
    'fails: the quote is not escaped',
  ),
  {
    name: 'a unique column, and a composite unique over it',
    on: 'sqlite',
    typeorm: FOR_EVER,
    entities: [table('t', { a: { ...number, unique: true }, b: number }, { uniques: [{ columns: ['a', 'b'] }] })],
  },
  ...columns('sqlite', {
    "default datetime('now')": { type: 'datetime', default: () => "datetime('now')" },
    "default (datetime('now'))": { type: 'datetime', default: () => "(datetime('now'))" },
    'default CURRENT_TIMESTAMP': { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
    "default (strftime('%s', 'now'))": { type: 'integer', default: () => "(strftime('%s', 'now'))" },
    'default (lower(hex(randomblob(16))))': { type: 'varchar', default: () => '(lower(hex(randomblob(16))))' },
    'default 1': { type: 'int', default: 1 },
    'default -1': { type: 'int', default: -1 },
    'default 1.5': { type: 'real', default: 1.5 },
    "default '0'": { type: 'bigint', default: '0' },
    'default true': { type: 'boolean', default: true },
    "default 'false' as a string": { type: 'boolean', default: 'false' },
    'default empty': { type: 'varchar', default: '' },
    "default O'Brien": { type: 'varchar', default: "O'Brien" },
    'default () => NULL': { type: 'varchar', nullable: true, default: () => 'NULL' },
    'default of a simple-json': { type: 'simple-json', default: '{"a":1}' },
    'default of a json': { type: 'json', default: { a: "it's" } },
    jsonb: { type: 'jsonb', nullable: true },
    'simple-enum': { type: 'simple-enum', enum: ['a', 'b'], default: 'a' },
    'simple-array': { type: 'simple-array' },
    'varchar(50)': { type: 'varchar', length: 50 },
    'decimal(10,2)': { type: 'decimal', precision: 10, scale: 2 },
    'datetime(3)': { type: 'datetime', precision: 3 },
    'collation NOCASE': { type: 'varchar', collation: 'NOCASE' },
    'double precision': { type: 'double precision' },
    'unsigned big int': { type: 'unsigned big int' },
    'native character(20)': { type: 'native character', length: 20 },
    blob: { type: 'blob' },
    uuid: { type: 'uuid' },
    'generated, stored': { type: 'int', asExpression: '"id" * 2', generatedType: 'STORED', nullable: true },
    'generated, virtual': { type: 'int', asExpression: '"id" * 2', generatedType: 'VIRTUAL', nullable: true },
    'a comment': { type: 'varchar', comment: 'of no use here' },
  }),
  {
    name: 'checks with nested parentheses',
    on: 'sqlite',
    entities: [
      table(
        't',
        { a: number, b: { type: 'varchar' } },
        {
          checks: [
            { expression: "((a > 0) AND (b <> ')' OR (a < 3)))" },
            { name: 'Ck Named', expression: 'length("b") > 1' },
          ],
        },
      ),
    ],
  },
  {
    name: 'partial and unique indexes',
    on: 'sqlite',
    entities: [
      table(
        't',
        { a: number, b: { type: 'varchar' } },
        {
          indices: [
            { columns: ['a'], where: 'a > 1' },
            { name: 'i2', columns: ['b', 'a'], unique: true, where: "b IN ('x', 'y')" },
          ],
        },
      ),
    ],
  },
  {
    name: 'WITHOUT ROWID',
    on: 'sqlite',
    entities: [
      new EntitySchema({ name: 'flat', withoutRowid: true, columns: { id: { type: 'varchar', primary: true } } }),
    ],
  },
  {
    name: 'a composite key',
    on: 'sqlite',
    entities: [
      new EntitySchema({ name: 't', columns: { b: { ...number, primary: true }, a: { ...number, primary: true } } }),
    ],
  },
  {
    name: 'entityPrefix',
    on: 'sqlite',
    options: { entityPrefix: 'app_' },
    entities: [table('t', { a: number }, { indices: [{ columns: ['a'] }] })],
  },
  {
    name: 'reserved words',
    on: 'sqlite',
    entities: [table('order', { select: number, from: number }, { indices: [{ columns: ['select', 'from'] }] })],
  },
  {
    name: 'view with an indented text',
    on: 'sqlite',
    entities: [
      table('t', { a: number }),
      view(
        `
      SELECT "id",
             a -- a comment
        FROM "t"
       WHERE a > 1
  `,
        'id',
        'a',
      ),
    ],
  },
  {
    name: 'view that ends in a semicolon',
    on: 'sqlite',
    entities: [table('t', { a: number }), view('SELECT id FROM t;', 'id')],
  },
];
