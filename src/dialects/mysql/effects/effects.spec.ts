import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import type { SchemaModel } from '../../../schema/schema.model.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { effects } from './effects.js';

const SCENE = [
  'CREATE TABLE parent (id int PRIMARY KEY)',
  `CREATE TABLE book (id int NOT NULL PRIMARY KEY, title varchar(50) NOT NULL, short varchar(20), price decimal(10,2), n int,
    mood enum('sad','ok'), note text, place point NOT NULL, parent_id int, CONSTRAINT ck CHECK (n > 0), KEY ix_title (title), KEY ix_parent (parent_id),
    CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent (id)) CHARACTER SET utf8mb4`,
];

/** What a server may be asked for, cheapest first. */
const WAYS = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'].flatMap((algorithm) =>
  (algorithm === 'INSTANT' ? ['DEFAULT'] : ['NONE', 'SHARED']).map((lock) => `ALGORITHM=${algorithm}, LOCK=${lock}`),
);

describeOnMysql('effects of statements on MySQL', () => {
  let database: MysqlDatabase;
  let schema: SchemaModel;
  let server: string;

  beforeAll(async () => {
    database = await MysqlDatabase.create();
    await database.run(...SCENE);
    schema = await database.schema();
    server = String((await database.rows('SELECT version() AS version'))[0]?.['version']);
  });
  afterAll(() => database.drop());

  /** The cheapest way that the server accepts, tried on the empty table and taken back by making it again. */
  async function accepted(actions: string): Promise<string | undefined> {
    for (const way of WAYS) {
      await database.run('DROP TABLE IF EXISTS book, volume', SCENE[1] ?? '');
      const isAccepted = await database.run(`ALTER TABLE book ${actions}, ${way}`).then(
        () => true,
        () => false,
      );
      if (isAccepted) return way.replace('DEFAULT', 'NONE');
    }
    return undefined;
  }

  it.each([
    'ADD COLUMN x int',
    "ADD COLUMN x varchar(10) NOT NULL DEFAULT 'x'",
    'ADD COLUMN x datetime NOT NULL DEFAULT current_timestamp()',
    'ADD COLUMN x varchar(36) DEFAULT (uuid())',
    'ADD COLUMN x int GENERATED ALWAYS AS (n + 1) STORED',
    'ADD COLUMN x int GENERATED ALWAYS AS (n + 1) VIRTUAL',
    'DROP COLUMN note',
    'RENAME COLUMN title TO name',
    'MODIFY n int NOT NULL',
    'MODIFY title varchar(50)',
    'MODIFY n bigint',
    'MODIFY short varchar(40)',
    'MODIFY short varchar(80)',
    'MODIFY title varchar(60) NOT NULL',
    'MODIFY title varchar(80) NOT NULL',
    'MODIFY short varchar(31)',
    'DROP COLUMN note, DROP INDEX ix_title',
    'ADD COLUMN x int, MODIFY n int NOT NULL',
    'DROP PRIMARY KEY',
    'DROP PRIMARY KEY, ADD PRIMARY KEY (title)',
    'MODIFY short varchar(10)',
    'MODIFY price decimal(12,2)',
    "MODIFY mood enum('sad','ok','good')",
    "MODIFY mood enum('good','sad','ok')",
    'CHANGE n number int',
    'ALTER COLUMN n SET DEFAULT 5',
    'ADD INDEX i (n)',
    'ADD UNIQUE INDEX i (n)',
    'ADD FULLTEXT INDEX i (note)',
    'DROP INDEX ix_title',
    'RENAME INDEX ix_title TO ix_name',
    'ADD CONSTRAINT c CHECK (n < 100)',
    'DROP CONSTRAINT ck',
    'ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES parent (id)',
    'DROP FOREIGN KEY fk',
    'ADD COLUMN x int, ADD INDEX i (n)',
    'MODIFY n bigint, ADD INDEX i (title)',
    'AUTO_INCREMENT = 1000',
    'CONVERT TO CHARACTER SET latin1',
    'DEFAULT CHARACTER SET latin1',
    'ENGINE=InnoDB',
    'ROW_FORMAT=COMPRESSED',
    'FORCE',
    "COMMENT='x'",
    'ADD SYSTEM VERSIONING',
    'ADD SPATIAL INDEX i (place)',
    'ADD COLUMN x int CHECK (x > 0)',
    'ADD COLUMN x int UNIQUE',
    'ADD COLUMN x varchar(36) DEFAULT uuid()',
    "ADD COLUMN x varchar(36) DEFAULT (concat('a', uuid()))",
    "ADD COLUMN x varchar(36) DEFAULT (concat('a', 'b'))",
    'ADD COLUMN x json DEFAULT (json_array())',
    'ADD COLUMN x datetime DEFAULT (now() + INTERVAL 1 DAY)',
    'ADD COLUMN x datetime DEFAULT sysdate()',
    'ADD COLUMN x double DEFAULT rand()',
    'ADD UNIQUE KEY i (n)',
    'ADD CONSTRAINT UNIQUE (n)',
    'ADD CONSTRAINT CHECK (n < 100)',
    'ADD FOREIGN KEY i (n) REFERENCES parent (id)',
    'ADD FOREIGN KEY IF NOT EXISTS i (n) REFERENCES parent (id)',
    'RENAME COLUMN IF EXISTS n TO m',
    'ALTER COLUMN IF EXISTS n SET DEFAULT 3',
    'ADD COLUMN x int NOT NULL AUTO_INCREMENT UNIQUE',
    'RENAME TO volume',
  ])('are those that the server accepts: %s', async (actions) => {
    // The algorithms of MySQL are other ones in part: its documentation, not a server, is what is known of it.
    if (!/mariadb/i.test(server)) return console.log('left out: the server is not MariaDB');
    const [statement] = parseStatements(`ALTER TABLE book ${actions}`, MYSQL_SQL);
    expect(effects(statement!, { schema, server }).locks.map(({ mode }) => mode)).toEqual([await accepted(actions)]);
  });

  it.each([
    'CREATE INDEX i ON book (n)',
    'CREATE FULLTEXT INDEX i ON book (note)',
    'CREATE SPATIAL INDEX i ON book (place)',
    'CREATE UNIQUE INDEX i ON book (n)',
    'ALTER TABLE book ADD COLUMN x int',
    'ALTER TABLE book MODIFY n bigint',
    'ALTER TABLE book MODIFY n int NOT NULL',
    'ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES parent (id)',
  ])('are that the server refuses what needs more than is asked for: %s', async (sql) => {
    if (!/mariadb/i.test(server)) return console.log('left out: the server is not MariaDB');
    const comma = sql.startsWith('ALTER') ? ', ' : ' ';
    for (const settings of ['1', '0'].map((checks) => new Map([['foreign_key_checks', checks]]))) {
      for (const way of WAYS) {
        const asked = `${sql}${comma}${way.replace(', ', comma)}`;
        await database.run('DROP TABLE IF EXISTS book, volume', SCENE[1] ?? '');
        const isRefused = await database.using(async (runner) => {
          for (const [name, value] of settings) await runner.query(`SET ${name} = ${value}`);
          return runner.query(asked).then(
            () => false,
            () => true,
          );
        });
        const [statement] = parseStatements(asked, MYSQL_SQL);
        const { refused = [], locks } = effects(statement!, { schema, server, settings });
        expect([asked, refused.length > 0]).toEqual([asked, isRefused]);
        expect(locks).toHaveLength(isRefused ? 0 : 1);
      }
    }
  });

  it('are those of what stops others for as long as it is asked to', () => {
    const locksOf = (sql: string): readonly string[] =>
      parseStatements(sql, MYSQL_SQL).flatMap((one) =>
        effects(one, { schema }).locks.map(({ name, blocks }) => `${name.name} ${blocks}`),
      );
    expect(locksOf('LOCK TABLES book READ, parent AS p WRITE')).toEqual(['book writes', 'parent reads']);
    expect(locksOf('OPTIMIZE TABLE book')).toEqual(['book nothing']);
    expect(locksOf('ALTER TABLE book ADD COLUMN x int, ALGORITHM=COPY')).toEqual(['book writes']);
    expect(locksOf('ALTER TABLE book ADD COLUMN x int, LOCK=EXCLUSIVE')).toEqual(['book reads']);
    expect(locksOf('ALTER TABLE book ENGINE=MyISAM')).toEqual(['book writes']);
    expect(locksOf('ALTER TABLE book REORGANIZE PARTITION a INTO (PARTITION b VALUES LESS THAN (1))')).toEqual([
      'book writes',
    ]);
  });

  it.each<[sql: string, loses: readonly object[]]>([
    ['ALTER TABLE book DROP PARTITION p, q', [{ part: 'partition p' }, { part: 'partition q' }]],
    ['ALTER TABLE book TRUNCATE PARTITION p', [{ what: 'rows', part: 'partition p' }]],
    ['ALTER IGNORE TABLE book ADD UNIQUE (n)', [{ what: 'rows', part: 'those with the n of another one' }]],
    ['ALTER TABLE book AUTO_INCREMENT = 5', [{ what: 'position' }]],
    ['CREATE OR REPLACE TABLE book (id int)', [{ what: 'rows' }]],
    ['ALTER TABLE book ADD PARTITION (PARTITION p VALUES LESS THAN (1))', []],
  ])('are what is lost: %s', (sql, loses) => {
    const [statement] = parseStatements(sql, MYSQL_SQL);
    expect(effects(statement!, { schema }).loses).toMatchObject(loses);
  });
});
