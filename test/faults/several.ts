import type { DataSource } from 'typeorm';
import type { Operations } from '../../src/operations/operations.interface.js';
import type { RunRequest } from '../../src/runtime/index.js';
import { settings, TestHistory } from './history.js';

const column = { name: 'id', type: 'integer', isPrimary: true };

/** A history that makes a table, and adds a row to it in a second revision. */
export const history = new TestHistory({
  a: (op: Operations) => op.createTable({ name: 'account', columns: [column] }),
  b: (op: Operations) => op.execute('INSERT INTO account (id) VALUES (1)'),
});

/** The name of the data source at a place in a run over several. */
export function nameAt(place: number): string {
  return ['first', 'second', 'third'][place] ?? `number ${place}`;
}

/** A run of one history on each data source. @param histories others, by place */
export function requestsFor(
  dataSources: readonly DataSource[],
  overrides: Partial<RunRequest> = {},
  histories: Readonly<Record<number, TestHistory>> = {},
): readonly RunRequest[] {
  return dataSources.map((dataSource, place) =>
    (histories[place] ?? history).request(dataSource, {
      dataSourceName: nameAt(place),
      settings: { ...settings, runnerTimeout: 10_000 },
      ...overrides,
    }),
  );
}
