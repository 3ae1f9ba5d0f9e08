import { readFile } from 'node:fs/promises';
import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import type { MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

type Options = Partial<EntitySchemaOptions<unknown>>;
const user = (more: Options['columns'] = {}, rest: Options = {}): EntitySchema =>
  new EntitySchema({
    name: 'user',
    columns: {
      id: { type: 'int', primary: true },
      email: { type: 'varchar', nullable: true },
      ...more,
    },
    ...rest,
  } as EntitySchemaOptions<unknown>);

const post = (rest: Options = {}): EntitySchema =>
  new EntitySchema({
    name: 'post',
    ...rest,
    columns: { id: { type: 'int', primary: true }, userId: { type: 'int', nullable: true }, ...rest.columns },
  } as EntitySchemaOptions<unknown>);

const changed = [
  user(
    {
      email: { type: 'varchar', nullable: false, default: '' },
      token: { type: 'uuid', default: () => 'gen_random_uuid()' },
      score: { type: 'int', generated: 'increment' },
      number: { type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' },
    },
    {
      indices: [{ name: 'IDX_email', columns: ['email'] }],
      uniques: [{ name: 'UQ_token', columns: ['token'] }],
      checks: [{ name: 'CHK_score', expression: '"score" >= 0' }],
    },
  ),
  post({
    foreignKeys: [{ name: 'FK_user', target: 'user', columnNames: ['userId'], referencedColumnNames: ['id'] }],
  } as Options),
];

describe('the online form of changes', () => {
  const scene = useScene(createPostgresDatabase);

  /** What `migrate` writes about the changes of two tables that are there. */
  async function written(
    online: boolean | undefined,
    options: Partial<MigrateModuleOptions> = {},
    use: (migrations: MigrationService, count: number) => Promise<void> = async () => undefined,
  ): Promise<readonly string[]> {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query('INSERT INTO "user" (id) SELECT generate_series(1, 2500)');
        await dataSource.query('INSERT INTO "post" (id, "userId") SELECT generate_series(1, 10), 1');
      },
      { entities: [user(), post()] },
    );
    return scene.inApplication(
      async (migrations) => {
        const revisions = await migrations.migrate({ message: 'change', ...(online !== undefined && { online }) });
        await use(migrations, revisions.length);
        return Promise.all(revisions.map(({ path }) => readFile(path, 'utf8')));
      },
      { entities: changed, migrate: options },
    );
  }

  it('is one revision in several transactions, whose steps say why', async () => {
    const [text, ...others] = await written(true, {}, async (migrations, count) => {
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await scene.inApplication(
        async (_migrations, dataSource) => {
          await dataSource.query('INSERT INTO "user" (id) VALUES (9999)');
          expect(await dataSource.query('SELECT max(number) AS last, count(*) AS all FROM "user"')).toEqual([
            { last: '2501', all: '2501' },
          ]);
        },
        { entities: [] },
      );
      await migrations.downgrade(`-${count}`);
    });
    expect(others).toEqual([]);
    const upgrade = text!.slice(text!.indexOf('function upgrade'), text!.indexOf('function downgrade'));
    expect(upgrade).toContain("await op.validateConstraint('user', 'email_is_not_null', { isConcurrent: true });");
    expect(upgrade).toContain("await op.dropCheckConstraint('user', 'email_is_not_null');");
    expect(upgrade).toContain('await op.inBatches({ table: \'user\', size: 1000 }, `UPDATE "user" SET "email" = \'\'');
    expect(upgrade).toContain("await op.alterColumn('user', 'token', { default: 'gen_random_uuid()'");
    expect(upgrade).toContain('UPDATE "user" SET "token" = DEFAULT WHERE "token" IS NULL');
    expect(upgrade).toContain('{ fromIndex: true });');
    expect(upgrade).toContain('isValidated: false');
    expect(upgrade).toContain("await op.validateConstraint('post', 'FK_user', { isConcurrent: true });");
    expect(upgrade).toContain('CREATE SEQUENCE "user_score_seq" AS integer OWNED BY "user"."score"');
    expect(upgrade).not.toContain('No online form');
  });

  it('is none for a type that is stored in another way, which a comment says', async () => {
    await written(true);
    const [text] = await scene.inApplication(
      async (migrations) => {
        await migrations.upgrade();
        const revisions = await migrations.migrate({ message: 'wider', online: true });
        return Promise.all(revisions.map(({ path }) => readFile(path, 'utf8')));
      },
      {
        entities: [
          changed[0]!,
          post({
            columns: { userId: { type: 'bigint', nullable: true } },
            foreignKeys: changed[1]!.options.foreignKeys,
          } as Options),
        ],
      },
    );
    expect(text).toContain("// No online form: it writes again all rows of 'post'");
    expect(text).toContain("npx nest-cmd db migrate --expand 'post.userId:bigint'");
  });

  it('is in comments with the option `suggest`, above what it would replace', async () => {
    const [text] = await written(undefined, { online: 'suggest' }, async (migrations) => {
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
    });
    expect(text).toContain('  // While others use the table, rather');
    expect(text).toMatch(/\/\/ {3}await op\.validateConstraint\('post', 'FK_user', \{ isConcurrent: true \}\);/);
    expect(text).toContain("  await op.createForeignKey('post', {\n    name: 'FK_user',");
    expect(text).not.toMatch(/^ {2}await op\.inBatches/m);
  });

  it('is written by the option, and left out by a call', async () => {
    expect((await written(undefined, { online: 'write' })).join('')).toContain('op.inBatches');
  });

  it('is left out where a call asks for that, and by default', async () => {
    const plain = await written(false, { online: 'write' });
    expect(plain.join('')).not.toMatch(/isConcurrent|inBatches|isValidated|online/);
  });

  it('is not for tables that the revision itself makes', async () => {
    const files = await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        const revisions = await migrations.migrate({ message: 'make', online: true });
        return Promise.all(revisions.map(({ path }) => readFile(path, 'utf8')));
      },
      { entities: changed },
    );
    expect(files.join('')).not.toMatch(/isConcurrent|inBatches|isValidated/);
  });

  it('builds what replaces a key or an index before that is dropped, also where foreign keys go with it', async () => {
    const owner = (key: 'id' | 'code', unique: readonly string[]): EntitySchema =>
      new EntitySchema({
        name: 'owner',
        schema: 'Mixed "Case"',
        columns: {
          id: { type: 'int', primary: key === 'id' },
          code: { type: 'int', primary: key === 'code' },
          note: { type: 'varchar', nullable: true },
        },
        uniques: [{ name: 'UQ_note', columns: [...unique] }],
        indices: [{ name: 'IDX_note', columns: [...unique].reverse() }, { columns: [...unique, key] }],
      } as EntitySchemaOptions<unknown>);
    const item = (key: string): EntitySchema =>
      post({
        foreignKeys: [{ name: 'FK_owner', target: 'owner', columnNames: ['userId'], referencedColumnNames: [key] }],
      } as Options);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO "Mixed ""Case"""."owner" VALUES (1, 1, 'a'), (2, 2, 'b')`);
        await dataSource.query('INSERT INTO "post" VALUES (1, 1)');
      },
      { entities: [owner('id', ['note']), item('id')] },
    );
    await scene.inApplication(
      async (migrations) => {
        const [revision, ...others] = await migrations.migrate({ message: 'change', online: true });
        expect(others).toEqual([]);
        const text = await readFile(revision!.path, 'utf8');
        const upgrade = text.slice(text.indexOf('function upgrade'), text.indexOf('function downgrade'));
        const calls = [...upgrade.matchAll(/^ {2}await op\.(\w+)\(/gm)].map(([, name]) => name);
        expect(calls.join(' ')).toBe(
          [
            // The primary key, without its foreign key for that moment only.
            'createIndex execute dropForeignKey dropPrimaryKey createPrimaryKey',
            // The unique constraint of the same name.
            'createIndex execute dropUniqueConstraint createUniqueConstraint',
            // The index of the same name, and the one of another.
            'createIndex dropIndex renameIndex createIndex dropIndex',
            'createForeignKey validateConstraint',
          ].join(' '),
        );
        expect((await migrations.lint()).filter(({ level }) => level === 'error')).toEqual([]);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade('-1');
        await migrations.upgrade();
      },
      { entities: [owner('code', ['note', 'id']), item('code')] },
    );
  });

  it('goes on where it stopped when rows are in its way, and is refused with SQL in the place of operations', async () => {
    await written(true, {}, async (migrations) => {
      await scene.inApplication(
        async (_migrations, dataSource) =>
          void (await dataSource.query('INSERT INTO "post" (id, "userId") VALUES (99, 9999)')),
        { entities: [] },
      );
      await expect(migrations.upgrade()).rejects.toThrow('FK_user');
      await scene.inApplication(
        async (_migrations, dataSource) => void (await dataSource.query('DELETE FROM "post" WHERE id = 99')),
        { entities: [] },
      );
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await expect(migrations.migrate({ online: true, sqlBody: true })).rejects.toMatchObject({
        code: 'ONLINE_SQL_BODY',
      });
    });
  });
});

describe('the online form on SQLite', () => {
  const scene = useScene(createSqliteDatabase);

  it('is the plain one', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
      },
      { entities: [user()] },
    );
    const entity = user({}, { indices: [{ name: 'IDX_email', columns: ['email'] }] });
    const [revision] = await scene.inApplication((migrations) => migrations.migrate({ message: 'x', online: true }), {
      entities: [entity],
    });
    expect(await readFile(revision!.path, 'utf8')).not.toContain('isConcurrent');
  });
});
