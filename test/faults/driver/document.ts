import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.js';
import { nameOf } from './point.js';
import type { RaceResult } from './race.js';
import type { Subject } from './subject.js';
import { tableOf } from './table.js';
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

/** Puts the tables of a run into docs/reliability.md, each between its two marks; what was not tried stays as it is. */
export function writeDocument(root: string, findings: Findings, options: Options, versions: string): void {
  const file = join(root, 'docs/reliability.md');
  let text = readFileSync(file, 'utf8');
  const { verdicts, races } = findings;
  if (verdicts.length > 0) text = between(text, 'faults', pointsSection(findings, options, versions));
  if (races.length > 0) text = between(text, 'races', racesSection(races, options, versions));
  writeFileSync(file, text);
}

function between(text: string, mark: string, lines: readonly string[]): string {
  const begin = `<!-- ${mark} -->`;
  const end = `<!-- end of ${mark} -->`;
  const before = text.slice(0, text.indexOf(begin));
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${text.slice(text.indexOf(end))}`;
}

function pointsSection(findings: Findings, options: Options, versions: string): string[] {
  const { subjects, verdicts, points, seconds } = findings;
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0);
  return [
    `${verdicts.length - wrong.length} of ${verdicts.length} points right, of ${points} that there are, in ` +
      `${Math.round(seconds / 60)} minutes. ${sourceOf(options, versions)}`,
    '',
    ...tableOf(subjects, verdicts),
    ...(wrong.length === 0 ? [] : ['', 'Not right:', '', ...wrong.map(lineOf)]),
  ];
}

function racesSection(races: readonly RaceResult[], options: Options, versions: string): string[] {
  return [
    sourceOf(options, versions),
    '',
    '| database | rounds | right |',
    '| --- | --- | --- |',
    ...races.map(({ title, rounds, wrong }) => `| ${title} | ${rounds} | ${rounds - wrongRounds(wrong)} |`),
  ];
}

/** How the figures came about. */
function sourceOf(options: Options, versions: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${commandOf(options)}, ${day}, commit ${commit()}; ${versions}.`;
}

function lineOf({ point, wrong, sql }: Verdict): string {
  const statement = sql.replaceAll(/\s+/g, ' ').slice(0, 60).replaceAll('|', '\\|');
  return `- \`${nameOf(point)}\` (\`${statement}\`): ${wrong[0]?.replaceAll(/\/\S*\/migrations\//g, '') ?? ''}`;
}

function wrongRounds(lines: readonly string[]): number {
  return new Set(lines.map((line) => line.split(':')[0])).size;
}

function commandOf({ sample, minutes, seed, only, faults, rounds }: Options): string {
  const parts = [
    sample === undefined ? '' : ` --sample ${sample} --seed ${seed}`,
    minutes === undefined ? '' : ` --minutes ${minutes}`,
    only === undefined ? '' : ` --only ${only.join(',')}`,
    faults === undefined ? '' : ` --faults ${faults.join(',')}`,
    ` --rounds ${rounds} --write`,
  ];
  return `\`npm run test:faults --${parts.join('')}\``;
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}
