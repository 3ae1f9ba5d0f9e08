import type { DataSource } from 'typeorm';
import { dump, type Dump } from './dump.js';
import { commonProbes } from './probes/both.js';
import { postgresProbes } from './probes/postgres.js';
import { sqliteProbes } from './probes/sqlite.js';
import { record } from './report.js';
import { Workbench } from './workbench.js';

const probes = [...postgresProbes, ...sqliteProbes, ...commonProbes];

/** An extension that nothing used counts as the first revision's, which takes it along when it goes. */
async function dumpOfSchema(dataSource: DataSource): Promise<Dump> {
  return (await dump(dataSource)).filter((line) => !line.startsWith('extension '));
}

describe('a schema that does not change', () => {
  it.each(probes)(
    'is created, no difference afterwards, and dropped by the downgrade: $name, on $on',
    async (probe) => {
      await Workbench.use(probe.on, (bench) =>
        bench.stage(
          probe.entities,
          async ({ migrations, dataSource }) => {
            await migrations.init();
            await dataSource.initialize();
            for (const sql of probe.setup ?? []) await dataSource.query(sql);
            const empty = await dumpOfSchema(dataSource);
            expect(await migrations.migrate()).toHaveLength(1);
            await migrations.upgrade();
            expect(await migrations.check()).toEqual([]);
            expect(await migrations.migrate()).toEqual([]);

            await migrations.downgrade('base');
            expect(await dumpOfSchema(dataSource)).toEqual(empty);
            await dataSource.destroy();
          },
          { ...probe.options, installExtensions: false } as typeof probe.options,
        ),
      );
      record('probes', { name: probe.name, dialect: probe.on, theirs: probe.typeorm ?? 'ok' });
    },
  );
});
