import { visible } from '../../../errors/visible.js';
import type { FleetReport, FleetWave } from '../../../fleet/results.js';
import type { Style } from '../output.js';
import { duration } from '../run-progress.js';
import { counted, namesText, numberText, tableLines } from '../table.js';
import { groupFailures, type FailureGroup } from './fleet-failures.js';
import { positionText } from './fleet-status.js';

/** Errors beyond these are counted only. */
const MOST_ERRORS = 10;
/** Tenants of an error that are named. */
const MOST_TENANTS = 5;
/** Longer errors are cut. */
const LONGEST_ERROR = 600;

/**
 * What a run did, for people: the counts, its waves where there are several, and its failures by their error.
 *
 * @param to where it leads to
 */
export function reportLines(report: FleetReport, style: Style, to = positionText(report.target)): readonly string[] {
  const { runId, tenants, ms, waves, stopped } = report;
  return [
    `Run ${style.yellow(runId)} to ${to}: ${counted(tenants, 'tenant')} in ${timeText(ms)}`,
    `  ${countsText(report, style)}`,
    ...(stopped === undefined ? [] : [`  ${style.yellow('stopped')}: ${visible(stopped)}`]),
    ...(waves.length > 1 ? ['', ...waveLines(waves)] : []),
    ...failureLines(report, style),
  ];
}

/** `300 done, 2 unchanged, 1 failed` */
function countsText({ done, unchanged, gone, notTried, failed }: FleetReport, style: Style): string {
  const parts = [
    ['done', done, style.green],
    ['unchanged', unchanged, String],
    ['gone', gone, String],
    ['failed', failed.length, style.yellow],
    ['not tried', notTried, style.yellow],
  ] as const;
  const shown = parts.filter(([, count]) => count > 0);
  return shown.length === 0
    ? 'nothing to do'
    : shown.map(([name, count, paint]) => paint(`${numberText(count)} ${name}`)).join(', ');
}

function waveLines(waves: readonly FleetWave[]): readonly string[] {
  const names = ['wave', 'tenants', 'done', 'unchanged', 'failed', 'time'];
  return tableLines(
    names.map((name) => ({ name, align: 'right' as const })),
    waves.map(({ tenants, done, unchanged, failed, ms }, index) => [
      String(index + 1),
      ...[tenants, done, unchanged, failed].map(numberText),
      timeText(ms),
    ]),
  ).map((line) => `  ${line}`);
}

function failureLines({ failed }: FleetReport, style: Style): readonly string[] {
  const groups = groupFailures(failed);
  const left = groups.length - MOST_ERRORS;
  return [
    ...groups.slice(0, MOST_ERRORS).flatMap((group) => ['', ...groupLines(group, style)]),
    ...(left > 0 ? ['', `and ${counted(left, 'other error')}: --json and runs list all`] : []),
  ];
}

function groupLines({ code, revision, error, tenants }: FailureGroup, style: Style): readonly string[] {
  const text = visible(error).trim();
  const shown = text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text;
  const place = revision === undefined ? '' : ` in ${revision}`;
  return [
    `${style.yellow(`${counted(tenants.length, 'tenant')} failed${place}`)}: ${namesText(tenants, MOST_TENANTS)}`,
    ...shown.split('\n').map((line, index) => `  ${index === 0 ? `${code}: ` : ''}${line}`.trimEnd()),
  ];
}

/** `40 ms`, `3.2 s`, `3 min 05 s` */
export function timeText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : duration(ms);
}
