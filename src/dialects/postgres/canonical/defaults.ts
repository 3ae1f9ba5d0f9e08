import { qualifiedKey, type ColumnModel, type TableModel } from '../../../schema/schema.model.js';
import { defaultClause } from '../compile/default-clause.js';
import { quote } from '../names.js';
import { typeText } from '../types.js';
import { type Probe, tableProbe } from './probes.js';
import { sameLiteral, sameExpression } from './same-expression.js';

const COLUMNS_PER_TABLE = 200;
const TABLE = 'nestjs_migrate_defaults_';

/**
 * Collects defaults for the database to print. Each pair of type and expression is printed once for all columns with it.
 */
export class DefaultQuestions {
  private readonly numbers = new Map<string, number>();
  private readonly columns: string[] = [];

  /** Asks for the default of a column. */
  ask(column: ColumnModel, expression: string): void {
    const key = keyOf(column, expression);
    if (this.numbers.has(key)) return;
    this.numbers.set(key, this.columns.length);
    this.columns.push(`${columnOf(this.columns.length)} ${typeText(column)} ${defaultClause(expression)}`);
  }

  /** Tables with a column for each default; they need no other columns, because a default cannot refer to any. */
  probes(): readonly Probe[] {
    const probes: Probe[] = [];
    for (let start = 0; start < this.columns.length; start += COLUMNS_PER_TABLE) {
      const table = quote(`${TABLE}${start / COLUMNS_PER_TABLE}`);
      probes.push(tableProbe(table, this.columns.slice(start, start + COLUMNS_PER_TABLE)));
    }
    return probes;
  }

  /** The printed default of a column, from the reflected tables; undefined when its table could not be created. */
  answer(column: ColumnModel, expression: string, tables: ReadonlyMap<string, TableModel>): Answer | undefined {
    const number = this.numbers.get(keyOf(column, expression));
    if (number === undefined) return undefined;
    const table = tables.get(qualifiedKey({ name: `${TABLE}${Math.floor(number / COLUMNS_PER_TABLE)}` }));
    const made = table?.columns.find(({ name }) => name === columnOf(number));
    return made === undefined ? undefined : { default: made.default };
  }
}

/** A default as the catalog prints it; undefined for `DEFAULT NULL`, which the catalog drops. */
export interface Answer {
  readonly default: string | undefined;
}

/** The default in the catalog, when it is certainly equal to the wanted one. */
export function reusableDefault(column: ColumnModel, actual: ColumnModel | undefined): string | undefined {
  if (column.default === undefined || actual?.default === undefined) return undefined;
  const same =
    sameExpression(column.default, actual.default) ||
    (sameLiteral(column.default, actual.default) && typeText(column) === typeText(actual));
  return same ? actual.default : undefined;
}

function columnOf(number: number): string {
  return `c${number}`;
}

function keyOf(column: ColumnModel, expression: string): string {
  return `${typeText(column)}\u0000${expression}`;
}
