import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const text = { type: 'varchar', nullable: true } as const;
const shop = [table('person', { nick: text, email: text }), table('pet', { nick: text }), table('log', { what: text })];
const withoutNick = [table('person', { email: text }), ...shop.slice(1)] as Entities;
const withoutLog = shop.slice(0, 2);

describe('a change of what a trigger reads, on SQLite', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createSqliteDatabase();
  });
  afterEach(() => database.drop());

  async function warned(trigger: string, after: Entities): Promise<{ warnings: string[]; isRefused: boolean }> {
    await withDataSource(database, shop, async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(trigger);
    });
    return withDataSource(database, after, async (dataSource) => {
      const { operations, warnings } = await compare(dataSource);
      const isRefused = await run(dataSource, operations).then(
        () => false,
        () => true,
      );
      return { warnings: warnings.map(({ message }) => message).filter((it) => it.includes('trigger')), isRefused };
    });
  }

  const noted = (value: string): string => `BEGIN INSERT INTO log (what) VALUES (${value}); END`;

  it.each<[string, string, Entities, string]>([
    ['its value', `CREATE TRIGGER tr AFTER INSERT ON person ${noted('NEW.nick')}`, withoutNick, 'person.nick'],
    [
      'its old value, in quotes',
      `CREATE TRIGGER tr AFTER DELETE ON person ${noted('OLD."Nick"')}`,
      withoutNick,
      'person.nick',
    ],
    [
      'a column of another table',
      'CREATE TRIGGER tr AFTER INSERT ON pet BEGIN UPDATE person SET nick = NEW.nick; END',
      withoutNick,
      'person.nick',
    ],
    ['a table that it writes to', `CREATE TRIGGER tr AFTER INSERT ON person ${noted("'x'")}`, withoutLog, 'log'],
  ])('is warned of if the trigger names %s', async (_, trigger, after, gone) => {
    const name = gone.split('.').at(-1) ?? '';
    expect(await warned(trigger, after)).toEqual({
      warnings: [
        expect.stringContaining(
          `the trigger "tr" names "${name}" and is left in place: if that is "${gone}", the upgrade fails unless the trigger is dropped or changed first`,
        ),
      ],
      isRefused: true,
    });
  });

  it.each<[string, string, Entities]>([
    ['names other columns', `CREATE TRIGGER tr AFTER INSERT ON person ${noted('NEW.email')}`, withoutNick],
    ['has the name in a text', `CREATE TRIGGER tr AFTER INSERT ON person ${noted("'nick'")}`, withoutNick],
    [
      'goes with its table',
      'CREATE TRIGGER tr AFTER INSERT ON log BEGIN DELETE FROM log WHERE id < 0; END',
      withoutLog,
    ],
  ])('is not warned of if the trigger %s', async (_, trigger, after) => {
    expect(await warned(trigger, after)).toEqual({ warnings: [], isRefused: false });
  });
});
