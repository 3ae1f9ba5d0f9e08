import { DataSource } from 'typeorm';
import type { MigrationFailedError } from '../../src/errors/index.js';
import type { Operations } from '../../src/index.js';
import { run, type RunRequest, writeScript } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { TestHistory, type TestRevision } from './history.js';

type Work = (op: Operations) => Promise<unknown>;

const begin: TestRevision['upgrade'] = async (op) => {
  await op.createEnum('mood', ['sad', 'ok']);
  await op.createTable({
    name: 'person',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true },
      { name: 'mood', type: 'enum', enumName: 'mood', default: `'sad'` },
    ],
  });
  await op.execute(`INSERT INTO person VALUES (1, 'ok')`);
};

const adding =
  (use: Work): TestRevision['upgrade'] =>
  async (op) => {
    await op.addEnumValue('mood', 'happy', { before: 'ok' });
    await use(op);
  };

/** How a revision may use a value that it adds; afterwards the person is happy. */
const uses: Readonly<Record<string, Work>> = {
  'an update': (op) => op.execute(`UPDATE person SET mood = 'happy'`),
  'an update with a parameter': (op) => op.execute('UPDATE person SET mood = $1', ['happy']),
  'rows that are inserted': async (op) => {
    await op.execute('DELETE FROM person');
    await op.bulkInsert('person', [{ id: 1, mood: 'happy' }]);
  },
  'a default': async (op) => {
    await op.alterColumn('person', 'mood', { default: `'happy'` });
    await op.execute('UPDATE person SET mood = DEFAULT');
  },
  'a check and an index': async (op) => {
    await op.createCheckConstraint('person', { name: 'CHK', expression: `mood <> 'happy' OR id > 0` });
    await op.createIndex('person', { name: 'IDX', columnNames: ['id'], where: `mood = 'happy'` });
    await op.execute(`UPDATE person SET mood = 'happy'`);
  },
  'the query runner': (op) => op.queryRunner.query(`UPDATE person SET mood = 'happy'`),
  'the entity manager': (op) => op.manager.query('UPDATE person SET mood = $1', ['happy']),
  'a view': async (op) => {
    await op.createView({ name: 'happy', expression: `SELECT id FROM person WHERE mood = 'happy'` });
    await op.execute(`UPDATE person SET mood = 'happy' WHERE id NOT IN (SELECT id FROM happy)`);
  },
};

describe('a value that a revision adds to an enum and uses', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (revisions: Record<string, TestRevision['upgrade']>, overrides?: Partial<RunRequest>) =>
    run(new TestHistory(revisions as Record<string, TestRevision>).request(dataSource, overrides));
  const people = () => dataSource.query('SELECT id, mood FROM person');
  const labels = async (): Promise<unknown> => {
    const rows = (await dataSource.query(
      `SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder`,
    )) as { enumlabel: string }[];
    return rows.map(({ enumlabel }) => enumlabel);
  };

  it.each(Object.entries(uses))('works in %s, with a notice that the type was re-created', async (_how, use) => {
    await upgrade({ a: begin });
    const { notices } = await upgrade({ a: begin, b: adding(use) });
    expect(await people()).toEqual([{ id: 1, mood: 'happy' }]);
    expect(await labels()).toEqual(['sad', 'happy', 'ok']);
    expect(notices).toEqual([expect.stringContaining('The enum type "mood" was re-created')]);
  });

  it('works in a function that the revision makes and calls', async () => {
    await upgrade({ a: begin });
    await upgrade({
      a: begin,
      b: adding(async (op) => {
        await op.execute(
          `CREATE FUNCTION cheer() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE person SET mood = ('hap' || 'py')::mood; END $$`,
        );
        await op.execute('SELECT cheer()');
      }),
    });
    expect(await people()).toEqual([{ id: 1, mood: 'happy' }]);
  });

  it('works in the next revision of the run, with the type as it is', async () => {
    const { notices } = await upgrade({
      a: begin,
      b: adding((op) => op.execute(`SELECT 'ok'::mood`)),
      c: (op) => op.execute(`UPDATE person SET mood = 'happy'`),
    });
    expect(await people()).toEqual([{ id: 1, mood: 'happy' }]);
    expect(notices).toEqual([]);
  });

  it('works where the type is of the same revision or run, or of another schema', async () => {
    await upgrade({
      a: async (op) => {
        await op.createEnum('mood', ['sad', 'ok']);
        await op.createSchema('Shop');
        await op.createEnum('Shop.Size', ['s']);
        await op.addEnumValue('Shop.Size', 'm');
        await op.execute(`CREATE TABLE shirt AS SELECT 'm'::"Shop"."Size" AS size`);
      },
      b: async (op) => {
        await op.addEnumValue('mood', 'happy');
        await op.addEnumValue('mood', 'happier', { before: 'happy' });
        await op.execute(`CREATE TABLE person AS SELECT 1 AS id, 'happy'::mood AS mood`);
        await op.execute(`INSERT INTO person VALUES (2, 'happier')`);
        await op.queryRunner.query(`INSERT INTO person VALUES (3, 'happier')`);
      },
    });
    expect(await people()).toHaveLength(3);
    expect(await labels()).toEqual(['sad', 'ok', 'happier', 'happy']);
    expect(await dataSource.query('SELECT size FROM shirt')).toEqual([{ size: 'm' }]);
  });

  it('works for a value that SQL adds', async () => {
    await upgrade({ a: begin });
    await upgrade({
      a: begin,
      b: async (op) => {
        await op.execute(`ALTER TYPE mood ADD VALUE 'happy'`);
        await op.execute(`UPDATE person SET mood = 'happy'`);
      },
    });
    expect(await people()).toEqual([{ id: 1, mood: 'happy' }]);
  });

  it('leaves nothing when the revision fails afterwards', async () => {
    await upgrade({ a: begin });
    const failing = adding(async (op) => {
      await op.execute(`UPDATE person SET mood = 'happy'`);
      throw new Error('no more');
    });
    await expect(upgrade({ a: begin, b: failing })).rejects.toThrow('no more');
    expect(await people()).toEqual([{ id: 1, mood: 'ok' }]);
    expect(await labels()).toEqual(['sad', 'ok']);
  });

  it('is refused by name where a function is of the type, which cannot be re-created, and the revision may go on', async () => {
    await upgrade({ a: begin });
    await dataSource.query(`CREATE FUNCTION mine(m mood) RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    const use = adding((op) => op.execute(`UPDATE person SET mood = 'happy'`));
    const error = (await upgrade({ a: begin, b: use }).catch((thrown: unknown) => thrown)) as MigrationFailedError;
    expect(error.message).toMatch(/unsafe use of new value.*cannot be re-created.*"mood".*function mine\(mood\)/s);
    await upgrade({
      a: begin,
      b: adding((op) => op.execute(`UPDATE person SET mood = 'happy'`).catch(() => undefined)),
    });
    expect(await labels()).toEqual(['sad', 'happy', 'ok']);
  });

  it.each(Object.entries(uses))('works in a script, in %s', async (_how, use) => {
    await upgrade({ a: begin });
    const history = new TestHistory({ a: begin, b: adding(use) } as Record<string, TestRevision>);
    const { sql } = await writeScript(history.script(dataSource, { startRows: ['a'] }));
    await dataSource.query(String(sql));
    expect(await people()).toEqual([{ id: 1, mood: 'happy' }]);
    expect(await labels()).toEqual(['sad', 'happy', 'ok']);
  });
});
