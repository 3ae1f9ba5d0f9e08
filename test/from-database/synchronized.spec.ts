import { databases } from '../support/databases.js';
import type { Dump } from '../changes/dump.js';
import { entitySets } from '../roundtrip/entity-sets.js';
import { Bench } from './bench.js';

const makers = new Map(databases);
const cases = entitySets.flatMap((set) => set.on.map((dialect) => ({ ...set, dialect })));

/** TypeORM installs extensions when it connects, and keeps notes of views for itself. */
function ofApplication(dump: Dump): Dump {
  return dump.filter((line) => !/^extension |^comment (extension|function|type) |typeorm_metadata/.test(line));
}

/** Most schemas are made by TypeORM; some it cannot make, or not as its entities say. */
async function make(bench: Bench, isByTypeorm: boolean): Promise<void> {
  if (isByTypeorm) return bench.source.synchronize();
  const migrations = bench.migrations(bench.source, 'own');
  await migrations.init();
  await migrations.migrate();
  await migrations.upgrade();
}

describe('a database of entities comes out of its revision as it is, and is found no different:', () => {
  it.each(cases)('$name on $dialect', async ({ dialect, entities, options, typeormMakesOther }) => {
    const settings = { ...options, entities: [...entities] } as object;
    await Bench.use(
      makers.get(dialect)!,
      async (bench) => {
        await make(bench, typeormMakesOther === undefined);
        const { source, actual, wanted } = await bench.round();
        expect(actual.again).toBe(wanted.again);
        for (const part of ['upgraded', 'downgraded', 'back'] as const) {
          expect(ofApplication(actual[part])).toEqual(ofApplication(wanted[part]));
        }
        expect(source).not.toContain('typeorm_metadata');
        await bench.migrations(bench.source).stamp('head', { purge: true });
        const found = await bench.migrations(bench.source).check();
        expect(await bench.migrations(bench.target).check()).toEqual(found);
      },
      {},
      settings,
    );
  });
});
