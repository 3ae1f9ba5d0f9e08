import type { ColumnModel } from '../../schema/schema.model.js';
import { sqlSpelling } from './spelling.js';

function defaultOf(column: Omit<ColumnModel, 'name'>): string | undefined {
  return sqlSpelling.column({ name: 'c', ...column }).default;
}

it.each<[type: string, written: string, plain: string]>([
  ['text', "''::text", "''"],
  ['character varying', "'it''s'::character varying", "'it''s'"],
  ['character', "'ab'::bpchar", "'ab'"],
  ['bit', `'0'::"bit"`, "'0'"],
  ['text', String.raw`E'C:\\x'::text`, String.raw`E'C:\\x'`],
  ['timestamp with time zone', "'2020-01-01 00:00:00+00'::timestamp with time zone", "'2020-01-01 00:00:00+00'"],
  ['interval', "'24:00:00'::interval", "'24:00:00'"],
  ['integer', "'-1'::integer", '-1'],
  ['bigint', "'0'::bigint", "'0'"],
])('a default of %s is written without its cast: %s', (type, written, plain) => {
  expect(defaultOf({ type, default: written })).toBe(plain);
});

it('a default is written without its cast to an array, or to an enum of any name and schema', () => {
  expect(defaultOf({ type: 'text', isArray: true, default: "'{}'::text[]" })).toBe("'{}'");
  expect(defaultOf({ type: 'enum', enumName: 'role', default: "'a'::role" })).toBe("'a'");
  expect(defaultOf({ type: 'enum', enumName: 'Role', enumSchema: 's', default: `'a'::s."Role"` })).toBe("'a'");
  expect(defaultOf({ type: 'enum', enumName: 'role', isArray: true, default: "'{a}'::role[]" })).toBe("'{a}'");
});

it.each<[why: string, column: Omit<ColumnModel, 'name'>]>([
  ['to another type', { type: 'text', default: "'a'::character varying" }],
  ['to an array of another type', { type: 'text', isArray: true, default: "'{}'::integer[]" }],
  ['to an enum of another name', { type: 'enum', enumName: 'role', default: "'a'::rolex" }],
  ['within an expression', { type: 'text', default: "'a'::text || 'b'::text" }],
  [
    'to an interval, which reads its literals by its precision',
    { type: 'interval', precision: 3, default: "'1 s'::interval" },
  ],
])('a default keeps a cast %s', (_why, column) => {
  expect(defaultOf(column)).toBe(column.default);
});

it('types are written by their short names', () => {
  const typeOf = (type: string): string => sqlSpelling.column({ name: 'c', type }).type;
  expect(['character varying', 'timestamp with time zone', 'integer'].map(typeOf)).toEqual([
    'varchar',
    'timestamptz',
    'integer',
  ]);
});

it.each([
  ['(price > (0)::numeric)', 'price > (0)::numeric'],
  ['((a > 1) OR (b > 1))', '(a > 1) OR (b > 1)'],
  ['(a > 1) OR (b > 1)', '(a > 1) OR (b > 1)'],
  [`((a)::text = ')'::text)`, `(a)::text = ')'::text`],
  [
    "((a)::text = ANY ((ARRAY['x'::character varying, 'y''z'::character varying])::text[]))",
    "(a)::text = ANY (ARRAY['x'::character varying, 'y''z'::character varying])",
  ],
])('the expression %s is written as %s', (written, plain) => {
  expect(sqlSpelling.expression(written)).toBe(plain);
});
