import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RepositoryCache } from './repository-cache.js';

describe('RepositoryCache', () => {
  let directory: string;
  let cache: RepositoryCache;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'repository-cache-'));
    cache = new RepositoryCache();
    mkdirSync(join(directory, 'versions'));
    write('a1');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function write(id: string, down?: string, folder = 'versions'): void {
    const marks = 'export const branchLabels = null;\nexport const dependsOn = null;';
    const downRevision = down === undefined ? 'null' : `'${down}'`;
    const source = `export const revision = '${id}';\nexport const downRevision = ${downRevision};\n${marks}\n`;
    writeFileSync(join(directory, folder, `${id}.ts`), source);
  }

  const open = (settings = {}) => cache.open(directory, settings);
  const heads = async (settings = {}) => (await open(settings)).graph.heads().map(({ id }) => id);
  /** Longer than the times of files are too coarse to be trusted. */
  const settled = () => sleep(150);

  it('gives the same repository as long as nothing has changed', async () => {
    await settled();
    const first = await open();
    expect(await open()).toBe(first);
    expect(await open({ truncateSlugLength: 10 })).not.toBe(first);
  });

  it('reads again when a revision is added, edited in place or removed, and when the settings change', async () => {
    await settled();
    expect(await heads()).toEqual(['a1']);
    write('b2', 'a1');
    expect(await heads()).toEqual(['b2']);
    await settled();
    write('c3', 'b2');
    await settled();
    expect(await heads()).toEqual(['c3']);
    write('c3', 'a1');
    expect(await heads()).toEqual(['b2', 'c3']);
    await settled();
    rmSync(join(directory, 'versions/c3.ts'));
    expect(await heads()).toEqual(['b2']);
    await settled();
    mkdirSync(join(directory, 'elsewhere'));
    write('d4', undefined, 'elsewhere');
    writeFileSync(join(directory, 'migrations.json'), JSON.stringify({ versionLocations: ['elsewhere'] }));
    expect(await heads()).toEqual(['d4']);
  });

  it('trusts no file that was just written, and no tree of directories', async () => {
    const first = await open();
    expect(await open()).not.toBe(first);
    await settled();
    const recursive = { recursiveVersionLocations: true };
    mkdirSync(join(directory, 'versions/later'));
    await settled();
    expect(await heads(recursive)).toEqual(['a1']);
    write('b2', 'a1', 'versions/later');
    expect(await heads(recursive)).toEqual(['b2']);
  });

  it('does not remember what could not be read', async () => {
    await settled();
    await open();
    writeFileSync(join(directory, 'versions/b2.ts'), 'export const revision = 1;');
    await expect(open()).rejects.toMatchObject({ code: 'INVALID_REVISION_FILE' });
    rmSync(join(directory, 'versions/b2.ts'));
    expect(await heads()).toEqual(['a1']);
  });
});
