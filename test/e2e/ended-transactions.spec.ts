import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { createMysqlDatabase, databases } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { useScene } from '../support/scene.js';

describe.each(databases)('a revision that commits the transaction of its run on %s', (name, make) => {
  const scene = useScene(make);
  const write = (id: string, down: string | null, upgrade: string): void =>
    writeFileSync(
      join(scene.directory, 'versions', `${id}.ts`),
      `export const revision = '${id}';
       export const downRevision = ${JSON.stringify(down)};
       export async function upgrade(op) { ${upgrade} }
       export async function downgrade(op) {}`,
    );
  const insert = (id: number): string => `await op.execute('INSERT INTO book (id) VALUES (${id})');`;
  const idsIn = async (dataSource: DataSource): Promise<readonly number[]> =>
    (await dataSource.query('SELECT id FROM book ORDER BY id')).map(({ id }: { readonly id: number }) => id);

  const at = (work: (migrations: MigrationService, dataSource: DataSource) => Promise<void>): Promise<void> =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        write('a', null, `await op.execute('CREATE TABLE book (id integer)');`);
        await work(migrations, dataSource);
      },
      { entities: [] },
    );

  it.each([
    [
      'and begins another by its query runner',
      `await op.queryRunner.query('COMMIT'); await op.queryRunner.query('BEGIN');`,
    ],
    ['and begins another by op.execute', `await op.execute('COMMIT'); await op.execute('BEGIN');`],
    ['and chains another', name === 'postgres' ? `await op.execute('COMMIT AND CHAIN');` : `await op.execute('END');`],
    ['in its own spelling', `await op.execute('/* now */ commit;');`],
    ["by TypeORM's commitTransaction", `await op.queryRunner.commitTransaction();`],
    ...(name === 'postgres' ? [['in one text', `await op.execute('COMMIT; BEGIN');`]] : []),
  ])('says so, and keeps what it has committed: %s', async (_what, commit) => {
    await at(async (migrations, dataSource) => {
      write('b', 'a', `${insert(1)} ${commit} ${insert(2)}`);
      await expect(migrations.upgrade()).rejects.toMatchObject({
        code: 'TRANSACTION_ENDED',
        message: expect.stringContaining('Revision b '),
        hint: expect.stringContaining('What was committed that way cannot be rolled back'),
        current: ['a'],
      });
      expect(await idsIn(dataSource)).toEqual([1]);
      const [last] = await migrations.log({ limit: 1 });
      expect(last).toMatchObject({ revision: 'b', statements: 1, error: expect.stringContaining('ended the run') });
      expect((await migrations.verify())[0]?.findings).toMatchObject([{ kind: 'unfinished-step', revision: 'b' }]);
      await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
      expect(await idsIn(dataSource)).toEqual([1]);
      write('b', 'a', `${insert(1)} ${insert(2)}`);
      await migrations.upgrade();
      expect(await idsIn(dataSource)).toEqual([1, 2]);
      expect((await migrations.verify())[0]?.findings).toEqual([]);
    });
  });

  it('says so where that is its last statement, and where it catches all errors', async () => {
    await at(async (migrations, dataSource) => {
      const text = name === 'postgres' ? `await op.execute('COMMIT; BEGIN');` : `await op.execute('COMMIT');`;
      write(
        'b',
        'a',
        `${insert(1)} ${text} await op.execute('INSERT INTO book (id) VALUES (2)').catch(() => undefined);`,
      );
      await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
      write('b', 'a', `${insert(1)} ${text}`);
      await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
      expect(await idsIn(dataSource)).toEqual([1]);
    });
  });

  it('keeps nothing where it rolls back', async () => {
    await at(async (migrations, dataSource) => {
      write('b', 'a', `${insert(1)} await op.execute('ROLLBACK'); ${insert(2)}`);
      await migrations.upgrade('a');
      await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'TRANSACTION_ENDED', current: ['a'] });
      expect(await idsIn(dataSource)).toEqual([]);
      expect((await migrations.log({ limit: 1 }))[0]).toMatchObject({ revision: 'b', statements: 0 });
      expect((await migrations.verify())[0]?.findings).toEqual([]);
    });
  });

  if (name === 'postgres')
    it('sends no text that commits in its middle', async () => {
      await at(async (migrations, dataSource) => {
        write('b', 'a', `await op.execute('INSERT INTO book (id) VALUES (1); COMMIT; BEGIN');`);
        await migrations.upgrade('a');
        await expect(migrations.upgrade()).rejects.toThrow(/has a COMMIT among other statements, and was not sent/);
        expect(await idsIn(dataSource)).toEqual([]);
        const block = `CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT 1; END; SELECT 'commit; end'`;
        write('b', 'a', `await op.execute(${JSON.stringify(block)});`);
        await migrations.upgrade();
      });
    });
});

describeOnMysql('a revision that commits on mysql', () => {
  const scene = useScene(() => createMysqlDatabase());

  it('goes on in another transaction, and the next run behind what is committed', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const write = (end: string): void =>
          writeFileSync(
            join(scene.directory, 'versions', 'a.ts'),
            `export const revision = 'a';
             export const downRevision = null;
             export async function upgrade(op) {
               await op.execute('CREATE TABLE book (id integer)');
               await op.execute('INSERT INTO book (id) VALUES (1)');
               await op.queryRunner.query('COMMIT');
               await op.queryRunner.query('BEGIN');
               await op.execute('INSERT INTO book (id) VALUES (2)');
               ${end}
             }
             export async function downgrade(op) {}`,
          );
        write(`throw new Error('late');`);
        await expect(migrations.upgrade()).rejects.toMatchObject({ failure: { keptStatements: 2 } });
        expect((await migrations.log({ limit: 1 }))[0]).toMatchObject({ revision: 'a', statements: 2 });
        expect((await migrations.verify())[0]?.findings).toMatchObject([{ kind: 'unfinished-step', revision: 'a' }]);
        write('');
        await migrations.upgrade();
        expect(await dataSource.query('SELECT id FROM book ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
      },
      { entities: [] },
    );
  });
});
