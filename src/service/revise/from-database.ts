import { type WholeDatabase, wholeDatabase } from '../../autogenerate/from-database/whole-database.js';
import { FromDatabaseOptionError, RevisionsExistError } from '../../errors/index.js';
import type { BoundDataSource, RevisionDirective } from '../options/options.js';
import { answerOf, settleEach } from '../settle.js';
import { refuseNamesOfOneDatabase } from '../connect/distinct-databases.js';
import { versionTableOf } from '../environment.js';
import type { RevisionRequest } from '../requests.js';
import type { CommandContext } from '../run/command-context.js';
import type { Operation } from '../../operations/operation.js';
import { tablesOfRun } from '../../runtime/index.js';

/** What one database holds. */
export interface ReflectedDatabase {
  readonly dataSource: string;
  readonly found: WholeDatabase;
}

/**
 * Reads everything that the databases hold, whatever the entities say, and reports what was found and what was left out.
 *
 * @throws RevisionsExistError when the repository has revisions: these made a part of the database already.
 * @throws SameDatabaseError when two data sources are the same database.
 */
export async function reflectAll(
  context: CommandContext,
  sources: readonly BoundDataSource[],
): Promise<readonly ReflectedDatabase[]> {
  const { graph, directory } = context.repository;
  const heads = graph.heads().map(({ id }) => id);
  if (heads.length > 0) throw new RevisionsExistError(directory, heads, context.environment.options.command);
  await refuseNamesOfOneDatabase(context.environment, sources);
  const settled = await settleEach(sources, async (bound) => ({
    dataSource: bound.name,
    found: await reflectOne(context, bound),
  }));
  const reflected = answerOf(settled, (all) => all);
  for (const database of reflected) reportReflected(context, database);
  return reflected;
}

function reflectOne({ environment }: CommandContext, bound: BoundDataSource): Promise<WholeDatabase> {
  const versionTable = versionTableOf(bound);
  const exclude = tablesOfRun(versionTable);
  return environment.withRunner(bound, (runner, dialect) =>
    wholeDatabase({ dataSource: bound.dataSource, dialect, runner, options: bound.config, exclude }),
  );
}

function reportReflected({ overrides }: CommandContext, { dataSource, found }: ReflectedDatabase): void {
  const report = (level: 'info' | 'warning', message: string): void => {
    overrides.onNotice?.({ level, dataSource, message });
  };
  report('info', `Read from the database: ${found.found}`);
  for (const leftOut of found.leftOut) report('warning', `Left out: ${leftOut}`);
  if (found.rows !== undefined) report('info', found.rows);
}

/** Refuses options about the difference to the entities, which are not compared. */
export function refuseEntityOptions({
  renames,
  renameFile,
  detectRenames,
  confirmRename,
  sqlBody,
  online,
  expand,
}: RevisionRequest): void {
  const given = {
    renames: renames !== undefined && renames.length > 0,
    renameFile: renameFile !== undefined,
    detectRenames: detectRenames === false,
    confirmRename: confirmRename !== undefined,
    sqlBody: sqlBody === true,
    online: online !== undefined,
    expand: expand !== undefined,
  };
  const idle = Object.entries(given).find(([, isGiven]) => isGiven);
  if (idle !== undefined) throw new FromDatabaseOptionError(idle[0]);
}

/** Comments above the first operation of a file: what was left out of it, and whether the database holds rows. */
export function headComments(
  reflected: readonly ReflectedDatabase[],
  directives: readonly RevisionDirective[],
): (operation: Operation) => string | undefined {
  const comments = new Map<Operation, string>();
  for (const { dataSource, found } of reflected) {
    const first = directives.find((directive) => directive.dataSource === dataSource)?.upgrade[0];
    const lines = [
      ...(found.leftOut.length > 0 ? ['Left out:', ...found.leftOut.map((line) => `- ${line}`)] : []),
      ...(found.rows === undefined ? [] : [found.rows]),
    ];
    if (first !== undefined && lines.length > 0) comments.set(first, lines.join('\n'));
  }
  return (operation) => comments.get(operation);
}
