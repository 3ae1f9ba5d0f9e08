/**
 * Makes schemas of tenants in a PostgreSQL database.
 *
 *     node bench/fleet-schemas.mjs URL [SCHEMAS] [TABLES]
 *
 * 10,000 schemas of 11 tables take about four minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** How many schemas are made in a transaction: its locks have to fit into the server's table of them. */
const TOGETHER = 50;

export async function makeSchemas(url, schemas, tables = 2) {
  const client = new Client(url);
  await client.connect();
  const names = ['one', 'two', ...Array.from({ length: Math.max(0, tables - 2) }, (_, index) => `more_${index}`)];
  for (let start = 0; start < schemas; start += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, schemas - start) }, (_, index) => start + index);
    await client.query(numbers.map((number) => schemaSql(`t${number}`, names)).join(';'));
  }
  await client.end();
}

function schemaSql(schema, tables) {
  const table = (name) =>
    `CREATE TABLE "${schema}"."${name}" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)`;
  return [`CREATE SCHEMA "${schema}"`, ...tables.map(table)].join(';');
}

/** Writes a revision of one statement. */
export function writeRevision(directory, id, down, sql) {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  const lines = [
    `export const revision = '${id}';`,
    `export const downRevision = ${down === undefined ? 'null' : `'${down}'`};`,
    'export const branchLabels = null;',
    'export const dependsOn = null;',
    `export async function upgrade(op) { await op.execute(${JSON.stringify(sql)}); }`,
    'export async function downgrade() {}',
  ];
  writeFileSync(join(directory, 'versions', `${id}.js`), lines.join('\n'));
}

if (import.meta.filename === process.argv[1]) {
  const [, , url, schemas = '1000', tables = '2'] = process.argv;
  await makeSchemas(url, Number(schemas), Number(tables));
}
