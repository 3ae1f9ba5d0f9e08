import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import ts from 'typescript';
import type { MigrateError } from '../../errors/migrate.error.js';
import { readMetadata } from '../files/read-metadata.js';
import { loadRevision } from '../files/revision-module.js';
import { openRepository, type RepositorySettings, type Revision } from '../index.js';
import { createRepository, type RevisionRequest, writeMerge, writeRevision } from './index.js';

let root: string;
let directory: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'nestjs-migrate write-'));
  directory = join(root, 'migrations');
  await createRepository(directory);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = async (request: RevisionRequest = {}, settings: Partial<RepositorySettings> = {}): Promise<Revision> =>
  writeRevision(await openRepository(directory, settings), request);
const text = ({ path }: Revision): string => readFileSync(path ?? '', 'utf8');
const files = (): string[] => readdirSync(join(directory, 'versions'), { recursive: true }).map(String).sort();

async function failure(action: Promise<unknown>): Promise<MigrateError> {
  return action.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: MigrateError) => error,
  );
}

const tsc = (source: string, module: ts.ModuleKind): string =>
  ts.transpileModule(source, {
    compilerOptions: { module, target: ts.ScriptTarget.ES2022, removeComments: true },
  }).outputText;
const minified = (source: string, type: 'commonjs' | 'es6'): string =>
  transformSync(source, {
    minify: true,
    jsc: { parser: { syntax: 'typescript' }, minify: { format: { comments: 'some' } } },
    module: { type },
  }).code;

describe('a new revision', () => {
  it.each<[string, (source: string) => string]>([
    ['tsc with removeComments, to CommonJS', (source) => tsc(source, ts.ModuleKind.CommonJS)],
    ['tsc with removeComments, to an ES module', (source) => tsc(source, ts.ModuleKind.ES2022)],
    ['swc, minified, to CommonJS', (source) => minified(source, 'commonjs')],
    ['swc, minified, to an ES module', (source) => minified(source, 'es6')],
  ])('keeps its message and its id when it is compiled by %s', async (_compiler, compile) => {
    const revision = await write({ message: 'Add user: email & name\n\nAsked for by */ support' });
    const compiled = compile(text(revision));
    expect(compiled).not.toContain('Operations');
    const { id, message, doc } = readMetadata(compiled, 'compiled.js');
    expect({ id, message }).toEqual({ id: revision.id, message: 'Add user: email & name' });
    expect(doc).toBe(revision.doc);
  });

  it('revises the head, with the message in its name and comment', async () => {
    const first = await write({ message: 'Add user: email & name' });
    const second = await write({ message: 'Second' });
    expect(first.id).toMatch(/^[0-9a-f]{12}$/);
    expect(second).toMatchObject({ downRevisions: [first.id], message: 'Second' });
    expect(files()).toContain(`${first.id}_add_user_email_name.ts`);
    expect(text(first)).toMatch(
      /^\/\*!\n \* Add user: email & name\n \*\n \* Revision ID: \w+\n \* Revises: <base>\n \* Create Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n \*\/\n\nimport type/,
    );
  });

  it('is empty, and can be run, when nothing is asked of it', async () => {
    const revision = await write();
    expect(revision.message).toBe('empty message');
    expect(files()).toEqual([`${revision.id}_.ts`]);
    expect(text(revision)).toContain('export async function upgrade(op: Operations): Promise<void> {}\n');
    await expect(loadRevision(revision)).resolves.toMatchObject({ upgrade: expect.any(Function) as unknown });
  });

  it('has the bodies and imports it is given', async () => {
    const revision = await write({
      upgrade: "  await op.dropTable('a');\n  await op.dropTable('b');",
      imports: ["import { x } from 'x';"],
    });
    expect(text(revision)).toContain("nestjs-migrate';\nimport { x } from 'x';\n\nexport const revision");
    expect(text(revision)).toContain(
      "Promise<void> {\n  await op.dropTable('a');\n  await op.dropTable('b');\n}\n\nexport",
    );
  });

  it('has a function for each of several databases', async () => {
    const revision = await write({
      upgrade: { default: '  await op.execute(`a\n b`);', 'db-2': '', db2: '' },
      downgrade: {},
    });
    expect(text(revision)).toContain(
      "export const upgrade = {\n  default: upgradeDefault,\n  'db-2': upgradeDb2,\n  db2: upgradeDb2_2,\n};",
    );
    expect(text(revision)).toContain('  await op.execute(`a\n b`);\n}');
    const { upgrade } = await loadRevision(revision);
    expect(Object.keys(upgrade)).toEqual(['default', 'db-2', 'db2']);
  });

  it('survives any message', async () => {
    const message = 'It\'s "*/ done" \\ `${x}`\n\nsecond paragraph';
    const revision = await write({ message });
    expect(revision.message).toBe('It\'s "*/ done" \\ `${x}`');
    expect(revision.doc).toContain('second paragraph');
    await expect(loadRevision(revision)).resolves.toBeDefined();
  });

  it('carries labels and dependencies; a label stays a label, a prefix becomes the id', async () => {
    const net = await write({ branchLabel: 'net' });
    const revision = await write({ heads: ['base'], branchLabel: ['a', 'b'], dependsOn: ['net'] });
    const other = await write({ heads: ['base'], dependsOn: [net.id.slice(0, 6)] });
    expect(revision).toMatchObject({ downRevisions: [], branchLabels: ['a', 'b'], dependsOn: ['net'] });
    expect(other.dependsOn).toEqual([net.id]);
  });

  it('breaks a long list of heads over lines', async () => {
    for (let count = 0; count < 8; count++) await write({ heads: ['base'] });
    const merge = await writeMerge(await openRepository(directory), undefined);
    expect(merge.downRevisions).toHaveLength(8);
    expect(text(merge)).toMatch(/downRevision = \[\n {2}'\w+',\n/);
  });

  it('is laid out by the formatter it is given', async () => {
    const repository = await openRepository(directory);
    const revision = await writeRevision(repository, {}, (source) => source.replaceAll("'", '"'));
    expect(text(revision)).toContain(`export const revision = "${revision.id}";`);
  });

  it.each([
    ['an id of the target grammar', { revId: 'a-b' }, 'INVALID_REVISION_NAME', '"a-b"'],
    ['an id that is a symbol', { revId: 'head' }, 'INVALID_REVISION_NAME', '"head"'],
    ['an id that leads elsewhere', { revId: '../x' }, 'INVALID_REVISION_NAME', '"../x"'],
    ['an id that does not fit a row', { revId: 'x'.repeat(33) }, 'INVALID_REVISION_NAME', '32'],
    ['an id that exists', { revId: 'one', heads: ['base'] }, 'DUPLICATE_REVISION', '"one"'],
    ['a label that exists', { branchLabel: 'main', heads: ['base'] }, 'DUPLICATE_BRANCH_LABEL', '"main"'],
    ['a label of the target grammar', { branchLabel: 'a@b', heads: ['two'] }, 'INVALID_REVISION_NAME', '"a@b"'],
    ['several heads', {}, 'MULTIPLE_HEADS', '"two"'],
    ['a head twice', { heads: ['two', 'two'] }, 'DUPLICATE_HEADS', '"two"'],
    ['what is not a head', { heads: ['one'] }, 'NOT_A_HEAD', '"one"'],
    ['an unknown head', { heads: ['nope'] }, 'REVISION_NOT_FOUND', '"nope"'],
    ['an unknown dependency', { heads: ['two'], dependsOn: ['nope'] }, 'REVISION_NOT_FOUND', '"nope"'],
    ['a dependency on nothing', { heads: ['two'], dependsOn: ['base'] }, 'INVALID_TARGET', '"base"'],
    ['an unknown version path', { heads: ['two'], versionPath: 'elsewhere' }, 'INVALID_VERSION_PATH', '"elsewhere"'],
  ])('is refused for %s, and nothing is written', async (_what, request, code, expected) => {
    await write({ revId: 'one', branchLabel: 'main' });
    await write({ revId: 'two' });
    await write({ revId: 'three', heads: ['base'] });
    const before = files();
    const error = await failure(write(request));
    expect(error.code).toBe(code);
    expect(error.message).toContain(expected);
    expect(files()).toEqual(before);
  });

  it('opens a branch below the head with splice', async () => {
    await write({ revId: 'one' });
    await write({ revId: 'two' });
    expect(await write({ heads: ['one'], splice: true })).toMatchObject({ downRevisions: ['one'] });
  });
});

describe('where a new revision is written', () => {
  it('follows the file template', async () => {
    const settings = {
      fileTemplate: '%(year)d/%(month).2d/%(rev)s-%(slug)s%%',
      recursiveVersionLocations: true,
      timezone: 'UTC',
    };
    const { id } = await write({ message: 'x' }, settings);
    const now = new Date();
    const month = String(now.getUTCMonth() + 1).padStart(2, '0');
    expect(files()).toContain(join(String(now.getUTCFullYear()), month, `${id}-x%.ts`));
    expect((await openRepository(directory, settings)).graph.has(id)).toBe(true);
  });

  it.each([
    ['a very long message that has to be cut somewhere', 40, 'a_very_long_message_that_has_to_be_cut_'],
    ['Ünïcode & 42 signs!', 40, 'ünïcode_42_signs'],
    ['unbreakable', 5, 'unbre_'],
  ])('shortens the slug of %p to %i', async (message, truncateSlugLength, slug) => {
    const { id } = await write({ message }, { truncateSlugLength });
    expect(files()).toEqual([`${id}_${slug}.ts`]);
  });

  it('is the location of the head where there are several', async () => {
    const settings = { versionLocations: ['versions', 'more'] };
    expect(await failure(write({}, settings))).toMatchObject({
      code: 'INVALID_VERSION_PATH',
      hint: expect.stringContaining('--version-path') as string,
    });
    const first = await write({ versionPath: 'more' }, settings);
    const second = await write({}, settings);
    expect([first.path, second.path].every((path) => path?.startsWith(join(directory, 'more')))).toBe(true);
  });

  it.each([
    ['an unknown token', '%(rev)s_%(nope)s', '%(nope)s'],
    ['a way out of the directory', '../%(rev)s', 'leads out'],
  ])('is refused with %s', async (_what, fileTemplate, expected) => {
    const error = await failure(write({}, { fileTemplate, recursiveVersionLocations: true }));
    expect(error).toMatchObject({ code: 'INVALID_SETTINGS', message: expect.stringContaining(expected) as string });
  });

  it('is never a file that exists', async () => {
    await write({ message: 'x' }, { fileTemplate: '%(slug)s' });
    expect((await failure(write({ message: 'x' }, { fileTemplate: '%(slug)s' }))).code).toBe('REVISION_FILE_EXISTS');
  });

  it('shows the time zone in the create date', async () => {
    expect(text(await write({}, { timezone: 'Asia/Kolkata' }))).toMatch(/Create Date: .*\+05:30\n/);
    expect(text(await write({}, { timezone: 'UTC' }))).toMatch(/Create Date: .*\+00:00\n/);
  });
});

describe("the repository's own template", () => {
  it.each([
    ['wrong JavaScript', '/** x */\n<% for (const a of ) { %>\n<%= it.revision %>', 2, 'Unexpected token'],
    ['a value that is not there', '/** x */\n\n<%= it.nope.more %>', 3, 'Cannot read properties of undefined'],
    ['a tag without an end', 'a\n<%= it.revision', 2, 'unclosed tag'],
    ['no revision', '// nothing', undefined, 'does not export a `revision`'],
    [
      'no down revision',
      "export const revision = '<%= it.revision %>';",
      undefined,
      'says downRevision [] instead of [one]',
    ],
  ])('is named with its line when it has %s, and nothing is written', async (_what, template, line, expected) => {
    await write({ revId: 'one' });
    writeFileSync(join(directory, 'script.ts.eta'), template);
    const error = await failure(write());
    expect(error.code).toBe('TEMPLATE_FAILED');
    expect(error.message).toContain(`script.ts.eta${line === undefined ? '' : `:${line}`}: `);
    expect(error.message).toContain(expected);
    expect(files()).toEqual(['one_.ts']);
  });

  it('may be deleted: the stock one is used then', async () => {
    rmSync(join(directory, 'script.ts.eta'));
    expect(text(await write())).toContain('Revision ID');
  });
});

describe('post-write hooks', () => {
  const hook = (script: string) => ({
    name: 'stamp',
    command: process.execPath,
    args: ['-e', script, 'REVISION_SCRIPT_FILENAME'],
  });

  it('may change the file', async () => {
    const revision = await write(
      {},
      { postWriteHooks: [hook('require("fs").appendFileSync(process.argv[1], "// hooked\\n")')] },
    );
    expect(text(revision)).toMatch(/\/\/ hooked\n$/);
  });

  it('that fail are reported with name, status and output; the file stays', async () => {
    const error = await failure(
      write({ revId: 'one' }, { postWriteHooks: [hook('console.error("no way"); process.exit(3)')] }),
    );
    expect(error).toMatchObject({ code: 'POST_WRITE_HOOK_FAILED', hook: 'stamp', status: 3, output: 'no way' });
    expect(error.message).toContain('"stamp" exited with 3');
    expect(files()).toEqual(['one_.ts']);
  });

  it('that do not exist are reported', async () => {
    const error = await failure(write({}, { postWriteHooks: [{ name: 'ghost', command: 'no-such-program-here' }] }));
    expect(error).toMatchObject({ code: 'POST_WRITE_HOOK_FAILED', status: null });
  });

  it('that remove the metadata are reported', async () => {
    const error = await failure(
      write(
        {},
        { postWriteHooks: [hook('require("fs").writeFileSync(process.argv[1], "export const revision = \'x\';")')] },
      ),
    );
    expect(error).toMatchObject({ code: 'INVALID_REVISION_FILE', message: expect.stringContaining('hooks') as string });
  });
});

describe('merging', () => {
  it('joins all heads, or those that are named, in their order', async () => {
    for (const revId of ['a', 'b', 'c']) await write({ revId, heads: ['base'] });
    const two = await writeMerge(await openRepository(directory), ['c', 'a'], { message: 'join' });
    expect(two.downRevisions).toEqual(['c', 'a']);
    const all = await writeMerge(await openRepository(directory), []);
    expect([...all.downRevisions].sort()).toEqual(['b', two.id].sort());
    expect((await openRepository(directory)).graph.heads().map(({ id }) => id)).toEqual([all.id]);
  });

  it('says when there is nothing to merge', async () => {
    expect((await failure(writeMerge(await openRepository(directory), undefined))).code).toBe('NOTHING_TO_MERGE');
    await write({ revId: 'one' });
    expect((await failure(writeMerge(await openRepository(directory), undefined))).message).toContain(
      '"one" is the only head',
    );
  });
});

it('what is written is what prettier would write', async () => {
  await write({ message: "it's", branchLabel: "it's", upgrade: "  await op.dropTable('a');" });
  await write({ upgrade: { default: "  await op.dropTable('a');", 'db-2': '' }, downgrade: {}, dependsOn: ["it's"] });
  await write({ heads: ['base'] });
  const several = join(root, 'several');
  await createRepository(several, { multidb: true });
  const prettier = require.resolve('prettier/bin/prettier.cjs');
  const style = ['--no-config', '--print-width', '120', '--single-quote', '--trailing-comma', 'all'];
  const { stdout, stderr } = spawnSync(process.execPath, [prettier, ...style, '--list-different', directory, several]);
  expect(`${stdout}${stderr}`).toBe('');
});
