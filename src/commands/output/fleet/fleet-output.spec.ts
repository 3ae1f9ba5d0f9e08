import type { FleetProgress } from '../../../fleet/requests.js';
import type { FleetReport, FleetRun } from '../../../fleet/results.js';
import { style } from '../output.js';
import { groupFailures } from './fleet-failures.js';
import { FleetRunProgress } from './fleet-progress.js';
import { reportLines } from './fleet-report.js';
import { runLines, runsLines } from './fleet-runs.js';
import { statusLines } from './fleet-status.js';

/** Lines without the marks of colours. */
const plain = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replaceAll(/[\uFDD0-\uFDD3]/g, ''));

const failure = (tenant: string, error: string) => ({ tenant, revision: 'b2', code: 'MIGRATION_FAILED', error });

describe('failures of tenants', () => {
  it('are one where they differ by the name of the tenant alone', () => {
    const failures = [
      ...['1', '10', 'a.b'].map((tenant) => failure(tenant, `relation "t_${tenant}.post" has 1 row`)),
      failure('acme', 'no space left'),
    ];
    expect(groupFailures(failures).map(({ tenants, error }) => [tenants, error])).toEqual([
      [['10', 'a.b'], 'relation "t_10.post" has 1 row'],
      [['1'], 'relation "t_1.post" has 1 row'],
      [['acme'], 'no space left'],
    ]);
  });
});

describe('the report of a run', () => {
  const report: FleetReport = {
    runId: 'f3a1',
    target: ['b2'],
    tenants: 1_300,
    done: 1_000,
    unchanged: 2,
    gone: 1,
    notTried: 290,
    failed: [
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((tenant) => failure(tenant, `no table ${tenant}.x\nin line 3`)),
      failure('g', 'e\x1b[2J'),
    ],
    waves: [
      { tenants: 1, done: 1, unchanged: 0, failed: 0, ms: 40 },
      { tenants: 1_299, done: 999, unchanged: 2, failed: 7, ms: 65_000 },
    ],
    stopped: 'More than 6 tenants failed.',
    ms: 65_040,
  };

  it('has counts, waves, and failures by their error with tenants as examples', () => {
    expect(plain(reportLines(report, style))).toEqual([
      'Run f3a1 to b2: 1,300 tenants in 1 min 05 s',
      '  1,000 done, 2 unchanged, 1 gone, 7 failed, 290 not tried',
      '  stopped: More than 6 tenants failed.',
      '',
      '  wave  tenants  done  unchanged  failed        time',
      '     1        1     1          0       0       40 ms',
      '     2    1,299   999          2       7  1 min 05 s',
      '',
      '6 tenants failed in b2: a, b, c, d, e and 1 more',
      '  MIGRATION_FAILED: no table a.x',
      '  in line 3',
      '',
      '1 tenant failed in b2: g',
      String.raw`  MIGRATION_FAILED: e\x1b[2J`,
    ]);
  });

  it('is short where all went well', () => {
    const { stopped: _stopped, ...whole } = report;
    const well = {
      ...whole,
      target: [],
      tenants: 1,
      done: 1,
      unchanged: 0,
      gone: 0,
      notTried: 0,
      failed: [],
      waves: [],
    };
    expect(plain(reportLines({ ...well, ms: 12.4 }, style))).toEqual([
      'Run f3a1 to <base>: 1 tenant in 12 ms',
      '  1 done',
    ]);
  });

  it('counts errors beyond ten', () => {
    const failed = Array.from({ length: 13 }, (_, index) => failure('x', `error ${index}`));
    expect(plain(reportLines({ ...report, failed }, style)).at(-1)).toBe(
      'and 3 other errors: --json and runs list all',
    );
  });
});

it('the status of a fleet is a table of positions', () => {
  const counts = { tenants: 1_203, upToDate: 1_200, behind: 2, ahead: 0, unknown: 0, gone: 1, unreachable: 0 };
  const states = [
    { current: ['b2'], tenants: 1_200, example: 'acme' },
    { current: [], tenants: 2, example: 'new\nline' },
  ];
  const absent = [{ tenant: 'late', state: 'gone' as const, reason: 'There is no schema "late".' }];
  expect(plain(statusLines({ ...counts, states, absent }, style))).toEqual([
    '1,203 tenants: 1,200 up to date, 2 behind, 1 gone',
    '',
    'tenants  at      for example',
    '  1,200  b2      acme',
    String.raw`      2  <base>  new\nline`,
    '',
    'tenant  state  why',
    'late    gone   There is no schema "late".',
  ]);
  expect(plain(statusLines({ ...counts, tenants: 0, upToDate: 0, behind: 0, gone: 0, states: [] }, style))).toEqual([
    '0 tenants',
  ]);
});

it('runs are a table, and one of them has its tenants', () => {
  const run: FleetRun = {
    runId: 'f3a1',
    command: 'upgrade',
    target: ['b2'],
    asked: 'head',
    state: 'finished',
    startedBy: 'ada@laptop',
    tag: 'v2',
    startedAt: new Date('2026-03-01T12:00:00.500Z'),
    finishedAt: new Date('2026-03-01T12:00:03.700Z'),
    tenants: 2,
    done: 1,
    unchanged: 0,
    gone: 0,
    notTried: 0,
    failed: 1,
  };
  const heading = 'run   command  to  state     started                took  tenants  done  failed  tag  by';
  const line = 'f3a1  upgrade  b2  finished  2026-03-01 12:00:00Z  3.2 s        2     1       1  v2   ada@laptop';
  expect(plain(runsLines([run], style))).toEqual([heading, line]);
  const each = [
    { tenant: 'acme', wave: 1, state: 'done' as const, from: [], to: ['b2'], ms: 40 },
    {
      tenant: 'globex',
      wave: 1,
      state: 'failed' as const,
      from: [],
      to: [],
      ms: 3,
      failure: failure('globex', 'no\nx'),
    },
    { tenant: 'late', wave: 2 },
  ];
  expect(plain(runLines({ ...run, each }, style)).slice(3)).toEqual([
    'tenant  wave  state   from    to       took  why',
    'acme       1  done    <base>  b2      40 ms',
    'globex     1  failed  <base>  <base>   3 ms  MIGRATION_FAILED: no',
    'late       2  open',
  ]);
});

describe('the progress of a run', () => {
  const progressOf = (over: Partial<FleetProgress>): FleetProgress => ({
    runId: 'f3a1',
    wave: 1,
    waves: 2,
    tenants: 100,
    done: 0,
    unchanged: 0,
    failed: 0,
    gone: 0,
    running: [],
    ...over,
  });

  /** What is printed where there is no terminal, and a clock to set. */
  function start() {
    const lines: string[] = [];
    const clock = { now: 0 };
    const target = {
      liveLine: () => undefined,
      info: (message: string) => void lines.push(message),
      warn: (message: string) => void lines.push(`! ${message}`),
    };
    return { lines, clock, progress: new FleetRunProgress(target, () => clock.now) };
  }

  it('is a line every five seconds and after each wave, and one for each error', () => {
    const { lines, clock, progress } = start();
    const at = (now: number, over: Partial<FleetProgress>): void => {
      clock.now = now;
      progress.onProgress(progressOf(over));
    };
    const ended = (tenant: string, error?: string): Pick<FleetProgress, 'ended'> => ({
      ended: { tenant, ms: 5, state: error === undefined ? 'done' : 'failed', ...(error !== undefined && { error }) },
    });
    at(1_000, { done: 5, ...ended('a') });
    at(2_000, { done: 9, failed: 1, ...ended('b', 'no table b.x') });
    at(3_000, { done: 9, failed: 2, ...ended('c', 'no table c.x') });
    at(5_000, {
      done: 48,
      failed: 2,
      running: [
        { tenant: 'slow', ms: 4_000 },
        { tenant: 'd', ms: 10 },
      ],
      ...ended('e'),
    });
    at(5_500, { done: 49, failed: 2, ...ended('f') });
    at(6_000, { wave: 2, done: 50, failed: 2, ...ended('g') });
    progress.close();
    expect(lines).toEqual([
      '! b failed: no table b.x',
      'Wave 1 of 2: 50 of 100 tenants, 2 failed, 11/s, 5 s left, slow for 4 s; failed: b, c',
      'Wave 1 of 2 is done: 51 of 100 tenants, 2 failed, 9.2/s, 6 s left',
    ]);
  });
});
