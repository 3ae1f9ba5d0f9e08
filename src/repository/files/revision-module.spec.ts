import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InvalidRevisionFileError } from '../../errors/repository-files.errors.js';
import type { Revision } from '../revision.js';
import { loadRevision, type RevisionFunction } from './revision-module.js';

const directory = mkdtempSync(join(tmpdir(), 'nestjs-migrate module with spaces-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, source: string): Revision {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  return { id: 'a', downRevisions: [], dependsOn: [], branchLabels: [], message: '', doc: '', path };
}

async function failure(revision: Revision): Promise<InvalidRevisionFileError> {
  const outcome: unknown = await loadRevision(revision).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code: 'INVALID_REVISION_FILE' });
  return outcome as InvalidRevisionFileError;
}

const typed = `import type { Operations } from 'nestjs-migrate';
interface Row { id: number }
export const revision = 'a';
export async function upgrade(op: Operations): Promise<void> {
  const rows: Row[] = [{ id: 1 }];
  await (op as any)(rows satisfies Row[]);
}
export async function downgrade(_op: Operations): Promise<void> {}
`;

describe('running a revision file', () => {
  it.each([
    ['TypeScript', 'a.ts', typed],
    ['TypeScript with Windows line ends and a byte order mark', 'b.ts', `\uFEFF${typed.replaceAll('\n', '\r\n')}`],
    ['TypeScript for ESM', 'c.mts', typed],
    ['TypeScript for CommonJS', 'd.cts', typed],
    [
      'JavaScript modules',
      'e.js',
      'export async function upgrade(op) { await op([{ id: 1 }]); }\nexport const downgrade = () => {};',
    ],
    [
      'JavaScript for ESM',
      'f.mjs',
      'const upgrade = (op) => op([{ id: 1 }]);\nexport { upgrade, upgrade as downgrade };',
    ],
    ['CommonJS', 'g.js', 'exports.upgrade = async (op) => op([{ id: 1 }]);\nexports.downgrade = () => {};'],
    ['CommonJS with module.exports', 'h.cjs', 'module.exports = { upgrade: (op) => op([{ id: 1 }]), downgrade() {} };'],
    ['a default export', 'i.ts', 'export default { upgrade: (op: any) => op([{ id: 1 }]), downgrade() {} };'],
  ])('works for %s', async (_what, name, source) => {
    const { upgrade, downgrade } = await loadRevision(file(name, source));
    const seen: unknown[] = [];
    await (upgrade as RevisionFunction)((rows: unknown) => seen.push(rows));
    expect(seen).toEqual([[{ id: 1 }]]);
    expect(typeof downgrade).toBe('function');
  });

  it('gives the functions of several databases by name', async () => {
    const { upgrade, downgrade } = await loadRevision(
      file(
        'several.ts',
        `export const upgrade = { default: () => {}, 'db-2': () => {} };\nexport const downgrade = {};`,
      ),
    );
    expect(Object.keys(upgrade)).toEqual(['default', 'db-2']);
    expect(downgrade).toEqual({});
  });

  it('lets it import modules, of the project and of the system', async () => {
    file('lib/helper.cjs', 'exports.answer = 42;');
    const { upgrade } = await loadRevision(
      file(
        'imports.ts',
        `import { join } from 'node:path';\nimport { answer } from './lib/helper.cjs';\nexport const upgrade = async () => { const { sep } = await import('node:path'); throw new Error(join('a', 'b') + answer + sep); };\nexport function downgrade() {}`,
      ),
    );
    await expect((upgrade as RevisionFunction)(undefined)).rejects.toThrow(join('a', 'b') + 42);
  });

  it('keeps the lines of stack traces, in the file itself', async () => {
    const revision = file(
      'stack.ts',
      `${typed.split('\n').slice(0, 3).join('\n')}
export async function upgrade(): Promise<void> {
  throw new Error('here');
}
export async function downgrade(): Promise<void> {}`,
    );
    const { upgrade } = await loadRevision(revision);
    const error: Error = await (async () => (upgrade as RevisionFunction)(undefined))().then(
      () => new Error('nothing was thrown'),
      (caught: Error) => caught,
    );
    expect(error.stack).toContain(`${pathToFileURL(revision.path ?? '').href}:5:`);
  });

  it('makes values that drivers recognise', async () => {
    const { upgrade } = await loadRevision(
      file('date.ts', 'export const upgrade = (op: any) => op(new Date());\nexport function downgrade() {}'),
    );
    let value: unknown;
    await (upgrade as RevisionFunction)((date: unknown) => (value = date));
    expect(value instanceof Date).toBe(true);
  });

  it('reads the file again each time', async () => {
    const first = await loadRevision(
      file('again.ts', 'export const upgrade = { one: () => {} };\nexport const downgrade = {};'),
    );
    const second = await loadRevision(
      file('again.ts', 'export const upgrade = { two: () => {} };\nexport const downgrade = {};'),
    );
    expect([Object.keys(first.upgrade), Object.keys(second.upgrade)]).toEqual([['one'], ['two']]);
  });
});

describe('a revision file that cannot be run', () => {
  it('is refused with line and column where it does not parse', async () => {
    const error = await failure(file('syntax.ts', 'export const revision = "a";\n\nexport function upgrade( {\n'));
    expect(error.line).toBeGreaterThanOrEqual(3);
    expect(error.column).toBeGreaterThan(0);
    expect(error.message).toContain(`syntax.ts:${error.line}:${error.column}: `);
  });

  it('is refused where its types cannot be erased', async () => {
    const error = await failure(file('meta.ts', 'export const url = import.meta.url;'));
    expect(error.message).toContain('import.meta');
    expect(error.hint).toContain('types can be erased');
  });

  it('is refused with the error that it throws while it is loaded', async () => {
    const error = await failure(file('throws.ts', 'throw new TypeError("too early");'));
    expect(error.message).toContain('failed while it was loaded: too early');
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((await failure(file('missing.ts', "import { a } from 'no-such-package';\na();"))).message).toContain(
      'no-such-package',
    );
  });

  it.each([
    ['upgrade is missing', 'export function downgrade() {}', 'does not export `upgrade`'],
    ['downgrade is missing', 'export function upgrade() {}', 'does not export `downgrade`'],
    [
      'upgrade is no function',
      'export const upgrade = 5;\nexport function downgrade() {}',
      '`upgrade` is not a function',
    ],
    [
      'one of several is no function',
      'export const upgrade = { x: 1 };\nexport const downgrade = {};',
      'for the data source "x"',
    ],
  ])('is refused where %s', async (_what, source, text) => {
    expect((await failure(file('functions.ts', source))).message).toContain(text);
  });

  it('is refused where there is no file', async () => {
    const { path: _path, ...inMemory } = file('gone.ts', '');
    expect((await failure(inMemory)).message).toContain('has no file');
    expect((await failure({ ...inMemory, path: join(directory, 'nowhere.ts') })).message).toContain('cannot be read');
  });
});
