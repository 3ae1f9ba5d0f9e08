import type { MigrationService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

describe.each(databases)('stamp on %s', (_, make) => {
  const scene = useScene(make);

  /** Bases a, b and c, where c depends on b, and d, which merges a and b. */
  async function write(migrations: MigrationService): Promise<void> {
    await migrations.init();
    for (const revId of ['aaaa', 'bbbb']) await migrations.revision({ revId, message: revId, head: 'base' });
    await migrations.revision({ revId: 'cccc', message: 'cccc', head: 'base', dependsOn: ['bbbb'] });
    await migrations.merge(['aaaa', 'bbbb'], { revId: 'dddd', message: 'dddd' });
  }

  it('of all heads keeps the row of a head, so that the next upgrade runs nothing again', async () => {
    await scene.inApplication(async (migrations) => {
      await write(migrations);
      await migrations.upgrade('aaaa');
      await migrations.upgrade('cccc');
      const [stamped] = await migrations.stamp('heads');
      expect(stamped?.current).toEqual(['cccc', 'dddd']);
      const [upgraded] = await migrations.upgrade('heads');
      expect(upgraded).toMatchObject({ steps: [], current: ['cccc', 'dddd'] });
      expect(await migrations.status()).toMatchObject([{ state: 'current', upToDate: true }]);
    });
  });

  it('of base as a script is the rows in a transaction', async () => {
    await scene.inApplication(async (migrations) => {
      await write(migrations);
      const [script] = await migrations.stamp('cccc:base', { sql: true });
      const lines = script?.sql?.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
      expect(lines).toEqual([
        expect.stringMatching(/^BEGIN/),
        `DELETE FROM "migrate_version" WHERE version_num = 'cccc';`,
        'COMMIT;',
      ]);
    });
  });

  it.each([
    [['aaaa', 'dddd'], '"aaaa" is part of "dddd"'],
    [['bbbb', 'cccc'], '"bbbb" is part of "cccc"'],
    [['base', 'aaaa'], 'after "base" the revision "aaaa" is not applied'],
  ])('refuses %j in both orders and writes nothing', async (targets, message) => {
    await scene.inApplication(async (migrations) => {
      await write(migrations);
      await migrations.upgrade('aaaa');
      for (const order of [targets, [...targets].reverse()]) {
        for (const options of [{}, { purge: true }, { sql: true }]) {
          await expect(migrations.stamp(order, options)).rejects.toMatchObject({
            code: 'INVALID_TARGET',
            message: expect.stringContaining(message) as string,
          });
        }
      }
      expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: 'aaaa' }] }]);
    });
  });
});
