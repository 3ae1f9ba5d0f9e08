import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'sucrase';

const source = `await op.dropTable('user')\n`;
let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'format of a project '));
});

afterEach(() => rm(project, { recursive: true }));

/** Formats in a Node process of its own, as `db migrate` does: Jest cannot load prettier, which imports itself in parts. */
async function formatted(text: string): Promise<string> {
  const { code } = transform(await readFile(join(__dirname, 'format.ts'), 'utf8'), {
    transforms: ['typescript', 'imports'],
  });
  const script = `${code}\nformatSource(${JSON.stringify(text)}, ${JSON.stringify(join(project, 'migrations/a b.ts'))})
    .then((text) => process.stdout.write(text));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: tmpdir() });
  return stdout;
}

/** Gives the project the real prettier. */
async function installPrettier(): Promise<void> {
  await mkdir(join(project, 'node_modules'));
  await symlink(dirname(require.resolve('prettier/package.json')), join(project, 'node_modules/prettier'));
}

it("formats with the project's prettier and its configuration", async () => {
  await installPrettier();
  await writeFile(join(project, '.prettierrc'), '{ "semi": false }');
  expect(await formatted(`await op.dropTable('user');`)).toBe(`await op.dropTable("user")\n`);
});

it('leaves the source alone where the project has no prettier', async () => {
  expect(await formatted(source)).toBe(source);
});

it('leaves the source alone where prettier fails', async () => {
  await installPrettier();
  await writeFile(join(project, '.prettierrc'), '{ "semi": ');
  expect(await formatted(source)).toBe(source);
  await rm(join(project, '.prettierrc'));
  expect(await formatted('await op.(')).toBe('await op.(');
});
