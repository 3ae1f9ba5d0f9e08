import { createPostgresDatabase } from '../support/databases.js';
import { Bench } from './bench.js';

const inUse = [
  ['a table', 'CREATE TABLE theirs (id int, email citext)', `INSERT INTO theirs VALUES (1, 'A')`, 'DROP TABLE theirs'],
  ['an array', 'CREATE TABLE theirs (emails citext[])', `INSERT INTO theirs VALUES ('{A}')`, 'DROP TABLE theirs'],
  [
    'a function',
    `CREATE FUNCTION theirs(citext) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `SELECT theirs('a')`,
    'DROP FUNCTION theirs',
  ],
  [
    'an index with its operators',
    'CREATE TABLE theirs (t text); CREATE INDEX by_trigrams ON theirs USING gin (t gin_trgm_ops)',
    `INSERT INTO theirs VALUES ('abc')`,
    'DROP TABLE theirs',
  ],
] as const;

describe('the downgrade of a revision from the database, where others use an extension', () => {
  const made = ['CREATE EXTENSION citext', 'CREATE EXTENSION pg_trgm', 'CREATE TABLE ours (email citext)'];
  const installed = `SELECT extname FROM pg_extension WHERE extname IN ('citext', 'pg_trgm') ORDER BY 1`;

  it.each(inUse)('leaves it, and says for whom: %s', (what, theirs, use, drop) =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(...made);
      expect(await bench.write()).toContain(`await op.dropExtension('citext', { ifUnused: true });`);
      const migrations = bench.migrations(bench.target);
      await migrations.upgrade();
      await bench.target.query(theirs);
      const [result] = await migrations.downgrade('base');
      const stays = what === 'an index with its operators' ? 'pg_trgm' : 'citext';
      expect(result!.notices).toEqual([
        expect.stringMatching(
          new RegExp(`first.*: The extension "${stays}" stays, since something depends on it: .*(?:theirs|trigrams)`),
        ),
      ]);
      expect(await bench.target.query(installed)).toEqual([{ extname: stays }]);
      await bench.target.query(use);
      expect(await bench.target.query(`SELECT to_regclass('ours')`)).toEqual([{ to_regclass: null }]);

      await migrations.upgrade();
      await bench.target.query(drop);
      expect((await migrations.downgrade('base'))[0]!.notices).toEqual([]);
      expect(await bench.target.query(installed)).toEqual([]);
    }),
  );

  it('leaves one that belongs to somebody else, and says to whom', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run('CREATE EXTENSION citext', 'CREATE TABLE ours (email citext)');
      await bench.write();
      const role = `limited_${process.pid}`;
      await bench.target.query(`CREATE EXTENSION citext; CREATE ROLE ${role}; GRANT ALL ON SCHEMA public TO ${role}`);
      const queryRunner = bench.target.createQueryRunner();
      try {
        await queryRunner.query(`SET ROLE ${role}`);
        const migrations = bench.migrations(bench.target);
        await migrations.upgrade('head', { queryRunner });
        const [result] = await migrations.downgrade('base', { queryRunner });
        expect(result!.notices).toEqual([
          expect.stringMatching(/: The extension "citext" stays, since it belongs to \w+\.$/),
        ]);
      } finally {
        await queryRunner.query('RESET ROLE');
        await queryRunner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
        await queryRunner.release();
      }
    }));

  it('leaves it in a script', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(...made);
      await bench.write();
      const migrations = bench.migrations(bench.target);
      await migrations.upgrade();
      await bench.target.query(inUse[0][1]);
      const [{ sql } = { sql: '' }] = await migrations.downgrade('first:base', { sql: true });
      await bench.runScript(String(sql));
      expect(await bench.target.query(installed)).toEqual([{ extname: 'citext' }]);
      expect(await bench.target.query(`SELECT to_regclass('ours')`)).toEqual([{ to_regclass: null }]);
    }));

  it('leaves the schema that it is in as well, and finds both there the next time', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(
        'CREATE SCHEMA tools',
        'CREATE EXTENSION citext SCHEMA tools',
        'CREATE TABLE tools.ours (email tools.citext)',
      );
      await bench.write();
      const migrations = bench.migrations(bench.target);
      await migrations.upgrade();
      await bench.target.query('CREATE TABLE theirs (email tools.citext)');
      const [result] = await migrations.downgrade('base');
      expect(result!.notices).toEqual([
        expect.stringContaining('The extension "citext" stays'),
        expect.stringContaining('The schema "tools" stays, since something depends on it: extension citext.'),
      ]);
      await migrations.upgrade();
      await bench.target.query('DROP TABLE theirs');
      await migrations.downgrade('base');
      expect(await bench.target.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'tools'`)).toEqual([]);
    }));

  it('drops it with nothing but what a revision made', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(...made);
      const { actual, wanted } = await bench.round();
      expect(actual).toEqual(wanted);
    }));
});
