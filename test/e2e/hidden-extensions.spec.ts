import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, postgresExtensions } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const wanted: [extension: string, column: EntitySchemaColumnOptions][] = [
  ['citext', { type: 'citext' }],
  ['hstore', { type: 'hstore' }],
  ['uuid-ossp', { type: 'uuid', default: () => 'uuid_generate_v4()' }],
];

describe.each(wanted.filter(([extension]) => postgresExtensions.includes(extension)))(
  'the extension %s in a schema off the search path',
  (extension, column) => {
    const scene = useScene(createPostgresDatabase);

    it('is named by the error of a revision that uses it', async () => {
      const admin = await new DataSource(scene.database.options).initialize();
      await admin.query(`DROP EXTENSION IF EXISTS "${extension}"`);
      await admin.query('CREATE SCHEMA hidden');
      await admin.query(`CREATE EXTENSION "${extension}" SCHEMA hidden`);
      await admin.destroy();
      const thing = new EntitySchema({
        name: 'thing',
        columns: { id: { type: 'int', primary: true }, a: column },
      });
      await scene.inApplication(
        async (migrations) => {
          await migrations.init();
          await migrations.migrate({ message: 'first' });
          await expect(migrations.upgrade()).rejects.toMatchObject({
            code: 'MIGRATION_FAILED',
            hint: expect.stringContaining(
              `The extension "${extension}" has it in the schema "hidden", which is not on the search_path`,
            ) as string,
          });
        },
        { entities: [thing] },
      );
    });
  },
);
