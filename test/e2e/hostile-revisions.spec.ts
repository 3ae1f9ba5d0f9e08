import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EntitySchema } from 'typeorm';
import { MigrateError, type MigrateModuleOptions, type RunEndEvent } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

describe.each(databases)('a revision that does what no revision should, on %s', (_, make) => {
  const scene = useScene(make);

  function write(name: string, source: string): void {
    mkdirSync(join(scene.directory, 'versions'), { recursive: true });
    writeFileSync(join(scene.directory, 'versions', name), source);
  }

  const head = `export const revision = 'a1';\nexport const downRevision = null;\n`;
  const upgrade = (body: string): string =>
    `${head}export async function upgrade(op) { ${body} }\nexport async function downgrade() {}\n`;

  it.each([
    ['null', 'module.exports = null;'],
    ['a number', 'module.exports = 5;'],
    ['a text', `module.exports = 'a1';`],
    ['nothing', 'module.exports = undefined;'],
    ['a getter that throws', `Object.defineProperty(exports, 'upgrade', { get() { throw new Error('sealed'); } });`],
    ['a getter behind a data source', `exports.upgrade = { get default() { throw new Error('sealed'); } };`],
    ['a default with a getter', `exports.default = { get upgrade() { throw null; } };`],
    ['a throw of an object without a prototype', 'throw Object.create(null);'],
    ['a throw of a message that throws', `throw { get message() { throw new Error('twice'); } };`],
  ])('is named with its file when it exports %s', async (_what, body) => {
    write('a1.cjs', `exports.revision = 'a1';\nexports.downRevision = null;\n${body}\n`);
    await scene.inApplication(async (migrations) => {
      await expect(migrations.upgrade()).rejects.toMatchObject({
        code: 'INVALID_REVISION_FILE',
        message: expect.stringContaining(join('versions', 'a1.cjs')) as string,
      });
    });
  });

  it.each([
    ['an object without a prototype', 'throw Object.create(null);', '[Object: null prototype] {} was thrown'],
    ['undefined', 'throw undefined;', 'undefined'],
    ['a symbol', `throw Symbol('x');`, 'Symbol(x)'],
    ['a message with NUL', `throw new Error('a\\0b');`, 'a\0b'],
    ['a message that throws', `throw { get message() { throw new Error('twice'); } };`, 'was thrown'],
    ['a text that throws', `throw { toString() { throw new Error('twice'); } };`, 'was thrown'],
  ])('is a failure with a row in the history when it throws %s', async (_what, body, reason) => {
    write('a1.ts', upgrade(body));
    await scene.inApplication(async (migrations, dataSource) => {
      await expect(migrations.upgrade()).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining(reason) as string,
      });
      const rows: unknown = await dataSource.query('SELECT revision, error FROM migrate_version_history');
      expect(rows).toEqual([
        { revision: 'a1', error: expect.stringContaining(reason.replace('\0', '\\x00')) as string },
      ]);
    });
  });

  it('is a failure whose message is cut when it throws megabytes', async () => {
    write('a1.ts', upgrade(`throw new Error('x'.repeat(5_000_000));`));
    await scene.inApplication(async (migrations) => {
      const error = await migrations.upgrade().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(MigrateError);
      expect((error as MigrateError).message.length).toBeLessThan(10_000);
    });
  });

  it.each([['x'.repeat(50_000)], ['a b '.repeat(12_500)]])('a target of 50 KB is cut in the error', async (target) => {
    write('a1.ts', upgrade(''));
    await scene.inApplication(async (migrations) => {
      for (const call of ['upgrade', 'stamp', 'show'] as const) {
        const error = await migrations[call](target).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(MigrateError);
        expect((error as MigrateError).message.length).toBeLessThan(11_000);
      }
    });
  });

  it.each(['a1\n.ts', 'a1\u202e.ts', 'a\x1b[31m1.js'])('is refused when its file is called %j', async (name) => {
    write(name, upgrade(''));
    await scene.inApplication(async (migrations) => {
      await expect(migrations.heads()).rejects.toMatchObject({
        code: 'INVALID_REVISION_FILE',
        message: expect.stringContaining('a character that cannot be seen') as string,
      });
    });
  });

  it.each([
    ['a parenthesis that is not closed', `await op.execute('SELECT 1';`],
    ['a word that is none', 'awiat op.execute("SELECT 1");'],
    ['await in a function that is not async', '[1].forEach(() => { await op.execute("SELECT 1"); });'],
  ])('is found by verify where it does not parse, and nothing of it is run: %s', async (_what, body) => {
    await scene.inApplication(
      async (migrations) => {
        write('a1.ts', upgrade(''));
        await migrations.upgrade();
        expect(await migrations.verify()).toMatchObject([{ findings: [] }]);
        write('a1.ts', `${upgrade(body)}\nthrow new Error('run');`);
        expect(await migrations.history()).toHaveLength(1);
        const [report] = await migrations.verify();
        expect(report?.findings).toMatchObject([
          { kind: 'invalid-file', revision: 'a1', message: expect.stringContaining('a1.ts') },
          { kind: 'changed-file', revision: 'a1' },
        ]);
      },
      { entities: [new EntitySchema({ name: 'note', columns: { id: { type: 'int', primary: true } } })] },
    );
  });

  it('is refused when it inserts null in the place of rows', async () => {
    write('a1.ts', upgrade(`await op.bulkInsert('t', null);`));
    await scene.inApplication(async (migrations) => {
      await expect(migrations.upgrade()).rejects.toThrow('the rows are missing');
    });
  });

  it.each<[string, Partial<MigrateModuleOptions>]>([
    ['INVALID_SETTINGS', { fileTemplate: `%(rev)s_${'x'.repeat(300)}` }],
    ['INVALID_SETTINGS', { fileTemplate: `%(rev)s_${'é'.repeat(126)}` }],
    ['INVALID_SETTINGS', { fileTemplate: '%(year)0999999999d' }],
    ['INVALID_SETTINGS', { fileTemplate: '%(day).300d' }],
    ['INVALID_SETTINGS', { fileTemplate: '%(rev)s\n' }],
    ['INVALID_SETTINGS', { fileTemplate: '%(rev)s\x1b[31m' }],
    ['MIGRATE_OPTIONS', { fileTemplate: '%(rev)s\0' }],
    ['INVALID_SETTINGS', { truncateSlugLength: 5_000 }],
  ])('is not written, nor anything else, where no file can have its name: %s %j', async (code, migrate) => {
    const message = 'long '.repeat(100);
    if (code === 'MIGRATE_OPTIONS') {
      await expect(scene.inApplication(async () => undefined, { migrate })).rejects.toMatchObject({ code });
      return;
    }
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await expect(migrations.revision({ message })).rejects.toMatchObject({ code });
        expect(readdirSync(join(scene.directory, 'versions'))).toEqual([]);
      },
      { migrate },
    );
  });

  it('may have a name of 255 bytes', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.revision();
        expect(readdirSync(join(scene.directory, 'versions')).map(({ length }) => length)).toEqual([255]);
      },
      { migrate: { fileTemplate: `%(rev)s${'x'.repeat(255 - 12 - 3)}` } },
    );
  });

  it('is not written where a directory is in the place of the template', async () => {
    mkdirSync(join(scene.directory, 'versions'), { recursive: true });
    mkdirSync(join(scene.directory, 'script.ts.eta'));
    await scene.inApplication(async (migrations) => {
      await expect(migrations.revision()).rejects.toMatchObject({ code: 'TEMPLATE_FAILED' });
    });
  });

  it('cannot be changed by its listeners', async () => {
    write('a1.ts', upgrade(`await op.execute('CREATE TABLE shelf (id integer)');`));
    const ends: RunEndEvent[] = [];
    const nulled = (event: object): void => {
      for (const key of Object.keys(event)) {
        const value: unknown = Reflect.get(event, key);
        if (Array.isArray(value)) expect(Object.isFrozen(value)).toBe(true);
        expect(Reflect.set(event, key, null)).toBe(false);
      }
    };
    const migrate = {
      onRunStart: nulled,
      onRevisionStart: nulled,
      onVersionApply: nulled,
      onRevisionEnd: nulled,
      onRunEnd: (event: RunEndEvent) => {
        nulled(event);
        nulled(event.result ?? {});
        ends.push(event);
      },
    };
    await scene.inApplication(
      async (migrations) => {
        const [result] = await migrations.upgrade();
        expect(result).toMatchObject({ current: ['a1'], notices: [] });
        expect(ends.map((event) => event.result?.current)).toEqual([['a1']]);
        result?.steps.forEach((step) => expect(Object.isFrozen(step)).toBe(false));
      },
      { migrate },
    );
  });

  it('stays committed when a listener sets fields at the end of the run, which is a notice', async () => {
    write('a1.ts', upgrade(`await op.execute('CREATE TABLE shelf (id integer)');`));
    const onRunEnd = (event: RunEndEvent): void => {
      (event as unknown as { result: unknown }).result = null;
    };
    await scene.inApplication(
      async (migrations) => {
        const [result] = await migrations.upgrade();
        expect(result?.current).toEqual(['a1']);
        expect(result?.notices.join()).toContain('The hook onRunEnd');
      },
      { migrate: { onRunEnd } },
    );
  });

  it('fails with the name of the listener that sets a field of its event', async () => {
    write('a1.ts', upgrade(''));
    const onRevisionStart = (event: object): void => {
      (event as { from: unknown }).from = null;
    };
    await scene.inApplication(
      async (migrations) => {
        await expect(migrations.upgrade()).rejects.toThrow(/onRevisionStart.*read only property 'from'/);
      },
      { migrate: { onRevisionStart } },
    );
  });

  it.each([
    ['Object.create(null)', Object.create(null) as unknown],
    ['undefined', undefined],
  ])('fails with the name of the listener that throws %s', async (_what, thrown) => {
    write('a1.ts', upgrade(''));
    const onRunStart = (): never => {
      throw thrown;
    };
    await scene.inApplication(
      async (migrations) => {
        await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'EVENT_HOOK' });
      },
      { migrate: { onRunStart } },
    );
  });
});
