import { DatabaseNotUpToDateError } from '../../errors/index.js';
import { readRows } from '../../runtime/index.js';
import { describePlace } from '../connect/unreachable.js';
import { versionTableOf } from '../environment.js';
import type { BoundDataSource } from '../options/options.js';
import type { CommandContext } from '../run/command-context.js';

/** @throws DatabaseNotUpToDateError when a database is not at the heads */
export function requireHeads(
  { environment, repository }: CommandContext,
  bound: BoundDataSource,
  rows: readonly string[],
): void {
  for (const row of rows) repository.graph.node(row, 'version-table');
  const heads = repository.graph.realHeads().map(({ id }) => id);
  if (heads.length !== rows.length || !heads.every((id) => rows.includes(id))) {
    const target = describePlace(bound.dataSource);
    throw new DatabaseNotUpToDateError(bound.name, target, rows, heads, environment.options.command);
  }
}

/** The same, where the version rows are not read yet. */
export function requireUpToDate(context: CommandContext, bound: BoundDataSource): Promise<void> {
  return context.environment.withRunner(bound, async (runner, dialect) => {
    requireHeads(context, bound, (await readRows(runner, dialect, versionTableOf(bound))) ?? []);
  });
}
