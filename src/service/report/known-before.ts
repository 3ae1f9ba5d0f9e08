import { readFileSync } from 'node:fs';
import type { QueryRunner } from 'typeorm';
import type { Dialect, ServerFacts } from '../../dialects/dialect.js';
import type { PlanStep } from '../../repository/index.js';
import { tablesOfRun } from '../../runtime/index.js';
import type { SchemaModel } from '../../schema/schema.model.js';
import { versionTableOf } from '../environment.js';
import type { BoundDataSource } from '../options/options.js';

/** What a database knows before a plan: its schema, and the server's facts. */
export interface KnownBefore {
  readonly startSchema: SchemaModel;
  readonly server: Omit<ServerFacts, 'partitions' | 'schemas'>;
}

/** Reads what effects of a plan depend on: the schemas of the data source, and those that the revisions name, with partitions. */
export async function readKnownBefore(
  runner: QueryRunner,
  dialect: Dialect,
  bound: BoundDataSource,
  plan: readonly PlanStep[],
): Promise<KnownBefore> {
  const { partitions, schemas = [], ...server } = await dialect.serverFacts(runner);
  const reflected = await dialect.reflect(runner, {
    schemas: [...new Set([...bound.config.includeSchemas, ...namedIn(plan, schemas)])],
    exclude: tablesOfRun(versionTableOf(bound)),
  });
  return { startSchema: { ...reflected, ...(partitions && { partitions }) }, server };
}

/** The schemas whose names are in the files of a plan. */
function namedIn(plan: readonly PlanStep[], schemas: readonly string[]): readonly string[] {
  const left = new Set(schemas);
  for (const { revision } of plan) {
    if (left.size === 0) break;
    if (revision?.path === undefined) continue;
    const source = readFileSync(revision.path, 'utf8');
    for (const schema of left) if (source.includes(schema)) left.delete(schema);
  }
  return schemas.filter((schema) => !left.has(schema));
}
