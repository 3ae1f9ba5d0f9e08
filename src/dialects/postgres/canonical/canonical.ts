import type { QueryRunner } from 'typeorm';
import type { SchemaModel } from '../../../schema/schema.model.js';
import { plainCanonical } from './plain.js';

/** The wanted schema as PostgreSQL would print it. */
export async function canonical(wanted: SchemaModel, _actual: SchemaModel, _runner: QueryRunner): Promise<SchemaModel> {
  return plainCanonical(wanted);
}
