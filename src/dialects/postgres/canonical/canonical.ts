import type { QueryRunner } from 'typeorm';
import { withStandingTables } from '../../../schema/same-data.js';
import type { SchemaModel } from '../../../schema/schema.model.js';
import { lookFirstInOwn } from '../reflect/own-schema.js';
import type { SchemaRename } from '../../dialect.js';
import { quote } from '../names.js';
import { attempt, inScratch } from '../reflect/scratch.js';
import { refuseNewerTables } from '../server-features.js';
import { plainCanonical } from './plain.js';
import { printTables, type Standing } from './print-tables.js';
import { rereadPart, withRewritten } from './rewritten.js';
import { counterpartsOf, settle, unsettledPart } from './settle.js';
import { withStandingTimes } from './times.js';
import { printViews } from './views.js';

/**
 * The wanted schema as PostgreSQL would print it.
 *
 * What stands in the catalog in the same words is taken from there. The rest is made in the session's temporary schema,
 * read back as any schema is, and rolled back. What cannot be made there stays as it is written: it needs something that
 * the revision is only going to create, so it differs from the catalog in any case.
 *
 * Some texts change once more when what PostgreSQL printed is given back to it (`IN` on a varchar). Where a text still
 * differs from the catalog's, both are printed again, and count as the same when they meet.
 *
 * @param renamedSchemas have their new names meanwhile, in `actual` too: what refers into them can then be made.
 * @throws ServerTooOldError when the server cannot have what is wanted.
 */
export async function canonical(
  wanted: SchemaModel,
  actual: SchemaModel,
  runner: QueryRunner,
  renamedSchemas: readonly SchemaRename[] = [],
): Promise<SchemaModel> {
  const plain = withStandingTimes(plainCanonical(wanted), actual);
  await refuseNewerTables(plain.tables, (sql) => runner.query(sql));
  return inScratch(runner, async () => {
    const own = await lookFirstInOwn(runner);
    for (const { from, to } of renamedSchemas) {
      await attempt(runner, () => runner.query(`ALTER SCHEMA ${quote(from)} RENAME TO ${quote(to)}`));
    }
    const print = async (schema: SchemaModel, standing: Standing): Promise<SchemaModel> => {
      const tables = await printTables(schema, standing, runner, own);
      const views = await printViews({ ...schema, tables }, standing, runner, own);
      return { ...schema, tables, views };
    };
    const printed = withStandingTables(await print(plain, { known: actual, actual }), actual);
    const open = unsettledPart(printed, actual, rereadPart(printed, actual));
    if (open.tables.length + open.views.length === 0) return printed;
    const nothingKnown: Standing = { known: { tables: [], views: [] }, actual };
    const again = await print(open, nothingKnown);
    const actualAgain = await print(counterpartsOf(open, actual), nothingKnown);
    const second = { again, actualAgain };
    return withRewritten(settle(printed, actual, second), actual, second);
  });
}
