import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { writeRevisions } from '../support/write-revisions.js';

describe('the option logger', () => {
  const scene = useScene(createSqliteDatabase);
  const lines: string[] = [];
  const logger = {
    log: (message: string, context?: string) => void lines.push(`log ${context}: ${message}`),
    warn: (message: string, context?: string) => void lines.push(`warn ${context}: ${message}`),
  };
  const shelf = { upgrade: `await op.execute('CREATE TABLE shelf (n integer)');` };
  beforeEach(() => void lines.splice(0));

  it('gets steps and notices by level, and callbacks of the call get them too', async () => {
    const steps: string[] = [];
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        writeRevisions(scene.directory, { a1: shelf });
        await migrations
          .with({ onStep: ({ to }) => void steps.push(...to) })
          .with({ xArgs: {} })
          .upgrade();
        await migrations.check().catch(() => undefined);
      },
      {
        migrate: {
          logger,
          onRunEnd: () => {
            throw new Error('too late');
          },
        },
      },
    );
    expect(steps).toEqual(['a1']);
    expect(lines.filter((line) => line.includes('Running'))).toEqual(['log Migrations: Running upgrade  -> a1']);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([expect.stringContaining('too late')]);
  });

  it('gets each line once at the start of an application', async () => {
    writeRevisions(scene.directory, { a1: shelf });
    await scene.inApplication(async () => undefined, { migrate: { logger, upgradeOnBootstrap: true } });
    expect(lines).toEqual([
      expect.stringMatching(/^log undefined: Upgraded data source "default" to a1 in \d+ ms: a1$/),
    ]);
    lines.splice(0);
    await scene.inApplication(async () => undefined, { migrate: { logger: false, upgradeOnBootstrap: true } });
    expect(lines).toEqual([]);
  });

  it.each(['yes', {}, 3])('is refused where it is none: %p', async (given) => {
    const start = scene.inApplication(async () => undefined, { migrate: { logger: given } as never });
    await expect(start).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: expect.stringContaining('"logger" must be true, false or a logger'),
    });
  });
});
