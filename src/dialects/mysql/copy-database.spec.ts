import { mysqlTestName } from '../../../test/support/databases.js';
import { printedTables } from '../../../test/changes/dump.js';
import { describeOnMysql, MysqlDatabase } from '../../../test/support/mysql-database.js';
import { copyDatabase } from './copy-database.js';
import { quote } from './text.js';

describeOnMysql('The copy of a MySQL database', () => {
  it('has tables, rows and programs, whatever the catalog shows of them', async () => {
    const from = await MysqlDatabase.create();
    const [{ version }] = (await from.rows('SELECT VERSION() AS version')) as [{ version: string }];
    const isMariaDb = version.includes('MariaDB');
    await from.run(
      'CREATE TABLE b (id int PRIMARY KEY, a_id int)',
      `CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, b_id int, label varchar(9) DEFAULT '😀' COMMENT 'really? 😀',
         n int CHECK (n > 0), twice int AS (n * 2) STORED, later int AS (n * 3) VIRTUAL, KEY (label(3)),
         CONSTRAINT a_b FOREIGN KEY (b_id) REFERENCES b (id) ON DELETE CASCADE) COLLATE utf8mb4_bin AUTO_INCREMENT = 70`,
      'ALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id)',
      'INSERT INTO a (id, n) VALUES (5, 5)',
      `UPDATE a SET id = 0`,
      'INSERT INTO b VALUES (1, 0)',
      'CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1',
      `CREATE PROCEDURE p() BEGIN SET @p = 'it''s'; SELECT * FROM a; END`,
      'CREATE VIEW v2 AS SELECT id, label, one() AS one FROM a',
      'CREATE VIEW v1 AS SELECT * FROM v2',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.n = NEW.n + one()',
      ...(isMariaDb
        ? [
            'CREATE SEQUENCE s',
            'SELECT NEXTVAL(s)',
            'CREATE TABLE c (id int DEFAULT NEXTVAL(s), x int INVISIBLE DEFAULT 3)',
          ]
        : []),
    );
    const name = mysqlTestName();
    const connection = await MysqlDatabase.create();
    try {
      await connection.using(async (runner) =>
        copyDatabase((sql, values) => runner.query(sql, values && [...values]), nameOf(from), name, 'migrate_mark'),
      );
      const contents = async (database: string) => {
        return connection.using(async (runner) => {
          await runner.query(`USE ${quote(database)}`);
          const plain = (text: string): string =>
            text.replaceAll(`\`${database}\``, '`here`').replace(/DEFINER=\S+ /, '');
          const printed = Object.entries(await printedTables(runner as never)).map(([table, sql]) => [
            table,
            plain(sql),
          ]);
          return {
            printed,
            a: await runner.query('SELECT * FROM a'),
            b: await runner.query('SELECT * FROM b'),
            v: await runner.query('SELECT * FROM v1'),
            triggers: (await runner.query('SHOW TRIGGERS')).map((row: { Statement: string }) => row.Statement),
            procedure: (await runner.query('SHOW CREATE PROCEDURE p'))[0]['Create Procedure'].replace(
              /DEFINER=\S+ /,
              '',
            ),
          };
        });
      };
      expect(await contents(name)).toEqual(await contents(nameOf(from)));
      await from.run(`INSERT INTO ${quote(name)}.a (n) VALUES (1)`);
      expect(await from.rows(`SELECT id, label FROM ${quote(name)}.a WHERE id > 0`)).toEqual([{ id: 70, label: '😀' }]);
    } finally {
      await from.run(`DROP DATABASE IF EXISTS ${quote(name)}`);
      await Promise.all([from.drop(), connection.drop()]);
    }
  });
});

function nameOf({ url }: MysqlDatabase): string {
  return String(url.split('/').at(-1));
}
