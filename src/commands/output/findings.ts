import type { VerifyReport } from '../../results.js';

/** What `verify` found as lines: each finding, and below it what to do. */
export function findingLines(reports: readonly VerifyReport[], isNamed: boolean): readonly string[] {
  return reports.flatMap(({ dataSource, findings }) =>
    findings.map(({ kind, message, hint }) => `${isNamed ? `[${dataSource}] ` : ''}${kind}: ${message}\n    ${hint}`),
  );
}

/** Whether anything was found. */
export function hasFindings(reports: readonly VerifyReport[]): boolean {
  return reports.some(({ findings }) => findings.length > 0);
}
