import { type DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { AutogenerateOptions } from '../../src/autogenerate/request.js';
import type { Operation } from '../../src/operations/operation.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const options: AutogenerateOptions = { compareConstraintNames: false };

const author = new EntitySchema({
  name: 'author',
  columns: { id: { type: 'int', primary: true }, name: { type: 'varchar', unique: true } },
});
const columns: Record<string, EntitySchemaColumnOptions> = {
  id: { type: 'int', primary: true },
  title: { type: 'varchar' },
  rank: { type: 'int', nullable: true },
  authorId: { type: 'int', nullable: true },
};
const post = (parts: object = {}, own = columns): EntitySchema =>
  new EntitySchema<{ author: unknown }>({
    name: 'post',
    columns: own as never,
    relations: { author: { type: 'many-to-one', target: 'author', joinColumn: { name: 'authorId' } } },
    indices: [{ columns: ['title'] }, { columns: ['rank'], unique: true }],
    checks: [{ expression: '"rank" > 0' }],
    ...parts,
  });

/** The same tables as an old tool named everything in them. */
const OLD = [
  `CREATE TABLE author (id integer NOT NULL, name varchar NOT NULL, CONSTRAINT pk_author PRIMARY KEY (id), CONSTRAINT author_name UNIQUE (name))`,
  `CREATE TABLE post (id integer NOT NULL, title varchar NOT NULL, rank integer, "authorId" integer,
     CONSTRAINT pk_post PRIMARY KEY (id), CONSTRAINT post_rank CHECK ("rank" > 0),
     CONSTRAINT post_author FOREIGN KEY ("authorId") REFERENCES author (id))`,
  `CREATE INDEX post_title ON post (title)`,
  `CREATE UNIQUE INDEX post_rank_key ON post (rank)`,
];

/** Without the order of columns and indexes: what is made again stands at the end. */
async function tablesOf(dataSource: DataSource): Promise<unknown> {
  const sorted = <T extends { readonly name?: string }>(members: readonly T[]): T[] =>
    [...members].sort((one, other) => String(one.name).localeCompare(String(other.name)));
  const { tables } = await catalog(dataSource);
  return tables.map((table) => ({ ...table, columns: sorted(table.columns), indices: sorted(table.indices) }));
}

describe.each(databases)(
  'with compareConstraintNames: false, names of keys, constraints and indexes on %s',
  (dialect, make) => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await make();
    });
    afterEach(() => database.drop());

    const onOld = <T>(entities: Entities, use: (dataSource: DataSource) => Promise<T>): Promise<T> =>
      withDataSource(database, entities, async (dataSource) => {
        for (const sql of OLD) await dataSource.query(sql);
        return use(dataSource);
      });

    it('are no difference, and are one without the option', () =>
      onOld([author, post()], async (dataSource) => {
        const names = (await compare(dataSource)).operations.map(({ kind }) => kind);
        expect(names.length).toBeGreaterThan(0);
        expect((await compare(dataSource, options)).operations).toEqual([]);
      }));

    it.each<[string, EntitySchema, readonly object[]]>([
      [
        'an index that goes',
        post({ indices: [{ columns: ['rank'], unique: true }] }),
        [{ kind: 'dropIndex', name: 'post_title' }],
      ],
      [
        'an index that becomes unique',
        post({
          indices: [
            { columns: ['title'], unique: true },
            { columns: ['rank'], unique: true },
          ],
        }),
        [{ kind: 'dropIndex', name: 'post_title' }, { kind: 'createIndex' }],
      ],
      ['a check that goes', post({ checks: [] }), [{ kind: 'dropCheck', name: 'post_rank' }]],
      [
        'a foreign key that changes',
        post({
          relations: {
            author: { type: 'many-to-one', target: 'author', joinColumn: { name: 'authorId' }, onDelete: 'CASCADE' },
          },
        }),
        [{ kind: 'dropForeignKey', name: 'post_author' }, { kind: 'createForeignKey' }],
      ],
      [
        'a primary key that gets a column',
        post({}, { ...columns, title: { type: 'varchar', primary: true } }),
        [{ kind: 'dropPrimaryKey', name: 'pk_post' }, { kind: 'createPrimaryKey' }],
      ],
      [
        'a column that goes',
        post({ indices: [{ columns: ['title'] }], checks: [] }, (({ rank: _rank, ...rest }) => rest)(columns)),
        [
          { kind: 'dropIndex', name: 'post_rank_key' },
          { kind: 'dropColumn', column: 'rank' },
        ],
      ],
    ])('are used for what is done to them later: %s', async (_what, changed, expected) => {
      await onOld([author, changed], async (dataSource) => {
        const before = await tablesOf(dataSource);
        const { operations, downgrade } = await upgrade(dataSource, options);
        const flat = operations.flatMap((one): readonly Operation[] => (one.kind === 'batch' ? one.operations : [one]));
        for (const one of expected) expect(flat).toContainEqual(expect.objectContaining(one));
        expect(flat.map(({ kind }) => kind)).not.toContainEqual(expect.stringMatching(/^rename/));
        expect((await compare(dataSource, options)).operations).toEqual([]);
        await run(dataSource, downgrade);
        expect(await tablesOf(dataSource)).toEqual(before);
      });
    });

    it('are kept when their column and their table are renamed', async () => {
      const renamed = post(
        { name: 'article', indices: [{ columns: ['heading'] }, { columns: ['rank'], unique: true }] },
        (({ title: heading, ...rest }) => ({ ...rest, heading }) as typeof columns)(columns),
      );
      await onOld([author, renamed], async (dataSource) => {
        const renames = ['post:article', 'post.title:heading', 'article.title:article.heading'];
        const { operations } = await compare(dataSource, { ...options, renames: [renames[0] ?? '', renames[2] ?? ''] });
        expect(operations.map(({ kind }) => kind)).toEqual(['renameTable', 'renameColumn']);
        await run(dataSource, operations);
        expect((await compare(dataSource, options)).operations).toEqual([]);
      });
    });

    it('are not kept when a new index is to get one of them', async () => {
      const named = new EntitySchema({
        name: 'author',
        columns: { id: { type: 'int', primary: true }, name: { type: 'varchar', unique: true } },
        indices: [{ name: 'post_title', columns: ['name', 'id'] }],
      });
      await onOld([named, post()], async (dataSource) => {
        await upgrade(dataSource, options);
        expect((await compare(dataSource, options)).operations).toEqual([]);
      });
    });

    if (dialect === 'postgres') {
      it('of exclusions, deferred uniques and indexes of materialised views are no difference either', async () => {
        const span = new EntitySchema({
          name: 'span',
          columns: { id: { type: 'int', primary: true }, during: { type: 'tsrange' }, a: { type: 'int' } },
          exclusions: [{ expression: `USING gist ("during" WITH &&)` }],
          uniques: [{ columns: ['a'], deferrable: 'INITIALLY DEFERRED' }],
        });
        const view = new EntitySchema({
          name: 'spans',
          type: 'view',
          expression: 'SELECT id FROM span',
          materialized: true,
          columns: { id: { type: 'int' } },
          indices: [{ columns: ['id'] }],
        } as never);
        await withDataSource(database, [span, view], async (dataSource) => {
          await upgrade(dataSource);
          const rows = (await dataSource.query(
            `SELECT conrelid::regclass || '', conname FROM pg_constraint WHERE conrelid = 'span'::regclass AND contype IN ('p', 'u', 'x')`,
          )) as { conname: string }[];
          for (const [place, { conname }] of rows.entries())
            await dataSource.query(`ALTER TABLE span RENAME CONSTRAINT "${conname}" TO old_${place}`);
          const indexes = (await dataSource.query(`SELECT indexname FROM pg_indexes WHERE tablename = 'spans'`)) as {
            indexname: string;
          }[];
          for (const { indexname } of indexes) await dataSource.query(`ALTER INDEX "${indexname}" RENAME TO old_index`);
          expect(rows).toHaveLength(3);
          expect((await compare(dataSource)).operations.length).toBeGreaterThanOrEqual(3);
          expect((await compare(dataSource, options)).operations).toEqual([]);
        });
      });
    }
  },
);
