import { availableParallelism } from 'node:os';
import { writeDocument } from './document.js';
import { type Options, optionsOf } from './options.js';
import { type Plan, planOf, sampleOf } from './plan.js';
import { nameOf, type Point, pointOf } from './point.js';
import { inTurn } from './pool.js';
import { Race, type RaceResult, RACERS } from './race.js';
import type { Subject } from './subject.js';
import { Scene } from './subjects.js';
import { tableOf } from './table.js';
import { tryPoint, type Verdict } from './try-point.js';

/** How many points of a kind are tried until a run comes to one: heartbeats have no fixed place among the messages. */
const TRIES = 4;

/** How far those are from each other. */
const STEP = 7;

/** @returns the exit code */
export async function main(root: string, args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  const scene = new Scene(root);
  try {
    const wanted = options.points.map((name) => pointOf(name).database);
    return await runAll(await scene.subjects(wanted.length > 0 ? wanted : options.only), options, root);
  } finally {
    await scene.close();
  }
}

async function runAll(subjects: readonly Subject[], options: Options, root: string): Promise<number> {
  const started = performance.now();
  const wanted = options.points.map(pointOf);
  const plans = await plansOf(subjects, options.jobs);
  if (options.list) return list(plans);
  const points = wanted.length > 0 ? wanted : chosen(plans, options);
  const verdicts = await tryAll(plans, points, options);
  if (verdicts.length > 0) console.log(`\n${tableOf(subjects, verdicts).join('\n')}\n`);
  const races = await raceAll(plans, options.rounds);
  if (options.write) {
    const all = plans.reduce((count, plan) => count + plan.points.length, 0);
    const seconds = (performance.now() - started) / 1000;
    writeDocument(root, { subjects, verdicts, races, points: all, seconds }, options, await versionsOf(plans));
  }
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0);
  console.log(`${verdicts.length - wrong.length} of ${verdicts.length} points are right.`);
  if (wrong.length > 0) console.log('\nThese repeat what was wrong:\n');
  for (const { point } of wrong) console.log(`    npm run test:faults -- --point ${nameOf(point)}`);
  return wrong.length === 0 && races.every((race) => race.wrong.length === 0) ? 0 : 1;
}

async function raceAll(plans: readonly Plan[], rounds: number): Promise<readonly RaceResult[]> {
  if (rounds === 0) return [];
  const race = await Race.begin();
  const results: RaceResult[] = [];
  for (const { subject, references } of plans) {
    const started = performance.now();
    const result = await race.run(subject, rounds, references.up);
    results.push(result);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${RACERS} processes at once, ${rounds} rounds, ${subject.title}: ${seconds} s`);
    for (const line of result.wrong) console.log(`    ${line}`);
  }
  race.close();
  return results;
}

async function plansOf(subjects: readonly Subject[], jobs: number): Promise<readonly Plan[]> {
  const plans = new Map<Subject, Plan>();
  await inTurn(
    subjects,
    jobs,
    () => false,
    async (subject) => void plans.set(subject, await planOf(subject)),
  );
  return subjects.flatMap((subject) => plans.get(subject) ?? []);
}

async function versionsOf(plans: readonly Plan[]): Promise<string> {
  const names = await Promise.all(plans.map(({ subject }) => subject.version()));
  return [...new Set(names), `Node ${process.versions.node}`, `${availableParallelism()} cores`].join(', ');
}

function list(plans: readonly Plan[]): number {
  for (const { subject, messages, points } of plans) {
    for (const [run, found] of messages) {
      console.log(`\n${subject.name} ${run}`);
      for (const [index, sql] of found.entries()) console.log(`${index + 1} ${oneLine(sql)}`);
    }
    console.log(`\n${points.length} points`);
  }
  return 0;
}

function chosen(plans: readonly Plan[], { faults, sample, seed }: Options): readonly Point[] {
  const ofFaults = plans.map((plan) => ({
    ...plan,
    points: plan.points.filter(({ fault }) => faults?.includes(fault) ?? true),
  }));
  return sample === undefined ? ofFaults.flatMap(({ points }) => points) : sampleOf(ofFaults, sample, seed);
}

async function tryAll(plans: readonly Plan[], points: readonly Point[], options: Options): Promise<readonly Verdict[]> {
  const planFor = ({ database }: Point): Plan => {
    const plan = plans.find(({ subject }) => subject.name === database);
    if (plan === undefined) throw new Error(`There is no database "${database}".`);
    return plan;
  };
  const verdicts: Verdict[] = [];
  const isAlone = (point: Point): boolean => planFor(point).subject.isExclusive?.(point.fault) ?? false;
  const started = performance.now();
  const longest = (options.minutes ?? Infinity) * 60_000;
  await inTurn(points, options.jobs, isAlone, async (point) => {
    // What must be alone comes first, and leaves the larger part of the time to the rest.
    if (performance.now() - started > longest * (isAlone(point) ? 0.3 : 1)) return;
    const verdict = await tryReached(planFor(point), point, options.points.length > 0 ? 1 : TRIES);
    if (verdict === undefined) return;
    verdicts.push(verdict);
    if (verdict.wrong.length > 0 || options.points.length > 0) report(verdict);
    if (verdicts.length % 100 === 0) console.log(`--- ${verdicts.length} of ${points.length}`);
  });
  return verdicts;
}

/** Tries a point, and another one of its kind where the run does not come to it. @returns undefined where it comes to none */
async function tryReached(plan: Plan, first: Point, tries: number): Promise<Verdict | undefined> {
  const { subject, references, points } = plan;
  const isAlike = ({ fault, mode, direction }: Point): boolean =>
    fault === first.fault && mode === first.mode && direction === first.direction;
  const alike = points.filter(isAlike);
  const start = alike.findIndex((point) => nameOf(point) === nameOf(first));
  for (let count = 0; count < tries; count += 1) {
    const point = count === 0 ? first : (alike[(start + count * STEP) % alike.length] as Point);
    const verdict = await tryPoint(subject, point, references[point.direction]);
    if (verdict.isReached || verdict.wrong.length > 0) return verdict;
    console.log(`not reached: ${nameOf(point)}`);
  }
  return undefined;
}

function report({ point, sql, wrong, report: printed }: Verdict): void {
  const indented = (text: string): string => text.replaceAll(/^/gm, '    ');
  console.log(`\n${wrong.length === 0 ? 'right' : 'WRONG'} ${nameOf(point)}  ${oneLine(sql)}`);
  console.log(indented([...wrong, ...printed.split('\n').map((line) => `| ${line}`)].join('\n')));
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim().slice(0, 150);
}
