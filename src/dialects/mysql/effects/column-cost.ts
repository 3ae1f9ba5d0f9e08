import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import type { ColumnClause } from '../../../sql/ddl/statement.js';
import { parseType, typeText } from '../types.js';
import { COPY, type Cost, INPLACE_SHARED, INSTANT, INSTANT_COLUMN, REBUILD, together } from './algorithm.js';

/** Bytes of the longest character of utf8mb4: the length in bytes decides where a longer VARCHAR needs another prefix. */
const BYTES = 4;
/** Up to this many bytes the length of a value takes one byte in its row. */
const SHORT = 255;

/** ADD COLUMN, on this server. */
export function addedColumn(column: ColumnClause, server?: string): Cost {
  if (column.isIdentity) return INPLACE_SHARED;
  if (column.generated === 'stored') return COPY;
  if (column.default !== undefined && isComputed(column.default, server)) return COPY;
  return INSTANT_COLUMN;
}

/**
 * Whether each row gets a value of its own. MariaDB, which takes functions without parentheses too, computes all others once, rand()
 * among them; MySQL copies the table for any expression.
 */
function isComputed(expression: string, server = ''): boolean {
  if (DIFFERENT_EACH_TIME.test(expression)) return true;
  return !/mariadb/i.test(server) && expression.trim().startsWith('(') && /[a-z_]\w*\s*\(/i.test(expression);
}

const DIFFERENT_EACH_TIME =
  /\b(?:uuid|uuid_short|sys_guid|sysdate|utc_timestamp|nextval|lastval|setval)\s*\(|\bnext\s+value\s+for\b/i;

function hasVirtual(table: TableModel): boolean {
  return table.columns.some(({ generatedType }) => generatedType === 'VIRTUAL');
}

/** MODIFY and CHANGE: what differs from the present definition decides. */
export function changedColumn(column: ColumnClause, was: ColumnModel, table: TableModel, server = ''): Cost {
  const costs: Cost[] = [];
  if ((column.generated !== undefined) !== (was.asExpression !== undefined) || column.generated === 'stored')
    costs.push(COPY);
  if ((column.isNotNull === true) === (was.isNullable === true)) {
    costs.push(column.isNotNull && hasVirtual(table) ? COPY : REBUILD);
  }
  costs.push(changedType(column, was, server));
  if (column.hasCharset) costs.push(COPY);
  if (column.isIdentity && was.generationStrategy === undefined) costs.push(COPY);
  return together(costs);
}

function changedType(column: ColumnClause, was: ColumnModel, server: string): Cost {
  const wanted = parseType(
    column.type.toLowerCase().startsWith('enum') || column.type.toLowerCase().startsWith('set')
      ? column.type
      : column.type.toLowerCase(),
  );
  const [before, after] = [typeText(was), typeText(wanted as ColumnModel)];
  if (before === after) return INSTANT;
  if (wanted.type !== was.type) return COPY;
  if (wanted.type === 'varchar') return longer(Number(was.length), Number(wanted.length), server);
  if (wanted.type === 'enum' || wanted.type === 'set') return appended(was.enum ?? [], wanted.enum ?? []);
  return COPY;
}

/**
 * A longer VARCHAR needs another prefix of its length from 256 bytes on; MariaDB stores one of up to 127 bytes so that it may grow.
 *
 * @see https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/#changing-the-data-type-of-a-column
 */
function longer(from: number, to: number, server: string): Cost {
  if (!(to >= from)) return COPY;
  const isMaria = /mariadb/i.test(server);
  if (isMaria && from * BYTES < SHORT / 2) return INSTANT;
  return from * BYTES > SHORT === to * BYTES > SHORT ? INSTANT : COPY;
}

/** Labels at the end need no row to change. */
function appended(from: readonly string[], to: readonly string[]): Cost {
  return from.every((label, at) => to[at] === label) ? INSTANT : COPY;
}
