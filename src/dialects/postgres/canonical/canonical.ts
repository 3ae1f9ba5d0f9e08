import type { QueryRunner } from 'typeorm';
import { withActualTables } from '../../../schema/same-data.js';
import type { SchemaModel } from '../../../schema/schema.model.js';
import { searchOwnSchemaFirst } from '../reflect/search-path.js';
import type { SchemaRename } from '../../dialect.js';
import { quote } from '../names.js';
import { attempt, inScratch } from '../reflect/scratch.js';
import { refuseNewerTables } from '../server-features.js';
import { plainCanonical } from './plain.js';
import { printTables, type PrintContext } from './print-tables.js';
import { reparsedTables, withReparsed } from './reparsed.js';
import { counterpartsOf, settle, unsettledPart } from './settle.js';
import { withActualTimePrecision } from './time-precision.js';
import { printViews } from './views.js';

/**
 * The canonical form of the wanted schema: as PostgreSQL would print it.
 *
 * 1. What the catalog has in the same spelling is taken from there.
 * 2. The rest is created in the session's temporary schema, reflected, and rolled back. What cannot be created there stays
 * as
 *    written: it needs something that only the revision will create, so it differs from the catalog in any case.
 * 3. Some expressions change once more when PostgreSQL parses what it has printed (`IN` on a varchar). So where one still
 *    differs from the catalog's, both are printed a second time, and are equal when any of their forms are.
 *
 * @param renamedSchemas schemas to rename first, in the database as they are in `actual` already, so that references into
 *   them can be resolved.
 * @throws ServerTooOldError when the server lacks a feature that is wanted.
 */
export async function canonical(
  wanted: SchemaModel,
  actual: SchemaModel,
  runner: QueryRunner,
  renamedSchemas: readonly SchemaRename[] = [],
): Promise<SchemaModel> {
  const plain = withActualTimePrecision(plainCanonical(wanted), actual);
  await refuseNewerTables(plain.tables, (sql) => runner.query(sql));
  return inScratch(runner, async () => {
    const own = await searchOwnSchemaFirst(runner);
    for (const { from, to } of renamedSchemas) {
      await attempt(runner, () => runner.query(`ALTER SCHEMA ${quote(from)} RENAME TO ${quote(to)}`));
    }
    const print = async (schema: SchemaModel, context: PrintContext): Promise<SchemaModel> => {
      const tables = await printTables(schema, context, runner, own);
      const views = await printViews({ ...schema, tables }, context, runner, own);
      return { ...schema, tables, views };
    };
    const printed = withActualTables(await print(plain, { reusable: actual, actual }), actual);
    const open = unsettledPart(printed, actual, reparsedTables(printed, actual));
    if (open.tables.length + open.views.length === 0) return printed;
    const nothingReusable: PrintContext = { reusable: { tables: [], views: [] }, actual };
    const again = await print(open, nothingReusable);
    const actualAgain = await print(counterpartsOf(open, actual), nothingReusable);
    const second = { again, actualAgain };
    return withReparsed(settle(printed, actual, second), actual, second);
  });
}
