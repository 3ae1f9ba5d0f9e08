import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it('needs a template that exists', async () => {
    expect((await failure(createRepository(join(root, 'x'), { template: 'nope' }))).hint).toContain('default, multidb');
    expect((await failure(createRepository(join(root, 'x'), { template: './nope' }))).code).toBe('TEMPLATE_NOT_FOUND');
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});
