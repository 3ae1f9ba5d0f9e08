import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrateError } from '../../errors/migrate.error.js';
import { openRepository } from '../index.js';
import { createRepository, listTemplates } from './index.js';

let root: string;
let directory: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'nestjs-migrate write-'));
  directory = join(root, 'migrations');
  await createRepository(directory);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function failure(action: Promise<unknown>): Promise<MigrateError> {
  return action.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: MigrateError) => error,
  );
}

/** A folder that exists, and that nobody but root may write. */
function forbidden(): string {
  const folder = join(root, 'forbidden');
  mkdirSync(folder, { mode: 0o555 });
  chmodSync(root, 0o755);
  return folder;
}

/** A link that leads to itself. */
function circle(): string {
  symlinkSync('circle', join(root, 'circle'));
  return join(root, 'circle');
}

/** Root may write everywhere. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.();
  if (user !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a new repository', () => {
  it('has everything it needs, and no more', async () => {
    expect(readdirSync(directory).sort()).toEqual([
      'README',
      'migrations.json',
      'script.ts.eta',
      'tsconfig.json',
      'versions',
    ]);
    expect((await openRepository(directory)).settings.fileTemplate).toBe('%(rev)s_%(slug)s');
  });

  it('is made in an empty directory, and refused in another', async () => {
    const error = await failure(createRepository(directory));
    expect(error).toMatchObject({ code: 'DIRECTORY_NOT_EMPTY' });
    expect(error.message).toContain(directory);
  });

  it('is made from a template of the package or a directory', async () => {
    expect(listTemplates().map(({ name }) => name)).toEqual(['default', 'multidb']);
    await createRepository(join(root, 'several'), { multidb: true });
    expect(readFileSync(join(root, 'several', 'README'), 'utf8')).toContain('several databases');
    writeFileSync(join(directory, 'script.ts.eta'), '// mine');
    const { files: made } = await createRepository(join(root, 'own'), { template: directory });
    expect(made).toContain(join(root, 'own', 'script.ts.eta'));
    expect(readFileSync(join(root, 'own', 'script.ts.eta'), 'utf8')).toBe('// mine');
  });

  it.each<[string, () => string, string]>([
    ['below a file', () => join(directory, 'README', 'deep', 'migrations'), 'ENOTDIR'],
    ['with too long a name', () => join(root, 'new', 'm'.repeat(300)), 'ENAMETOOLONG'],
    ['in a folder that this user may not write', () => join(forbidden(), 'new', 'migrations'), 'EACCES'],
    ['in an empty folder that this user may not write', () => forbidden(), 'EACCES'],
    ['below links in a circle', () => join(circle(), 'migrations'), 'ELOOP'],
  ])('%s is an error that names it and says why, and leaves nothing', async (_what, place, reason) => {
    const target = place();
    const before = readdirSync(root);
    const make = (): Promise<MigrateError> => failure(createRepository(target));
    const error = await (reason === 'EACCES' ? asOrdinaryUser(make) : make());
    expect(error).toMatchObject({ code: 'REPOSITORY_NOT_WRITTEN', directory: target });
    expect(error.message).toContain(target);
    expect(error.message).toContain(`(${reason})`);
    expect(error.hint).toContain('Nothing was written');
    expect(readdirSync(root)).toEqual(before);
  });

  it.each([
    ['a new folder', false],
    ['an empty folder', true],
  ])('that cannot be written to its end leaves nothing in %s', async (_what, isThere) => {
    const target = join(root, 'deep', 'own');
    const template = mkdtempSync(join(tmpdir(), 'template-'));
    for (const name of ['versions', 'script.ts.eta', 'a-first']) writeFileSync(join(template, name), '');
    if (isThere) mkdirSync(target, { recursive: true });
    const error = await failure(createRepository(target, { template }));
    expect(error).toMatchObject({ code: 'REPOSITORY_NOT_WRITTEN', path: join(target, 'versions') });
    expect(existsSync(target)).toBe(isThere);
    expect(isThere ? readdirSync(target) : existsSync(join(root, 'deep'))).toEqual(isThere ? [] : false);
    rmSync(template, { recursive: true });
  });

  it('needs a template that exists', async () => {
    expect((await failure(createRepository(join(root, 'x'), { template: 'nope' }))).hint).toContain('default, multidb');
    expect((await failure(createRepository(join(root, 'x'), { template: './nope' }))).code).toBe('TEMPLATE_NOT_FOUND');
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});
