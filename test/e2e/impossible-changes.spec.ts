import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

type Columns = Record<string, EntitySchemaColumnOptions>;

const integer = { type: 'integer', primary: true } as const;
const entity = (name: string, columns: Columns, options: object = {}): EntitySchema =>
  new EntitySchema({ name, columns, ...options });

describe.each(databases)('changes that are impossible, on %s', (dialect, make) => {
  const scene = useScene(make);
  const uuid = { type: dialect === 'postgres' ? 'uuid' : 'integer', primary: true } as const;
  const key = { type: dialect === 'postgres' ? 'integer' : 'uuid', primary: true } as const;

  it('are all in one error: the types of keys', async () => {
    const names = ['author', 'book', 'shop'];
    await scene.inApplication((_, dataSource) => dataSource.synchronize(), {
      entities: names.map((name) => entity(name, { id: uuid })),
    });
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        for (const call of [() => migrations.migrate(), () => migrations.check()]) {
          const error = await call().catch((thrown: Error) => thrown);
          expect(error).toMatchObject({ code: 'KEY_CONVERSION_REFUSED' });
          const lines = (error as Error).message.split('\n');
          expect(lines[0]).toBe('3 primary keys cannot change their types:');
          for (const name of names)
            expect((error as Error).message).toContain(`  - The primary key "${name}.id" cannot`);
        }
        expect(await migrations.heads()).toEqual([]);
      },
      { entities: names.map((name) => entity(name, { id: key as EntitySchemaColumnOptions })) },
    );
  });

  it('are all in one error: what entities are', async () => {
    const entities = [
      entity('half\ud83d', { id: integer }),
      entity('a', { id: integer, half: { type: 'varchar', name: 'b\0' } }),
      entity('c', { id: integer }, { indices: [{ name: '', columns: ['id'] }] }),
      entity('good', { id: integer }),
    ];
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        const error = await migrations.migrate().catch((thrown: Error) => thrown);
        expect(error).toMatchObject({
          code: 'ENTITIES_REFUSED',
          errors: [{ code: 'ENTITY_NAME' }, { code: 'ENTITY_NAME' }, { code: 'ENTITY_NAME' }],
          hint: 'Give it another name in the entity.',
        });
        expect((error as Error).message.split('\n')).toEqual([
          '3 things in the entities cannot be migrated:',
          expect.stringContaining('  - The entities cannot be compared: table "half\\ud83d"'),
          expect.stringContaining('  - The entities cannot be compared: a column of table "a"'),
          expect.stringContaining('  - The entities cannot be compared: an index of table "c" has an empty name.'),
        ]);
      },
      { entities },
    );
  });
});

describe('changes that are impossible', () => {
  const scene = useScene(createPostgresDatabase);

  it('are all in one error: enums that do not agree, each with its way out', async () => {
    const mood = (enumName: string, values: string[]) => ({ type: 'enum', enum: values, enumName }) as const;
    const entities = [
      entity('a', { id: integer, one: mood('mood', ['x']), two: mood('size', ['s']) }),
      entity('b', { id: integer, one: mood('mood', ['y']) }),
      entity('c', { id: integer, two: mood('size', ['t']) }),
      entity('d\0', { id: integer }),
    ];
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await expect(migrations.check()).rejects.toMatchObject({
          code: 'ENTITIES_REFUSED',
          errors: [{ code: 'ENTITY_NAME' }, { code: 'ENUM_CONFLICT' }, { code: 'ENUM_CONFLICT' }],
          hint: 'Give it another name in the entity. Give both columns the same values, or different enumNames.',
        });
      },
      { entities },
    );
  });
});

describe('what migrate says of rows', () => {
  const scene = useScene(createPostgresDatabase);

  it('is what the revision will do, and not that it was done', async () => {
    const note = (isNullable: boolean): EntitySchema =>
      entity('note', {
        id: integer,
        text: { type: 'varchar', nullable: isNullable, ...(isNullable ? {} : { default: 'none' }) },
      });
    await scene.inApplication(
      async (_migrations, dataSource) => {
        await dataSource.synchronize();
        await dataSource.query('INSERT INTO note (id) VALUES (1)');
      },
      { entities: [note(true)] },
    );
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const told: string[] = [];
        await migrations.with({ onNotice: ({ message }) => told.push(message) }).migrate();
        expect(told).toContainEqual(expect.stringMatching(/^The revision will run: UPDATE "note" SET "text" = 'none'/));
        expect(told.filter((message) => /Detected (ran|inserted)/.test(message))).toEqual([]);
        expect(await dataSource.query('SELECT text FROM note')).toEqual([{ text: null }]);
      },
      { entities: [note(false)] },
    );
  });
});

describe.each(databases)('a list that is no simple-array, on %s', (dialect, make) => {
  const scene = useScene(make);
  const list = (type: string): EntitySchema =>
    entity('post', {
      id: integer,
      tags: (type === 'list'
        ? dialect === 'postgres'
          ? { type: 'text', array: true }
          : { type: 'simple-json' }
        : { type }) as EntitySchemaColumnOptions,
    });
  const follow = (entities: EntitySchema[]) =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init().catch(() => undefined);
        await migrations.migrate({ message: 'next' });
        await migrations.upgrade();
      },
      { entities },
    );

  it('is refused by that name, and not by the one of a cast', async () => {
    await follow([list('list')]);
    const value = dialect === 'postgres' ? '{"a,b"}' : '["a,b"]';
    await scene.inApplication((_, dataSource) => dataSource.query(`INSERT INTO post VALUES (1, '${value}')`));
    const error = (await follow([list('simple-array')]).catch((thrown: Error) => thrown)) as Error;
    expect(error.message).toMatch(/simple-array/);
    expect(error.message).toContain(value);
    expect(error.message).not.toMatch(/invalid input syntax|malformed/);
  });
});
