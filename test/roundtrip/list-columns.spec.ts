import type { DataSource } from 'typeorm';
import { type Column, table } from '../changes/change.js';
import { type Stage, Workbench } from '../changes/workbench.js';

const array = (type: string, rest: object = {}): Column => ({ type, array: true, ...rest }) as Column;
const json: Column = { type: 'json' };
const jsonb: Column = { type: 'jsonb' };
const simpleArray: Column = { type: 'simple-array' };
const simpleJson: Column = { type: 'simple-json' };
const colors = array('enum', { enum: ['red', 'green'] });

interface Kept {
  readonly before: Column;
  readonly after: Column;
  /** What the entity holds before, and after. */
  readonly values: readonly (readonly [before: unknown, after: unknown])[];
}

const kept = (before: Column, after: Column, ...values: Kept['values']): Kept => ({ before, after, values });

const onPostgres: readonly Kept[] = [
  kept(
    array('int'),
    jsonb,
    [[5], [5]],
    [[], []],
    [
      [1, null],
      [1, null],
    ],
  ),
  kept(array('text'), jsonb, [
    ['a,b', 'say "hi"', ''],
    ['a,b', 'say "hi"', ''],
  ]),
  kept(colors, json, [
    ['red', 'green'],
    ['red', 'green'],
  ]),
  kept(
    jsonb,
    array('text'),
    [
      ['red', 'green'],
      ['red', 'green'],
    ],
    [[], []],
  ),
  kept(jsonb, array('int'), [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ]),
  kept(
    simpleArray,
    array('text'),
    [
      ['red', 'green'],
      ['red', 'green'],
    ],
    [['{a}'], ['{a}']],
    [[], []],
  ),
  kept(simpleArray, array('int'), [
    ['1', '2'],
    [1, 2],
  ]),
  kept(simpleArray, colors, [
    ['green', 'red'],
    ['green', 'red'],
  ]),
  kept(simpleArray, jsonb, [
    ['red', 'green'],
    ['red', 'green'],
  ]),
  kept(
    array('text'),
    simpleArray,
    [
      ['red', 'green'],
      ['red', 'green'],
    ],
    [[], []],
  ),
  kept(array('int'), simpleArray, [
    [1, 2],
    ['1', '2'],
  ]),
  kept(simpleJson, jsonb, [{ a: [1] }, { a: [1] }], ['text', 'text']),
  kept(simpleJson, array('int'), [
    [1, 2],
    [1, 2],
  ]),
  kept(jsonb, simpleJson, [{ a: [1] }, { a: [1] }]),
  kept(array('text'), simpleJson, [
    ['a,b', null],
    ['a,b', null],
  ]),
];

const onSqlite: readonly Kept[] = [
  kept(
    simpleArray,
    json,
    [
      ['red', 'say "hi"'],
      ['red', 'say "hi"'],
    ],
    [[], []],
  ),
  kept(simpleArray, jsonb, [
    ['red', 'green'],
    ['red', 'green'],
  ]),
  kept(simpleJson, json, [
    ['red', { a: 1 }],
    ['red', { a: 1 }],
  ]),
  kept(
    json,
    simpleArray,
    [
      ['red', 'green'],
      ['red', 'green'],
    ],
    [[], []],
  ),
];

describe.each([
  ['postgres', onPostgres],
  ['sqlite', onSqlite],
] as const)('lists of one kind that become lists of another, on %s', (dialect, cases) => {
  it.each(cases)('$before to $after', async ({ before, after, values }) => {
    await Workbench.use(dialect, async (bench) => {
      const entity = (column: Column) => table('post', { tags: { ...column, nullable: true } });
      await bench.stage([entity(before)], (stage) => begin(stage, ...values.map(([value]) => value), null));
      await bench.stage([entity(after)], async ({ migrations, dataSource }) => {
        expect(await migrations.migrate({ message: 'after' })).toHaveLength(1);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await stored(dataSource)).toEqual([...values.map(([, value]) => value), null]);
      });
      await bench.stage([entity(before)], async ({ migrations, dataSource }) => {
        await migrations.downgrade();
        expect(await stored(dataSource)).toEqual([...values.map(([value]) => value), null]);
      });
    });
  });
});

describe.each(['postgres', 'sqlite'] as const)('a simple-array, on %s', (dialect) => {
  const list: Column = dialect === 'postgres' ? array('text') : json;

  it('is split under another name, in a table of another name', async () => {
    await Workbench.use(dialect, async (bench) => {
      await bench.stage([table('post', { tags: simpleArray })], (stage) => begin(stage, ['red', 'green']));
      await bench.stage([table('article', { words: simpleArray })], async ({ migrations }) => {
        await migrations.migrate({ message: 'renamed', renames: ['post:article', 'post.tags:article.words'] });
        await migrations.upgrade();
      });
      await bench.stage([table('article', { labels: list })], async ({ migrations, dataSource }) => {
        await migrations.migrate({ message: 'list', renames: ['article.words:article.labels'] });
        await migrations.upgrade();
        expect(await dataSource.getRepository('article').find()).toEqual([{ id: 1, labels: ['red', 'green'] }]);
        await migrations.downgrade();
        expect(await dataSource.query('SELECT words FROM article')).toEqual([{ words: 'red,green' }]);
      });
    });
  });

  it('is split by statements that are written as SQL', async () => {
    await Workbench.use(dialect, async (bench) => {
      await bench.stage([table('post', { tags: simpleArray })], (stage) => begin(stage, ['red', 'green']));
      await bench.stage([table('post', { tags: list })], async ({ migrations, dataSource }) => {
        await migrations.migrate({ message: 'list', sqlBody: true });
        await migrations.upgrade();
        expect(await dataSource.getRepository('post').find()).toEqual([{ id: 1, tags: ['red', 'green'] }]);
        await migrations.downgrade();
        expect(await dataSource.query('SELECT tags FROM post')).toEqual([{ tags: 'red,green' }]);
      });
    });
  });

  it('refuses a list with a comma in an element, and leaves the row as it was', async () => {
    await Workbench.use(dialect, async (bench) => {
      await bench.stage([table('post', { tags: list })], (stage) => begin(stage, ['red, dark', 'green']));
      await bench.stage([table('post', { tags: simpleArray })], async ({ migrations, warnings }) => {
        await migrations.migrate({ message: 'simple' });
        expect(warnings).toEqual([expect.stringContaining('this fails where an element has a comma')]);
        await expect(migrations.upgrade()).rejects.toThrow(/simple-array.*comma.*red, dark/);
      });
      await bench.stage([table('post', { tags: list })], async ({ migrations, dataSource }) => {
        await migrations.stamp('head');
        expect(await dataSource.getRepository('post').find()).toEqual([{ id: 1, tags: ['red, dark', 'green'] }]);
      });
    });
  });
});

it('warns of a text of which no revision says that it is a list, and takes it for one element', async () => {
  await Workbench.use('postgres', async (bench) => {
    await bench.stage([table('post', { tags: { type: 'text' } })], (stage) => begin(stage, 'red,green'));
    await bench.stage([table('post', { tags: array('text') })], async ({ migrations, dataSource, warnings }) => {
      await migrations.migrate({ message: 'list' });
      expect(warnings).toEqual([expect.stringContaining("existing: { type: 'simple-array' } splits it")]);
      await migrations.upgrade();
      expect(await dataSource.getRepository('post').find()).toEqual([{ id: 1, tags: ['red,green'] }]);
    });
  });
});

/** Makes the schema by a first revision, and a post for each value of its column, through the entity. */
async function begin({ migrations, dataSource }: Stage, ...values: readonly unknown[]): Promise<void> {
  await migrations.init();
  await migrations.migrate({ message: 'before' });
  await migrations.upgrade();
  for (const tags of values) await dataSource.getRepository('post').save({ tags });
}

/** What the entity reads, in the order of the rows. */
async function stored(dataSource: DataSource): Promise<unknown> {
  const rows = await dataSource.getRepository('post').find({ order: { id: 'ASC' } });
  return rows.map((row) => row['tags'] as unknown);
}
