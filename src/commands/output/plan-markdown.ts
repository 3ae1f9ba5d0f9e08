import type { PlannedStatement, PlanReport } from '../../results.js';
import { effectLines, headLine, LOSS, statementLine } from './plan-lines.js';

/** Plans as a comment of a pull request: a table for each revision, and its losses above it. */
export function planMarkdown(reports: readonly PlanReport[]): readonly string[] {
  return reports.flatMap((report) => [
    `### ${escaped(headLine(report))}`,
    ...report.steps.flatMap(({ kind, revision, message, statements, unknown }) => [
      '',
      `**${kind} ${code(revision)}** ${escaped(message)}`.trimEnd(),
      ...(statements.length === 0 ? [] : ['', '| Transaction | Statement | What it does |', '| --- | --- | --- |']),
      ...statements.map(row),
      ...(unknown === undefined ? [] : ['', `Not known from here on: ${escaped(unknown)}`]),
    ]),
    '',
  ]);
}

function row(statement: PlannedStatement): string {
  const effects = effectLines(statement).map((line) =>
    line.startsWith(LOSS) ? `**${escaped(line)}**` : escaped(line),
  );
  return `| ${statement.transaction ?? 'none'} | ${code(statementLine(statement))} | ${effects.join('<br>')} |`;
}

/** A code span, whatever is in it: the fence is longer than any run of backticks, and a pipe would end the cell. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\\|')}${space}${fence}`;
}

/** Text whose characters mean nothing in Markdown or HTML. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|~#]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));
}
