import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

/** What cannot be seen, or ends a line. */
const UNSEEN = [
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\t',
  '\x1b[31m',
  '\x07',
  '\x7f',
  '\x85',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
];
/** What one reader or another takes for the end of a line. */
const ENDS_OF_LINES = /[\r\n\u2028\u2029\u0085\v\f]/;
/** Behind the end of a line it would be a statement. */
const STATEMENT = 'DROP TABLE victim;';

describe.each(databases)('names that a revision cannot have, on %s', (_, make) => {
  const scene = useScene(make);

  function write(name: string, lines: Readonly<Record<string, unknown>>, doc = ''): void {
    mkdirSync(join(scene.directory, 'versions'), { recursive: true });
    const constants = Object.entries(lines).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};\n`);
    writeFileSync(
      join(scene.directory, 'versions', name),
      `${doc}${constants.join('')}export async function upgrade() {}\nexport async function downgrade() {}\n`,
    );
  }

  it.each(UNSEEN)('an id of a file with %j is refused by every command, before anything runs', async (sign) => {
    write('a1.ts', { revision: `a1${sign}${STATEMENT}`, downRevision: null });
    await scene.inApplication(async (migrations, dataSource) => {
      const refused = {
        code: 'INVALID_REVISION_NAME',
        message: expect.stringMatching(
          /^The revision id of .*a1\.ts has a character that cannot be seen: "a1\\.*$/,
        ) as string,
      };
      await expect(migrations.upgrade('head', { sql: true })).rejects.toMatchObject(refused);
      await expect(migrations.stamp('head', { sql: true })).rejects.toMatchObject(refused);
      await expect(migrations.upgrade()).rejects.toMatchObject(refused);
      await expect(migrations.heads()).rejects.toMatchObject(refused);
      expect(await dataSource.createQueryRunner().hasTable('migrate_version')).toBe(false);
    });
  });

  it.each(UNSEEN)('a label with %j is refused, in a file and as a new one', async (sign) => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await expect(migrations.revision({ branchLabel: `a${sign}b` })).rejects.toMatchObject({
        code: 'INVALID_REVISION_NAME',
      });
      expect(readdirSync(join(scene.directory, 'versions'))).toEqual([]);
      write('a1.ts', { revision: 'a1', downRevision: null, branchLabels: [`a${sign}${STATEMENT}`] });
      await expect(migrations.upgrade('heads', { sql: true })).rejects.toMatchObject({ code: 'INVALID_REVISION_NAME' });
    });
  });

  it.each([...UNSEEN, ';', ' ', '/', '\ud800'])('a new id with %j is refused, and nothing is written', async (sign) => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await expect(migrations.revision({ revId: `a${sign}b` })).rejects.toMatchObject({
        code: 'INVALID_REVISION_NAME',
      });
      expect(readdirSync(join(scene.directory, 'versions'))).toEqual([]);
    });
  });

  it.each(['x'.repeat(33), 'é'.repeat(33), '𝒳'.repeat(33), 'a'.repeat(5_000)])(
    'an id of more than 32 characters is refused before anything runs: %s',
    async (id) => {
      write('a1.ts', { revision: 'a1', downRevision: null });
      await scene.inApplication(async (migrations, dataSource) => {
        await expect(migrations.revision({ revId: id })).rejects.toMatchObject({ code: 'INVALID_REVISION_NAME' });
        await expect(migrations.stamp(id)).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' });
        write('b2.ts', { revision: id, downRevision: 'a1' });
        for (const target of ['head', id.slice(0, 20)]) {
          await expect(migrations.upgrade(target)).rejects.toMatchObject({ code: 'INVALID_REVISION_NAME' });
          await expect(migrations.stamp(target)).rejects.toMatchObject({
            code: 'INVALID_REVISION_NAME',
            message: expect.stringMatching(/b2\.ts has \d+ characters: the version table holds 32$/) as string,
          });
        }
        expect(await dataSource.createQueryRunner().hasTable('migrate_version')).toBe(false);
      });
    },
  );

  it.each(['x'.repeat(32), '𝒳'.repeat(32)])('an id of 32 characters is stored whole: %s', async (id) => {
    write('a1.ts', { revision: id, downRevision: null });
    await scene.inApplication(async (migrations) => {
      await migrations.upgrade();
      expect((await migrations.status()).map(({ current }) => current)).toEqual([[id]]);
    });
  });

  it('a message never leaves the comments of a script', async () => {
    const message = `first\\u2028${STATEMENT}\r${STATEMENT}\x0b${STATEMENT}\x85${STATEMENT}`;
    write('a1.ts', { revision: 'a1', downRevision: null }, `/** ${message} */\n`);
    await scene.inApplication(async (migrations) => {
      const [result] = await migrations.upgrade('head', { sql: true });
      const lines = (result?.sql ?? '').split(ENDS_OF_LINES);
      expect(lines.filter((line) => line.includes('victim') && !line.startsWith('--'))).toEqual([]);
      expect(lines.some((line) => line.startsWith('-- Running upgrade'))).toBe(true);
    });
  });
});
