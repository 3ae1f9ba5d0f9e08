import { readFile } from 'node:fs/promises';
import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import { createPostgresDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

type Options = Partial<EntitySchemaOptions<unknown>>;
const user = (columns: Options['columns'] = {}, rest: Options = {}): EntitySchema =>
  new EntitySchema({
    name: 'user',
    columns: { id: { type: 'int', primary: true }, email: { type: 'varchar', nullable: true }, ...columns },
    ...rest,
  } as EntitySchemaOptions<unknown>);
const post = (rest: Options = {}): EntitySchema =>
  new EntitySchema({
    name: 'post',
    columns: { id: { type: 'int', primary: true }, userId: { type: 'int', nullable: true } },
    indices: [{ name: 'IDX_user', columns: ['userId'] }],
    ...rest,
  } as EntitySchemaOptions<unknown>);

describe('lint of what migrate writes in the online form', () => {
  const scene = useScene(createPostgresDatabase);

  it('finds nothing that keeps others waiting', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query('INSERT INTO "user" (id) SELECT generate_series(1, 50)');
      },
      { entities: [user(), post()] },
    );
    const entities = [
      user(
        {
          email: { type: 'varchar', default: '' },
          token: { type: 'uuid', default: () => 'gen_random_uuid()' },
          phone: { type: 'varchar' },
        },
        {
          indices: [{ name: 'IDX_email', columns: ['email'] }],
          uniques: [{ name: 'UQ_token', columns: ['token'] }],
          checks: [{ name: 'CHK_id', expression: '"id" > 0' }],
        },
      ),
      post({
        foreignKeys: [{ name: 'FK_user', target: 'user', columnNames: ['userId'], referencedColumnNames: ['id'] }],
      }),
    ];
    await scene.inApplication(
      async (migrations) => {
        const [revision] = await migrations.migrate({ message: 'change', online: true });
        const findings = await migrations.lint();
        const levels = findings.map(({ level, code, target, message }) => ({ level, code, target, message }));
        expect(levels.filter(({ level }) => level !== 'note')).toEqual([]);
        // Nobody waits, but INSERTs without the new value fail.
        expect(levels).toContainEqual(
          expect.objectContaining({ code: 'required-breaks-old-inserts', target: 'user.phone' }),
        );
        expect(await readFile(revision!.path, 'utf8')).toContain(
          `// await op.inBatches({ table: 'user', size: 1000 }, 'UPDATE "user" SET "phone" = … WHERE "phone" IS NULL');`,
        );
      },
      { entities },
    );
  });

  it('finds nothing in the steps of a change of a type', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await migrations.migrate({ expand: 'user.id:bigint' });
        const findings = await migrations.lint();
        const levels = findings.map(({ level, code, target, message }) => ({ level, code, target, message }));
        expect(levels.filter(({ level }) => level !== 'note')).toEqual([]);
      },
      { entities: [user(), post()] },
    );
  });
});
