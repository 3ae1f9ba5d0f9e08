import { partOf } from '../../../schema/parts.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import type { Server } from '../server.js';
import { quote } from '../text.js';
import { parseType } from '../types.js';
import { columnDefault, expressionText, onUpdateText } from './expressions.js';
import type { ColumnRow } from './queries.js';

/** What a column of the model needs besides its row. */
export interface ColumnSurroundings {
  readonly server: Server;
  /** The collation of the table, which columns have unless they say another. */
  readonly tableCollation: string | null;
  /** The check in the definition of the column. */
  readonly check?: string;
  /** The default, where it is known in another form than that of the row. */
  readonly default?: string;
}

/** A column of the model by what the server prints of it. */
export function columnModel(
  row: ColumnRow,
  { server, tableCollation, check, ...known }: ColumnSurroundings,
): ColumnModel {
  const { name, extra, collation, comment } = row;
  const [, computed] = /(STORED|VIRTUAL|PERSISTENT) GENERATED/i.exec(extra) ?? [];
  // MariaDB's json is a text with a check.
  const isJson = check !== undefined && isJsonCheck(check, name);
  const { mysql, ...type } = isJson ? { type: 'json', mysql: undefined } : parseType(row.type);
  const onUpdate = onUpdateText(extra);
  const printed = computed === undefined ? (known.default ?? columnDefault(row, type.type, server)) : undefined;
  const value = onUpdate !== undefined && isZeroTime(printed) ? undefined : printed;
  const isIncrement = /auto_increment/i.test(extra);
  return {
    name,
    ...type,
    ...(row.nullable === 'YES' && { isNullable: true }),
    ...(value !== undefined && { default: value }),
    ...(comment !== '' && { comment }),
    ...(!isJson && collation !== null && collation !== tableCollation && { collation }),
    ...(isIncrement && { generationStrategy: 'increment' as const }),
    ...(computed !== undefined && {
      asExpression: expressionText(row.expression ?? '', server),
      generatedType: computed.toUpperCase() === 'VIRTUAL' ? ('VIRTUAL' as const) : ('STORED' as const),
    }),
    ...partOf('mysql', {
      ...mysql,
      onUpdate,
      invisible: /\bINVISIBLE\b/i.test(extra) || undefined,
      check: isJson || check === undefined ? undefined : expressionText(check, server),
    }),
  };
}

/** Whether a default is the one that MariaDB gives to a column that is NOT NULL with ON UPDATE and has none. */
function isZeroTime(sql: string | undefined): boolean {
  return sql !== undefined && /^'0000-00-00 00:00:00(?:\.0+)?'$/.test(sql);
}

/** Whether a check is that which MariaDB gives to a json column. */
export function isJsonCheck(check: string, column: string): boolean {
  return check.toLowerCase() === `json_valid(${quote(column)})`.toLowerCase();
}
