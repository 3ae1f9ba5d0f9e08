import { MigrateError } from '../../../src/index.js';
import { createMysqlDatabase } from '../../support/databases.js';
import { printedTables } from '../dump.js';
import { record } from '../report.js';
import { Workbench } from '../workbench.js';
import type { MysqlChange } from './change.js';

type Printed = Readonly<Record<string, string>>;

/** Takes a database with rows from the first entities to the second and back, and asserts that nothing is lost. */
export async function runMysqlChange(change: MysqlChange, type: 'mysql' | 'mariadb'): Promise<void> {
  const database = await createMysqlDatabase(type);
  const options = { ...database.options, timezone: 'Z' } as never;
  try {
    await Workbench.on({ ...database, options }, async (bench) => {
      const first = await begin(bench, change);
      const ours = await lead(bench, change, first);
      if (type === 'mariadb') record('mysql', { title: change.title, ours });
    });
  } finally {
    await database.drop();
  }
}

function begin(bench: Workbench, { before, rows, reads, isSynchronized }: MysqlChange): Promise<Printed> {
  return bench.stage(before, async ({ migrations, dataSource }) => {
    await migrations.init();
    if (isSynchronized) {
      await dataSource.initialize();
      await dataSource.synchronize();
    } else {
      await migrations.migrate({ message: 'before' });
      await migrations.upgrade();
    }
    expect(await migrations.check()).toEqual([]);
    for (const statement of rows) await dataSource.query(statement);
    const [sql, was] = reads;
    expect(await dataSource.query(sql)).toEqual(was);
    const printed = await printedTables(dataSource);
    if (isSynchronized) await dataSource.destroy();
    return printed;
  });
}

/** What became of the rows, for the report. */
interface Outcome {
  readonly kind: 'kept' | 'kept, as renamed' | 'changed, as asked' | 'refused';
  /** The error, or the warnings. */
  readonly detail: string;
}

function lead(bench: Workbench, change: MysqlChange, first: Printed): Promise<Outcome> {
  const { after, renames = [], reads, refused, warning, notice, isReordered } = change;
  const [sql, was, upgraded, downgraded = was] = reads;
  return bench.stage(after, async ({ migrations, dataSource, warnings }) => {
    expect(await migrations.migrate({ message: 'after', renames: [...renames] })).toHaveLength(1);
    if (warning) expect(warnings.join('\n')).toMatch(warning);
    if (refused) {
      const error: unknown = await migrations.upgrade().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(MigrateError);
      expect((error as MigrateError).message).toMatch(refused);
      expect(await printedTables(dataSource)).toEqual(first);
      expect(await dataSource.query(sql)).toEqual(was);
      return { kind: 'refused', detail: (error as MigrateError).message };
    }
    const [result] = await migrations.upgrade();
    if (notice) expect(result?.notices.join('\n')).toMatch(notice);
    expect(await migrations.check()).toEqual([]);
    expect(await dataSource.query(sql)).toEqual(upgraded);
    await migrations.downgrade();
    const comparable = isReordered ? withoutOrder : (tables: Printed): Printed => tables;
    expect(comparable(await printedTables(dataSource))).toEqual(comparable(first));
    expect(await dataSource.query(sql)).toEqual(downgraded);
    const isKept = JSON.stringify(downgraded) === JSON.stringify(was);
    const kind = isKept ? (renames.length > 0 ? 'kept, as renamed' : 'kept') : 'changed, as asked';
    return { kind, detail: warnings.join('; ') };
  });
}

function withoutOrder(tables: Printed): Printed {
  return Object.fromEntries(Object.entries(tables).map(([name, sql]) => [name, sql.split('\n').sort().join('\n')]));
}
