import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import { outcomeOf } from './outcome.js';

describeOnMysql('What became of a statement whose runner died', () => {
  let database: MysqlDatabase;
  beforeAll(async () => {
    database = await MysqlDatabase.create();
    await database.run(
      'CREATE TABLE t (id int PRIMARY KEY, a int, KEY ix (a), CONSTRAINT ck CHECK (a > 0))',
      'CREATE TABLE c (id int, CONSTRAINT fk FOREIGN KEY (id) REFERENCES t (id))',
      'CREATE VIEW v AS SELECT id FROM t',
    );
  });
  afterAll(() => database.drop());

  it.each([
    ['CREATE TABLE `t` (`id` int)', 'done'],
    ['CREATE TABLE IF NOT EXISTS `missing` (`id` int)', 'undone'],
    ['DROP TABLE `t`', 'undone'],
    ['DROP TABLE IF EXISTS `missing`', 'done'],
    ['RENAME TABLE `t` TO `other`', 'undone'],
    ['RENAME TABLE `old` TO `t`', 'done'],
    ['CREATE VIEW `v` AS SELECT 1', 'done'],
    ['CREATE OR REPLACE VIEW `v` AS SELECT 1', 'undone'],
    ['DROP VIEW v', 'undone'],
    ['ALTER TABLE `t` ADD COLUMN `a` int', 'done'],
    ['ALTER TABLE `t` ADD COLUMN `b` decimal(10,2)', 'undone'],
    ['ALTER TABLE `t` MODIFY COLUMN `a` decimal(10,2), ADD COLUMN `b` int', 'undone'],
    ['ALTER TABLE `t` MODIFY COLUMN `a` bigint', 'undone'],
    ['ALTER TABLE `t` DROP COLUMN `b`', 'done'],
    ['ALTER TABLE `t` RENAME COLUMN `a` TO `b`', 'undone'],
    ['ALTER TABLE `t` ADD INDEX `ix` (`a`)', 'done'],
    ['ALTER TABLE `t` ADD UNIQUE INDEX `missing` (`a`)', 'undone'],
    ['ALTER TABLE `t` DROP INDEX `ix`', 'undone'],
    ['ALTER TABLE `t` DROP CONSTRAINT `ck`', 'undone'],
    ['ALTER TABLE `c` DROP FOREIGN KEY `fk`', 'undone'],
    ['ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `t` (`id`)', 'done'],
    ['ALTER TABLE `t` DROP PRIMARY KEY', 'unknown'],
    ['UPDATE t SET a = a + 1', 'unknown'],
    ['CALL p()', 'unknown'],
  ])('%s: %s', async (sql, outcome) => {
    expect(await database.using((runner) => outcomeOf(runner, sql))).toBe(outcome);
  });
});
