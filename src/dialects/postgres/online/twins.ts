import type { Operation } from '../../../operations/operation.js';
import {
  type ColumnModel,
  qualifiedNameOf,
  type QualifiedName,
  type TableModel,
} from '../../../schema/schema.model.js';
import { conversionRisk } from '../conversion-risk.js';
import { dollarQuoted, stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { castTypeText } from '../types.js';

/** A column, and the one next to it that has its values in another type. */
export interface Twins {
  readonly table: TableModel;
  /** The column as it is. */
  readonly column: ColumnModel;
  /** The other one: of the new type, and nothing else. */
  readonly twin: ColumnModel;
}

/** The trigger that fills the twin. Values that do not fit leave it empty: those who write rows must not fail over it. */
export function keptEqual({ table: model, column, twin }: Twins): readonly Operation[] {
  const table = qualifiedNameOf(model);
  const name = quote(triggerName(table, column.name));
  const set = `NEW.${quote(twin.name)} := ${converted(`NEW.${quote(column.name)}`, twin)};`;
  const mayFail = conversionRisk(column, twin) !== undefined;
  const body = mayFail
    ? `BEGIN BEGIN ${set} EXCEPTION WHEN data_exception THEN NEW.${quote(twin.name)} := NULL; END; RETURN NEW; END`
    : `BEGIN ${set} RETURN NEW; END`;
  return [
    {
      kind: 'execute',
      sql: `CREATE FUNCTION ${functionOf(table, column.name)} RETURNS trigger LANGUAGE plpgsql AS ${dollarQuoted(body, 'do')}`,
    },
    {
      kind: 'execute',
      sql: `CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON ${quoteQualified(table)} FOR EACH ROW EXECUTE FUNCTION ${functionOf(table, column.name)}`,
    },
  ];
}

export function noLongerEqual(table: QualifiedName, column: string): readonly Operation[] {
  return [
    { kind: 'execute', sql: `DROP TRIGGER ${quote(triggerName(table, column))} ON ${quoteQualified(table)}` },
    { kind: 'execute', sql: `DROP FUNCTION ${functionOf(table, column)}` },
  ];
}

function triggerName({ name }: QualifiedName, column: string): string {
  return identifier(`${name}_${column}_twin`);
}

function functionOf(table: QualifiedName, column: string): string {
  return `${quoteQualified({ ...table, name: triggerName(table, column) })}()`;
}

/** The value of a column in the type of its twin. What is too long for that fails, as in a change of the type itself. */
export function converted(value: string, twin: ColumnModel): string {
  return `CAST(${value} AS ${castTypeText(twin)})`;
}

/** A block that gives the sequence of a counting column to another one, with the type that its numbers have then. */
export function sequenceMoved(table: QualifiedName, from: string, to: string, type: string): Operation {
  const name = quoteQualified(table);
  const body = [
    `DECLARE sequence text := pg_catalog.pg_get_serial_sequence(${stringLiteral(name)}, ${stringLiteral(identifier(from))});`,
    'BEGIN',
    `  EXECUTE format(${stringLiteral(`ALTER TABLE ${percent(name)} ALTER COLUMN ${percent(quote(from))} DROP DEFAULT`)});`,
    `  EXECUTE format(${stringLiteral(`ALTER SEQUENCE %s AS ${type} OWNED BY ${percent(name)}.${percent(quote(to))}`)}, sequence);`,
    `  EXECUTE format(${stringLiteral(`ALTER TABLE ${percent(name)} ALTER COLUMN ${percent(quote(to))} SET DEFAULT nextval(%L::regclass)`)}, sequence);`,
    'END',
  ];
  return { kind: 'execute', sql: `DO ${dollarQuoted(body.join('\n'), 'do')}` };
}

/** Text in a format string of PostgreSQL. */
function percent(text: string): string {
  return text.replaceAll('%', '%%');
}

/**
 * Waits for an autovacuum of the table before a change that locks others out: behind a change that waits for it readers would wait too,
 * until the server ends it after a second (`deadlock_timeout`).
 */
export function behindVacuum(table: QualifiedName): Operation {
  return { kind: 'execute', sql: `LOCK TABLE ${quoteQualified(table)} IN SHARE UPDATE EXCLUSIVE MODE` };
}
