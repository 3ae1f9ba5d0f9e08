import { type DataSource, EntitySchema } from 'typeorm';
import type { AutogenerateOptions } from '../../src/autogenerate/request.js';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const text = { type: 'varchar', nullable: true } as const;
const view = (name: string, expression: string): EntitySchema =>
  new EntitySchema({ name, type: 'view', expression, columns: { id: { type: 'int' } } });

const shop = [table('person', { nick: text, email: text }), table('pet', { nick: text }), table('log', {})];
/** Views whose names begin so are the business of somebody else. */
const options: AutogenerateOptions = { includeObject: (_object, name) => name?.startsWith('their') !== true };

/** One comparison behind the other: what the second warns of, and whether the database refuses it. */
async function warned(
  database: TestDatabase,
  handMade: readonly string[],
  after: Entities,
  before: Entities = shop,
): Promise<{ readonly warnings: readonly string[]; readonly isRefused: boolean }> {
  await withDataSource(database, before, async (dataSource) => {
    await upgrade(dataSource, options);
    for (const sql of handMade) await dataSource.query(sql);
  });
  return withDataSource(database, after, async (dataSource) => {
    const { operations, warnings } = await compare(dataSource, options);
    const isRefused = await run(dataSource, operations).then(
      () => false,
      () => true,
    );
    return { warnings: warnings.map(({ message }) => message).filter((it) => it.includes('view')), isRefused };
  });
}

describe.each(databases)('a change of what a view reads, on %s', (dialect, make) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  const withoutNick = [table('person', { email: text }), shop[1], shop[2]] as Entities;
  const withoutLog = shop.slice(0, 2);

  it.each<[string, readonly string[], Entities, string]>([
    [
      'that reads a dropped column',
      ['CREATE VIEW their_names AS SELECT upper(nick) AS n FROM person'],
      withoutNick,
      dialect === 'postgres'
        ? 'the view "their_names" reads "person.nick" and is left in place: the upgrade fails unless that view is dropped or changed first'
        : 'the view "their_names" names "nick" and is left in place: if that is "person.nick", the upgrade fails',
    ],
    [
      'that reads a dropped table',
      ['CREATE VIEW their_log AS SELECT count(*) AS n FROM person JOIN log ON log.id = person.id'],
      withoutLog,
      'the view "their_log" reads "log" and is left in place',
    ],
    [
      'that reads a dropped view',
      ['CREATE VIEW hand_made AS SELECT id FROM log', 'CREATE VIEW their_log AS SELECT id FROM hand_made'],
      shop,
      'the view "their_log" reads "hand_made" and is left in place',
    ],
    [
      'that reads a column dropped from a table with another name',
      ['CREATE VIEW their_names AS SELECT nick FROM person'],
      [table('human', { email: text }), shop[1], shop[2]] as Entities,
      dialect === 'postgres' ? '"their_names" reads "human.nick"' : 'if that is "human.nick", the upgrade fails',
    ],
  ])('is warned of, with the name of a view %s', async (what, handMade, after, told) => {
    const renames = what.includes('another name') ? ['person:human'] : [];
    await withDataSource(database, shop, async (dataSource) => {
      await upgrade(dataSource, options);
      for (const sql of handMade) await dataSource.query(sql);
    });
    await withDataSource(database, after, async (dataSource) => {
      const { operations, warnings } = await compare(dataSource, { ...options, renames });
      expect(warnings.filter(({ message }) => message.includes(told))).toHaveLength(1);
      await expect(run(dataSource, operations)).rejects.toThrow(/depend|no such|could not be read/i);
    });
  });

  it('does not warn of views that read something else, or all columns', async () => {
    const handMade = [
      'CREATE VIEW their_mails AS SELECT email FROM person',
      'CREATE VIEW their_pets AS SELECT nick FROM pet',
    ];
    expect(await warned(database, handMade, withoutNick)).toEqual({ warnings: [], isRefused: false });
  });

  it.each([
    ['SELECT id, nick FROM person', withoutNick, 'names "person.nick", which is dropped'],
    ['SELECT person.id FROM person JOIN log ON log.id = person.id', withoutLog, 'names "log", which is dropped'],
  ])('warns of the view entity that still names %s', async (expression, after, told) => {
    const both = [view('v', expression)];
    const { warnings, isRefused } = await warned(database, [], [...after, ...both], [...shop, ...both]);
    expect(warnings).toEqual([
      `the query of the view "v" ${told}: the upgrade fails unless the query of the view entity is changed`,
    ]);
    expect(isRefused).toBe(true);
  });

  const handled = [table('person', { handle: text, email: text }), ...shop.slice(1)];
  const human = [table('human', { nick: text, email: text }), ...shop.slice(1)];
  const nicks = 'SELECT id, nick FROM person';
  const joined = 'SELECT p.id, p.nick FROM person AS p JOIN pet ON pet.id = p.id';
  const swapped = [table('person', { nick: text, handle: text }), ...shop.slice(1)];
  const handle = 'person.nick:person.handle';
  it.each<[string, string, Entities, readonly string[], string | undefined]>([
    ['column', nicks, handled, [handle], '"person.nick", which is now "person.handle"'],
    ['column, of a table by an alias', joined, handled, [handle], '"person.nick", which is now "person.handle"'],
    ['column under an alias', 'SELECT id, nick AS n FROM person', handled, [handle], '"person.nick", which is now'],
    ['table', nicks, human, ['person:human'], '"person", which is now "human"'],
    ['column whose name another one gets', nicks, swapped, [handle, 'person.email:person.nick'], undefined],
    [
      'column that the view entity names by its new name',
      'SELECT id, handle AS nick FROM person',
      handled,
      [handle],
      undefined,
    ],
  ])('warns of a view entity that reads a renamed %s', async (_what, expression, after, renames, told) => {
    for (const before of [[], [view('v', expression.replace('handle', 'nick'))]]) {
      const own = await make();
      await withDataSource(own, [...shop, ...before], (dataSource) => upgrade(dataSource, options));
      await withDataSource(own, [...after, view('v', expression)], async (dataSource) => {
        const { operations, warnings } = await compare(dataSource, { ...options, renames });
        const expected = told === undefined ? [] : [expect.stringContaining(`the query of the view "v" names ${told}`)];
        expect(warnings.map(({ message }) => message)).toEqual(expected);
        const ran = run(dataSource, operations).then(
          () => 'upgraded',
          () => 'refused',
        );
        expect(await ran).toBe(told === undefined ? 'upgraded' : 'refused');
      });
      await own.drop();
    }
  });

  it('names what is dropped and what is renamed under one view entity', async () => {
    const both = [view('v', 'SELECT id, nick, email FROM person')];
    await withDataSource(database, [...shop, ...both], (dataSource) => upgrade(dataSource, options));
    const after = [table('person', { handle: text }), ...shop.slice(1), ...both];
    await withDataSource(database, after, async (dataSource) => {
      const { warnings } = await compare(dataSource, { ...options, renames: [handle] });
      expect(warnings.map(({ message }) => message).join()).toMatch(
        /names "person\.email", which is dropped: .*; .* names "person\.nick", which is now "person\.handle": /,
      );
    });
  });

  it.each([
    ['computes what was a column', 'SELECT id, upper(email) AS nick FROM person'],
    ['reads a column of that name elsewhere', 'SELECT person.id, pet.nick FROM person JOIN pet ON pet.id = person.id'],
  ])('does not warn of a view entity that %s', async (_what, expression) => {
    const before = [...shop, view('v', 'SELECT id, nick FROM person')];
    const after = [...withoutNick, view('v', expression)];
    expect(await warned(database, [], after, before)).toEqual({ warnings: [], isRefused: false });
  });
});

describe('warnings about views of other schemas, on PostgreSQL', () => {
  it.each([
    ['CREATE VIEW stats.v AS SELECT * FROM person', '"stats.v" reads "person.nick"'],
    ['CREATE MATERIALIZED VIEW stats.v AS SELECT nick FROM person', '"stats.v" reads "person.nick"'],
    ['CREATE VIEW stats.v AS SELECT pe.nick FROM person AS pe JOIN pet USING (id)', '"stats.v" reads "person.nick"'],
    ['CREATE VIEW stats.v AS SELECT person FROM person', undefined],
  ])('%s', async (sql, told) => {
    const database = await createPostgresDatabase();
    const after = [table('person', { email: text }), ...shop.slice(1)];
    const { warnings, isRefused } = await warned(database, ['CREATE SCHEMA stats', sql], after);
    expect(warnings).toEqual(told === undefined ? [] : [expect.stringContaining(told)]);
    expect(isRefused).toBe(told !== undefined);
    await database.drop();
  });

  it('name a view that reads a re-created one', async () => {
    const database = await createPostgresDatabase();
    const { warnings, isRefused } = await warned(
      database,
      ['CREATE SCHEMA stats', 'CREATE VIEW stats.v AS SELECT id FROM names'],
      [...shop, view('names', 'SELECT nick AS id FROM person')],
      [...shop, view('names', 'SELECT id FROM person')],
    );
    expect({ warnings: warnings.length > 0, isRefused }).toEqual({ warnings: isRefused, isRefused });
    await database.drop();
  });
});

describe('a view that could not be read before, on SQLite', () => {
  it.each([
    ['view', 'CREATE VIEW their_old AS SELECT gone FROM nowhere', "The view 'their_old' cannot be read: no such table"],
    [
      'trigger',
      'CREATE TRIGGER old AFTER DELETE ON log BEGIN DELETE FROM nowhere; END',
      "The trigger 'old' of 'log' cannot be read: no such table",
    ],
  ])('is mentioned by each comparison: a %s', async (_what, sql, told) => {
    const [, [, make]] = databases as [unknown, (typeof databases)[number]];
    const database = await make();
    await withDataSource(database, shop, async (dataSource: DataSource) => {
      await upgrade(dataSource, options);
      expect((await compare(dataSource, options)).unreadable).toEqual([]);
      await dataSource.query(sql);
      const { operations, unreadable } = await compare(dataSource, options);
      expect(operations).toEqual([]);
      expect(unreadable).toEqual([expect.stringContaining(told)]);
    });
    await database.drop();
  });
});
