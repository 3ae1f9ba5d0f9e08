import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { ownManager } from '../../dialects/common/own-manager.js';
import { type Stack, stackAbove } from '../revision/call-sites.js';
import type { SqlRules } from '../../sql/rules.js';
import { isRead } from '../../sql/statements.js';

/** Receives the statements of a query runner that has no connection. */
interface Recorder {
  write(sql: string, parameters: readonly unknown[], place: Stack): void | Promise<void>;
  /** Receives a statement that reads. Its result is no rows, unless this throws. */
  read(sql: string, stack: Stack): void;
}

/**
 * TypeORM's query runner of a data source, and an entity manager on it, that pass statements to a recorder and never connect.
 *
 * The data source's own runner, which is a single one on SQLite, is not changed: this one only inherits from it.
 */
export function recordingRunner(
  dataSource: DataSource,
  recorder: Recorder,
  rules: SqlRules,
): { readonly queryRunner: QueryRunner; readonly manager: EntityManager } {
  const queryRunner = Object.create(dataSource.createQueryRunner()) as QueryRunner;
  const manager = ownManager(dataSource, queryRunner);
  const query = async (sql: string, parameters: unknown[] = [], asResult = false): Promise<unknown> => {
    if (isRead(sql, rules)) recorder.read(sql, stackAbove(query));
    else await recorder.write(sql, parameters, stackAbove(query));
    return asResult ? { raw: [], records: [], affected: undefined } : [];
  };
  const stream = async (sql: string): Promise<never> => {
    recorder.read(sql, stackAbove(stream));
    throw new Error('There is no database to stream from.');
  };
  const nothing = async (): Promise<void> => undefined;
  return {
    manager,
    queryRunner: Object.assign(queryRunner, {
      manager,
      query,
      stream,
      connect: nothing,
      release: nothing,
      // The script has its own BEGIN and COMMIT; what TypeORM opens inside them is part of them.
      isTransactionActive: true,
      startTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
    }),
  };
}
