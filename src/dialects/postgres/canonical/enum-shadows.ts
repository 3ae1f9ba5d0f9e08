import { qualifiedKey, type EnumModel, type SchemaModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';
import { quote } from '../names.js';
import type { Probe } from './probes.js';

/**
 * Types with the names of the enums that do not exist yet, or have other labels, so that columns of them can be created.
 *
 * They are temporary and come first in the search path. An enum of another schema is referred to with its schema, so its
 * shadow is created there, and only when the name is free.
 */
export function enumShadows(wanted: SchemaModel, actual: SchemaModel): readonly Probe[] {
  const labels = new Map(actual.enums.map((type) => [qualifiedKey(type), type.values.join('\u0000')]));
  const missing = wanted.enums.filter(({ schema, ...type }) => {
    const actualLabels = labels.get(qualifiedKey({ ...type, schema }));
    return schema === undefined ? actualLabels !== type.values.join('\u0000') : actualLabels === undefined;
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
