import { lockTableOf } from '../dialects/lock.js';
import type { QualifiedName } from '../schema/schema.model.js';
import { decisionTableOf } from './bookkeeping/decision-table.js';
import { fleetTableOf, fleetTenantTableOf } from './bookkeeping/fleet-tables.js';
import { historyTableOf } from './bookkeeping/history-table.js';
import { journalTableOf } from './journal/journal-table.js';

/** The tables that runs keep for themselves. */
export function tablesOfRun(versionTable: QualifiedName): readonly QualifiedName[] {
  return [
    versionTable,
    historyTableOf(versionTable),
    decisionTableOf(versionTable),
    lockTableOf(versionTable),
    journalTableOf(versionTable),
    fleetTableOf(versionTable),
    fleetTenantTableOf(versionTable),
  ];
}
