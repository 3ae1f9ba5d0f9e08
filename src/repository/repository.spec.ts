import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MigrateError } from '../errors/migrate.error.js';
import { openRepository } from './index.js';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'nestjs-migrate repository-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const source = (id: string, down: string | null = null): string =>
  `export const revision = '${id}';\nexport const downRevision = ${down === null ? 'null' : `'${down}'`};\n`;
const loaded = async (settings = {}): Promise<string[]> =>
  (await openRepository(directory, settings)).graph.revisions().map(({ id }) => id);

async function failure(settings = {}): Promise<MigrateError> {
  return openRepository(directory, settings).then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: MigrateError) => error,
  );
}

describe('opening a repository', () => {
  it('loads the files by name, whatever they are written in', async () => {
    write('versions/2_b.mts', source('b', 'a'));
    write('versions/1_a.ts', source('a'));
    write('versions/4_d.cjs', `exports.revision = 'd'; exports.downRevision = 'c';`);
    write('versions/3_c.js', source('c', 'b'));
    expect(await loaded()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('skips what is no revision: declarations, source maps, dotfiles, other files, sub-directories', async () => {
    write('versions/a.ts', source('a'));
    for (const name of ['a.d.ts', 'a.js.map', '.#a.ts', 'notes.md', 'old/b.ts']) write(`versions/${name}`, 'nonsense');
    expect(await loaded()).toEqual(['a']);
  });

  it('takes the TypeScript of a file and its compiled twin', async () => {
    write('versions/a.ts', source('a'));
    write('versions/a.js', source('old'));
    write('versions/b.mjs', source('b'));
    expect(await loaded()).toEqual(['a', 'b']);
  });

  it('searches several directories in order, and sub-directories when asked', async () => {
    write('migrations.json', '{ "versionLocations": ["second", "first"], "recursiveVersionLocations": true }');
    write('first/a.ts', source('a'));
    write('second/z.ts', source('z'));
    write('second/deep/b.ts', source('b', 'z'));
    expect(await loaded()).toEqual(['z', 'b', 'a']);
    expect(await loaded({ recursiveVersionLocations: false })).toEqual(['z', 'a']);
  });

  it.each(['..', '../elsewhere', 'versions/../../elsewhere', join(tmpdir(), 'elsewhere')])(
    'leaves it only where the application says so: %s',
    async (location) => {
      write('migrations.json', JSON.stringify({ versionLocations: ['versions', location] }));
      expect(await failure()).toMatchObject({
        code: 'INVALID_SETTINGS',
        message: `${join(directory, 'migrations.json')}: "versionLocations" leads out of the repository: "${location}"`,
      });
      write('versions/a.ts', source('a'));
      expect(await loaded({ versionLocations: ['versions', `${directory}/../elsewhere`] })).toEqual(['a']);
    },
  );

  it.each(['.', '..versions', './deep/../versions', 'versions/deep'])('takes %s, which is inside', async (location) => {
    write('migrations.json', JSON.stringify({ versionLocations: [location] }));
    write(join(location, 'a.ts'), source('a'));
    expect(await loaded()).toEqual(['a']);
  });

  it('warns of a directory that is reached twice', async () => {
    write('versions/a.ts', source('a'));
    symlinkSync(join(directory, 'versions'), join(directory, 'same'), 'dir');
    const { graph, warnings } = await openRepository(directory, { versionLocations: ['versions', 'same'] });
    expect(graph.size).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('same is reached twice')]);
  });

  it('is content with an empty versions directory, or none: git does not keep empty ones', async () => {
    write('migrations.json', '{}');
    expect(await loaded()).toEqual([]);
  });

  it('reports what is wrong in a file with its path and line', async () => {
    write('versions/a.ts', '\nexport const revision = 5;');
    expect((await failure()).message).toContain(`${join(directory, 'versions', 'a.ts')}:2`);
  });

  it('names both files of a duplicate id', async () => {
    write('versions/a.ts', source('a'));
    write('versions/copy.ts', source('a'));
    const { message } = await failure();
    expect(message).toContain(join('versions', 'a.ts'));
    expect(message).toContain(join('versions', 'copy.ts'));
  });

  it('says how to make a repository where there is none', async () => {
    expect(await failure()).toMatchObject({
      code: 'REPOSITORY_NOT_FOUND',
      hint: expect.stringContaining('db init') as string,
    });
    await expect(openRepository(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });
});

describe('the settings of a repository', () => {
  it('have defaults, are read from migrations.json, and give way to those of the application', async () => {
    write('migrations.json', '\uFEFF{ "truncateSlugLength": 10, "timezone": "UTC" }');
    const { settings } = await openRepository(directory, { truncateSlugLength: 20, fileTemplate: undefined });
    expect(settings).toMatchObject({ truncateSlugLength: 20, timezone: 'UTC', fileTemplate: '%(rev)s_%(slug)s' });
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['not an object', '[]', 'must be an object'],
    ['an unknown key', '{ "file_template": "x" }', 'no setting "file_template"'],
    ['a wrong type', '{ "truncateSlugLength": "40" }', '"truncateSlugLength" must be a whole number above 0, not "40"'],
    ['no location', '{ "versionLocations": [] }', '"versionLocations"'],
    ['an unknown time zone', '{ "timezone": "Mars/Olympus" }', '"timezone" must be the name of a time zone'],
    ['a hook without a command', '{ "postWriteHooks": [{ "name": "x" }] }', '"postWriteHooks"'],
    [
      'sub-directories that are not searched',
      '{ "fileTemplate": "%(year)d/%(rev)s" }',
      '"fileTemplate" makes sub-directories',
    ],
    ['a name that leads out', '{ "fileTemplate": "../%(rev)s" }', '"fileTemplate" leads out'],
  ])('are refused with file and key when they are %s', async (_what, text, expected) => {
    write('migrations.json', text);
    const error = await failure();
    expect(error.code).toBe('INVALID_SETTINGS');
    expect(error.message).toContain(join(directory, 'migrations.json'));
    expect(error.message).toContain(expected);
  });

  it('are checked where the application gives them, too', async () => {
    write('migrations.json', '{}');
    expect((await failure({ truncateSlugLength: -1 })).message).toContain(
      'The migration options: "truncateSlugLength"',
    );
    for (const fileTemplate of ['../../x', '%(year)d/../../%(rev)s', '/tmp/%(rev)s', '..\\x']) {
      const { message } = await failure({ fileTemplate });
      expect(message).toContain('The migration options: "fileTemplate" leads out of the versions directory: ');
    }
    expect((await failure({ fileTemplate: '%(year)d/%(rev)s' })).message).toContain(
      'The migration options: "fileTemplate" makes sub-directories',
    );
  });
});
