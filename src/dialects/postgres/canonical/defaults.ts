import { qualifiedKey, type ColumnModel, type TableModel } from '../../../schema/schema.model.js';
import { quote } from '../names.js';
import { typeText } from '../types.js';
import { type Probe, tableProbe } from './probes.js';
import { sameLiteral, sameText } from './same-text.js';

const COLUMNS_PER_TABLE = 200;
const TABLE = 'nestjs_migrate_defaults_';

/** Defaults that the database is to print. Each pair of type and text is asked once, whatever the number of columns. */
export class DefaultQuestions {
  private readonly numbers = new Map<string, number>();
  private readonly columns: string[] = [];

  /** Asks for the default of a column. */
  ask(column: ColumnModel, expression: string): void {
    const key = keyOf(column, expression);
    if (this.numbers.has(key)) return;
    this.numbers.set(key, this.columns.length);
    this.columns.push(`${columnOf(this.columns.length)} ${typeText(column)} DEFAULT ${expression}`);
  }

  /** Tables with a column for each question: a default refers to no other column. */
  probes(): readonly Probe[] {
    const probes: Probe[] = [];
    for (let start = 0; start < this.columns.length; start += COLUMNS_PER_TABLE) {
      const table = quote(`${TABLE}${start / COLUMNS_PER_TABLE}`);
      probes.push(tableProbe(table, this.columns.slice(start, start + COLUMNS_PER_TABLE)));
    }
    return probes;
  }

  /** The answer for a column, from the tables as they were read back; undefined when it could not be made. */
  answer(column: ColumnModel, expression: string, tables: ReadonlyMap<string, TableModel>): Answer | undefined {
    const number = this.numbers.get(keyOf(column, expression));
    if (number === undefined) return undefined;
    const table = tables.get(qualifiedKey({ name: `${TABLE}${Math.floor(number / COLUMNS_PER_TABLE)}` }));
    const made = table?.columns.find(({ name }) => name === columnOf(number));
    return made === undefined ? undefined : { default: made.default };
  }
}

/** A default as the catalog prints it; `DEFAULT NULL` is none at all. */
export interface Answer {
  readonly default: string | undefined;
}

/** The default in the catalog, when it is the wanted one for certain. */
export function knownDefault(column: ColumnModel, actual: ColumnModel | undefined): string | undefined {
  if (column.default === undefined || actual?.default === undefined) return undefined;
  const same =
    sameText(column.default, actual.default) ||
    (sameLiteral(column.default, actual.default) && typeText(column) === typeText(actual));
  return same ? actual.default : undefined;
}

function columnOf(number: number): string {
  return `c${number}`;
}

function keyOf(column: ColumnModel, expression: string): string {
  return `${typeText(column)}\u0000${expression}`;
}
