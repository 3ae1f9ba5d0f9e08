import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import {
  DuplicateLabelError,
  DuplicateRevisionError,
  IdIsLabelError,
  InvalidTargetError,
} from '../../errors/repository.errors.js';
import {
  InvalidRevisionFileError,
  RevisionFileExistsError,
  TemplateArgumentError,
  TemplateFailedError,
  VersionPathError,
} from '../../errors/repository-files.errors.js';
import { readMetadata } from '../files/read-metadata.js';
import { readVersionFile } from '../files/version-files.js';
import { verifyNewLabel, verifyNewRevisionId } from '../graph/names.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { versionDirectories, type Repository } from '../repository.js';
import type { Revision } from '../revision.js';
import { resolveHeads } from './resolve-heads.js';
import { createDate } from './create-date.js';
import { fillFileTemplate, slugOf } from './file-name.js';
import { runPostWriteHooks } from './post-write-hooks.js';
import { renderScript, type ScriptContent } from './render-script.js';
import type { Body, Names } from './source-text.js';
import { scriptTemplateFile } from '../script-template.js';
import { isTemplateArgs } from '../settings.js';

/** What a new revision is to be. */
export interface RevisionRequest {
  /** Default `empty message`; the file name then ends with the id. */
  readonly message?: string;
  /** Targets as typed: what the new revision revises. Default `['head']`; `base` starts a history of its own. */
  readonly heads?: readonly string[];
  /** Allow a revision that is not a head to be revised. */
  readonly splice?: boolean;
  readonly branchLabel?: string | readonly string[];
  /** One of the version locations. Needed only where there are several and no head determines it. */
  readonly versionPath?: string;
  /** Default: 12 random hexadecimal digits. */
  readonly revId?: string;
  /** Targets as typed: ids or branch labels. */
  readonly dependsOn?: readonly string[];
  /** Statements, indented by two; for several databases by the name of the data source. Default: nothing to do. */
  readonly upgrade?: Body;
  readonly downgrade?: Body;
  /** Values that the template reads as `it.NAME`, laid over those of the settings. */
  readonly templateArgs?: Readonly<Record<string, unknown>>;
  /** Whole import statements that the bodies need. */
  readonly imports?: readonly string[];
}

/** Lays out the source of a new file, as the project's own formatter would. */
export type Format = (source: string, path: string) => Promise<string> | string;

/**
 * Writes a new revision file, and returns the revision as it reads from it.
 *
 * Everything is checked first, what `format` made of it too, and the file appears complete or not at all. Then the post-write hooks run on it.
 *
 * @throws InvalidRevisionNameError, DuplicateRevisionError, DuplicateLabelError, IdIsLabelError, MultipleHeadsError,
 *   DuplicateHeadsError, NotAHeadError, RevisionNotFoundError, VersionPathError, TemplateFailedError,
 *   RevisionFileExistsError, PostWriteHookError
 * @example
 *     const repository = await openRepository('migrations');
 *     const { path } = await writeRevision(repository, { message: 'add user email' });
 */
export async function writeRevision(
  repository: Repository,
  request: RevisionRequest,
  format?: Format,
): Promise<Revision> {
  const { graph, settings, directory } = repository;
  const id = newId(graph, request.revId);
  const heads = resolveHeads(graph, request.heads ?? ['head'], request.splice);
  const location = versionLocation(repository, heads, request.versionPath);
  const wanted: Wanted = {
    id,
    downRevisions: heads.map((head) => head.id),
    branchLabels: [request.branchLabel ?? []].flat().map((label) => newLabel(graph, id, label)),
    dependsOn: (request.dependsOn ?? []).map((target) => dependency(graph, target)),
  };
  const date = createDate(new Date(), settings.timezone);
  const slug = slugOf(request.message ?? '', settings.truncateSlugLength);
  const path = join(location, `${fillFileTemplate(settings.fileTemplate, id, slug, date)}.ts`);
  const templateArgs = { ...settings.templateArgs, ...request.templateArgs };
  if (!isTemplateArgs(templateArgs)) throw new TemplateArgumentError(Object.keys(templateArgs));
  const rendered = await renderScript(directory, contentOf(request, wanted, date.text), templateArgs);
  const source = (await format?.(rendered, path)) ?? rendered;
  checkRendered(source, join(directory, scriptTemplateFile), wanted);
  writeWhole(path, source);
  await runPostWriteHooks(settings.postWriteHooks, path, directory);
  const written = readVersionFile(path);
  refuseDifference(written, wanted, (reason) => new InvalidRevisionFileError(path, `${reason}, since the hooks ran`));
  return written;
}

type Wanted = Pick<Revision, 'id' | 'downRevisions' | 'dependsOn' | 'branchLabels'>;

function contentOf(request: RevisionRequest, wanted: Wanted, date: string): ScriptContent {
  return {
    revision: wanted.id,
    downRevision: names(wanted.downRevisions),
    branchLabels: names(wanted.branchLabels),
    dependsOn: names(wanted.dependsOn),
    message: request.message?.trim() || 'empty message',
    createDate: date,
    imports: request.imports ?? [],
    upgrade: request.upgrade ?? '',
    downgrade: request.downgrade ?? '',
  };
}

function newId(graph: RevisionGraph, given: string | undefined): string {
  if (given === undefined) return freshId(graph);
  verifyNewRevisionId(given);
  const other = graph.byKey.get(given);
  if (other === undefined) return given;
  if (other.id !== given) throw new IdIsLabelError(given, other.id);
  throw new DuplicateRevisionError(
    given,
    [other.revision.path].filter((path) => path !== undefined),
    true,
  );
}

function freshId(graph: RevisionGraph): string {
  const id = randomBytes(6).toString('hex');
  return graph.byKey.has(id) ? freshId(graph) : id;
}

function newLabel(graph: RevisionGraph, id: string, label: string): string {
  verifyNewLabel(label);
  const other = label === id ? id : graph.byKey.get(label)?.id;
  if (other !== undefined) throw new DuplicateLabelError(label, id, other, true);
  return label;
}

/** A label stays a label, so that the file shows why; anything else becomes the whole id. */
function dependency(graph: RevisionGraph, target: string): string {
  const revision = graph.resolveOne(target);
  if (revision === undefined) {
    throw new InvalidTargetError(`A revision cannot depend on "${target}"`, {
      hint: 'Name a revision or a branch label.',
    });
  }
  return graph.labels(revision.id).includes(target) ? target : revision.id;
}

/** The given directory, else the only one there is, else the one where the first head is. */
function versionLocation(repository: Repository, heads: readonly Revision[], given: string | undefined): string {
  const locations = versionDirectories(repository.directory, repository.settings);
  if (given !== undefined) return givenLocation(repository.directory, locations, given);
  const near = locations.filter((location) => locations.length === 1 || heads[0]?.path?.startsWith(location + sep));
  const innermost = near.reduce((longest, location) => (location.length > longest.length ? location : longest), '');
  if (innermost !== '') return innermost;
  throw new VersionPathError(`There are several version locations: ${locations.join(', ')}`, {
    hint: 'Choose one of them with --version-path.',
  });
}

function givenLocation(directory: string, locations: readonly string[], given: string): string {
  const candidates = [resolve(directory, given), resolve(given)];
  const found = locations.find((location) => candidates.includes(location));
  if (found !== undefined) return found;
  throw new VersionPathError(`"${given}" is not one of the version locations: ${locations.join(', ')}`, {
    hint: 'Add it to versionLocations in migrations.json, or choose one of those.',
  });
}

/** Refuses what a user's own template wrote without a needed line: the next command would fail, and not say why. */
function checkRendered(source: string, template: string, wanted: Wanted): void {
  let revision: Revision;
  try {
    revision = readMetadata(source, template);
  } catch (error) {
    throw new TemplateFailedError(template, `what it writes is not a revision file: ${(error as Error).message}`, {
      cause: error,
    });
  }
  refuseDifference(revision, wanted, (reason) => new TemplateFailedError(template, reason));
}

function refuseDifference(found: Wanted, wanted: Wanted, failure: (reason: string) => Error): void {
  const same = (left: readonly string[], right: readonly string[]): boolean => left.join('\n') === right.join('\n');
  if (found.id !== wanted.id) throw failure(`the file says revision "${found.id}" instead of "${wanted.id}"`);
  const properties = { downRevision: 'downRevisions', branchLabels: 'branchLabels', dependsOn: 'dependsOn' } as const;
  for (const [name, key] of Object.entries(properties)) {
    if (!same(found[key], wanted[key])) {
      throw failure(`the file says ${name} [${found[key].join(', ')}] instead of [${wanted[key].join(', ')}]`);
    }
  }
}

/** Writes under another name first, then renames: nobody sees a half-written file, meanwhile or after a crash. */
function writeWhole(path: string, source: string): void {
  if (existsSync(path)) throw new RevisionFileExistsError(path);
  const unfinished = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  let isMade = false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // A file, or a link, that exists already is somebody else's.
    writeFileSync(unfinished, source, { flag: 'wx' });
    isMade = true;
    renameSync(unfinished, path);
  } catch (error) {
    if (isMade) rmSync(unfinished, { force: true });
    throw new InvalidRevisionFileError(path, `cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

function names(list: readonly string[]): Names {
  return list.length > 1 ? list : (list[0] ?? null);
}
