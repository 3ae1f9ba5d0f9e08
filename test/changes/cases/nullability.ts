import { type Change, OK, ofColumn, table, UNUSABLE } from '../change.js';

const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const word = { type: 'varchar' } as const;
const nulls = { postgres: /contains null values/, sqlite: /has no value in it/ };

export const nullability: readonly Change[] = [
  ofColumn(
    { id: 'null2nn', title: 'nullable → NOT NULL, a row holds NULL', typeorm: both(UNUSABLE), refused: nulls },
    { ...word, nullable: true },
    word,
    'NULL',
  ),
  ofColumn(
    {
      id: 'null2nnDef',
      title: 'nullable → NOT NULL with a default, a row holds NULL',
      typeorm: both(UNUSABLE),
      becomes: { postgres: { 't.c': 'x' }, sqlite: { 't.c': 'x' } },
      back: { postgres: { 't.c': 'x' }, sqlite: { 't.c': 'x' } },
    },
    { ...word, nullable: true },
    { ...word, default: 'x' },
    'NULL',
  ),
  ofColumn(
    { id: 'nn2null', title: 'NOT NULL → nullable', typeorm: both(OK) },
    word,
    { ...word, nullable: true },
    "'x'",
  ),
  {
    id: 'addNN',
    title: 'a NOT NULL column without a default is added',
    typeorm: both(UNUSABLE),
    before: [table('t', { a: word })],
    after: [table('t', { a: word, b: word })],
    rows: ["INSERT INTO t (a) VALUES ('x')"],
    refused: nulls,
  },
  {
    id: 'addNNdef',
    title: 'a NOT NULL column with a default is added',
    typeorm: both(OK),
    before: [table('t', { a: word })],
    after: [table('t', { a: word, b: { ...word, default: 'x' } })],
    rows: ["INSERT INTO t (a) VALUES ('x')"],
  },
  {
    id: 'addDrop',
    title: 'a column with a default is added, a nullable one of another type dropped',
    typeorm: { postgres: OK, sqlite: 'puts the values of the one into the other' },
    before: [table('t', { a: word, old: { type: 'int', nullable: true } })],
    after: [table('t', { a: word, added: { ...word, default: 'x' } })],
    rows: ["INSERT INTO t (a, old) VALUES ('x', 2)"],
  },
  {
    id: 'dropCol',
    title: 'a NOT NULL column is dropped',
    typeorm: both('ok, but the way down fails on a table with a row'),
    before: [table('t', { a: word, b: word })],
    after: [table('t', { a: word })],
    rows: ["INSERT INTO t (a, b) VALUES ('x', 'y')"],
    downgradeRefused: { postgres: /contains null values/, sqlite: /cannot be added to 't' as NOT NULL/ },
  },
];
