import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A compiled source. */
export interface Compiled<B> {
  readonly code: string;
  /** What it was made of besides its source, as plain data. */
  readonly basis: B;
}

/**
 * Compiled sources, kept between runs in node_modules/.cache of the application: a warm start compiles nothing, and
 * does not even load the compiler.
 *
 * There is one entry for a source, and it says what it was made of, so that the folder does not grow and nothing stale is
 * ever used. A folder that cannot be written to means no cache, never an error; a folder shared with other users of the
 * machine is not used, for they could put code in it.
 */
export class TransformCache {
  private readonly folder: string | undefined;

  /** @param salt what decides the result besides the source: compiler, its version and options */
  constructor(
    root: string,
    private readonly salt: string,
  ) {
    const modules = nodeModulesOf(root);
    this.folder = modules === undefined ? undefined : join(modules, '.cache', 'nestjs-migrate');
  }

  /**
   * The result for a source, from the cache or else from `compile`.
   *
   * @param isFresh whether what else the result was made of is as it was
   */
  through<B>(source: string, name: string, compile: () => Compiled<B>, isFresh: (basis: B) => boolean): string {
    if (this.folder === undefined) return compile().code;
    const path = join(this.folder, `${digest(name)}.js`);
    const mark = `//${digest(this.salt, source)}\n`;
    const kept = read(path);
    if (kept?.startsWith(mark) === true) {
      const end = kept.indexOf('\n', mark.length);
      if (isFresh(JSON.parse(kept.slice(mark.length + '//'.length, end)) as B)) return kept.slice(end + 1);
    }
    const { code, basis } = compile();
    this.write(path, `${mark}//${JSON.stringify(basis)}\n${code}`);
    return code;
  }

  private write(path: string, content: string): void {
    const unfinished = `${path}.${process.pid}`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(unfinished, content, { flag: 'wx' });
      renameSync(unfinished, path);
    } catch {
      // A read-only installation compiles every time.
    }
  }
}

function nodeModulesOf(folder: string): string | undefined {
  const path = join(folder, 'node_modules');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  return dirname(folder) === folder ? undefined : nodeModulesOf(dirname(folder));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
