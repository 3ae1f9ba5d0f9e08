import type { QueryRunner } from 'typeorm';
import { emptySchema, type SchemaModel } from '../../../schema/schema.model.js';
import { printBare } from '../reflect/own-schema.js';
import { readSchema } from '../reflect/reflect.js';
import { attempt, inScratch } from '../reflect/scratch.js';

/** Something to make in the session's temporary schema, so that the catalog prints what it is made of. */
export interface Probe {
  /** All of it as one text. */
  readonly whole: string;
  /** The same in small steps, each of which may fail alone. */
  readonly steps: readonly string[];
}

/** Makes probes, reads them back as a schema of their own, and unmakes them. */
export async function readProbes(runner: QueryRunner, own: string, probes: readonly Probe[]): Promise<SchemaModel> {
  if (probes.length === 0) return emptySchema;
  return inScratch(runner, async () => {
    await makeAll(runner, probes);
    const [row] = (await runner.query(
      'SELECT nspname AS name FROM pg_catalog.pg_namespace WHERE oid = pg_my_temp_schema()',
    )) as { name: string }[];
    if (row === undefined) return emptySchema;
    await printBare(runner, own);
    return readSchema(runner, row.name, { schemas: [], exclude: [] });
  });
}

/** A user who may only read can make nothing; then the schema is compared as it is written. */
export function canMake(runner: QueryRunner): Promise<boolean> {
  return inScratch(runner, () => attempt(runner, () => runner.query('CREATE TEMPORARY TABLE nestjs_migrate_probe ()')));
}

/** Makes what can be made: all at once, else by halves, so that a few that fail cost little. */
async function makeAll(runner: QueryRunner, probes: readonly Probe[]): Promise<void> {
  if (probes.length === 0) return;
  const sql = probes.map(({ whole }) => whole).join(';\n');
  if (await attempt(runner, () => runner.query(sql))) return;
  if (probes.length > 1) {
    const middle = Math.ceil(probes.length / 2);
    await makeAll(runner, probes.slice(0, middle));
    await makeAll(runner, probes.slice(middle));
  } else if (probes[0] !== undefined && probes[0].steps.length > 1) {
    await makeAll(
      runner,
      probes[0].steps.map((step) => ({ whole: step, steps: [] })),
    );
  }
}

/** A temporary table that is made with all its columns at once, or column by column when that fails. */
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
