import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaOptions } from 'typeorm';
import type { DataSource } from 'typeorm';
import type { SchemaModel, TableModel } from '../../src/schema/schema.model.js';
import type { MigrationService } from '../../src/index.js';
import { Fuse } from '../faults/fuse.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { catalog } from './round-trip.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

const user = (columns: Columns, rest: Partial<EntitySchemaOptions<unknown>> = {}): EntitySchema =>
  new EntitySchema({
    name: 'user',
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      code: { type: 'varchar', length: '20', default: 'x', comment: 'a code' },
      score: { type: 'varchar', nullable: true },
      parentId: { type: 'int', nullable: true },
      ...columns,
    },
    indices: [
      { name: 'IDX_code', columns: ['code', 'score'] },
      { name: 'IDX_of_score', columns: ['id'], where: `"score" IS NOT NULL` },
    ],
    uniques: [{ name: 'UQ_code', columns: ['code', 'id'] }],
    checks: [{ name: 'CHK_code', expression: `"code" <> 'no'` }],
    foreignKeys: [{ name: 'FK_parent', target: 'user', columnNames: ['parentId'], referencedColumnNames: ['id'] }],
    ...rest,
  } as EntitySchemaOptions<unknown>);

const post = (userId: EntitySchemaColumnOptions = { type: 'int' }): EntitySchema =>
  new EntitySchema({
    name: 'post',
    columns: { id: { type: 'int', primary: true }, userId },
    foreignKeys: [{ name: 'FK_user', target: 'user', columnNames: ['userId'], referencedColumnNames: ['id'] }],
  } as EntitySchemaOptions<unknown>);

const cases: readonly (readonly [string, string, readonly EntitySchema[]])[] = [
  [
    'a key that counts and that others refer to',
    'user.id:bigint',
    [user({ id: { type: 'bigint', primary: true, generated: 'increment' } }), post()],
  ],
  [
    'a column with a default, under a unique constraint, an index and a check',
    'user.code:text',
    [user({ code: { type: 'text', default: 'x', comment: 'a code' } }), post()],
  ],
  [
    'a text that becomes a number',
    'user.score:numeric(10,2)',
    [user({ score: { type: 'numeric', precision: 10, scale: 2, nullable: true } }), post()],
  ],
  ['a column of a foreign key', 'post.userId:bigint', [user({}), post({ type: 'bigint' })]],
];

describe('a type that changes in three revisions', () => {
  const scene = useScene(createPostgresDatabase);

  const rows = async (dataSource: DataSource): Promise<unknown> => [
    await dataSource.query('SELECT id::text, code, score::text, "parentId" FROM "user" ORDER BY id'),
    await dataSource.query('SELECT id, "userId"::text FROM post ORDER BY id'),
  ];
  const begin = (count = 1500): Promise<void> =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query(
          `INSERT INTO "user" (code, score) SELECT 'c' || i, (i * 1.5)::numeric(10, 2)::text FROM generate_series(1, ${count}) i`,
        );
        await dataSource.query('UPDATE "user" SET "parentId" = 1');
        await dataSource.query(`INSERT INTO post SELECT i, i FROM generate_series(1, ${Math.min(50, count)}) i`);
      },
      { entities: [user({}), post()] },
    );

  it.each(cases)('keeps all rows both ways, and leaves nothing behind: %s', async (_title, expand, entities) => {
    await begin();
    await scene.inApplication(
      async (migrations, dataSource) => {
        const before = await rows(dataSource);
        const plain = unordered(await catalog(dataSource));
        const revisions = await migrations.migrate({ expand });
        expect(revisions.map(({ message }) => message.split(': ')[1])).toEqual(['expand', 'switch', 'contract']);
        await migrations.upgrade('+1');
        await dataSource.query(`INSERT INTO "user" (code, score) VALUES ('new', '7.50')`);
        await dataSource.query(`UPDATE "user" SET score = '8.50' WHERE code = 'new'`);
        await migrations.upgrade('+1');
        await dataSource.query(`INSERT INTO "user" (code) VALUES ('newer')`);
        await dataSource.query(`INSERT INTO post (id, "userId") SELECT 99, max(id) FROM "user"`);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const after = await rows(dataSource);
        await migrations.downgrade('-3');
        expect(await rows(dataSource)).toEqual(after);
        expect(unordered(await catalog(dataSource))).toEqual(plain);
        expect(await dataSource.query(`SELECT proname FROM pg_proc WHERE proname LIKE '%twin%'`)).toEqual([]);
        await dataSource.query(`DELETE FROM post WHERE id = 99`);
        await dataSource.query(`DELETE FROM "user" WHERE code LIKE 'new%'`);
        expect(await rows(dataSource)).toEqual(before);
        const [{ last }] = (await dataSource.query(`INSERT INTO "user" (code) VALUES ('z') RETURNING id AS last`)) as [
          { last: number },
        ];
        expect(Number(last)).toBe(1503);
      },
      { entities: [...entities] },
    );
  });

  it('goes on where it was when it dies in its batches or in the switch, in both directions', async () => {
    await begin();
    const upAndDown = async (
      at: number,
      migrations: MigrationService,
      dataSource: DataSource,
      made: string,
    ): Promise<void> => {
      for (const run of [() => migrations.upgrade(), () => migrations.downgrade(made)]) {
        const fuse = new Fuse(dataSource, at, at % 2 === 0);
        await expect(run()).rejects.toThrow(/dead|failed|lost/);
        fuse.remove();
        await dataSource.destroy();
        await dataSource.initialize();
        await dataSource.query(`UPDATE "user" SET score = '1.50' WHERE id = 1400`);
        await run();
      }
    };
    await scene.inApplication(
      async (migrations, dataSource) => {
        const plain = unordered(await catalog(dataSource));
        const [made] = await migrations.heads();
        await migrations.migrate({ expand: 'user.score:numeric(10,2)' });
        await dataSource.query(`UPDATE "user" SET score = '1.50' WHERE id = 1400`);
        const before = await rows(dataSource);
        for (const at of [40, 67, 90]) await upAndDown(at, migrations, dataSource, made!.revision);
        expect(await rows(dataSource)).toEqual(before);
        expect(unordered(await catalog(dataSource))).toEqual(plain);
      },
      { entities: [user({}), post()] },
    );
  });

  it('is as the plain change would have made it, but for the place of the column', async () => {
    await begin(3);
    const entities = cases[0]![2];
    const found = await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.migrate({ expand: 'user.id:bigint' });
        await migrations.upgrade();
        const expanded = unordered(await catalog(dataSource));
        await migrations.downgrade('-3');
        await migrations.stamp('head');
        return expanded;
      },
      { entities: [...entities] },
    );
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.migrate({ message: 'plain' });
        await migrations.upgrade();
        expect(unordered(await catalog(dataSource))).toEqual(found);
      },
      { entities: [...entities] },
    );
  });

  it('stops with a clear error where values do not fit, and writers of such values meanwhile do not fail', async () => {
    await begin(5);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.migrate({ expand: 'user.score:integer' });
        await dataSource.query(`UPDATE "user" SET score = id::text`);
        await migrations.upgrade('+1');
        await dataSource.query(`INSERT INTO "user" (code, score) VALUES ('odd', 'many')`);
        await expect(migrations.upgrade('+1')).rejects.toThrow('score_new_is_filled');
        await dataSource.query(`UPDATE "user" SET score = '9' WHERE code = 'odd'`);
        await migrations.upgrade();
        expect(await dataSource.query(`SELECT score FROM "user" WHERE code = 'odd'`)).toEqual([{ score: 9 }]);
      },
      { entities: [user({ score: { type: 'int', nullable: true } }), post()] },
    );
  });

  it('is refused by its reason', async () => {
    await begin(1);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const refusal = (expand: string): Promise<string> =>
          migrations.migrate({ expand }).then(
            () => 'written',
            (error: { code: string; message: string }) => `${error.code} ${error.message}`,
          );
        expect(await refusal('user.id')).toContain('EXPAND_REFUSED');
        expect(await refusal('nobody.id:bigint')).toContain("no table 'nobody'");
        await dataSource.query('CREATE VIEW codes AS SELECT code FROM "user"');
        expect(await refusal('user.code:text')).toContain("the view 'codes' reads it");
        await dataSource.query('CREATE TABLE bare (a int)');
        expect(await refusal('bare.a:bigint')).toContain('no primary key');
      },
      { entities: [user({}), post()] },
    );
  });
});

describe('a type that changes in three revisions, on SQLite', () => {
  const scene = useScene(createSqliteDatabase);

  it('is refused', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await expect(migrations.migrate({ expand: 'user.id:bigint' })).rejects.toThrow('SQLite');
      },
      { entities: [new EntitySchema({ name: 'user', columns: { id: { type: 'int', primary: true } } })] },
    );
  });
});

/** The tables with their columns by name: a column that was added anew is the last. */
function unordered(schema: SchemaModel): readonly TableModel[] {
  const sorted = <T extends { readonly name?: string }>(list: readonly T[]): T[] =>
    [...list].sort((one, other) => ((one.name ?? '') < (other.name ?? '') ? -1 : 1));
  return sorted(schema.tables.filter(({ name }) => !name.startsWith('migrate_'))).map((table) => ({
    ...table,
    columns: sorted(table.columns),
    indices: sorted(table.indices),
    checks: sorted(table.checks),
    uniques: sorted(table.uniques),
    foreignKeys: sorted(table.foreignKeys),
  }));
}
