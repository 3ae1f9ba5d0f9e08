import { findAdoptedRevision } from '../adopt/typeorm/adopted-revision.js';
import type { RevisionDirective } from '../options/options.js';
import type { CommandContext } from '../run/command-context.js';
import type { Operation } from '../../operations/operation.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { withConditions } from '../../operations/call/with-conditions.js';

/** Directives, and the comments above their operations. */
export interface DriftDirectives {
  readonly directives: readonly RevisionDirective[];
  readonly comments: (operation: Operation) => string | undefined;
}

const WHY =
  "Behind TypeORM's migrations: each step is done only where there is something to do, so that it also runs on a database that they alone have made.";

/**
 * What is written behind a revision that runs TypeORM's migrations, made so that it runs on a new database too.
 *
 * A database of many years has things that no migration made, or lacks some that one did: an index, the name of a key, a
 * column. What drops, renames or makes them would fail on a database that the migrations alone have made. The downgrade
 * needs no conditions: behind the upgrade all databases are the same.
 *
 * @param heads what the new revision revises, as typed
 */
export async function forEveryDatabase(
  { repository: { graph }, sharing }: CommandContext,
  heads: readonly string[],
  { directives, comments }: DriftDirectives,
): Promise<DriftDirectives> {
  const adopted = await findAdoptedRevision(graph, sharing);
  const revised = adopted === undefined ? [] : heads.flatMap((head) => graph.resolve(head));
  if (!revised.some(({ id }) => id === adopted?.revision.id)) return { directives, comments };
  const above = new Map<Operation, string>();
  const changed = directives.map((directive) => {
    if (adopted?.parts.has(directive.dataSource) !== true) return directive;
    const upgrade = directive.upgrade.flatMap((operation) => commented(operation, comments, above));
    const [first] = upgrade;
    if (first !== undefined) above.set(first, [WHY, above.get(first) ?? []].flat().join('\n'));
    return { ...directive, upgrade };
  });
  return { directives: changed, comments: (operation) => above.get(operation) ?? comments(operation) };
}

/** The operations that take the place of one, its warnings above the first of them. */
function commented(
  operation: Operation,
  comments: DriftDirectives['comments'],
  above: Map<Operation, string>,
): readonly Operation[] {
  const changed = withConditions(operation);
  const parts = operation.kind === 'batch' ? [operation, ...operation.operations] : [operation];
  const said = parts.flatMap((part) => comments(part) ?? []);
  const [first] = changed;
  if (first !== undefined && said.length > 0) above.set(first, said.join('\n'));
  return changed;
}

/** TypeORM's migrations table, if its migrations were adopted, by the name in the revision that runs them. */
export async function oldTables(
  { repository: { graph }, sharing }: CommandContext,
  dataSource: string,
): Promise<readonly QualifiedName[]> {
  const adopted = await findAdoptedRevision(graph, sharing);
  const part = adopted?.parts.get(dataSource);
  return part === undefined ? [] : [{ name: part.table ?? 'migrations' }];
}
