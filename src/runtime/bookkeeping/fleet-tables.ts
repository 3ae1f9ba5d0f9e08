import type { Dialect } from '../../dialects/dialect.js';
import { cutName, type NameLimit } from '../../schema/name-rules.js';
import type { QualifiedName, TableModel } from '../../schema/schema.model.js';
import { optional, tableOf, text } from './own-tables.js';

/** What every database keeps of a name, so that two long names of own tables never become one. */
const LIMIT: NameLimit = { length: 63, unit: 'bytes' };

/** The name of the table with the runs of a fleet: `<version table>_fleet`. Only databases of entries with tenants have it. */
export function fleetTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: cutName(versionTable.name, LIMIT, '_fleet') };
}

/** The name of the table with the tenants of these runs: `<version table>_fleet_tenant`. */
export function fleetTenantTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: cutName(versionTable.name, LIMIT, '_fleet_tenant') };
}

/** A row for each run of a fleet. A `slot` is taken by one run at a time. */
export function fleetTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  const { instant, longText = 'text' } = dialect.bookkeeping;
  const table = tableOf(dialect, name, 'pk', [
    text('run_id', 36),
    optional(text('slot', 64)),
    text('command', 16),
    { name: 'target', type: 'text' },
    { name: 'asked', type: 'text' },
    { name: 'selection', type: longText },
    { name: 'waves', type: 'text' },
    text('max_failures', 32),
    optional({ name: 'tag', type: 'text' }),
    { name: 'is_purge', type: 'integer' },
    optional(text('data_loss', 8)),
    optional(text('of_run', 36)),
    { name: 'attempt', type: 'integer' },
    text('state', 16),
    optional({ name: 'reason', type: 'text' }),
    { name: 'started_by', type: 'text' },
    { name: 'started_at', type: instant },
    optional({ name: 'finished_at', type: instant }),
    { name: 'heartbeat', type: 'bigint' },
  ]);
  const slot = cutName(name.name, dialect.rules.nameLimit, '_slot');
  return { ...table, uniques: [{ name: slot, columnNames: ['slot'] }] };
}

/** A row for each tenant of a run. */
export function fleetTenantTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  const { longText = 'text' } = dialect.bookkeeping;
  const columns = [
    text('run_id', 36),
    { name: 'number', type: 'integer' },
    text('tenant', 255),
    { name: 'attempt', type: 'integer' },
    { name: 'wave', type: 'integer' },
    text('state', 16),
    optional(text('worker', 36)),
    optional({ name: 'claimed_at', type: 'bigint' }),
    { name: 'tries', type: 'integer' },
    optional({ name: 'goal', type: 'text' }),
    optional({ name: 'from_rows', type: 'text' }),
    optional({ name: 'to_rows', type: 'text' }),
    optional(text('revision', 32)),
    optional(text('code', 64)),
    optional({ name: 'error', type: longText }),
    optional({ name: 'ms', type: 'integer' }),
  ];
  const index = cutName(name.name, dialect.rules.nameLimit, '_ix');
  return {
    ...tableOf(dialect, name, 'pk', columns, 2),
    indices: [{ name: index, columnNames: ['run_id', 'tenant'] }],
  };
}
