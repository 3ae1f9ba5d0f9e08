import { EntitySchema } from 'typeorm';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../../test/support/mysql-database.js';
import { mysqlColumns, mysqlColumnsOfOurs } from '../../../../test/support/mysql-columns.js';
import { reverseAll } from '../../../operations/reverse.js';
import type { SchemaModel } from '../../../schema/schema.model.js';

const all = { ...mysqlColumns, ...mysqlColumnsOfOurs };
const names = Object.keys(all);

/** A table for each column, with all of them called alike, so that one column becomes another. */
const entitiesOf = (list: readonly string[]) =>
  list.map(
    (name, at) =>
      new EntitySchema({
        name: `E${at}`,
        tableName: `t${at}`,
        columns: { id: { type: 'int', primary: true }, base: { type: 'int' }, value: { ...all[name]!, name: 'value' } },
      }),
  );

const tableNameOf = (operation: object): string =>
  'table' in operation ? (operation as { table: { name: string } }).table.name : '';

describeOnMysql('Columns of every kind', () => {
  let first: MysqlDatabase;
  let before: SchemaModel;
  const upgrades = new Map<string, string>();
  const left = new Map<string, unknown>();
  const leftAfterDowngrade = new Map<string, unknown>();

  beforeAll(async () => {
    first = await MysqlDatabase.create({ entities: entitiesOf(names) });
    const other = await MysqlDatabase.create({ entities: entitiesOf([...names.slice(1), names[0]!]) });
    try {
      const attempt = async (work: () => Promise<unknown>, at: string) => {
        await work().catch((error: Error) => void upgrades.set(at, `${upgrades.get(at) ?? ''}\n${error.message}`));
      };
      for (const operation of mysqlOperations(await first.schema(), await first.wanted())) {
        await attempt(() => first.migrate(operation), tableNameOf(operation));
      }
      before = await first.schema();
      for (const operation of mysqlOperations(before, await first.wanted()))
        left.set(tableNameOf(operation), operation);
      const changes = mysqlOperations(before, await first.wanted(other.dataSource));
      for (const operation of changes) await attempt(() => first.migrate(operation), tableNameOf(operation));
      for (const operation of mysqlOperations(await first.schema(), await first.wanted(other.dataSource))) {
        left.set(`next ${tableNameOf(operation)}`, operation);
      }
      for (const operation of reverseAll(changes.filter(({ kind }) => kind !== 'execute'))) {
        await attempt(() => first.migrate(operation), `down ${tableNameOf(operation)}`);
      }
      for (const operation of mysqlOperations(await first.schema(), before)) {
        leftAfterDowngrade.set(tableNameOf(operation), operation);
      }
    } finally {
      await other.drop();
    }
  }, 120_000);
  afterAll(() => first.drop());

  it.each(names.map((name, at) => [name, at] as const))('are created as they are wanted: %s', (_name, at) => {
    expect([upgrades.get(`t${at}`), left.get(`t${at}`)]).toEqual([undefined, undefined]);
  });

  it.each(names.map((name, at) => [name, names[at + 1] ?? names[0]!, at] as const))(
    'become another, and again what they were: %s, %s',
    (_from, _to, at) => {
      expect([upgrades.get(`t${at}`), left.get(`next t${at}`)]).toEqual([undefined, undefined]);
      expect([upgrades.get(`down t${at}`), leftAfterDowngrade.get(`t${at}`)]).toEqual([undefined, undefined]);
    },
  );
});
