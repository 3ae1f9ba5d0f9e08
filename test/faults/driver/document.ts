import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.js';
import { nameOf } from './point.js';
import type { RaceResult } from './race.js';
import { merged, parsed, printed, type Section } from './section.js';
import type { Subject } from './subject.js';
import { headOf, rowsOf } from './table.js';
import type { Verdict } from './try-point.js';

/** What a run of the driver found. */
export interface Findings {
  readonly subjects: readonly Subject[];
  readonly verdicts: readonly Verdict[];
  readonly races: readonly RaceResult[];
  /** How many points there are, tried or not. */
  readonly points: number;
  readonly seconds: number;
}

/**
 * Puts the rows of a run into docs/reliability.md, each table between its two marks. The rows of databases that were not tried stay, and
 * so does what is written about how they came about.
 */
export function writeDocument(root: string, findings: Findings, options: Options, versions: string): void {
  const file = join(root, 'docs/reliability.md');
  let text = readFileSync(file, 'utf8');
  const { verdicts, races } = findings;
  if (verdicts.length > 0) text = withPoints(text, findings, sourceOf(options, versions));
  if (races.length > 0) text = withRaces(text, races, sourceOf(options, versions));
  writeFileSync(file, text);
}

/** @param source how the findings came about */
export function withPoints(text: string, findings: Findings, source: string): string {
  const { subjects, verdicts, points, seconds } = findings;
  const tried = subjects.filter(({ name }) => verdicts.some(({ point }) => point.database === name));
  const titles = tried.map(({ title }) => title);
  const section = merged(
    parsed(between(text, 'faults')),
    {
      head: headOf(),
      rows: rowsOf(tried, verdicts),
      sources: [
        { titles, text: `of ${points} points that there are, in ${Math.round(seconds / 60)} minutes. ${source}` },
      ],
      wrong: verdicts.filter(({ wrong }) => wrong.length > 0).map(lineOf),
    },
    tried.map(({ name }) => name),
  );
  return replaced(text, 'faults', [`${sumOf(section)} points are right.`, '', ...printed(section)]);
}

/** @param source how the results came about */
export function withRaces(text: string, races: readonly RaceResult[], source: string): string {
  const section: Section = {
    head: ['database', 'rounds', 'right'],
    rows: races.map(({ title, rounds, wrong }) => [title, `${rounds}`, `${rounds - wrongRounds(wrong)}`]),
    sources: [{ titles: races.map(({ title }) => title), text: source }],
    wrong: [],
  };
  return replaced(text, 'races', printed(merged(parsed(between(text, 'races')), section, [])));
}

/** `132 of 132`, of all cells of a table. */
function sumOf({ rows }: Section): string {
  const counts = rows.flat().flatMap((cell) => /^(\d+)\/(\d+)$/.exec(cell)?.slice(1).map(Number) ?? []);
  const sum = (odd: number): number =>
    counts.filter((_count, at) => at % 2 === odd).reduce((total, count) => total + count, 0);
  return `${sum(0)} of ${sum(1)}`;
}

function between(text: string, mark: string): readonly string[] {
  const [begin, end] = marksOf(mark);
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).split('\n');
}

function replaced(text: string, mark: string, lines: readonly string[]): string {
  const [begin, end] = marksOf(mark);
  return `${text.slice(0, text.indexOf(begin))}${begin}\n\n${lines.join('\n')}\n\n${text.slice(text.indexOf(end))}`;
}

function marksOf(mark: string): readonly [string, string] {
  return [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
}

/** How the figures came about. */
function sourceOf(options: Options, versions: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${commandOf(options)}, ${day}, commit ${commit()}; ${versions}.`;
}

function lineOf({ point, wrong, sql }: Verdict): string {
  const statement = sql.replaceAll(/\s+/g, ' ').slice(0, 60).replaceAll('|', '\\|');
  return `\`${nameOf(point)}\` (\`${statement}\`): ${wrong[0]?.replaceAll(/\/\S*\/migrations\//g, '') ?? ''}`;
}

function wrongRounds(lines: readonly string[]): number {
  return new Set(lines.map((line) => line.split(':')[0])).size;
}

function commandOf({ sample, minutes, seed, only, rounds }: Options): string {
  const parts = [
    sample === undefined ? '' : ` --sample ${sample} --seed ${seed}`,
    minutes === undefined ? '' : ` --minutes ${minutes}`,
    only === undefined ? '' : ` --only ${only.join(',')}`,
    ` --rounds ${rounds} --write`,
  ];
  return `\`npm run test:faults --${parts.join('')}\``;
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}
