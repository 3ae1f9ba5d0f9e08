import { EntitySchema } from 'typeorm';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const user = new EntitySchema({ name: 'user', columns: { id: { type: 'integer', primary: true } } });

describe.each(databases)('version tables of others in a database, on %s', (_kind, make) => {
  const scene = useScene(make);

  it('are left alone by check and migrate: those of other tenants, and that of Alembic', async () => {
    const upgradeAs = (versionTable: string) =>
      scene.inApplication(
        async (migrations, dataSource) => {
          if (versionTable === 'version_of_acme') {
            await migrations.init();
            await migrations.migrate({ message: 'first', revId: 'a1' });
            await migrations.upgrade();
            await dataSource.query('CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)');
          } else await migrations.stamp('head');
        },
        { entities: [user], migrate: { versionTable } },
      );
    await upgradeAs('version_of_acme');
    await upgradeAs('version_of_beta');
    for (const versionTable of ['version_of_acme', 'version_of_beta']) {
      await scene.inApplication(async (migrations) => expect(await migrations.check()).toEqual([]), {
        entities: [user],
        migrate: { versionTable },
      });
    }
  });

  it('are not confused with a table that has other columns too', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await dataSource.query(
          'CREATE TABLE edition (version_num varchar(32) NOT NULL PRIMARY KEY, title varchar(20))',
        );
        const found = await migrations.check();
        expect(found.map(({ kind }) => kind).sort()).toEqual(['createTable', 'dropTable']);
      },
      { entities: [user] },
    );
  });
});
