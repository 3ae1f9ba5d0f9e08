import { type DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { tableNames, temporaryDirectory, type TestApplication, withApplication } from '../support/application.js';
import { databases, type TestDatabase } from '../support/databases.js';

type Columns = Record<string, EntitySchemaColumnOptions>;
type Rows = readonly Record<string, string | null>[];

/** The account as it is at first; each chapter changes it a little more. */
const firstColumns: Columns = {
  id: { type: 'integer', primary: true, generated: 'increment' },
  name: { type: 'varchar', length: 20 },
  email: { type: 'varchar', length: 80 },
  visits: { type: 'integer', default: 0 },
  status: { type: 'simple-enum', enum: ['invited', 'active'], default: 'invited' },
  fax: { type: 'varchar', nullable: true },
};
const firstRows: Rows = [
  { id: '1', name: 'Ada', email: 'ada@example.org', visits: '0', status: 'invited', fax: null },
  { id: '2', name: "O'Brien", email: 'ob@example.org', visits: '2147483647', status: 'active', fax: '+44 1' },
  { id: '3', name: 'Łukasz 🦊', email: 'lukasz@example.org', visits: '7', status: 'active', fax: '' },
];

const withNewColumns: Columns = {
  ...firstColumns,
  nickname: { type: 'varchar', nullable: true },
  score: { type: 'integer', default: 10 },
};
const rowsWithNewColumns: Rows = firstRows.map((row) => ({ ...row, nickname: null, score: '10' }));

const withLongName: Columns = { ...withNewColumns, name: { type: 'varchar', length: 200 } };
const withBigVisits: Columns = { ...withLongName, visits: { type: 'bigint', default: 0 } };
const withMoreStatuses: Columns = {
  ...withBigVisits,
  status: { type: 'simple-enum', enum: ['invited', 'active', 'suspended'], default: 'active' },
};
const withoutFax: Columns = without(withMoreStatuses, 'fax');
const rowsWithoutFax: Rows = rowsWithNewColumns.map((row) => without(row, 'fax'));

const keys = { indices: [{ name: 'IDX_account_name', columns: ['name'] }], uniques: [{ columns: ['email'] }] };

function account(columns: Columns, extra: Partial<typeof keys> = {}): EntitySchema {
  return new EntitySchema({ name: 'account', columns, ...extra });
}

const post = new EntitySchema<{ id: number; title: string; author: unknown }>({
  name: 'post',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, title: { type: 'text' } },
  relations: { author: { type: 'many-to-one', target: 'account', nullable: false, onDelete: 'CASCADE' } },
});

interface Chapter {
  readonly title: string;
  readonly entities: EntitySchema[];
  readonly rows: Rows;
  /** What a user of the application does once the chapter is upgraded to. */
  readonly afterwards?: (dataSource: DataSource) => Promise<unknown>;
}

const chapters: Chapter[] = [
  { title: 'create', entities: [account(firstColumns)], rows: [], afterwards: insertAccounts },
  { title: 'add columns', entities: [account(withNewColumns)], rows: rowsWithNewColumns },
  { title: 'widen a varchar', entities: [account(withLongName)], rows: rowsWithNewColumns, afterwards: useLongName },
  { title: 'int to bigint', entities: [account(withBigVisits)], rows: rowsWithNewColumns, afterwards: useBigVisits },
  { title: 'index and unique', entities: [account(withBigVisits, keys)], rows: rowsWithNewColumns },
  { title: 'change an enum', entities: [account(withMoreStatuses, keys)], rows: rowsWithNewColumns },
  {
    title: 'add a table with a foreign key',
    entities: [account(withMoreStatuses, keys), post],
    rows: rowsWithNewColumns,
    afterwards: insertPosts,
  },
  { title: 'drop a column', entities: [account(withoutFax, keys), post], rows: rowsWithoutFax },
];
const lastChapter = chapters.at(-1) as Chapter;

function without<T>(record: Readonly<Record<string, T>>, left: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== left));
}

async function insertAccounts(dataSource: DataSource): Promise<void> {
  await dataSource.getRepository('account').insert(firstRows.map((row) => without(row, 'id')));
}

/** Proves that the column is wider, and leaves the row as it was. */
async function useLongName(dataSource: DataSource): Promise<void> {
  const accounts = dataSource.getRepository('account');
  await accounts.update(1, { name: 'A'.repeat(200) });
  await accounts.update(1, { name: 'Ada' });
}

async function useBigVisits(dataSource: DataSource): Promise<void> {
  const accounts = dataSource.getRepository('account');
  await accounts.update(1, { visits: '2147483648' });
  await accounts.update(1, { visits: '0' });
}

async function insertPosts(dataSource: DataSource): Promise<void> {
  await dataSource.getRepository('post').insert([
    { title: 'First', author: { id: 2 } },
    { title: 'Second', author: { id: 3 } },
  ]);
}

/** Rows as text, so that the drivers' ways of reading a bigint do not matter. */
async function rowsOf(dataSource: DataSource, table: string): Promise<Rows> {
  const rows = (await dataSource.query(`SELECT * FROM "${table}" ORDER BY "id"`)) as Record<string, unknown>[];
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value === null ? null : String(value)])),
  );
}

describe.each(databases)('ten steps in the life of an application on %s', (_name, make) => {
  const { directory, remove } = temporaryDirectory();
  const revisions: string[] = [];
  let database: TestDatabase;

  const inApplication = <T>(chapter: Chapter, work: (application: TestApplication) => Promise<T>): Promise<T> =>
    withApplication({ database, entities: chapter.entities, migrate: { directory } }, work);

  beforeAll(async () => {
    database = await make();
    await inApplication(chapters[0] as Chapter, ({ migrations }) => migrations.init());
  });

  afterAll(async () => {
    await database.drop();
    remove();
  });

  it.each(chapters.map((chapter) => [chapter.title, chapter] as const))('%s', async (title, chapter) => {
    await inApplication(chapter, async ({ migrations, dataSource }) => {
      const written = await migrations.migrate({ message: title });
      expect(written.map(({ message }) => message)).toEqual([title]);

      const [result] = await migrations.upgrade();
      expect(result?.steps.map(({ revision }) => revision)).toEqual(written.map(({ revision }) => revision));
      expect(await migrations.check()).toEqual([]);
      expect(await migrations.migrate()).toEqual([]);
      expect(await rowsOf(dataSource, 'account')).toEqual(chapter.rows);

      await chapter.afterwards?.(dataSource);
      revisions.push(...written.map(({ revision }) => revision));
    });
  });

  it('keeps what the database enforces', async () => {
    await inApplication(lastChapter, async ({ dataSource }) => {
      const accounts = dataSource.getRepository('account');
      await expect(accounts.insert({ name: 'Eve', email: 'ada@example.org' })).rejects.toThrow(/unique/i);
      await expect(accounts.insert({ name: 'Eve', email: 'eve@example.org', status: 'gone' })).rejects.toThrow(
        /enum|CHECK/,
      );
      await expect(
        dataSource.getRepository('post').insert({ title: 'Nobody wrote this', author: { id: 99 } }),
      ).rejects.toThrow(/foreign key/i);
      expect(await rowsOf(dataSource, 'post')).toEqual([
        { id: '1', title: 'First', authorId: '2' },
        { id: '2', title: 'Second', authorId: '3' },
      ]);
    });
  });

  it('downgrades to the first revision with the rows that it knows, then to base', async () => {
    await inApplication(lastChapter, async ({ migrations, dataSource }) => {
      const [first = ''] = revisions;
      const [down] = await migrations.downgrade(first);
      expect(down?.steps.map(({ revision }) => revision)).toEqual(revisions.slice(1).reverse());
      // The fax numbers went with their column: a downgrade makes it anew, empty.
      expect(await rowsOf(dataSource, 'account')).toEqual(firstRows.map((row) => ({ ...row, fax: null })));
      await expect(migrations.check()).rejects.toMatchObject({ code: 'DATABASE_NOT_UP_TO_DATE' });

      await migrations.downgrade('base');
      expect(await tableNames(dataSource)).toEqual(['migrate_version', 'migrate_version_history']);
      expect(await migrations.current()).toEqual([{ dataSource: 'default', revisions: [] }]);
    });
  });

  it('upgrades from base to head in one go', async () => {
    await inApplication(lastChapter, async ({ migrations, dataSource }) => {
      const [up] = await migrations.upgrade();
      expect(up?.steps.map(({ revision }) => revision)).toEqual(revisions);
      expect(await migrations.check()).toEqual([]);
      expect(await tableNames(dataSource)).toEqual(['account', 'migrate_version', 'migrate_version_history', 'post']);
      expect(await migrations.status()).toEqual([
        {
          dataSource: 'default',
          state: 'current',
          current: revisions.slice(-1),
          heads: revisions.slice(-1),
          unknown: [],
          pending: [],
          upToDate: true,
        },
      ]);
    });
  });
});
