import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { createTable, decisionTableModel } from './own-tables.js';
import { quoteQualifiedName, tableExists } from './version-table.js';

/** The name of the decision table: `<version table>_two_phase`. Only databases that have been the decider of a run have the table. */
export function decisionTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: `${versionTable.name}_two_phase` };
}

/** The ids of the two-phase runs that were committed. Rows are kept: another database may be back, and ask, much later. */
export class DecisionTable {
  private readonly name: QualifiedName;
  private readonly quoted: string;

  constructor(
    private readonly dialect: Dialect,
    versionTable: QualifiedName,
  ) {
    this.name = decisionTableOf(versionTable);
    this.quoted = quoteQualifiedName(dialect, this.name);
  }

  /** Creates the table where it is missing and adds the run, in the transaction that is open. */
  async add(runner: QueryRunner, runId: string): Promise<void> {
    if (!(await tableExists(runner, this.dialect, this.name))) {
      await createTable(runner, decisionTableModel(this.name, this.dialect), this.dialect);
    }
    const values = [runId, new Date().toISOString()].map((value) => this.dialect.literal(value));
    await runner.query(`INSERT INTO ${this.quoted} (run_id, decided_at) VALUES (${values.join(', ')})`);
  }

  async has(runner: QueryRunner, runId: string): Promise<boolean> {
    if (!(await tableExists(runner, this.dialect, this.name))) return false;
    const rows = (await runner.query(
      `SELECT run_id FROM ${this.quoted} WHERE run_id = ${this.dialect.literal(runId)}`,
    )) as unknown[];
    return rows.length > 0;
  }
}
