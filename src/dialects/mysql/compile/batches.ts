import type { OperationOf } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { batchedSql, type BatchStyle } from '../../common/batches.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quote, quoteQualified } from '../text.js';

const style: BatchStyle = {
  database: 'MySQL',
  sqlRules: MYSQL_SQL,
  quote,
  quoteQualified,
  literalOf,
  // It compares rows without an index.
  comparesRows: false,
};

/** A number next to a string would be compared as a floating-point number, which has fewer digits than a bigint. */
function literalOf(column: string, model: ColumnModel | undefined): string {
  const type = model?.type.toLowerCase() ?? '';
  if (/int|decimal|numeric|float|double|year/.test(type)) return `CAST(${column} AS CHAR)`;
  if (/binary|blob|bit/.test(type)) return `CONCAT('x''', HEX(${column}), '''')`;
  return `QUOTE(${column})`;
}

/** A statement in batches. A script has no loops: there it is one. */
export async function inBatches(
  operation: OperationOf<'inBatches'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const { place, batches } = await batchedSql(operation, context, style);
  return context.offline ? [{ sql: place.whole }] : [{ sql: place.whole, outsideTransaction: true, batches }];
}
