import { qualifiedKey, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import type { AlterTable, SqlStatement, TableAction } from '../../../sql/ddl/statement.js';
import type { EffectFacts, Refusal } from '../../effects.js';

/**
 * Why SQLite refuses SQL by hand, whatever the rows are.
 *
 * @see https://www.sqlite.org/lang_altertable.html
 */
export function refusalsOf(statement: SqlStatement, facts: EffectFacts): readonly Refusal[] {
  switch (statement.kind) {
    case 'alterTable': {
      const reason = reasonOf(statement, facts);
      return reason === undefined ? [] : [{ name: statement.table, reason }];
    }
    case 'truncate':
    case 'lock':
      return statement.tables.map((name) => ({ name, reason: `it has no ${statement.kind.toUpperCase()}` }));
    case 'drop':
      return statement.names.length > 1 && statement.names[0] !== undefined
        ? [{ name: statement.names[0], reason: 'a DROP names one object' }]
        : [];
    default:
      return [];
  }
}

function reasonOf({ table, actions }: AlterTable, { schema, operation }: EffectFacts): string | undefined {
  if (actions.length > 1) return 'an ALTER TABLE makes one change';
  const [action] = actions;
  if (action === undefined) return undefined;
  if (!isKnown(action)) return 'ALTER TABLE has no such change';
  if (action.action !== 'dropColumn' || operation !== undefined) return undefined;
  const part = uniqueWith(tableIn(schema, qualifiedKey(table)), action.column);
  return part && `the column is in ${part}`;
}

/** Whether ALTER TABLE of SQLite can be written so. */
function isKnown(action: TableAction): boolean {
  switch (action.action) {
    case 'addColumn':
    case 'dropColumn':
    case 'renameColumn':
    case 'renameTable':
    case 'setNotNull':
    case 'dropNotNull':
    case 'dropConstraint':
      return true;
    case 'addConstraint':
      return action.constraint.type === 'check';
    default:
      return false;
  }
}

function tableIn({ tables }: SchemaModel, key: string): TableModel | undefined {
  return tables.find((each) => qualifiedKey(each) === key);
}

/** What of the table keeps its column, and cannot be dropped before it. */
function uniqueWith(table: TableModel | undefined, column: string): string | undefined {
  if (table?.primaryKey?.columnNames.includes(column)) return 'the primary key';
  return table?.uniques.some(({ columnNames }) => columnNames.includes(column)) ? 'a unique constraint' : undefined;
}
