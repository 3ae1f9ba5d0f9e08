import type { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import type { RevisionFunction } from '../../src/operations/operations.interface.js';
import type { PlanStep, Revision } from '../../src/repository/revision.js';
import type { LoadedRevision, RunRequest, RunSettings, ScriptRequest } from '../../src/runtime/index.js';

/** A revision of a history made in memory. */
export interface TestRevision {
  readonly upgrade?: RevisionFunction;
  readonly downgrade?: RevisionFunction;
}

export const settings: RunSettings = {
  versionTable: { name: 'migrate_version' },
  transactionPerMigration: false,
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 20_000,
  xArgs: {},
};

/** A linear history whose revisions are functions, with the plans through it. */
export class TestHistory {
  private readonly revisions: readonly Revision[];

  /** @param path file that the functions stand in, so that errors can say the line */
  constructor(
    private readonly functions: Readonly<Record<string, TestRevision | RevisionFunction>>,
    path = '/app/migrations/versions/history.ts',
  ) {
    const ids = Object.keys(functions);
    this.revisions = ids.map((id, index) => ({
      id,
      downRevisions: ids.slice(Math.max(index - 1, 0), index),
      dependsOn: [],
      branchLabels: [],
      path,
      message: `message of ${id}`,
      doc: '',
    }));
  }

  /** The steps from the rows up to a revision; by default to the head. */
  upgrade(rows: readonly string[], target = this.revisions.at(-1)?.id): PlanStep[] {
    const start = this.position(rows[0]);
    return this.revisions.slice(start + 1, this.position(target) + 1).map((revision) => {
      const from = revision.downRevisions[0];
      return {
        kind: 'upgrade',
        revision,
        from: revision.downRevisions,
        to: [revision.id],
        rowChanges:
          from === undefined ? [{ kind: 'insert', id: revision.id }] : [{ kind: 'update', from, to: revision.id }],
        rows: [revision.id],
      };
    });
  }

  /** The steps from the rows down to a revision; by default to base. */
  downgrade(rows: readonly string[], target?: string): PlanStep[] {
    const start = this.position(rows[0]);
    const steps = this.revisions.slice(this.position(target) + 1, start + 1).toReversed();
    return steps.map((revision) => {
      const to = revision.downRevisions[0];
      return {
        kind: 'downgrade',
        revision,
        from: [revision.id],
        to: revision.downRevisions,
        rowChanges:
          to === undefined ? [{ kind: 'delete', id: revision.id }] : [{ kind: 'update', from: revision.id, to }],
        rows: revision.downRevisions,
      };
    });
  }

  readonly load = async (revision: Revision): Promise<LoadedRevision> => {
    const found = this.functions[revision.id];
    const { upgrade, downgrade } = typeof found === 'function' ? { upgrade: found } : (found ?? {});
    return { upgrade, downgrade, checksum: `checksum of ${revision.id}` };
  };

  /** A run to the head, with what the test wants otherwise. */
  request(dataSource: DataSource, overrides: Partial<RunRequest> = {}): RunRequest {
    return {
      dataSource,
      dataSourceName: 'default',
      dialect: dialectOf(dataSource),
      settings,
      plan: (rows) => this.upgrade(rows),
      load: this.load,
      get: () => Promise.reject(new Error('There is no application.')),
      ...overrides,
    };
  }

  /** A script from base to the head, with what the test wants otherwise. */
  script(dataSource: DataSource, overrides: Partial<ScriptRequest> = {}): ScriptRequest {
    const { startRows = [] } = overrides;
    return {
      ...this.request(dataSource),
      plan: this.upgrade(startRows),
      startRows,
      history: startRows.length === 0 ? [] : this.upgrade([], startRows[0]),
      ...overrides,
    };
  }

  private position(id: string | undefined): number {
    return id === undefined ? -1 : this.revisions.findIndex((revision) => revision.id === id);
  }
}
