import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultNamingStrategy, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { type Scene, useScene } from '../support/scene.js';
import { writeRevisions } from '../support/write-revisions.js';

const key: EntitySchemaColumnOptions = { type: 'int', primary: true };
const note = new EntitySchema({ name: 'note', columns: { id: key, text: { type: 'varchar' } } });
const pair = new EntitySchema({ name: 'pair', columns: { b: key, a: key } });
const named = new EntitySchema({
  name: 'named',
  columns: { id: { ...key, primaryKeyConstraintName: 'my key' } },
});
const entities = [note, pair, named];
const other = new EntitySchema({ name: 'other', columns: { id: key } });

/** Names that a team may choose later. */
class OtherNames extends DefaultNamingStrategy {
  override primaryKeyName(table: unknown): string {
    return `pk_${String((table as { name?: string }).name ?? table).replace(/^.*\./, '')}`;
  }
}

const defaults = new DefaultNamingStrategy();

/** Uses the naming strategy from here on. */
function adoptNames(database: TestDatabase): void {
  Object.assign(database.options, { namingStrategy: new OtherNames() });
}

function sources(scene: Scene): string {
  const folder = join(scene.directory, 'versions');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

describe('primary keys on postgres', () => {
  const scene = useScene(createPostgresDatabase);

  /** Migrates to these entities. */
  const follow = (entities: EntitySchema[], renames: string[] = []) =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init().catch(() => undefined);
        await migrations.migrate({ message: 'next', renames });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      },
      { entities },
    );

  const keyNames = () =>
    scene.inApplication(async (_migrations, dataSource) => {
      const sql = `SELECT conrelid::regclass::text AS on, conname AS name FROM pg_constraint
        WHERE contype = 'p' AND connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'migrate_version%' ORDER BY 1`;
      const rows = await dataSource.query<{ on: string; name: string }[]>(sql);
      return Object.fromEntries(rows.map((row) => [row.on, row.name]));
    });

  const defaultNames = {
    named: 'my key',
    note: defaults.primaryKeyName('note', ['id']),
    pair: defaults.primaryKeyName('pair', ['a', 'b']),
  };

  it("have no name in a revision where it is TypeORM's default one, and all have one in the database", async () => {
    await follow(entities);
    expect(sources(scene).match(/primaryKeyConstraintName: '[^']*'/g)).toEqual(["primaryKeyConstraintName: 'my key'"]);
    expect(await keyNames()).toEqual(defaultNames);
  });

  it('come back with their names on the way down', async () => {
    await follow(entities);
    await follow([other]);
    await scene.inApplication((migrations) => migrations.downgrade());
    expect(await keyNames()).toEqual(defaultNames);
  });

  it('get the same names on a new database after the naming strategy has changed', async () => {
    const memo = new EntitySchema({ name: 'memo', columns: { id: key, text: { type: 'varchar' } } });
    await follow(entities);
    // The key gets another name with its table: by the names of the first revision.
    await follow([memo, pair, named], ['note:memo']);
    adoptNames(scene.database);
    await follow([memo, pair, named]);
    const names = { memo: 'pk_memo', named: 'my key', pair: 'pk_pair' };
    expect(await keyNames()).toEqual(names);
    await scene.inApplication(async (migrations) => {
      await migrations.downgrade('base');
      await migrations.upgrade('+1');
      expect(await keyNames()).toEqual(defaultNames);
      await migrations.upgrade();
    });
    expect(await keyNames()).toEqual(names);
  });

  it('have every name of a naming strategy that gives its own in a revision', async () => {
    adoptNames(scene.database);
    await follow(entities);
    expect(
      sources(scene)
        .match(/primaryKeyConstraintName: '[^']*'/g)
        ?.toSorted(),
    ).toEqual([
      "primaryKeyConstraintName: 'my key'",
      "primaryKeyConstraintName: 'pk_note'",
      "primaryKeyConstraintName: 'pk_pair'",
    ]);
  });

  it("have TypeORM's default name without one, in every call, whatever the naming strategy", async () => {
    adoptNames(scene.database);
    writeRevisions(scene.directory, {
      a1: {
        upgrade: `
          await op.createTable({ name: 'note', columns: [{ name: 'id', type: 'int', isPrimary: true }] });
          await op.createTable({ name: 'pair', columns: [{ name: 'a', type: 'int' }, { name: 'b', type: 'int' }] });
          await op.createPrimaryKey('pair', ['b', 'a']);`,
      },
    });
    await scene.inApplication(async (migrations) => {
      await migrations.init().catch(() => undefined);
      await migrations.upgrade();
    });
    const { named: _named, ...both } = defaultNames;
    expect(await keyNames()).toEqual(both);
  });
});

describe('primary keys on sqlite', () => {
  const scene = useScene(createSqliteDatabase);

  it('keep a name that somebody gave them by hand on the way down', async () => {
    const name = defaults.primaryKeyName('old', ['id']);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await dataSource.query(`CREATE TABLE "old" ("id" integer NOT NULL, CONSTRAINT "${name}" PRIMARY KEY ("id"))`);
        await migrations.migrate({ message: 'drop' });
        await migrations.upgrade();
        await migrations.downgrade();
        const [row] = await dataSource.query<{ sql: string }[]>("SELECT sql FROM sqlite_master WHERE name = 'old'");
        expect(row?.sql).toContain(`CONSTRAINT "${name}" PRIMARY KEY`);
      },
      { entities: [other] },
    );
  });
});
