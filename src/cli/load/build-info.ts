import { createHash } from 'node:crypto';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { asRecord, readTextFile } from '../find/json-file.js';
import type { Project } from '../find/project.js';
import { readTsconfig } from '../find/tsconfig.js';

/**
 * What `tsc --incremental` notes of a build: the hash of each source that it compiled.
 *
 * A source whose text is the same is not compiled again, so that its compiled file stays older than a source that git has
 * written again.
 */
export class BuildInfo {
  private known: ReadonlyMap<string, string> | undefined;

  constructor(private readonly project: Project) {}

  /** Whether a build noted anything: then a source that it does not know was no part of it, however old the build is. */
  get isThere(): boolean {
    return this.hashes.size > 0;
  }

  /** Whether the last build compiled a source as it is now. */
  hasCompiled(source: string): boolean {
    const hash = this.hashes.get(source);
    if (hash === undefined) return false;
    return (
      createHash('sha256')
        .update(readTextFile(source) ?? '')
        .digest('hex') === hash
    );
  }

  private get hashes(): ReadonlyMap<string, string> {
    return (this.known ??= readHashes(this.project));
  }
}

function readHashes({ buildTsconfig, outDir }: Project): ReadonlyMap<string, string> {
  for (const path of buildTsconfig === undefined ? [] : buildInfoPaths(buildTsconfig, outDir)) {
    const text = readTextFile(path);
    if (text !== undefined) return hashesIn(text, dirname(path));
  }
  return new Map();
}

/** Where TypeScript may write the file: `tsBuildInfoFile`, or in `outDir` at the configuration's path in `rootDir`. */
function buildInfoPaths(tsconfig: string, outDir: string): readonly string[] {
  const { tsBuildInfoFile, rootDir } = readTsconfig(tsconfig).compilerOptions ?? {};
  const folder = dirname(tsconfig);
  const name = `${basename(tsconfig, '.json')}.tsbuildinfo`;
  return [
    ...(tsBuildInfoFile === undefined ? [] : [resolve(folder, tsBuildInfoFile)]),
    ...(rootDir === undefined ? [] : [resolve(outDir, relative(resolve(folder, rootDir), folder), name)]),
    join(outDir, name),
    join(folder, name),
  ];
}

/** The names and hashes are lists in one order; TypeScript 5.5 and older have both in `program`. */
function hashesIn(text: string, folder: string): ReadonlyMap<string, string> {
  let info: Record<string, unknown>;
  try {
    info = asRecord(JSON.parse(text));
  } catch {
    return new Map(); // half written: as if nothing were noted
  }
  const program = 'program' in info ? asRecord(info['program']) : info;
  const { fileNames, fileInfos, affectedFilesPendingEmit: pending } = program;
  // Files that were checked and not written are no build.
  if (!Array.isArray(fileNames) || !Array.isArray(fileInfos) || (Array.isArray(pending) && pending.length > 0)) {
    return new Map();
  }
  const hashes = fileInfos.map((one: unknown) => (typeof one === 'string' ? one : asRecord(one)['version']));
  return new Map(fileNames.map((name, index) => [resolve(folder, String(name)), String(hashes[index])]));
}
