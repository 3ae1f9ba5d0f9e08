import { qualifiedKey, type EnumModel, type SchemaModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';
import { quote } from '../names.js';
import type { Probe } from './probes.js';

/** Temporary types under the names of enums that are not there yet, or not with these labels, so that columns can be of them. */
export function enumShadows(wanted: SchemaModel, actual: SchemaModel): readonly Probe[] {
  const labels = new Map(actual.enums.map((type) => [qualifiedKey(type), type.values.join('\u0000')]));
  return wanted.enums
    .filter((type) => type.schema === undefined && labels.get(qualifiedKey(type)) !== type.values.join('\u0000'))
    .map(shadow);
}

function shadow(type: EnumModel): Probe {
  const whole = `CREATE TYPE pg_temp.${quote(type.name)} AS ENUM (${type.values.map(stringLiteral).join(', ')})`;
  return { whole, steps: [] };
}
