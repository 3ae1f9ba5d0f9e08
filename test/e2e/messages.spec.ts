import { EntitySchema } from 'typeorm';
import { type MigrateConfig, provideConfigureHook } from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { nestCmd, useRepository } from './cli.workspace.js';

describe('what nest-cmd prints where there is nothing to do', () => {
  const made = useRepository();

  beforeAll(async () => {
    for (const id of ['aaaa1111', 'bbbb2222']) await nestCmd(made.app, ['db', 'revision', '--rev-id', id, '-m', id]);
  });

  it('names where the database is, on stderr', async () => {
    expect(await nestCmd(made.app, ['db', 'current'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('INFO  Data source "default" is at base: no revision is applied.'),
    });
    await nestCmd(made.app, ['db', 'upgrade']);
    const printed = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await nestCmd(made.app, ['db', ...args]);
      expect({ args, code, stdout }).toEqual({ args, code: 0, stdout: '' });
      return stderr;
    };
    expect(await printed('upgrade')).toContain('INFO  Already at head: bbbb2222');
    expect(await printed('upgrade', 'heads')).toContain('INFO  Already at heads: bbbb2222');
    expect(await printed('upgrade', 'aaaa')).toContain('INFO  Already at aaaa or above: bbbb2222');
    expect(await printed('downgrade', 'bbbb')).toContain('INFO  Already at bbbb: bbbb2222');
    expect(await printed('stamp')).toContain('INFO  Already at head: bbbb2222');
    expect(await printed('downgrade', 'base')).not.toContain('Already');
    expect(await printed('downgrade', 'base')).toContain('INFO  Already at base: <base>');
  });
});

describe('what nest-cmd prints where there is nothing to show', () => {
  const made = useRepository();

  it.each([
    [['history'], 'INFO  There are no revisions to list.'],
    [['branches'], 'INFO  The history has no branch points.'],
    [['show', 'base'], 'INFO  "base" stands for no revision.'],
  ])('%p', async (args, message) => {
    const { code, stdout, stderr } = await nestCmd(made.app, ['db', ...args]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('names the command group that was called', async () => {
    const esm = made.workspace.add('esm');
    await nestCmd(esm, ['books', 'init']);
    const { stderr } = await nestCmd(esm, ['books', 'show', 'nowhere']);
    expect(stderr).toContain('See `npx nest-cmd books history`');
    const json = await nestCmd(esm, ['books', 'show', 'nowhere', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { hint: expect.stringContaining('`npx nest-cmd books history`') as string },
    });
  });
});

describe('messages', () => {
  const note = new EntitySchema({ name: 'note', columns: { id: { type: 'integer', primary: true } } });
  const scene = useScene(createSqliteDatabase);

  it.each([
    ['aaaa+1', 'There is no revision after "aaaa"'],
    ['aaaa+3', 'There are fewer than 3 revisions after "aaaa"'],
    ['+2', 'There are fewer than 2 revisions after where the database is'],
  ])('count revisions as people do: upgrade %s', async (target, message) => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await migrations.revision({ revId: 'aaaa' });
      await expect(migrations.upgrade(target)).rejects.toMatchObject({ code: 'INVALID_TARGET', message });
    });
  });

  it('count revisions as people do: downgrade', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await migrations.revision({ revId: 'aaaa' });
      await expect(migrations.downgrade('-1')).rejects.toMatchObject({
        message: 'There is no revision before where the database is',
      });
      await migrations.upgrade();
      await expect(migrations.downgrade('-2')).rejects.toMatchObject({
        message: 'There are fewer than 2 revisions before where the database is',
      });
    });
  });

  it('name the file that has the id of a new revision', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      const [written] = await migrations.revision({ revId: 'aaaa' });
      await expect(migrations.revision({ revId: 'aaaa' })).rejects.toMatchObject({
        code: 'DUPLICATE_REVISION',
        message: `There is a revision "aaaa" already: in ${written?.path}`,
        hint: expect.stringContaining('another id') as string,
      });
    });
  });

  it('refuse a label or an id that is taken already', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await migrations.revision({ revId: 'aaaa', branchLabel: 'alpha' });
      await expect(migrations.revision({ revId: 'bbbb', branchLabel: 'alpha' })).rejects.toMatchObject({
        code: 'DUPLICATE_BRANCH_LABEL',
        message: 'The new revision cannot have the branch label "alpha", which is already used by revision "aaaa"',
        hint: 'Give it another label, or none.',
      });
      await expect(migrations.revision({ branchLabel: 'aaaa' })).rejects.toMatchObject({
        message: 'The new revision cannot have the branch label "aaaa", which is the id of a revision',
      });
      await expect(migrations.revision({ revId: 'alpha' })).rejects.toMatchObject({
        message: 'The new revision cannot have the id "alpha", which is a branch label of revision "aaaa"',
      });
    });
  });

  it('name a configure hook once, or say that it has no name', async () => {
    const fail = (): never => {
      throw new Error('no tenant');
    };
    function tenant(_config: MigrateConfig): never {
      return fail();
    }
    const failures: string[] = [];
    for (const hook of [{ useFactory: () => fail }, (_config: MigrateConfig): never => fail(), tenant]) {
      await scene
        .inApplication((migrations) => migrations.heads(), { providers: [provideConfigureHook(hook)] })
        .catch((error: Error) => failures.push(error.message));
    }
    expect(failures).toEqual([
      expect.stringContaining('A configure hook without a name failed for `heads`'),
      expect.stringContaining('A configure hook without a name failed for `heads`'),
      expect.stringContaining('The configure hook tenant failed for `heads`'),
    ]);
  });

  it.each<[string, object, string]>([
    ['all is as the entities say', {}, 'No changes in schema detected.'],
    [
      'processRevisionDirectives leaves nothing',
      { processRevisionDirectives: () => [] },
      'processRevisionDirectives left none of these changes: no revision was written.',
    ],
  ])('tell why no revision was written: %s', async (_what, migrate, message) => {
    const isHook = 'processRevisionDirectives' in migrate;
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        if (!isHook) await dataSource.synchronize();
        const told: string[] = [];
        const written = await migrations.with({ onNotice: (notice) => told.push(notice.message) }).migrate();
        expect(written).toEqual([]);
        expect(told.at(-1)).toBe(message);
        expect(told.filter((one) => one.includes('No changes'))).toHaveLength(isHook ? 0 : 1);
      },
      { entities: [note], migrate },
    );
  });
});
