import { POSTGRES_SQL } from '../sql/rules.js';
import { withoutOwnSchema } from './without-own-schema.js';

describe('withoutOwnSchema', () => {
  it.each([
    ['SELECT n.id FROM "tenant_1"."note" n', 'SELECT n.id FROM "note" n'],
    [
      'SELECT * FROM tenant_1.note, Tenant_1 . tag JOIN "tenant_1"."t 2" USING (id)',
      'SELECT * FROM note, tag JOIN "t 2" USING (id)',
    ],
    ['SELECT "tenant_1"."note"."id" FROM "tenant_1"."note"', 'SELECT "note"."id" FROM "note"'],
    [
      'SELECT tenant_1.total(1), x::tenant_1.mood, CAST(x AS "tenant_1"."mood")',
      'SELECT total(1), x::mood, CAST(x AS "mood")',
    ],
    [`nextval('tenant_1.numbers'::regclass)`, `nextval('numbers'::regclass)`],
    [`nextval('"tenant_1"."Numbers"')`, `nextval('"Numbers"')`],
    [String.raw`E'it\'s tenant_1.f()' || tenant_1.f()`, String.raw`E'it\'s tenant_1.f()' || f()`],
    ['tenant_1.f() /* tenant_1.f() /* */ tenant_1.f() */', 'f() /* tenant_1.f() /* */ tenant_1.f() */'],
    [String.raw`U&"tenant\005f1".f()`, 'f()'],
    [`SELECT 'tenant_1.note'::regclass`, `SELECT 'note'::regclass`],
  ])('writes %s as %s', (sql, expected) => {
    expect(withoutOwnSchema(sql, 'tenant_1', POSTGRES_SQL)).toBe(expected);
  });

  it.each([
    'SELECT "tenant_1"."id" FROM "note" "tenant_1"',
    'SELECT id FROM public.note, "Tenant_1".note, other.tenant_1',
    `SELECT 'FROM tenant_1.note', $$ tenant_1.f() $$ -- tenant_1.f()`,
    `SELECT id FROM note WHERE title = 'tenant_1.note'`,
    'SELECT "x"."tenant_1" FROM "x"',
  ])('leaves %s as it is', (sql) => {
    expect(withoutOwnSchema(sql, 'tenant_1', POSTGRES_SQL)).toBe(sql);
  });
});
