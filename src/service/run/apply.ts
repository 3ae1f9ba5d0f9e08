import type { QueryRunner } from 'typeorm';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { shownValue } from '../../errors/shown.js';
import type { BoundDataSource } from '../options/options.js';
import { isWritable } from '../revise/directives.js';
import type { MigrationEnvironment } from '../environment.js';
import type { MigrationOverrides } from '../requests.js';
import type { ApplyResult } from '../../results.js';
import { settingsOf } from './common-request.js';
import { stopOptionsOf } from './runs.js';
import type { Operation } from '../../operations/operation.js';
import type { Operations } from '../../operations/operations.interface.js';
import { applyOperations, type ApplyRequest, operationsOn } from '../../runtime/index.js';

/** The context of calls outside of revisions. */
export interface ApplyContext {
  readonly environment: MigrationEnvironment;
  readonly overrides: MigrationOverrides;
}

/**
 * Runs operations on the databases that they are for, one database after the other.
 *
 * @throws MigrateOptionsError for what is no operation, or is for none of the data sources; nothing is run then
 */
export async function applyTo(
  context: ApplyContext,
  sources: readonly BoundDataSource[],
  operations: readonly (Operation & { readonly dataSource?: string })[],
): Promise<readonly ApplyResult[]> {
  const names = sources.map(({ name }) => name);
  for (const [index, operation] of operations.entries()) requireOperation(operation, index, names);
  const results: ApplyResult[] = [];
  for (const bound of sources) {
    const own = operations.filter(({ dataSource = bound.name }) => dataSource === bound.name);
    if (own.length === 0) continue;
    const statements = await applyOperations(await requestOf(context, bound), own);
    results.push({ dataSource: bound.name, operations: own.length, statements });
  }
  context.environment.noteRunEnded();
  return results;
}

/** An `op` on the caller's connection. */
export async function operationsFor(
  context: ApplyContext,
  bound: BoundDataSource,
  queryRunner: QueryRunner,
): Promise<Operations> {
  return operationsOn({ ...(await requestOf(context, bound)), queryRunner });
}

async function requestOf({ environment, overrides }: ApplyContext, bound: BoundDataSource): Promise<ApplyRequest> {
  const { name, dataSource, onQuery, queryRunner } = bound;
  return {
    dataSource,
    dataSourceName: name,
    dialect: await environment.connect(bound),
    settings: settingsOf(bound, undefined),
    get: environment.providers,
    onLockWait: (message) => overrides.onNotice?.({ level: 'info', dataSource: name, message }),
    onWait: (...wait) => overrides.onWait?.(name, ...wait),
    ...(onQuery && { onQuery }),
    ...(queryRunner && { queryRunner }),
    ...stopOptionsOf(bound),
  };
}

function requireOperation(operation: unknown, index: number, names: readonly string[]): void {
  const { kind, dataSource } = Object(operation) as { readonly kind?: unknown; readonly dataSource?: unknown };
  const which = `\`apply\`: operation ${index + 1}`;
  if (!isWritable(operation)) {
    throw new MigrateOptionsError(`${which}, of kind ${shownValue(kind)}, is of no known kind or lacks a part.`, {
      hint: "Operations are objects such as those that check() returns: { kind: 'dropTable', table: { name: 'user' } }.",
    });
  }
  if (dataSource === undefined && names.length > 1) {
    throw new MigrateOptionsError(`${which} names no \`dataSource\`, and there are several: ${names.join(', ')}.`);
  }
  if (dataSource !== undefined && !names.includes(dataSource as string)) {
    throw new MigrateOptionsError(
      `${which} is for the data source ${shownValue(dataSource)}, and there are: ${names.join(', ')}.`,
    );
  }
}
