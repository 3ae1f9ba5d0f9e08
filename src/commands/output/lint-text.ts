import type { LintFinding, LintLevel } from '../../results.js';
import { remediesOf } from './lint-remedies.js';
import type { Style } from './output.js';

/** The levels, the worst first. */
export const LEVELS: readonly LintLevel[] = ['error', 'warning', 'note'];

interface Shown {
  /** There are several data sources, so that each finding names its own. */
  readonly isNamed: boolean;
  readonly style: Style;
  /** Where nothing is found: `the revisions that are pending`. */
  readonly looked: string;
  /** A path as it is printed. */
  readonly shown: (path: string) => string;
}

/** Findings as a terminal shows them: where and what, the sentence, the code to write, the page. */
export function lintText(findings: readonly LintFinding[], shown: Shown): readonly string[] {
  if (findings.length === 0) return [`Nothing is found in ${shown.looked}.`];
  return [...findings.flatMap((finding) => [...linesOf(finding, shown), '']), totals(findings)];
}

function linesOf(finding: LintFinding, shown: Shown): readonly string[] {
  const { level, code, target, dataSource, path, line, message, url } = finding;
  const { isNamed, style } = shown;
  const place = `${shown.shown(path)}:${line}`;
  return [
    `${isNamed ? `[${dataSource}] ` : ''}${place}  ${level === 'note' ? level : style.yellow(level)}  ${code}  ${target}`,
    `  ${message}`,
    ...remediesOf(finding).flatMap(({ heading, text }) => [
      `  ${heading}`,
      ...text.split('\n').map((each) => `      ${each}`.trimEnd()),
    ]),
    `  ${url}`,
  ];
}

function totals(findings: readonly LintFinding[]): string {
  const counts = LEVELS.map((level) => [level, findings.filter((each) => each.level === level).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${count} ${level}${count === 1 ? '' : 's'}`)
    .join(', ');
}
