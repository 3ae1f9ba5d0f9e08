import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EntitySchema } from 'typeorm';
import type { MigrateModuleOptions } from '../../src/index.js';
import { createPostgresDatabase, databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const note = new EntitySchema({
  name: 'note',
  columns: { id: { type: 'int', primary: true }, text: { type: 'varchar', unique: true } },
  indices: [{ columns: ['text', 'id'] }],
});
const OLD = [
  'CREATE TABLE note (id integer NOT NULL, text varchar NOT NULL, CONSTRAINT note_pk PRIMARY KEY (id), CONSTRAINT note_text UNIQUE (text))',
  'CREATE INDEX note_all ON note (text, id)',
];

describe.each(databases)('compareConstraintNames on %s', (_dialect, make) => {
  const scene = useScene(make);

  /** How many differences `check` finds, with these options and these settings in migrations.json. */
  const found = (migrate: Partial<MigrateModuleOptions>, settings: object = {}) =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const file = join(scene.directory, 'migrations.json');
        writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...settings }));
        for (const sql of OLD) await dataSource.query(sql);
        return (await migrations.check()).length;
      },
      {
        entities: [note],
        migrate,
      },
    );

  const off = { compareConstraintNames: false };

  it('reports names unless it is said otherwise', async () => {
    expect(await found({})).toBeGreaterThan(0);
  });

  it.each<[string, Partial<MigrateModuleOptions>, object]>([
    ['as an option', off, {}],
    ['as the text of an option', { compareConstraintNames: 'false' } as never, {}],
    ['in migrations.json', {}, off],
  ])('%s reports none', async (_where, migrate, settings) => {
    expect(await found(migrate, settings)).toBe(0);
  });

  it('of the module wins over that of migrations.json', async () => {
    expect(await found({ compareConstraintNames: true }, off)).toBeGreaterThan(0);
  });

  it.each([[{ compareConstraintNames: 'no' }], [{ equalDefaults: [['now()']] }], [{ equalDefaults: 'now()' }]])(
    'in migrations.json is refused as %j, with the file and the setting',
    async (settings) => {
      const [name = ''] = Object.keys(settings);
      await expect(found({}, settings)).rejects.toMatchObject({
        code: 'INVALID_SETTINGS',
        message: expect.stringMatching(new RegExp(`migrations\\.json: "${name}" must be .*, not `)),
      });
    },
  );
});

describe('equalDefaults on PostgreSQL', () => {
  const scene = useScene(createPostgresDatabase);
  const thing = new EntitySchema({
    name: 'thing',
    columns: { id: { type: 'uuid', primary: true, generated: 'uuid' } },
  });
  const same = { equalDefaults: [['uuid_generate_v4()', 'gen_random_uuid()']], compareConstraintNames: false };
  const isUuid = (sql: string | undefined): boolean => /^(?:uuid_generate_v4|gen_random_uuid)\(\)$/.test(sql ?? '');

  it.each<[string, Partial<MigrateModuleOptions>, object, number]>([
    ['nowhere', { compareConstraintNames: false }, {}, 1],
    ['as an option', same, {}, 0],
    ['in migrations.json', {}, same, 0],
    [
      'as compareServerDefault',
      {
        compareConstraintNames: false,
        compareServerDefault: ({ actual, wanted }) =>
          isUuid(actual.default) && isUuid(wanted.default) ? false : undefined,
      },
      {},
      0,
    ],
  ])('%s', async (_where, migrate, settings, differences) => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeFileSync(join(scene.directory, 'migrations.json'), JSON.stringify(settings));
        await dataSource.query('CREATE TABLE thing (id uuid PRIMARY KEY DEFAULT gen_random_uuid())');
        const kinds = (await migrations.check()).filter(({ kind }) => kind !== 'createExtension');
        expect(kinds).toHaveLength(differences);
        const written = await migrations.migrate({ message: 'none' });
        expect(written).toHaveLength(differences);
      },
      { entities: [thing], migrate },
    );
  });
});
