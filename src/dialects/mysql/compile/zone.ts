import type { ColumnModel } from '../../../schema/schema.model.js';
import type { Statement } from '../../dialect.js';
import { isLiteral } from '../../../sql/literals.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { APPLICATION_ZONE_SQL } from '../server.js';
import { typeName } from '../types.js';

/** What marks a statement that reads or writes texts of timestamps: they are those that the application's sessions have. */
export function inZone(isZoned: boolean): Pick<Statement, 'inApplicationZone'> {
  return isZoned ? { inApplicationZone: true } : {};
}

/** Whether the default of a column is the text of a timestamp, which names another point in time in each zone. */
export function hasZonedDefault({ type, default: value }: ColumnModel): boolean {
  return isTimestamp(type) && value !== undefined && isLiteral(value, MYSQL_SQL);
}

/** Whether rows get a value in a new column that the zone decides about: the present time as a text of that zone. */
export function fillsByZone(column: ColumnModel): boolean {
  const { type, default: value } = column;
  return hasZonedDefault(column) || (!isTimestamp(type) && value !== undefined && !isLiteral(value, MYSQL_SQL));
}

/** Whether the change of a column takes texts for timestamps, or the reverse; or a time of day for one of today. */
export function convertsByZone(actual: ColumnModel, wanted: ColumnModel): boolean {
  const isChanged = isTimestamp(actual.type) !== isTimestamp(wanted.type);
  return isChanged || hasZonedDefault(wanted) || (typeName(actual.type) === 'time' && typeName(wanted.type) !== 'time');
}

/** The text of a timestamp of the application's sessions as one of the session of a run, for SQL of a revision. */
export function textInRun(column: ColumnModel): string | undefined {
  return hasZonedDefault(column) ? `CONVERT_TZ(${column.default}, ${APPLICATION_ZONE_SQL}, @@time_zone)` : undefined;
}

function isTimestamp(type: string): boolean {
  return typeName(type) === 'timestamp';
}
