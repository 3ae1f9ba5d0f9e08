import { readFile } from 'node:fs/promises';
import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import { mysqlDialect } from '../../src/dialects/mysql/index.js';
import { ContractDatabase } from '../../src/dialects/contract/contract-database.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { databaseMakers, hasMysql } from '../support/databases.js';
import { useScene } from '../support/scene.js';

type Options = Partial<EntitySchemaOptions<unknown>>;
const book = (columns: Options['columns'] = {}, rest: Options = {}): EntitySchema =>
  new EntitySchema({
    name: 'book',
    columns: {
      id: { type: 'int', primary: true },
      title: { type: 'varchar', length: '50', nullable: true },
      pages: { type: 'int', nullable: true },
      ...columns,
    },
    ...rest,
  } as EntitySchemaOptions<unknown>);

const changed = book(
  {
    title: { type: 'varchar', length: '50', default: '' },
    note: { type: 'varchar', length: '20', nullable: true },
    pages: { type: 'bigint', nullable: true },
  },
  { indices: [{ name: 'IDX_title', columns: ['title'] }] },
);

(hasMysql ? describe : describe.skip)('changes of a table in use on MySQL', () => {
  const scene = useScene(databaseMakers.mysql);

  it('are asked for in a way that keeps nobody waiting, both ways', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO book (id, title) VALUES (1, NULL), (2, 'a')`);
      },
      { entities: [book()] },
    );
    const entity = book(
      {
        title: { type: 'varchar', length: '50', default: '' },
        note: { type: 'varchar', length: '20', nullable: true },
      },
      { indices: [{ name: 'IDX_title', columns: ['title'] }] },
    );
    await scene.inApplication(
      async (migrations, dataSource) => {
        const [revision] = await migrations.migrate({ message: 'change', online: true });
        const text = await readFile(revision!.path, 'utf8');
        expect(text).toContain('{ isOnline: true },');
        expect(text).toContain("await op.inBatches({ table: 'book', size: 1000 }");
        // Rows that are written while the batches run have the default.
        expect(text).toMatch(/table\.alterColumn\('title', \{ default: [^]*await op\.inBatches\(/);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT title FROM book ORDER BY id')).toEqual([{ title: '' }, { title: 'a' }]);
        await migrations.downgrade('-1');
        expect(await dataSource.query('SELECT title FROM book ORDER BY id')).toEqual([{ title: '' }, { title: 'a' }]);
        await migrations.upgrade();
      },
      { entities: [entity] },
    );
  });

  it('are plain, with a warning, where the server copies the table', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'make' });
        await migrations.upgrade();
      },
      { entities: [book()] },
    );
    const text = await scene.inApplication(
      async (migrations) => {
        const [revision] = await migrations.migrate({ message: 'change', online: true });
        return readFile(revision!.path, 'utf8');
      },
      { entities: [changed] },
    );
    expect(text).toContain("// No online form: writers of 'book' wait for it (ALGORITHM=COPY, LOCK=SHARED).");
  });

  it('are refused by the server, and change nothing, where it would copy the table', async () => {
    const database = await ContractDatabase.make({ dialect: mysqlDialect, make: databaseMakers.mysql } as never);
    try {
      const create = (op: Operations): Promise<void> =>
        op.createTable({
          name: 'book',
          columns: [
            { name: 'id', type: 'int', isPrimary: true },
            { name: 'pages', type: 'int' },
          ],
        });
      const widen = (op: Operations): Promise<void> =>
        op.batch('book', (table) => table.alterColumn('pages', { type: 'bigint' }), { isOnline: true });
      const statements: string[] = [];
      const error = await database.failure(
        { a: create, b: widen },
        { onStatement: ({ sql }) => void statements.push(sql) },
      );
      expect(statements.find((sql) => /ALTER TABLE .book./.test(sql))).toContain(', ALGORITHM=INPLACE, LOCK=NONE');
      expect(error.hint).toContain('isOnline');
      expect((await database.reflected())[0]?.columns[1]).toMatchObject({ name: 'pages', type: 'int' });
      const add = (op: Operations): Promise<void> =>
        op.batch('book', (table) => table.addColumn({ name: 'note', type: 'text', isNullable: true }), {
          isOnline: true,
        });
      await database.upgrade({ a: create, b: add }, { onStatement: ({ sql }) => void statements.push(sql) });
      expect(statements.find((sql) => sql.startsWith('ALTER') && sql.includes('note'))).toMatch(/, ALGORITHM=INSTANT$/);
    } finally {
      await database.drop();
    }
  });
});
