import { type Change, type Column, MISSED, OK, ofColumn, table, UNUSABLE } from '../change.js';

const postgres = (outcome: string): Change['typeorm'] => ({ postgres: outcome });
const oneOf = (values: string, rest: Partial<Column> = {}): Column => ({
  type: 'enum',
  enum: values.split(' '),
  ...rest,
});
const simple = (values: string): Column => ({ type: 'simple-enum', enum: values.split(' ') });
const shared = (values: string): ReturnType<typeof table>[] =>
  ['t1', 't2'].map((name) => table(name, { c: oneOf(values, { enumName: 'my_e' }) }));
const inShared = ["INSERT INTO t1 (c) VALUES ('a')", "INSERT INTO t2 (c) VALUES ('b')"];
const sharedUnderParts = (values: string): ReturnType<typeof table>[] =>
  ['t1', 't2'].map((name) =>
    table(
      name,
      { c: oneOf(values, { enumName: 'my_e' }) },
      {
        indices: [{ name: `ix_${name}`, columns: ['c'], where: "c = 'a'" }],
        checks: [{ name: `ck_${name}`, expression: "c <> 'b'" }],
      },
    ),
  );
const underPartialIndex = (values: string): ReturnType<typeof table> =>
  table('t', { c: oneOf(values) }, { indices: [{ name: 'ix', columns: ['c'], where: "c = 'a'" }] });

export const enums: readonly Change[] = [
  ofColumn(
    { id: 'enAdd', title: 'a value is added at the end', typeorm: postgres(OK) },
    oneOf('a b'),
    oneOf('a b c'),
    "'b'",
  ),
  ofColumn(
    {
      id: 'enAddMid',
      title: 'a value is added in the middle',
      typeorm: postgres('appends it, and never sees the order'),
    },
    oneOf('a b'),
    oneOf('a x b'),
    "'b'",
  ),
  ofColumn(
    { id: 'enAddDef', title: 'a value is added and becomes the default', typeorm: postgres(UNUSABLE) },
    oneOf('a b', { default: 'a' }),
    oneOf('a b c', { default: 'c' }),
    "'b'",
  ),
  ofColumn(
    { id: 'enRmUnused', title: 'an unused value is removed', typeorm: postgres(OK) },
    oneOf('a b c'),
    oneOf('a b'),
    "'b'",
  ),
  ofColumn(
    { id: 'enRmDef', title: 'an unused value that is the default is removed', typeorm: postgres(OK) },
    oneOf('a b', { default: 'b' }),
    oneOf('a', { default: 'a' }),
    "'a'",
  ),
  ofColumn(
    {
      id: 'enRmUsed',
      title: 'a used value is removed',
      typeorm: postgres(UNUSABLE),
      refused: { postgres: /The enum "t_c_enum" cannot lose 'c': rows of .* still hold it/ },
    },
    oneOf('a b c'),
    oneOf('a b'),
    "'c'",
  ),
  ofColumn(
    {
      id: 'enRen',
      title: 'a used value is renamed',
      typeorm: postgres(UNUSABLE),
      renames: { 't_c_enum.b': 't_c_enum.bb' },
      becomes: { postgres: { 't.c': 'bb' } },
    },
    oneOf('a b'),
    oneOf('a bb'),
    "'b'",
  ),
  ofColumn(
    { id: 'enReorder', title: 'values are reordered', typeorm: postgres(MISSED) },
    oneOf('a b'),
    oneOf('b a'),
    "'b'",
  ),
  {
    id: 'enShared',
    title: 'an enum shared by two tables gets a value',
    typeorm: postgres('fails: adds it twice'),
    before: shared('a b'),
    after: shared('a b c'),
    rows: inShared,
  },
  {
    id: 'enSharedRm',
    title: 'an enum shared by two tables loses an unused value',
    typeorm: postgres(UNUSABLE),
    before: shared('a b c'),
    after: shared('a b'),
    rows: inShared,
  },
  {
    id: 'enSharedRmPart',
    title: 'an enum shared by two tables loses an unused value, under a partial index and a check in each',
    typeorm: postgres('fails: the index compares with the old type'),
    before: sharedUnderParts('a b c'),
    after: sharedUnderParts('a b'),
    rows: ["INSERT INTO t1 (c) VALUES ('a')", "INSERT INTO t2 (c) VALUES ('a')"],
  },
  ofColumn(
    { id: 'enName', title: 'the type of an enum gets another name', typeorm: postgres(OK) },
    oneOf('a b', { enumName: 'e1' }),
    oneOf('a b', { enumName: 'e2' }),
    "'b'",
  ),
  ofColumn(
    { id: 'enName~def', title: 'the type of an enum gets another name, with a default', typeorm: postgres(OK) },
    oneOf('a', { enumName: 'e1', default: 'a' }),
    oneOf('a', { enumName: 'e2', default: 'a' }),
    "'a'",
  ),
  {
    id: 'enDropCol',
    title: 'an enum column is dropped, its type with it',
    typeorm: postgres('ok, but the way down fails on a table with a row'),
    before: [table('t', { c: oneOf('a b') })],
    after: [table('t', {})],
    rows: ["INSERT INTO t (c) VALUES ('a')"],
    downgradeRefused: { postgres: /contains null values/ },
  },
  ofColumn(
    { id: 'enArr', title: 'enum[]: a value is added', typeorm: postgres(OK) },
    oneOf('a b', { array: true }),
    oneOf('a b c', { array: true }),
    "'{a,b}'",
  ),
  ofColumn(
    {
      id: 'enArr~def',
      title: 'enum[]: a value is added, with a default',
      typeorm: postgres('ok, but the way down fails'),
    },
    oneOf('a', { array: true, default: ['a'] }),
    oneOf('a b', { array: true, default: ['a'] }),
    "'{a}'",
  ),
  {
    id: 'enPart',
    title: 'an unused value is removed under a partial index',
    typeorm: postgres(UNUSABLE),
    before: [underPartialIndex('a b c')],
    after: [underPartialIndex('a b')],
    rows: ["INSERT INTO t (c) VALUES ('a')"],
  },
  ofColumn(
    { id: 'simpleEnum', title: 'simple-enum: a value is added', typeorm: { postgres: OK, sqlite: OK } },
    simple('a b'),
    simple('a b c'),
    "'b'",
  ),
  ofColumn(
    {
      id: 'simpleEnumRm',
      title: 'simple-enum: a used value is removed',
      typeorm: { postgres: UNUSABLE, sqlite: UNUSABLE },
      refused: {
        postgres: /The enum "t_c_enum" cannot lose 'c': rows of .* still hold it/,
        sqlite: /CHECK constraint failed/,
      },
    },
    simple('a b c'),
    simple('a b'),
    "'c'",
  ),
];
