import type { QueryRunner } from 'typeorm';
import { emptySchema, type SchemaModel } from '../../../schema/schema.model.js';
import { readRelations } from '../reflect/reflect.js';
import { attempt, inScratch } from '../reflect/scratch.js';

/** Statements that create something in the session's temporary schema, so that the catalog prints its expressions. */
export interface Probe {
  /** All statements in one string. */
  readonly whole: string;
  /** The same in small steps: when one fails, the others still run. */
  readonly steps: readonly string[];
}

/** Tables and views as the database prints them. */
export type Printed = Pick<SchemaModel, 'tables' | 'views'>;

/** Creates probes, reflects them, and rolls them back. */
export async function readProbes(runner: QueryRunner, own: string, probes: readonly Probe[]): Promise<Printed> {
  if (probes.length === 0) return emptySchema;
  return inScratch(runner, async () => {
    await makeAll(runner, probes);
    const [row] = (await runner.query(
      `SELECT nspname AS name, set_config('search_path', quote_ident($1), true)
       FROM pg_catalog.pg_namespace WHERE oid = pg_my_temp_schema()`,
      [own],
    )) as { name: string }[];
    return row === undefined ? emptySchema : readRelations(runner, row.name, { schemas: [], exclude: [] });
  });
}

/**
 * Creates all probes that can be created: all at once, else by halves, so that a few failures cost little. A read-only user
 * can create none, and the schema is then compared as written.
 */
async function makeAll(runner: QueryRunner, probes: readonly Probe[]): Promise<void> {
  if (await isMade(runner, probes)) return;
  const anything: Probe = { whole: 'CREATE TEMPORARY TABLE nestjs_migrate_probe ()', steps: [] };
  if (await inScratch(runner, () => isMade(runner, [anything]))) await makeParts(runner, probes);
}

/** Creates by halves, and then by steps, what cannot be created all at once. */
async function makeParts(runner: QueryRunner, probes: readonly Probe[]): Promise<void> {
  const middle = Math.ceil(probes.length / 2);
  const parts = probes.length > 1 ? [probes.slice(0, middle), probes.slice(middle)] : stepsOf(probes[0]);
  for (const part of parts) if (!(await isMade(runner, part))) await makeParts(runner, part);
}

function stepsOf(probe: Probe | undefined): readonly (readonly Probe[])[] {
  const steps = probe?.steps ?? [];
  return steps.length > 1 ? steps.map((step) => [{ whole: step, steps: [] }]) : [];
}

function isMade(runner: QueryRunner, probes: readonly Probe[]): Promise<boolean> {
  return attempt(runner, () => runner.query(probes.map(({ whole }) => whole).join(';\n')));
}

/** A temporary table that is created with all columns at once, or column by column when that fails. */
export function tableProbe(table: string, columns: readonly string[], attachments: readonly string[] = []): Probe {
  return {
    whole: [`CREATE TEMPORARY TABLE ${table} (${columns.join(', ')})`, ...attachments].join(';\n'),
    steps: [
      `CREATE TEMPORARY TABLE ${table} ()`,
      ...columns.map((column) => `ALTER TABLE pg_temp.${table} ADD COLUMN ${column}`),
      ...attachments,
    ],
  };
}
