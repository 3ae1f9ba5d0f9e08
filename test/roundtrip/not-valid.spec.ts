import { readFile } from 'node:fs/promises';
import { EntitySchema } from 'typeorm';
import { reverseAll } from '../../src/operations/reverse.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

const user = table('user', {});
const order = new EntitySchema({
  name: 'order',
  columns: {
    id: { type: 'int', primary: true },
    userId: { type: 'int' },
    price: { type: 'int' },
  },
  checks: [{ name: 'CHK_price', expression: `"price" IN (1, 2, 3)` }],
  foreignKeys: [{ name: 'FK_user', target: 'user', columnNames: ['userId'], referencedColumnNames: ['id'] }],
});

const NOT_VALID = `
  ALTER TABLE "order" DROP CONSTRAINT "CHK_price", DROP CONSTRAINT "FK_user";
  INSERT INTO "user" VALUES (1);
  INSERT INTO "order" VALUES (1, 1, 1);
  ALTER TABLE "order"
    ADD CONSTRAINT "CHK_price" CHECK (price IN (1, 2, 3)) NOT VALID,
    ADD CONSTRAINT "FK_user" FOREIGN KEY ("userId") REFERENCES "user" (id) NOT VALID`;

describe('constraints that are NOT VALID', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it('are found where an entity has them, validated, and kept valid on the way down', async () => {
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      const valid = await catalog(dataSource);
      await dataSource.query(NOT_VALID);
      const { operations, downgrade, warnings } = await upgrade(dataSource);
      expect(operations).toEqual([
        { kind: 'validateConstraint', table: { name: 'order' }, name: 'CHK_price' },
        { kind: 'validateConstraint', table: { name: 'order' }, name: 'FK_user' },
      ]);
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining('"CHK_price" on "order" is NOT VALID'),
        expect.stringContaining('"FK_user" on "order" is NOT VALID'),
      ]);
      expect(downgrade).toEqual([]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await catalog(dataSource)).toEqual(valid);
    });
  });

  it('are found after their table or they themselves are renamed', async () => {
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(NOT_VALID);
    });
    const purchase = new EntitySchema({
      ...order.options,
      name: 'purchase',
      checks: [{ expression: `"price" IN (1, 2, 3)` }],
    });
    await withDataSource(database, [user, purchase], async (dataSource) => {
      const { operations } = await upgrade(dataSource, { renames: ['order:purchase'] });
      expect(operations.map(({ kind }) => kind)).toEqual([
        'renameTable',
        'renameConstraint',
        'renameConstraint',
        'validateConstraint',
        'validateConstraint',
      ]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('come back NOT VALID when an entity gives them up, and no row is lost for it', async () => {
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(NOT_VALID.replace('VALUES (1, 1, 1)', 'VALUES (1, 7, 9)'));
    });
    const bare = new EntitySchema({ ...order.options, checks: [], foreignKeys: [] });
    await withDataSource(database, [user, bare], async (dataSource) => {
      const before = await catalog(dataSource);
      const { downgrade } = await upgrade(dataSource);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(before);
    });
    await withDataSource(database, [user], async (dataSource) => {
      const before = await catalog(dataSource);
      const { downgrade } = await upgrade(dataSource);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(before);
    });
  });

  it('are re-created as valid when their definition changes, and validated once when a type changes under them', async () => {
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(NOT_VALID);
    });
    const other = new EntitySchema({
      ...order.options,
      columns: { ...order.options.columns, price: { type: 'bigint' } },
      checks: [{ name: 'CHK_price', expression: '"price" > 0' }],
      foreignKeys: [{ ...order.options.foreignKeys![0]!, onDelete: 'CASCADE' }],
    });
    await withDataSource(database, [user, other], async (dataSource) => {
      const { operations } = await upgrade(dataSource);
      expect(operations.map(({ kind }) => kind)).not.toContain('validateConstraint');
      expect((await compare(dataSource)).operations).toEqual([]);
    });
    const text = (of: EntitySchema, name: string): EntitySchema =>
      new EntitySchema({
        ...of.options,
        columns: {
          ...of.options.columns,
          [name]: { ...of.options.columns[name]!, type: 'varchar', generated: undefined },
        },
      });
    await withDataSource(database, [text(user, 'id'), text(other, 'userId')], async (dataSource) => {
      await dataSource.query(`ALTER TABLE "order" DROP CONSTRAINT "FK_user",
        ADD CONSTRAINT "FK_user" FOREIGN KEY ("userId") REFERENCES "user" (id) ON DELETE CASCADE NOT VALID`);
      await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('are left alone on tables and constraints that are left out, on heirs, partitions and domains', async () => {
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`
        CREATE TABLE left_out (a int);
        ALTER TABLE left_out ADD CONSTRAINT left_check CHECK (a > 0) NOT VALID;
        CREATE TABLE heir () INHERITS ("order");
        ALTER TABLE heir ADD CONSTRAINT heir_check CHECK (price > 0) NOT VALID;
        CREATE TABLE parts (a int) PARTITION BY RANGE (a);
        CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (2);
        ALTER TABLE part ADD CONSTRAINT part_check CHECK (a > 0) NOT VALID;
        CREATE DOMAIN positive AS int;
        ALTER DOMAIN positive ADD CONSTRAINT domain_check CHECK (VALUE > 0) NOT VALID`);
      const isOurs = (name: string | null): boolean => !['left_out', 'parts', 'CHK_price'].includes(name ?? '');
      const includeObject = (_object: unknown, name: string | null): boolean => isOurs(name);
      expect((await compare(dataSource, { includeObject })).operations).toEqual([]);
      await dataSource.query(NOT_VALID);
      expect((await compare(dataSource, { includeObject })).operations).toEqual([
        { kind: 'validateConstraint', table: { name: 'order' }, name: 'FK_user' },
      ]);
    });
  });

  it('are validated with those of its partitions where an entity has a partitioned table', async () => {
    const parts = new EntitySchema({
      name: 'parts',
      columns: { a: { type: 'int', primary: true } },
      checks: [{ name: 'CHK_a', expression: 'a > 0' }],
    });
    await withDataSource(database, [parts], async (dataSource) => {
      await dataSource.query(`
        CREATE TABLE parts (a int CONSTRAINT "${dataSource.namingStrategy.primaryKeyName('parts', ['a'])}" PRIMARY KEY)
          PARTITION BY RANGE (a);
        CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (2);
        ALTER TABLE parts ADD CONSTRAINT "CHK_a" CHECK (a > 0) NOT VALID`);
      const { operations } = await upgrade(dataSource);
      expect(operations.map(({ kind }) => kind)).toEqual(['validateConstraint']);
      expect(await dataSource.query('SELECT conname FROM pg_constraint WHERE NOT convalidated')).toEqual([]);
    });
  });

  it('are validated if they are NOT NULL constraints, which PostgreSQL 18 has', async () => {
    if ((await serverVersion()) < 18) return skipped('NOT NULL that is NOT VALID');
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`
        ALTER TABLE "order" ALTER "userId" DROP NOT NULL, ALTER price DROP NOT NULL;
        ALTER TABLE "order" ADD CONSTRAINT "price given" NOT NULL price NOT VALID, ADD NOT NULL "userId" NOT VALID`);
      const { operations } = await upgrade(dataSource);
      expect(operations).toEqual([
        { kind: 'validateConstraint', table: { name: 'order' }, name: 'order_userId_not_null' },
        { kind: 'validateConstraint', table: { name: 'order' }, name: 'price given' },
      ]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('are no difference after a NOT NULL column joined the primary key, or became nullable', async () => {
    if ((await serverVersion()) < 18) return skipped('NOT NULL that is NOT VALID');
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`
        ALTER TABLE "order" ALTER "userId" DROP NOT NULL, ALTER price DROP NOT NULL;
        ALTER TABLE "order" ADD NOT NULL price NOT VALID, ADD NOT NULL "userId" NOT VALID`);
    });
    const columns = order.options.columns;
    const joined = new EntitySchema({
      ...order.options,
      columns: { ...columns, price: { type: 'int', primary: true }, userId: { type: 'int', nullable: true } },
    });
    await withDataSource(database, [user, joined], async (dataSource) => {
      await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('are left alone if they are NOT ENFORCED: nothing can validate them', async () => {
    if ((await serverVersion()) < 18) return skipped('NOT ENFORCED');
    await withDataSource(database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(NOT_VALID.replaceAll('NOT VALID', 'NOT ENFORCED'));
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  async function serverVersion(): Promise<number> {
    return withDataSource(database, [], async (dataSource) => {
      const [row] = (await dataSource.query('SHOW server_version_num')) as [{ server_version_num: string }];
      return Math.floor(Number(row.server_version_num) / 10_000);
    });
  }

  function skipped(what: string): void {
    process.stdout.write(`Not tried: ${what} is of PostgreSQL 18 and later.\n`);
  }
});

describe('op.validateConstraint', () => {
  const scene = useScene(createPostgresDatabase);

  it('is what check reports and migrate writes, with a downgrade that does nothing and a comment on why', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query(NOT_VALID);
        expect(await migrations.check()).toHaveLength(2);
        const [revision] = await migrations.migrate({ message: 'validate' });
        const text = await readFile(revision!.path, 'utf8');
        expect(text).toContain(`  await op.validateConstraint('order', 'CHK_price');\n`);
        expect(text).toContain(`  await op.validateConstraint('order', 'FK_user');\n`);
        expect(text.slice(text.indexOf('function downgrade'))).toContain(
          `{\n  // The constraint 'CHK_price' on 'order' stays validated: its rows have been looked at.\n` +
            `  // The constraint 'FK_user' on 'order' stays validated: its rows have been looked at.\n}`,
        );
        const [script] = await migrations.upgrade('head', { sql: true });
        expect(script!.sql).toContain('ALTER TABLE "order" VALIDATE CONSTRAINT "CHK_price";');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade();
        expect(await migrations.current()).toMatchObject([{ revisions: [{ message: 'make' }] }]);
      },
      { entities: [user, order] },
    );
  });

  it('fails with the name of the constraint that rows do not meet, and changes nothing', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query(NOT_VALID.replace('VALUES (1, 1, 1)', 'VALUES (1, 1, 9)'));
        await migrations.migrate({ message: 'validate' });
        await expect(migrations.upgrade()).rejects.toThrow(/CHK_price/);
        expect(await dataSource.query('SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1')).toEqual([
          { conname: 'CHK_price' },
          { conname: 'FK_user' },
        ]);
      },
      { entities: [user, order] },
    );
  });

  it('does nothing with ifExists where there is no such constraint', async () => {
    await withDataSource(scene.database, [user, order], async (dataSource) => {
      await upgrade(dataSource);
      const validate = { kind: 'validateConstraint', table: { name: 'order' }, name: 'nobody' } as const;
      await run(dataSource, [{ ...validate, ifExists: true }]);
      await expect(run(dataSource, [validate])).rejects.toThrow('nobody');
      expect(reverseAll([validate, { kind: 'batch', table: validate.table, operations: [validate] }])).toEqual([]);
    });
  });

  it('is refused by its name on SQLite, as is a constraint that is to be NOT VALID', async () => {
    const sqlite = await createSqliteDatabase();
    try {
      await withDataSource(sqlite, [user], async (dataSource) => {
        await upgrade(dataSource);
        const place = { name: 'user' };
        const key = { name: 'f', columnNames: ['id'], referencedTableName: 'user', referencedColumnNames: ['id'] };
        for (const operation of [
          { kind: 'validateConstraint', table: place, name: 'c' },
          { kind: 'createCheck', table: place, check: { name: 'c', expression: 'id > 0', isNotValid: true } },
          { kind: 'createForeignKey', table: place, foreignKey: { ...key, isNotValid: true } },
        ] as const) {
          await expect(run(dataSource, [operation])).rejects.toThrow(/SQLite.*constraints that are NOT VALID/);
        }
      });
    } finally {
      await sqlite.drop();
    }
  });
});
