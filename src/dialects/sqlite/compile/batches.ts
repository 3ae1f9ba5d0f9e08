import { isScript } from '../../common/is-script.js';
import type { OperationOf } from '../../../operations/operation.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { batchedSql, type BatchStyle } from '../../common/batches.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { guardedStatement } from '../script/script-sql.js';
import { quote } from '../text.js';

const style: BatchStyle = {
  database: 'SQLite',
  sqlRules: SQLITE_SQL,
  quote,
  quoteQualified: ({ name }) => quote(name),
  literalOf: (column) => `quote(${column})`,
  comparesRows: true,
  hiddenKey: ['rowid'],
};

/** A statement in batches: writers of the application get their turn between two of them. A script has no loops: there it is one. */
export async function inBatches(
  operation: OperationOf<'inBatches'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const { place, batches } = await batchedSql(operation, context, style);
  if (isScript(context)) return guardedStatement(place.whole).map((sql) => ({ sql }));
  if (context.offline) return [{ sql: place.whole }];
  return [{ sql: place.whole, outsideTransaction: true, batches }];
}
