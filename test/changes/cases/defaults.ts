import { type Change, OK, ofColumn, UNUSABLE } from '../change.js';

const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });
const number = { type: 'int' } as const;

export const defaults: readonly Change[] = [
  ofColumn(
    { id: 'defInt', title: 'default 1 → 2', typeorm: both(OK) },
    { ...number, default: 1 },
    { ...number, default: 2 },
    '5',
  ),
  ofColumn({ id: 'defAdd', title: 'a default is added', typeorm: both(OK) }, number, { ...number, default: 2 }, '5'),
  ofColumn({ id: 'defDrop', title: 'a default is dropped', typeorm: both(OK) }, { ...number, default: 2 }, number, '5'),
  ofColumn(
    { id: 'defFn', title: 'none → now()', typeorm: { postgres: OK } },
    { type: 'timestamp' },
    { type: 'timestamp', default: () => 'now()' },
    "'2024-01-01 10:00:00'",
  ),
  ofColumn(
    { id: 'defFn (SQLite)', title: 'none → CURRENT_TIMESTAMP', typeorm: { sqlite: OK } },
    { type: 'datetime' },
    { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
    "'2024-01-01 10:00:00'",
  ),
  ofColumn(
    {
      id: 'defQuote',
      title: "a default with a quote: O'Brien",
      typeorm: both(`${UNUSABLE.replace(' on a table with a row', '')}: the quote is not escaped`),
      unmadeByTypeorm: { postgres: /syntax error/, sqlite: /syntax error/ },
    },
    { type: 'varchar' },
    { type: 'varchar', default: "O'Brien" },
    "'x'",
  ),
  ofColumn(
    { id: 'defJson', title: 'a jsonb default changes', typeorm: { postgres: OK } },
    { type: 'jsonb', default: { a: 1 } },
    { type: 'jsonb', default: { a: 2 } },
    `'{"b": 3}'`,
  ),
  ofColumn(
    {
      id: 'defSerial',
      title: 'a default becomes a sequence (generated: increment)',
      typeorm: { postgres: 'leaves the column without its default, and reports it again' },
    },
    { ...number, default: 5 },
    { ...number, generated: 'increment' },
    '3',
  ),
];
