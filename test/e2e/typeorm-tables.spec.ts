import { EntitySchema } from 'typeorm';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const user = new EntitySchema({ name: 'user', columns: { id: { type: 'integer', primary: true } } });
const entry = new EntitySchema({
  name: 'entry',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    timestamp: { type: 'bigint' },
    name: { type: 'varchar' },
  },
});

describe.each(databases)('what TypeORM keeps in a database, on %s', (kind, make) => {
  const scene = useScene(make);
  const id = kind === 'postgres' ? 'serial PRIMARY KEY' : 'integer PRIMARY KEY AUTOINCREMENT NOT NULL';
  const columns = `(id ${id}, "timestamp" bigint NOT NULL, name varchar NOT NULL)`;
  const value = `("timestamp", name) VALUES (1700000000000, 'First1700000000000')`;

  it('is left alone under other names, with rows and without', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        for (const name of ['old_migrations', 'applied', 'typeorm_history']) {
          await dataSource.query(`CREATE TABLE "${name}" ${columns}`);
          if (name !== 'applied') await dataSource.query(`INSERT INTO "${name}" ${value}`);
        }
        const texts = ['"type"', '"database"', '"schema"', '"table"', '"name"'].map((name) => `${name} varchar`);
        await dataSource.query(`CREATE TABLE orm_meta (${texts.join(', ')}, "value" text)`);
        expect(await migrations.check()).toMatchObject([{ kind: 'createTable', table: { name: 'user' } }]);
      },
      { entities: [user] },
    );
  });

  it('is not confused with the table of an entity with the same columns, also when that entity is gone', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'first', revId: 'a1' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await dataSource.query(`INSERT INTO entry ("timestamp", name) VALUES (1, 'a visit')`);
      },
      { entities: [user, entry] },
    );
    await scene.inApplication(
      async (migrations) => {
        expect(await migrations.check()).toMatchObject([{ kind: 'dropTable', table: { name: 'entry' } }]);
      },
      { entities: [user] },
    );
  });

  it.each(['migrationsRun', 'synchronize', 'dropSchema'])(
    'is warned of where it changes the database by itself: %s, once for each of migrate, check and upgrade',
    async (option) => {
      const told: string[] = [];
      await scene.inApplication(
        async (migrations, dataSource) => {
          // As the option is for nest-cmd: set, and without effect so far.
          Object.assign(dataSource.options, { [option]: true, migrations: [] });
          await migrations.init();
          for (const command of ['migrate', 'upgrade', 'check'] as const) {
            const telling = migrations.with({
              onNotice: ({ level, message }) => level === 'warning' && told.push(`${command}: ${message}`),
            });
            await telling[command]();
          }
          Object.assign(dataSource.options, { [option]: false });
        },
        { entities: [user] },
      );
      expect(told).toEqual(
        ['migrate', 'upgrade', 'check'].map((command) =>
          expect.stringMatching(new RegExp(`^${command}: ${option} is true: TypeORM .*Switch it off`)),
        ),
      );
    },
  );
});
