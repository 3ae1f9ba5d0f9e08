import type { DataSource } from 'typeorm';
import { dump, type Dump } from '../changes/dump.js';
import { Workbench } from '../changes/workbench.js';
import { entitySets } from './entity-sets.js';
import { typeormDifferences } from './round-trip.js';

const cases = entitySets.flatMap((set) => set.on.map((dialect) => ({ ...set, dialect })));

/**
 * An extension that nothing used counts as the first revision's, which takes it along when it goes. TypeORM's own notes of
 * views and generated columns are kept by `synchronize` alone.
 */
async function dumpOfSchema(dataSource: DataSource): Promise<Dump> {
  return (await dump(dataSource)).filter((line) => !/^extension |\btypeorm_metadata\b/.test(line));
}

describe('the schema of entities', () => {
  it.each(cases)(
    'is created as TypeORM creates it, no difference here or for TypeORM, and dropped by the downgrade: $name on $dialect',
    async (set) => {
      await Workbench.use(set.dialect, (bench) =>
        bench.stage(
          set.entities,
          async ({ migrations, dataSource }) => {
            await migrations.init();
            await dataSource.initialize();
            const before = await dumpOfSchema(dataSource);
            expect(await migrations.migrate()).toHaveLength(1);
            await migrations.upgrade();

            expect(await migrations.check()).toEqual([]);
            if (!set.typeormIsNeverContent) expect(await typeormDifferences(dataSource)).toEqual([]);
            const made = await dumpOfSchema(dataSource);

            await migrations.downgrade('base');
            expect(await dumpOfSchema(dataSource)).toEqual(before);
            if (set.typeormMakesOther === undefined) {
              await dataSource.synchronize();
              expect(made).toEqual(await dumpOfSchema(dataSource));
            }
            await dataSource.destroy();
          },
          set.options,
        ),
      );
    },
  );
});
