import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import {
  createTable,
  fleetTableModel,
  fleetTableOf,
  fleetTenantTableModel,
  fleetTenantTableOf,
  tableExists,
} from '../../runtime/index.js';
import type { TableModel } from '../../schema/schema.model.js';
import { versionTableOf } from '../../service/environment.js';
import type { BoundDataSource } from '../../service/options/options.js';

/** Makes the tables of the record where they are missing; two processes may do so at once. */
export async function ensureTables(runner: QueryRunner, dialect: Dialect, bound: BoundDataSource): Promise<void> {
  const versionTable = versionTableOf(bound);
  await ensureTable(runner, dialect, fleetTableModel(fleetTableOf(versionTable), dialect), bound);
  await ensureTable(runner, dialect, fleetTenantTableModel(fleetTenantTableOf(versionTable), dialect), bound);
}

async function ensureTable(
  runner: QueryRunner,
  dialect: Dialect,
  table: TableModel,
  { dataSource }: BoundDataSource,
): Promise<void> {
  if (await tableExists(runner, dialect, table)) return;
  const own = dialect.ownSchema(dataSource);
  if (own !== undefined && own.name === table.schema) await runner.query(own.ensure);
  try {
    await createTable(runner, table, dialect);
  } catch (error) {
    if (!(await tableExists(runner, dialect, table))) throw error;
  }
}
