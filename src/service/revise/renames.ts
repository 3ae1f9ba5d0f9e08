import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { RenameFileError } from '../../errors/index.js';
import type { MigrateRequest, Notice } from '../requests.js';
import { settingsFile } from '../../repository/settings.js';
import type { DataSourceComparison } from './comparison.js';

/** The renames that users specified, for a comparison to apply. */
export interface KnownRenames {
  /** Named for this one comparison: each must fit. */
  readonly named: readonly string[];
  /** Kept in a file, by rename with the name of the file: they may be done already. */
  readonly hints: ReadonlyMap<string, string>;
}

/**
 * The renames of a request, of its file, and of the repository.
 *
 * @throws RenameFileError when the file cannot be read, or has a line that is no rename.
 */
export async function knownRenames(
  { renames = [], renameFile }: Pick<MigrateRequest, 'renames' | 'renameFile'>,
  repositoryRenames: readonly string[],
): Promise<KnownRenames> {
  const inFile = renameFile === undefined ? [] : await readRenameFile(renameFile);
  const hints = [
    ...repositoryRenames.map((rename) => [rename, settingsFile] as const),
    ...inFile.map((rename) => [rename, basename(renameFile ?? '')] as const),
  ];
  return { named: renames, hints: new Map(hints.filter(([rename]) => !renames.includes(rename))) };
}

async function readRenameFile(given: string): Promise<readonly string[]> {
  const path = resolve(given);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RenameFileError(path, error.code === 'ENOENT' ? 'there is no such file' : error.message, error);
  });
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const rename = line.trim();
      if (rename === '' || rename.startsWith('#')) return [];
      if (rename.includes(':')) return rename;
      throw new RenameFileError(path, `line ${index + 1}, "${rename}", has no colon between an old name and a new one`);
    });
}

/**
 * Reports renames that fit none of the data sources.
 *
 * @throws InvalidRenameError for one that was named; a hint is passed over, and warned of if it still has something to do.
 */
export function reportUnfitRenames(
  { named, hints }: KnownRenames,
  comparisons: readonly DataSourceComparison[],
  notify: (notice: Notice) => void,
): void {
  const refusalsOf = (rename: string) => {
    const refused = comparisons.map(({ dataSource, found }) => {
      return { dataSource, ...found.refusedRenames.find((refusal) => refusal.rename === rename) };
    });
    return refused.every(({ error }) => error !== undefined) ? refused : [];
  };
  for (const rename of named) {
    const [refusal] = refusalsOf(rename);
    if (refusal?.error) throw refusal.error;
  }
  for (const [rename, file] of hints) {
    const refusal = refusalsOf(rename).find(({ isMoot }) => isMoot === false);
    if (refusal?.error === undefined) continue;
    const message = `${refusal.error.message} It is in ${file}, and is ignored.`;
    notify({ level: 'warning', dataSource: refusal.dataSource, message });
  }
}

const KINDS = {
  renameSchema: 'schema',
  renameTable: 'table',
  renameColumn: 'column',
  renameEnumValue: 'enumValue',
  renameLabel: 'enumValue',
} as const;

/** Asks about what may be a rename until there is nothing left to ask. */
export async function askRenames(
  { dataSource, found }: DataSourceComparison,
  confirm: NonNullable<MigrateRequest['confirmRename']>,
): Promise<DataSourceComparison> {
  let answered = found;
  for (;;) {
    const [candidate] = answered.renameCandidates;
    if (candidate === undefined) return { dataSource, found: answered };
    const { from, to, score, rename } = candidate;
    const question = { dataSource, kind: KINDS[rename.kind], from, to, score };
    answered = answered.answered(candidate, await confirm(question));
  }
}
