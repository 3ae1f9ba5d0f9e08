import type { PlannedStatement, PlannedStep, PlanReport } from '../../results.js';
import { effectLines, headLine, LOSS, statementLine } from './plan-lines.js';
import type { Style } from './output.js';

/** Plans as a terminal shows them. */
export function planText(reports: readonly PlanReport[], style: Style): readonly string[] {
  return reports.flatMap((report) => {
    const commits = new Commits();
    return [headLine(report), ...report.steps.flatMap((step) => stepLines(step, style, commits))];
  });
}

function stepLines(step: PlannedStep, style: Style, commits: Commits): readonly string[] {
  const { kind, revision, message, statements, unknown } = step;
  return [
    '',
    `${kind} ${style.yellow(revision)} ${message}`.trimEnd(),
    ...statements.flatMap((statement) => [...commits.before(statement), ...statementLines(statement, style)]),
    ...(statements.length === 0 && unknown === undefined ? ['  no statement'] : []),
    ...(unknown === undefined ? [] : [`  not known from here on: ${unknown}`]),
  ];
}

function statementLines(statement: PlannedStatement, style: Style): readonly string[] {
  return [
    `  ${statementLine(statement)}`,
    ...effectLines(statement).map((line) => `      ${line.startsWith(LOSS) ? style.yellow(line) : line}`),
  ];
}

/** Where transactions begin and end between the statements of a plan. */
class Commits {
  private transaction: number | undefined;
  private hasBegun = false;

  /** A line before a statement that is not in the transaction of the one before it. */
  before({ transaction }: PlannedStatement): readonly string[] {
    const { transaction: last, hasBegun } = this;
    this.transaction = transaction;
    this.hasBegun = true;
    if (hasBegun ? transaction === last : transaction !== undefined) return [];
    const parts = [
      ...(hasBegun && last !== undefined ? ['commit'] : []),
      ...(transaction === undefined ? ['outside a transaction'] : []),
    ];
    return [`  -- ${parts.length === 0 ? 'in a transaction' : parts.join(', then ')}`];
  }
}
