import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AutogenerateOptions } from '../../src/autogenerate/request.js';
import type { MigrateOptions } from '../../src/index.js';
import { databases, createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

@Entity('person')
@Index('IX_town', ['town'])
class Person {
  @PrimaryColumn()
  id!: number;

  @Column({ type: 'varchar' })
  name!: string;

  @Column({ type: 'varchar' })
  town!: string;
}

@Entity('person')
@Index('IX_town', () => ({ town: 1, name: -1 }))
@Index('IX_name', () => ({ name: -1 }), { unique: true })
class PersonSorted {
  @PrimaryColumn()
  id!: number;

  @Column({ type: 'varchar', name: 'full_name' })
  name!: string;

  @Column({ type: 'varchar' })
  town!: string;
}

@Entity('person')
@Index('IX_lower', { synchronize: false })
class PersonWithHidden extends Person {}

describe.each(databases)('on %s, the sort order that an entity gives an index', (_dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  it('is created, and compared from then on', async () => {
    await withDataSource(database, [PersonSorted], async (dataSource) => {
      await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      await dataSource.query('DROP INDEX "IX_name"');
      await dataSource.query('CREATE UNIQUE INDEX "IX_name" ON person (full_name)');
      const before = await catalog(dataSource);
      const { operations, downgrade } = await upgrade(dataSource);
      expect(JSON.stringify(operations)).toContain('{"full_name":"DESC"}');
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(before);
    });
  });

  it('is left alone where the entity specifies none', async () => {
    await withDataSource(database, [Person], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('DROP INDEX "IX_town"');
      await dataSource.query('CREATE INDEX "IX_town" ON person (town DESC)');
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });
});

describe.each(databases)('on %s, an index of the option `indexes`', (dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  const law = async (entity: new () => object, indexes: AutogenerateOptions['indexes'], others = {}): Promise<void> => {
    await withDataSource(database, [Person], (dataSource) => upgrade(dataSource));
    await withDataSource(database, [entity], async (dataSource) => {
      const before = await catalog(dataSource);
      const { operations, downgrade } = await upgrade(dataSource, { indexes, ...others });
      expect(operations).not.toEqual([]);
      expect((await compare(dataSource, { indexes })).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(before);
    });
  };

  it.each<[string, NonNullable<AutogenerateOptions['indexes']>[string][number]]>([
    ['on an expression', { name: 'IX_lower', columnNames: [], expression: 'lower( "name" )' }],
    ['on several', { name: 'IX_lower', columnNames: [], expression: 'lower(name), town desc', isUnique: true }],
    [
      'on an expression, for some rows',
      { name: 'IX_e', columnNames: [], expression: `(name || '!')`, where: `town <> 'x'` },
    ],
    [
      'sorted the other way round',
      { name: 'IX_d', columnNames: ['name', 'town'], columnOptions: { town: 'desc', name: 'ASC' } },
    ],
    [
      'in the place of an index of the entity',
      { name: 'IX_town', columnNames: ['town'], columnOptions: { town: 'DESC' } },
    ],
  ])('is created, compared and dropped by the downgrade: %s', (_what, index) => law(Person, { person: [index] }));

  it('is created although an entity declares its name with synchronize: false', () =>
    law(PersonWithHidden, { person: [{ name: 'IX_lower', columnNames: [], expression: 'lower(name)' }] }));

  it('is re-created when it changes, and renamed when only its name changes', async () => {
    await withDataSource(database, [Person], async (dataSource) => {
      const saying = (name: string, expression: string): AutogenerateOptions => ({
        indexes: { person: [{ name, columnNames: [], expression }] },
      });
      await upgrade(dataSource, saying('IX_a', 'lower(name)'));
      const changed = await upgrade(dataSource, saying('IX_a', 'upper(name)'));
      expect(JSON.stringify(changed.operations)).toMatch(/dropIndex.*createIndex/);
      const renamed = await upgrade(dataSource, saying('IX_b', 'upper(name)'));
      expect(JSON.stringify(renamed.operations)).toContain('renameIndex');
      expect((await compare(dataSource, saying('IX_b', 'upper(name)'))).operations).toEqual([]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
    expect(dialect).toBeDefined();
  });

  it('is re-created when the database gives it a property that the option leaves out', async () => {
    await withDataSource(database, [Person], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('DROP INDEX "IX_town"');
      await dataSource.query('CREATE INDEX "IX_town" ON person (town DESC)');
      const indexes = { person: [{ name: 'IX_town', columnNames: ['town'] }] };
      expect((await upgrade(dataSource, { indexes })).operations).not.toEqual([]);
      expect((await compare(dataSource, { indexes })).operations).toEqual([]);
    });
  });
});

describe('on PostgreSQL, an index of the option `indexes`', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it.each<[string, NonNullable<AutogenerateOptions['indexes']>[string][number]]>([
    ['INCLUDE', { name: 'IX_i', columnNames: ['name'], include: ['town', 'id'] }],
    ['an operator class', { name: 'IX_o', columnNames: ['name'], columnOptions: { name: 'varchar_pattern_ops' } }],
    ['NULLS NOT DISTINCT', { name: 'IX_n', columnNames: ['name'], isUnique: true, nullsNotDistinct: true }],
    ['an access method', { name: 'IX_h', columnNames: ['name'], type: 'HASH' }],
    ['NULLS LAST', { name: 'IX_l', columnNames: ['name'], columnOptions: { name: 'desc nulls last' } }],
  ])('is compared in full: %s', async (_what, index) => {
    const indexes = { person: [index] };
    await withDataSource(database, [Person], async (dataSource) => {
      const [row] = (await dataSource.query('SHOW server_version_num')) as [{ server_version_num: string }];
      if (index.nullsNotDistinct === true && Number(row.server_version_num) < 150_000) {
        process.stdout.write('Not tried: NULLS NOT DISTINCT is of PostgreSQL 15 and later.\n');
        return;
      }
      await upgrade(dataSource);
      const plain = {
        ...index,
        include: undefined,
        columnOptions: undefined,
        nullsNotDistinct: false,
        type: undefined,
      };
      await upgrade(dataSource, { indexes: { person: [plain as typeof index] } });
      expect((await upgrade(dataSource, { indexes })).operations.map(({ kind }) => kind)).toEqual([
        'dropIndex',
        'createIndex',
      ]);
      expect((await compare(dataSource, { indexes })).operations).toEqual([]);
      expect((await compare(dataSource, { indexes: { person: [plain as typeof index] } })).operations).not.toEqual([]);
    });
  });
});

describe('the option `indexes`', () => {
  const scene = useScene(createSqliteDatabase);
  const migrating = (indexes: unknown): Promise<unknown> =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init();
        return migrations.migrate();
      },
      { entities: [Person], migrate: { indexes } as Partial<MigrateOptions> },
    );

  it.each([
    ['a table that no entity has', { persn: [] }, /names the table "persn", which no entity has/],
    [
      'a column that the entity lacks',
      { person: [{ name: 'x', columnNames: ['nope'] }] },
      /names the column "nope" of "person" in the index "x", which the entity does not have/,
    ],
    ['no list', { person: {} }, /"indexes" .*an object whose values are lists/],
    ['an index without a name', { person: [{ columnNames: ['name'] }] }, /the index has no name/],
    ['an index with an unknown field', { person: [{ name: 'x', columnNames: ['name'], order: 'DESC' }] }, /'order'/],
    [
      'what the database cannot have',
      { person: [{ name: 'x', columnNames: ['name'], include: ['town'] }] },
      /SQLite.*'include'/,
    ],
  ])('refuses %s before a file is written', async (_what, indexes, message) => {
    await expect(migrating(indexes)).rejects.toThrow(message);
  });

  it('is read from the options of an application', async () => {
    const written = await migrating({ person: [{ name: 'IX_lower', columnNames: [], expression: 'lower(name)' }] });
    expect(written).toHaveLength(1);
  });
});
