import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databases } from '../support/databases.js';
import { tableNames } from '../support/application.js';
import { useScene } from '../support/scene.js';

describe.each(databases)('a revision that does not end in time, on %s', (name, make) => {
  const scene = useScene(make);

  function write(id: string, down: string | null, body: string, downgrade = ''): void {
    mkdirSync(join(scene.directory, 'versions'), { recursive: true });
    writeFileSync(
      join(scene.directory, 'versions', `${id}.ts`),
      `export const revision = '${id}';\nexport const downRevision = ${JSON.stringify(down)};\n` +
        `export async function upgrade(op) { ${body} }\nexport async function downgrade(op) { ${downgrade} }\n`,
    );
  }

  const never = 'await new Promise(() => undefined);';
  const make_ = `await op.execute('CREATE TABLE shelf (id integer)');`;

  it.each([
    ['waits for nothing', `${make_} ${never}`],
    ['waits in a callback of its own', `${make_} await (async () => { ${never} })();`],
    ['waits outside the transaction', `await op.autocommit(async () => { ${never} });`],
    ['waits and has calls that it did not await', `void op.execute('CREATE TABLE shelf (id integer)'); ${never}`],
  ])('fails with its name, and is rolled back, when it %s', async (_what, body) => {
    write('a1', null, body);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await expect(migrations.upgrade()).rejects.toMatchObject({
          code: 'MIGRATION_FAILED',
          message: expect.stringMatching(/a1.*upgrade\(\) did not end within 300 ms/) as string,
          cause: expect.objectContaining({ code: 'REVISION_TIMEOUT' }) as Error,
        });
        expect(await tableNames(dataSource)).not.toContain('shelf');
        expect(await migrations.current()).toMatchObject([{ revisions: [] }]);
        write('a1', null, make_);
        await migrations.upgrade();
        expect(await tableNames(dataSource)).toContain('shelf');
      },
      { migrate: { revisionTimeout: '300' as unknown as number } },
    );
  });

  if (name === 'postgres')
    it.each([
      ['one statement', `await op.execute('SELECT pg_sleep(9)');`, 0],
      ['one statement of the query runner', `await op.queryRunner.query('SELECT pg_sleep(9)');`, 0],
      ['one statement outside the transaction', `await op.autocommit(() => op.execute('SELECT pg_sleep(9)'));`, 0],
      ['statements with a longer limit', `await op.execute('SELECT pg_sleep(9)');`, 60_000],
      ['many statements', `for (;;) await op.execute('SELECT pg_sleep(0.02)');`, 0],
      ['one that it catches the error of', `await op.execute('SELECT pg_sleep(9)').catch(() => undefined);`, 0],
    ])('names the option where it spends its time in %s', async (_what, body, statementTimeout) => {
      write('a1', null, body);
      await scene.inApplication(
        async (migrations) => {
          const error = await migrations.upgrade().catch((thrown: unknown) => thrown as Error & { hint?: string });
          expect(error).toMatchObject({ cause: { code: 'REVISION_TIMEOUT' } });
          const text = `${String(error)} ${'hint' in error ? String(error.hint) : ''}`;
          expect(text).toMatch(/did not end within 250 ms, the `revisionTimeout`/);
          expect(text).not.toMatch(/caught by the revision|statementTimeout/);
        },
        { migrate: { revisionTimeout: 250, statementTimeout } },
      );
    });

  it('fails on the way down too, and while its script is written', async () => {
    write('a1', null, make_, never);
    await scene.inApplication(
      async (migrations) => {
        await migrations.upgrade();
        await expect(migrations.downgrade()).rejects.toThrow('downgrade() did not end within 200 ms');
        await expect(migrations.downgrade('a1:base', { sql: true })).rejects.toThrow(
          'downgrade() did not end within 200 ms',
        );
      },
      { migrate: { revisionTimeout: 200 } },
    );
  });

  it('has all the time that it needs without the option', async () => {
    write('a1', null, `await new Promise((done) => setTimeout(done, 400)); ${make_}`);
    await scene.inApplication(async (migrations) => {
      await migrations.upgrade();
      expect(await migrations.status()).toMatchObject([{ current: ['a1'] }]);
    });
  });

  it.each([
    ['execute', `op.execute('CREATE TABLE late (id integer)')`],
    ['createTable', `op.createTable({ name: 'late', columns: [{ name: 'id', type: 'integer' }] })`],
    ['autocommit', `op.autocommit(() => op.execute('CREATE TABLE late (id integer)'))`],
    ['queryRunner', `op.queryRunner.query('CREATE TABLE late (id integer)')`],
    ['manager', `op.manager.query('CREATE TABLE late (id integer)')`],
  ])('is refused by name when it calls op.%s after it has returned', async (call, text) => {
    const key = `late ${call}`;
    write(
      'a1',
      null,
      `setTimeout(() => (async () => ${text})().catch((error) => { globalThis['${key}'] = error; }), 20);`,
    );
    write('b2', 'a1', 'await new Promise((done) => setTimeout(done, 200));');
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(Reflect.get(globalThis, key)).toMatchObject({
        code: 'REVISION_ENDED',
        message: expect.stringMatching(
          new RegExp(`^op\\.${call} of revision a1 .* was used after its upgrade\\(\\) had ended`),
        ) as string,
      });
      expect(await tableNames(dataSource)).not.toContain('late');
    });
  });
});
