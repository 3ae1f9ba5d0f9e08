import type { OperationOf } from '../../../operations/operation.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { batchedSql, type BatchedSql, type BatchStyle, comparison } from '../../common/batches.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { quote, quoteQualified } from '../names.js';

const style: BatchStyle = {
  database: 'PostgreSQL',
  sqlRules: POSTGRES_SQL,
  quote,
  quoteQualified,
  // As text, since the driver would cut the digits of a time and round a large number.
  literalOf: (column) => `quote_literal(${column}::text)`,
  comparesRows: true,
};

/** A statement in batches; in a script a block that commits after each of them. */
export async function inBatches(
  operation: OperationOf<'inBatches'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const batched = await batchedSql(operation, context, style);
  if (context.offline) return [{ sql: blockOf(operation, batched), outsideTransaction: true }];
  return [{ sql: batched.place.whole, outsideTransaction: true, batches: batched.batches }];
}

function blockOf({ size, pause = 0 }: OperationOf<'inBatches'>, { table, key, place }: BatchedSql): string {
  const [from, to] = ['from', 'to'].map((name) => key.map((_column, at) => `migrate_${name}_${at + 1}`)) as [
    string[],
    string[],
  ];
  const names = key.map((column) => `${place.qualifier}.${column}`);
  const columns = key.join(', ');
  const declared = [...from, ...to].map((name, at) => `  ${name} ${table}.${key[at % key.length]}%TYPE;`);
  const start = `SELECT ${columns} INTO ${from.join(', ')} FROM ${table} ORDER BY ${columns} LIMIT 1`;
  const next = `SELECT ${columns} INTO ${to.join(', ')} FROM ${table} WHERE ${comparison(key, '>', from, style)} ORDER BY ${columns} LIMIT 1 OFFSET ${size - 1}`;
  const behind = comparison(names, '>=', from, style);
  const lines = [
    'DECLARE',
    ...declared,
    'BEGIN',
    `  ${start};`,
    '  LOOP',
    `    ${next};`,
    '    EXIT WHEN NOT FOUND;',
    `    ${place.with(`${behind} AND ${comparison(names, '<', to, style)}`)};`,
    '    COMMIT;',
    ...(pause > 0 ? [`    PERFORM pg_catalog.pg_sleep(${pause / 1000});`] : []),
    ...from.map((name, at) => `    ${name} := ${to[at]};`),
    '  END LOOP;',
    `  ${place.with(behind)};`,
    'END',
  ];
  return `DO ${stringLiteral(lines.join('\n'))}`;
}
