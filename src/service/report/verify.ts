import { readFile } from 'node:fs/promises';
import type { DatabaseDefect } from '../../dialects/dialect.js';
import { InvalidRevisionFileError } from '../../errors/repository-files.errors.js';
import { visibleInLine } from '../../errors/visible.js';
import { compareChecksum } from '../../repository/files/code-checksum.js';
import { requireSyntax } from '../../repository/files/revision-module.js';
import type { Revision, RevisionGraph } from '../../repository/index.js';
import type { VerifyFinding, VerifyReport } from '../../results.js';
import type { LeftStep, OpenJournal, RecordedStep } from '../../runtime/index.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import type { BoundDataSource } from '../options/options.js';
import type { VerifyOptions } from '../requests.js';
import { leftSteps } from './left-steps.js';
import { answerOf, settleAll } from '../settle.js';

/** What a database answered. */
interface Answer {
  readonly rows: readonly string[];
  readonly recorded: ReadonlyMap<string, RecordedStep>;
  readonly left: readonly LeftStep[];
  readonly journals: readonly OpenJournal[];
  readonly defects: readonly DatabaseDefect[];
}

/** What is not as the revisions left it, for each data source; the databases are only read. */
export async function readVerify(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
  { timeout = 0 }: VerifyOptions,
): Promise<readonly VerifyReport[]> {
  const runtime = await import('../../runtime/index.js');
  const invalid = await invalidFiles(graph);
  const settled = await settleAll(sources, async (bound): Promise<VerifyReport> => {
    const table = versionTableOf(bound);
    const { rows, recorded, left, journals, defects } = await environment.withRunner(
      bound,
      async (runner, dialect): Promise<Answer> => ({
        rows: (await runtime.readRows(runner, dialect, table)) ?? [],
        recorded: await runtime.readRecordedSteps(runner, dialect, table),
        left: await runtime.readLeftSteps(runner, dialect, table),
        journals: await runtime.readOpenJournals(runner, dialect, table),
        defects: await dialect.defects(runner, { schemas: bound.config.includeSchemas }),
      }),
      timeout,
    );
    const findings = [
      ...invalid,
      ...goneFiles(graph, rows, recorded),
      ...(await changedFiles(graph, rows, recorded)),
      ...leftSteps(left, journals, runtime),
      ...defects,
    ];
    return { dataSource: bound.name, findings };
  });
  return answerOf(settled, (reports) => reports);
}

/** Files that the next new database could not run: what they declare can be read, but not their code. */
async function invalidFiles(graph: RevisionGraph): Promise<readonly VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const revision of graph.revisions()) {
    try {
      await requireSyntax(revision);
    } catch (error) {
      if (!(error instanceof InvalidRevisionFileError)) throw error;
      const { message, hint = 'Mend it before the revision is run on a new database.' } = error;
      found.push({ kind: 'invalid-file', revision: revision.id, message, hint });
    }
  }
  return found;
}

/**
 * Revisions that no file declares. What is below a row without a file only the history knows; where all rows have files,
 * the files are all there, since each names those that it builds on.
 */
function goneFiles(
  graph: RevisionGraph,
  rows: readonly string[],
  recorded: ReadonlyMap<string, RecordedStep>,
): readonly VerifyFinding[] {
  const unknown = rows.filter((id) => !graph.has(id));
  const ran = unknown.length === 0 ? [] : lastUpgraded(recorded);
  return [...new Set([...ran, ...unknown])]
    .filter((id) => !graph.has(id))
    .map((id) => ({
      kind: 'missing-file',
      revision: id,
      message: `The revision ${visibleInLine(id)} was run, and no revision file declares it.`,
      hint: 'Bring its file back from version control; or newer code has run it: then verify with that.',
    }));
}

/** Files of applied revisions that are not what was run. */
async function changedFiles(
  graph: RevisionGraph,
  rows: readonly string[],
  recorded: ReadonlyMap<string, RecordedStep>,
): Promise<readonly VerifyFinding[]> {
  const known = rows.filter((id) => graph.has(id));
  const ran = known.length === rows.length ? [] : lastUpgraded(recorded).filter((id) => graph.has(id));
  const applied = new Set([...known.flatMap((id) => graph.ancestors(id)), ...ran]);
  const revisions = graph.revisions().filter(({ id }) => applied.has(id));
  const found = await Promise.all(revisions.map((revision) => changedFile(revision, recorded.get(revision.id))));
  return found.flatMap((finding) => finding ?? []);
}

async function changedFile(
  { id, path }: Revision,
  recorded: RecordedStep | undefined,
): Promise<VerifyFinding | undefined> {
  if (path === undefined || recorded?.direction !== 'upgrade' || recorded.checksum === null) return undefined;
  const { isSame, isOfCode } = compareChecksum(await readFile(path, 'utf8'), recorded.checksum);
  if (isSame) return undefined;
  return {
    kind: 'changed-file',
    revision: id,
    message:
      `The file of revision ${id} was changed after it was run${isOfCode ? '' : ' (white space and comments included)'}: ` +
      visibleInLine(path),
    hint: 'Take the change back, and put it into a revision of its own: databases that ran the file as it was lack it.',
  };
}

/** Ids of the revisions whose last step was an upgrade. */
function lastUpgraded(recorded: ReadonlyMap<string, RecordedStep>): readonly string[] {
  return [...recorded].filter(([, { direction }]) => direction === 'upgrade').map(([id]) => id);
}
