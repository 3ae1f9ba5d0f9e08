import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The same for examples that are for MySQL. */
export const mysqlExampleSchema = `
  await op.createTable({
    name: 'post',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'status', type: 'enum', enum: ['draft', 'published', 'archived'], default: "'draft'" },
    ],
  });
  await op.bulkInsert('post', [{ status: 'published' }, {}]);
`;

/** What `upgrade` of the revision before an example does: the tables, rows and objects that the examples change. */
export const exampleSchema = `
  const isPostgres = op.context.dialect === 'postgres';
  if (isPostgres) {
    await op.createSchema('archive');
    await op.createSequence('ticket_number');
    await op.createEnum('post_status_enum', ['draft', 'published', 'archived']);
  }
  await op.createTable({
    name: 'user',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'name', type: 'varchar', length: '80' },
      { name: 'email', type: 'varchar', length: '120', isNullable: true },
      { name: 'age', type: 'integer', isNullable: true },
    ],
    uniques: [{ name: 'UQ_user_email', columnNames: ['email'] }],
    checks: [{ name: 'CHK_user_age', expression: '"age" >= 0' }],
    indices: [{ name: 'IDX_user_name', columnNames: ['name'] }],
  });
  await op.createTable({
    name: 'post',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'userId', type: 'integer' },
      { name: 'editorId', type: 'integer', isNullable: true },
      { name: 'title', type: 'varchar' },
      { name: 'slug', type: 'varchar', isNullable: true },
      { name: 'body', type: 'text', isNullable: true },
      { name: 'tags', type: 'simple-array', isNullable: true },
      { name: 'views', type: 'integer', default: 0 },
      isPostgres
        ? { name: 'status', type: 'enum', enumName: 'post_status_enum', default: "'draft'" }
        : { name: 'status', type: 'varchar', enum: ['draft', 'published', 'archived'], default: "'draft'" },
      ...(isPostgres
        ? ['featuredFrom', 'featuredUntil', 'pinnedAt'].map((name) => ({ name, type: 'timestamp', isNullable: true }))
        : []),
    ],
    uniques: [{ name: 'UQ_post_slug', columnNames: ['slug'] }],
    checks: [{ name: 'CHK_post_slug', expression: '"slug" <> \\'\\'' }],
    foreignKeys: [{ name: 'FK_post_user', columnNames: ['userId'], referencedTableName: 'user', referencedColumnNames: ['id'] }],
    indices: [{ name: 'IDX_post_title', columnNames: ['title'] }],
  });
  await op.createTable({ name: 'tag', columns: [{ name: 'name', type: 'varchar', isPrimary: true }] });
  await op.createTable({ name: 'reader', columns: [{ name: 'userId', type: 'integer' }, { name: 'postId', type: 'integer' }] });
  await op.bulkInsert('user', [{ name: 'Ada', email: 'ada@example.com', age: 36 }, { name: 'Bob' }]);
  await op.bulkInsert('post', [
    { userId: 1, title: 'First', slug: 'first', tags: 'new,short', views: 7, status: 'published' },
    { userId: 1, title: 'Second' },
  ]);
  await op.bulkInsert('tag', [{ name: 'new' }]);
  await op.bulkInsert('reader', [{ userId: 2, postId: 1 }]);
  await op.createView({ name: 'post_count', expression: 'SELECT "userId", count(*) AS "posts" FROM "post" GROUP BY "userId"' });
  if (isPostgres) {
    await op.execute('UPDATE "post" SET "featuredFrom" = now() + "id" * interval \\'1 week\\'');
    await op.execute('UPDATE "post" SET "featuredUntil" = "featuredFrom" + interval \\'1 day\\'');
    await op.createCheckConstraint('post', { name: 'CHK_post_views', expression: '"views" >= 0', isValidated: false });
    await op.createExclusionConstraint('post', { name: 'XCL_post_pinned', expression: 'USING btree ("pinnedAt" WITH =)' });
    await op.createView({ name: 'post_title', expression: 'SELECT "id", "slug" FROM "post"', materialized: true });
  }
  await op.runTypeormMigrations({ classes: [{ name: 'AddRoles1700000000001' }] });
`;

/** A migration of TypeORM that the schema has run. */
export class AddRoles1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE "role" ("name" varchar NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "role"');
  }
}

/** A migration of TypeORM that it has not run yet. */
export class AddLikes1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE "like" ("postId" integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "like"');
  }
}
