import { qualifiedKey, type EnumModel, type SchemaModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';
import { quote } from '../names.js';
import type { Probe } from './probes.js';

/**
 * Types under the names of enums that are not there yet, or not with these labels, so that columns can be of them: temporary
 * ones, which are found first. One of a schema is named with it, and can be made there only where the name is free.
 */
export function enumShadows(wanted: SchemaModel, actual: SchemaModel): readonly Probe[] {
  const labels = new Map(actual.enums.map((type) => [qualifiedKey(type), type.values.join('\u0000')]));
  const missing = wanted.enums.filter(({ schema, ...type }) => {
    const standing = labels.get(qualifiedKey({ ...type, schema }));
    return schema === undefined ? standing !== type.values.join('\u0000') : standing === undefined;
  });
  const schemas = new Set(missing.flatMap(({ schema }) => schema ?? []));
  return [...[...schemas].filter((name) => !actual.schemas.includes(name)).map(schemaProbe), ...missing.map(typeProbe)];
}

function schemaProbe(name: string): Probe {
  return { whole: `CREATE SCHEMA IF NOT EXISTS ${quote(name)}`, steps: [] };
}

function typeProbe({ schema, name, values }: EnumModel): Probe {
  const path = `${schema === undefined ? 'pg_temp' : quote(schema)}.${quote(name)}`;
  return { whole: `CREATE TYPE ${path} AS ENUM (${values.map(stringLiteral).join(', ')})`, steps: [] };
}
