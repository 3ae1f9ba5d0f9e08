import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const id = { type: 'integer', primary: true } as const;
const shelf = (options: Partial<EntitySchemaOptions<object>>): EntitySchema =>
  new EntitySchema({ name: 'shelf', columns: { id }, ...options } as EntitySchemaOptions<object>);

describe.each(databases)('a name that no database keeps, on %s', (_, make) => {
  const scene = useScene(make);

  it.each<[string, EntitySchema]>([
    ['a table', shelf({ tableName: 'half\ud83d' })],
    ['a table', shelf({ tableName: 'half\udc00' })],
    ['a table', shelf({ tableName: 'a\0b' })],
    ['a table', shelf({ name: '' })],
    ['a column', shelf({ columns: { id, name: { type: 'varchar', name: 'half\ud83d' } } as never })],
    ['a column', shelf({ columns: { id, '': { type: 'varchar' } } as never })],
    ['an index', shelf({ indices: [{ name: 'half\ud83d', columns: ['id'] }] })],
    ['a check', shelf({ checks: [{ name: 'half\ud83d', expression: 'id > 0' }] })],
    ['a unique', shelf({ uniques: [{ name: 'a\0b', columns: ['id'] }] })],
    ['an index', shelf({ indices: [{ name: '', columns: ['id'] }] })],
    ['a check', shelf({ checks: [{ name: '', expression: 'id > 0' }] })],
    ['a unique', shelf({ uniques: [{ name: '', columns: ['id'] }] })],
    ['a view', shelf({ type: 'view', tableName: 'half\ud83d', expression: 'SELECT 1 AS id' } as never)],
  ])('is refused by migrate and check: of %s', async (_what, entity) => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await expect(migrations.migrate()).rejects.toMatchObject({ code: 'ENTITY_NAME' });
        await expect(migrations.check()).rejects.toMatchObject({ code: 'ENTITY_NAME' });
        expect(await migrations.heads()).toEqual([]);
      },
      { entities: [entity] },
    );
  });

  it('is not one with signs of other planes, quotes or spaces', async () => {
    const name = `🙂 "it's"`;
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        expect((await migrations.check()).length).toBe(0);
      },
      { entities: [shelf({ tableName: name, columns: { id, [name]: { type: 'varchar' } } as never })] },
    );
  });
});
