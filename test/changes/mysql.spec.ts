import { describeOnMysql } from '../support/mysql-database.js';
import { changes } from './mysql/cases.js';
import type { MysqlChange } from './mysql/change.js';
import { engines } from './mysql/engines.js';
import { found } from './mysql/found.js';
import { compositeKeys } from './mysql/keys.js';
import { labelRenames } from './mysql/labels.js';
import { moments } from './mysql/moments.js';
import { runMysqlChange } from './mysql/run.js';

const all = [...changes, ...found, ...compositeKeys, ...labelRenames, ...engines, ...moments].map(
  (change) => [change.title, change] as const,
);

/** Whether TypeORM's `synchronize` with the type mysql makes the first schema on MariaDB, which refuses its generated columns. */
function isForBoth({ isSynchronized, before }: MysqlChange): boolean {
  return isSynchronized !== true || !JSON.stringify(before).includes('asExpression');
}

describeOnMysql('Changes on MySQL with rows', () => {
  it.each(all)('%s', (_title, change) => runMysqlChange(change, 'mariadb'));

  // What the data source takes the server for decides nothing.
  it.each(all.filter(([, change]) => isForBoth(change)).filter((_, at) => at % 5 === 0))(
    '%s, with the type mysql',
    (_title, change) => runMysqlChange(change, 'mysql'),
  );
});
