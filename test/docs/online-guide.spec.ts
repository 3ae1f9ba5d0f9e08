import { readFileSync } from 'node:fs';
import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { renderOperations } from '../../src/autogenerate/render/render.js';
import { mysqlDialect } from '../../src/dialects/mysql/index.js';
import { postgresDialect } from '../../src/dialects/postgres/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import type { SchemaModel, TableModel } from '../../src/schema/schema.model.js';
import { createPostgresDatabase, databaseMakers, hasMysql } from '../support/databases.js';

/** What the release before a change and the one behind it send to the database. */
interface Releases {
  readonly before: readonly string[];
  readonly behind: readonly string[];
  /** The number of blocks behind which it runs. @default 1 */
  readonly from?: number;
  /** What the database refuses when the change is done. */
  readonly refused?: string;
}

const user = `INSERT INTO "user" ("name", "email", "nickname") VALUES ('Ada', gen_random_uuid()::text, 'a')`;
const plain: Releases = { before: [user, 'UPDATE "user" SET "name" = \'Eva\' WHERE "id" = 1'], behind: [user] };

/** By the heading of the section. */
const releases: Readonly<Record<string, Releases>> = {
  'An index': plain,
  'A unique constraint, a primary key': {
    ...plain,
    refused: `INSERT INTO "user" ("name", "email", "nickname") VALUES ('x', 'a1', 'x')`,
  },
  'A key or an index that replaces another one': {
    ...plain,
    refused: `INSERT INTO "user" ("name", "key", "nickname") SELECT "name", "key", 'x' FROM "user" LIMIT 1`,
  },
  'A check, a foreign key': {
    before: ['INSERT INTO "post" ("authorId") VALUES (1)', user],
    behind: ['INSERT INTO "post" ("authorId") SELECT max("id") FROM "user"'],
    refused: 'INSERT INTO "post" ("authorId") VALUES (-1)',
  },
  'NOT NULL': { ...plain, refused: `INSERT INTO "user" ("name", "nickname") VALUES ('x', 'x')` },
  'A column whose default differs from row to row': {
    ...plain,
    behind: [
      user,
      `INSERT INTO "user" ("name", "nickname", "token") VALUES ('x', 'x', gen_random_uuid())`,
      'DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM "user" WHERE "token" IS NULL); END $$',
    ],
  },
  'A type that is stored in another way': {
    before: [
      'INSERT INTO "post" ("authorId", "views") VALUES (1, 5)',
      'INSERT INTO "post" ("authorId") VALUES (1)',
      'UPDATE "post" SET "views" = "views" + 1 WHERE "id" = 1',
    ],
    behind: [
      'INSERT INTO "post" ("views") VALUES (9999999999)',
      'DO $$ BEGIN ASSERT (SELECT min("views") = 0 AND count(*) = count("views") FROM "post"); END $$',
    ],
    from: 2,
  },
  'Drop a column': {
    ...plain,
    behind: [`INSERT INTO "user" ("name", "email") VALUES ('Ada', gen_random_uuid()::text)`],
  },
  'Rename a column': {
    ...plain,
    behind: [
      `INSERT INTO "user" ("fullName", "nickname") VALUES ('Bob', 'b')`,
      'DO $$ BEGIN ASSERT (SELECT "fullName" FROM "user" WHERE "id" = 1) = \'Eva\'; END $$',
      `UPDATE "user" SET "fullName" = 'Eva' WHERE "id" = 1`,
    ],
  },
  'Rename a table': {
    before: [
      `INSERT INTO "note" ("text") VALUES ('x')`,
      `UPDATE "note" SET "text" = 'y' WHERE "id" = 1`,
      'DELETE FROM "note" WHERE "id" = 2',
    ],
    behind: [`INSERT INTO "remark" ("text") VALUES ('z')`, 'SELECT "text" FROM "remark"'],
  },
};

const SCENE = [
  'CREATE TABLE "user" ("id" serial PRIMARY KEY, "name" varchar NOT NULL, "email" varchar, "nickname" varchar NOT NULL, "key" uuid DEFAULT gen_random_uuid())',
  'ALTER TABLE "user" ADD CONSTRAINT "UQ_key" UNIQUE ("key")',
  'CREATE INDEX "IDX_nickname" ON "user" ("nickname")',
  'CREATE TABLE "post" ("id" serial PRIMARY KEY, "authorId" int, "views" int NOT NULL DEFAULT 0)',
  'CREATE INDEX "IDX_views" ON "post" ("views")',
  'CREATE TABLE "note" ("id" serial PRIMARY KEY, "text" varchar)',
  `INSERT INTO "user" ("name", "email", "nickname") SELECT 'n', 'a' || i, 'x' FROM generate_series(1, 1200) i`,
  'INSERT INTO "post" ("authorId") VALUES (1)',
  `INSERT INTO "note" ("text") VALUES ('a'), ('b')`,
];

const page = readFileSync('docs/guide/online.md', 'utf8');
const sections = page.split(/^##+ /m).map((text) => ({
  title: text.split('\n', 1)[0] ?? '',
  blocks: [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code),
}));
const told = sections.filter(({ blocks: [block] }) => block?.startsWith('await op.'));
const ofMysql = told.filter(({ title }) => title.includes('MySQL'));
const ofPostgres = told.filter((section) => !ofMysql.includes(section));

/** The parts of a block that are committed one after the other: a call that leaves the transaction is one by itself. */
function partsOf(code: string): readonly ((op: Operations) => Promise<void>)[] {
  const isOutside = (call: string): boolean => /isConcurrent|inBatches/.test(call);
  const parts: string[] = [];
  for (const call of code.split(/^(?=await op\.)/m).filter((text) => text.trim() !== '')) {
    const last = parts.at(-1);
    if (last === undefined || isOutside(last) || isOutside(call)) parts.push(call);
    else parts[parts.length - 1] = last + call;
  }
  // The code of the page itself.
  return parts.map((part) => new Function('op', `return (async () => {\n${part}\n})()`) as never);
}

describe('the guide to changes without downtime', () => {
  it('has a section here for each that it has', () => {
    expect(ofPostgres.map(({ title }) => title)).toEqual(Object.keys(releases));
  });

  it.each(ofPostgres)('lets both releases work at each step: $title', async ({ title, blocks }) => {
    const { before, behind, from = 1, refused } = releases[title] as Releases;
    const database = await ContractDatabase.make({ dialect: postgresDialect, make: createPostgresDatabase } as never);
    try {
      for (const sql of SCENE) await database.query(sql);
      const revisions: Record<string, (op: Operations) => Promise<void>> = {};
      const step = async (call: (op: Operations) => Promise<void>, statements: readonly string[]): Promise<void> => {
        revisions[`r${Object.keys(revisions).length}`] = call;
        await database.upgrade(revisions as Revisions);
        for (const sql of statements) await database.query(sql);
      };
      for (const call of blocks.slice(0, from).flatMap(partsOf)) await step(call, before);
      for (const sql of [...before, ...behind]) await database.query(sql);
      for (const call of blocks.slice(from).flatMap(partsOf)) await step(call, behind);
      if (refused !== undefined) await expect(database.query(refused)).rejects.toThrow(/violates/);
    } finally {
      await database.drop();
    }
  });

  it('has what --expand writes', () => {
    const table = {
      name: 'post',
      columns: [
        { name: 'id', type: 'integer', generationStrategy: 'increment' },
        { name: 'views', type: 'integer', default: '0' },
      ],
      primaryKey: { columnNames: ['id'] },
      indices: [{ name: 'IDX_views', columnNames: ['views'] }],
      uniques: [],
      checks: [],
      exclusions: [],
      foreignKeys: [],
    } as TableModel;
    const schema = { tables: [table] } as unknown as SchemaModel;
    const expansion = postgresDialect.expand?.({ schema, table, column: 'views', to: { type: 'bigint' } });
    const section = ofPostgres.find(({ title }) => title === 'A type that is stored in another way');
    expect(section?.blocks).toEqual(
      (expansion !== undefined && 'steps' in expansion ? expansion.steps : []).map(
        ({ upgrade }) => `${renderOperations(upgrade).replace(/^ {2}/gm, '').trimEnd()}\n`,
      ),
    );
  });

  it.each(hasMysql ? ofMysql : [])('runs on MariaDB: $title', async ({ blocks }) => {
    const database = await ContractDatabase.make({ dialect: mysqlDialect, make: databaseMakers.mysql } as never);
    try {
      await database.query('CREATE TABLE `user` (`id` int PRIMARY KEY, `name` varchar(20))');
      const [call] = partsOf(blocks[0] ?? '');
      await database.upgrade({ a: call! });
      expect(await database.objects()).toContain('IDX_user_name');
    } finally {
      await database.drop();
    }
  });
});
