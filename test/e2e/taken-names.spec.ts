import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const id: EntitySchemaColumnOptions = { type: 'int', primary: true };
const table = (name: string, columns: Record<string, EntitySchemaColumnOptions> = {}): EntitySchema =>
  new EntitySchema({ name, columns: { id, ...columns } });

describe.each(databases)('an entity with the name of a table that the runner keeps, on %s', (dialect, make) => {
  const scene = useScene(make);

  it.each<readonly [string, string | undefined]>([
    ['x', 'x'],
    ['x_history', 'x'],
    ['x_two_phase', 'x'],
    ['migrate_version', undefined],
    ...(dialect === 'sqlite' ? [['X', 'x'] as const] : []),
  ])('is refused before anything is written: %s, versionTable %s', async (name, versionTable) => {
    const refused = {
      code: 'VERSION_TABLE_TAKEN',
      message: expect.stringMatching(new RegExp(`^An entity has the table "${name}"`, 'i')) as string,
      hint: expect.stringContaining('Set another `versionTable`') as string,
    };
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await expect(migrations.migrate({ message: 'first' })).rejects.toMatchObject(refused);
        await expect(migrations.check()).rejects.toMatchObject(refused);
        expect(await migrations.heads()).toEqual([]);
      },
      { entities: [table(name)], migrate: versionTable === undefined ? {} : { versionTable } },
    );
  });

  it('is fine where the entity is left out, or does not synchronize', async () => {
    const read = new EntitySchema({ name: 'x', synchronize: false, columns: { id } });
    for (const [entity, migrate] of [
      [read, {}],
      [table('x'), { includeObject: (_object: unknown, name: string | null) => name !== 'x' }],
    ] as const) {
      await scene.inApplication(
        async (migrations) => {
          await migrations.init().catch(() => undefined);
          expect(await migrations.check()).toMatchObject([{ kind: 'createTable', table: { name: 'other' } }]);
        },
        { entities: [entity, table('other')], migrate: { versionTable: 'x', ...migrate } },
      );
    }
  });

  it('is named where its table is there already', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await dataSource.query('CREATE TABLE x (id integer NOT NULL PRIMARY KEY)');
        for (const work of [() => migrations.upgrade(), () => migrations.current(), () => migrations.migrate()]) {
          await expect(work()).rejects.toMatchObject({
            code: 'VERSION_TABLE',
            hint: expect.stringContaining('A table of that name exists that is no version table') as string,
          });
        }
      },
      { entities: [table('x')], migrate: { versionTable: 'x' } },
    );
  });
});

describe('an enum type with the name of a table, on PostgreSQL', () => {
  const scene = useScene(createPostgresDatabase);
  const long = 't'.repeat(63);
  const kind: EntitySchemaColumnOptions = { type: 'enum', enum: ['a', 'b'] };

  it.each<[string, EntitySchema[], string]>([
    ['that is cut to it', [table(long, { kind })], `of column "kind" of table "${long}" would be called "${long}"`],
    ['that is given', [table('x', { kind: { ...kind, enumName: 'x' } })], '"kind" of table "x" would be called "x"'],
    [
      'of another entity',
      [table('x', { kind: { ...kind, enumName: 'y' } }), table('y')],
      '"kind" of table "x" would be called "y"',
    ],
    [
      'that is the one of a view',
      [
        table('x', { kind: { ...kind, enumName: 'v' } }),
        new EntitySchema({ name: 'v', type: 'view', expression: 'SELECT id FROM x', columns: { id: { type: 'int' } } }),
      ],
      '"kind" of table "x" would be called "v"',
    ],
  ])('is refused at migrate: %s', async (_what, entities, message) => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await expect(migrations.migrate({ message: 'first' })).rejects.toMatchObject({
          code: 'ENUM_NAME_TAKEN',
          message: expect.stringContaining(message) as string,
          hint: expect.stringContaining('`enumName`') as string,
        });
      },
      { entities },
    );
  });

  it('is made where it is another one, or of another schema', async () => {
    const elsewhere = new EntitySchema({
      name: 'y',
      schema: 'other',
      columns: { id, kind: { ...kind, enumName: 'x' } },
    });
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'first' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [table(long, { kind: { ...kind, enumName: 'kind' } }), table('x'), elsewhere] },
    );
  });
});
