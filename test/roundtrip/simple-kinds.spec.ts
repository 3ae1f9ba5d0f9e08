import { readFileSync, writeFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { type Column, type Entity, table } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';
import { databases } from '../support/databases.js';

const simpleArray: Column = { type: 'simple-array' };
const simpleJson: Column = { type: 'simple-json' };
const text: Column = { type: 'text' };

const post = (tags: Column): Entity => table('post', { tags });

describe.each(['postgres', 'sqlite'] as const)(
  'simple-array and simple-json that become one another, on %s',
  (dialect) => {
    it.each([
      ['simple-array', 'simple-json', ['red', 'say "hi"'], ['red', 'say "hi"']],
      ['simple-array', 'simple-json', ['red'], ['red']],
      ['simple-json', 'simple-array', ['red', 'green'], ['red', 'green']],
      ['simple-json', 'simple-array', [1, 2], ['1', '2']],
    ] as const)('keep their elements there and back: %s to %s, %j', async (from, to, before, after) => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post({ type: from }), { tags: before });
        await bench.stage([post({ type: to })], async ({ migrations, dataSource }) => {
          expect(await migrations.check()).toHaveLength(1);
          expect(await migrations.migrate({ message: 'after' })).toHaveLength(1);
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(await tagsOf(dataSource)).toEqual([after]);
        });
        await bench.stage([post({ type: from })], async ({ migrations, dataSource }) => {
          await migrations.downgrade();
          expect(await migrations.check().catch(() => 'not up to date')).toBe('not up to date');
          const [tags] = await tagsOf(dataSource);
          expect((tags as unknown[]).map(String)).toEqual(before.map(String));
        });
      });
    });

    it.each<[string, Column, Column, unknown]>([
      ['nullable', simpleArray, { ...simpleJson, nullable: true }, ['a', 'b']],
      ['no longer nullable', { ...simpleArray, nullable: true }, { ...simpleJson, default: '[]' }, ['a', 'b']],
      ['given another default', { ...simpleArray, default: 'a' }, { ...simpleJson, default: '["a"]' }, ['a', 'b']],
      ['given a default', simpleJson, { ...simpleArray, default: 'a' }, ['a', 'b']],
    ])('are converted in a column that becomes %s as well', async (_, before, after, value) => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post(before), { tags: value });
        await bench.stage([post(after)], async ({ migrations, dataSource, warnings }) => {
          await migrations.migrate({ message: 'after' });
          expect(warnings.filter((message) => /"\s*(?:;|$)/.test(message))).toEqual([]);
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(await tagsOf(dataSource)).toEqual([value]);
        });
        await bench.stage([post(before)], async ({ migrations, dataSource }) => {
          await migrations.downgrade();
          expect(await tagsOf(dataSource)).toEqual([value]);
        });
      });
    });

    it('are converted in a column and a table that are renamed', async () => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post(simpleArray), { tags: ['a', 'b'] });
        await bench.stage([table('article', { labels: simpleJson })], async ({ migrations, dataSource }) => {
          await migrations.migrate({ message: 'after', renames: ['post:article', 'post.tags:article.labels'] });
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(await dataSource.getRepository('article').find()).toEqual([{ id: 1, labels: ['a', 'b'] }]);
        });
        await bench.stage([post(simpleArray)], async ({ migrations, dataSource }) => {
          await migrations.downgrade();
          expect(await tagsOf(dataSource)).toEqual([['a', 'b']]);
        });
      });
    });

    it.each([
      ['a plain text', text, simpleJson],
      ['a plain text', text, simpleArray],
      ['a list', simpleArray, text],
      ['a list that stays', simpleArray, simpleArray],
    ])('are no difference for %s: %j to %j', async (_, before, after) => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post(before));
        await bench.stage([post(after)], async ({ migrations }) => {
          expect(await migrations.check()).toEqual([]);
          expect(await migrations.migrate({ message: 'after' })).toEqual([]);
        });
      });
    });

    it('are no difference where no revision made the table', async () => {
      await Workbench.use(dialect, async (bench) => {
        await bench.stage([post(simpleArray)], async ({ migrations, dataSource }) => {
          await migrations.init();
          await dataSource.initialize();
          await dataSource.synchronize();
        });
        await bench.stage([post(simpleJson)], async ({ migrations }) => {
          expect(await migrations.check()).toEqual([]);
        });
      });
    });

    it.each([
      ['op.execute', `await op.execute('UPDATE post SET tags = NULL');`, 0],
      ['a query', `await op.queryRunner.query('UPDATE "post" SET "tags" = NULL WHERE true');`, 0],
      ['SQL that is put together', "for (const to of ['NULL']) await op.execute(`UPDATE post SET tags = ${to}`);", 0],
      ['TypeORM', "await op.queryRunner.manager.createQueryBuilder().update('post').set({ tags: '1' }).execute();", 0],
      ['SQL of something else', 'for (const id of [7]) await op.execute(`DELETE FROM post WHERE id = ${id}`);', 1],
      ['a gap filled', `await op.execute(\`UPDATE "post" SET "tags" = 'a' WHERE "tags" IS NULL\`);`, 1],
      ['a new row', `await op.execute(\`INSERT INTO "post" ("tags") VALUES ('a,b')\`);`, 1],
      ['the removal of rows', `await op.execute(\`DELETE FROM "post" WHERE id = 7\`);`, 1],
    ])('are no difference any more after %s, or one still: %s', async (_, statement, changes) => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post({ ...simpleArray, nullable: true }));
        await bench.stage([post({ ...simpleJson, nullable: true })], async ({ migrations }) => {
          const [revision] = await migrations.revision({ message: 'by hand' });
          const path = revision?.path ?? '';
          writeFileSync(path, readFileSync(path, 'utf8').replace(/(upgrade\([^{]*\{)/, `$1\n  ${statement}\n`));
          await migrations.upgrade();
          expect(await migrations.check()).toHaveLength(changes);
        });
      });
    });

    it('are no difference with compareType: false', async () => {
      const make = databases.find(([name]) => name === dialect)?.[1];
      const database = await make?.();
      if (database === undefined) throw new Error(`There is no database of ${dialect}.`);
      try {
        await Workbench.on(
          database,
          async (bench) => {
            await made(bench, post({ ...simpleArray, default: 'a' }), { tags: ['b'] });
            await bench.stage([post({ ...simpleJson, default: 'a' })], async ({ migrations }) => {
              expect(await migrations.check()).toEqual([]);
            });
          },
          { compareType: false },
        );
      } finally {
        await database.drop();
      }
    });

    it('are converted once by a revision that is written as SQL', async () => {
      await Workbench.use(dialect, async (bench) => {
        await made(bench, post(simpleArray), { tags: ['a', 'b'] });
        await bench.stage([post(simpleJson)], async ({ migrations, dataSource }) => {
          expect(await migrations.migrate({ message: 'after', sqlBody: true })).toHaveLength(1);
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
          expect(await tagsOf(dataSource)).toEqual([['a', 'b']]);
        });
      });
    });
  },
);

it.each([
  ['postgres', 'json'],
  ['postgres', 'jsonb'],
  ['sqlite', 'json'],
  ['sqlite', 'jsonb'],
] as const)(
  'a text of unknown kind that becomes JSON has a warning with the option that splits a list, on %s as %s',
  async (dialect, type) => {
    await Workbench.use(dialect, async (bench) => {
      await bench.stage([post(simpleArray)], async ({ migrations, dataSource }) => {
        await migrations.init();
        await dataSource.initialize();
        await dataSource.synchronize();
      });
      await bench.stage([post({ type })], async ({ migrations, warnings }) => {
        await migrations.migrate({ message: 'after' });
        expect(warnings).toEqual([expect.stringContaining("existing: { type: 'simple-array' }")]);
      });
    });
  },
);

it.each([['json'], ['jsonb']] as const)('a simple-array becomes %s on SQLite without a warning', async (type) => {
  await Workbench.use('sqlite', async (bench) => {
    await made(bench, post({ ...simpleArray, nullable: true }));
    await bench.stage([post({ type })], async ({ migrations, warnings }) => {
      await migrations.migrate({ message: 'after' });
      expect(warnings).toEqual([expect.stringMatching(/^"post\.tags" becomes NOT NULL/)]);
    });
  });
});

/** The table of an entity, by a revision, with these rows. */
async function made(bench: Workbench, entity: Entity, ...rows: readonly object[]): Promise<void> {
  await bench.stage([entity], async ({ migrations, dataSource }) => {
    await migrations.init();
    await migrations.migrate({ message: 'before' });
    await migrations.upgrade();
    for (const row of rows) await dataSource.getRepository('post').save(row);
  });
}

async function tagsOf(dataSource: DataSource): Promise<unknown[]> {
  return (await dataSource.getRepository('post').find()).map((row) => row['tags'] as unknown);
}
