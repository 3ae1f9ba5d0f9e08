import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ScriptFileError } from '../../errors/cli.errors.js';
import type { RunResult } from '../../results.js';
import type { Output } from './output.js';
import type { CommandOptions } from '../command-options.js';
import type { CommandResult } from '../command-host.js';

/** Characters that some file system forbids in file names, and the percent sign that escapes them. */
const NOT_IN_FILE_NAMES = /[%/\\:*?"<>|\p{Cc}]/gu;

/** A script that was written for a data source. */
type Script = RunResult & { readonly sql: string };

/**
 * Reports what runs did, beyond the steps that were printed as they ran. The script of an offline run is printed or written
 * to a file; those of several data sources are for several databases, and never printed as one.
 */
export async function reportRuns(results: readonly RunResult[], options: CommandOptions): Promise<CommandResult> {
  const scripts = results.filter((result): result is Script => result.sql !== undefined);
  const output = options.path('output');
  if (output === undefined && (scripts.length < 2 || options.flag('json'))) {
    return { json: results, text: scripts.map(({ sql }) => sql.trimEnd()), isExact: true };
  }
  return { json: results, text: await writeScripts(scripts, output ?? '.', options) };
}

/**
 * Reports where databases are on which a run had nothing to do: silence would look like a run on the wrong database.
 *
 * @param target what was asked for: `at head`
 */
export function reportIdle(results: readonly RunResult[], output: Output, target: string): void {
  for (const { dataSource, steps, current, sql } of results) {
    if (steps.length > 0 || sql !== undefined) continue;
    const prefix = results.length > 1 ? `[${dataSource}] ` : '';
    output.info(`${prefix}Already ${target}: ${current.length === 0 ? '<base>' : current.join(', ')}`);
  }
}

async function writeScripts(
  scripts: readonly Script[],
  directory: string,
  options: CommandOptions,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { dataSource, sql } of scripts) {
    const path = resolve(directory, fileNameOf(dataSource));
    try {
      await mkdir(directory, { recursive: true });
      await writeFile(path, sql);
    } catch (error) {
      throw new ScriptFileError(options.shown(path), dataSource, error);
    }
    lines.push(`Writing ${options.shown(path)} ...  done`);
  }
  return lines;
}

/** `analytics.sql`; a forbidden character becomes its number, so that two data sources never share a file. */
function fileNameOf(dataSource: string): string {
  const numberOf = (sign: string): string => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return `${dataSource.replaceAll(NOT_IN_FILE_NAMES, numberOf)}.sql`;
}
