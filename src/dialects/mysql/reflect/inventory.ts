import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type QualifiedName, type TableModel, type ViewModel } from '../../../schema/schema.model.js';
import { referencedTable } from '../../../schema/schema.model.js';
import {
  type DatabaseObject,
  type Inventory,
  type InventoryScope,
  type LeftOut,
  type ObjectPlace,
  RANKS,
} from '../../inventory.js';
import { inPinnedWords } from '../server.js';
import { quote, quoteQualified } from '../text.js';
import { reflectPinned } from './reflect.js';

interface PlainRow {
  readonly name: string;
  readonly kind: string;
}

interface TriggerRow {
  readonly name: string;
  readonly owner: string;
}

/**
 * Everything that a database holds.
 *
 * A table with what the model has no fields for (partitions, versions of rows) is created by the statement that the server prints;
 * so are triggers. Routines, events and sequences are left out.
 */
export async function inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory> {
  return inPinnedWords(runner, async (connection) => {
    const schema = await reflectPinned(runner, scope, connection);
    const special = new Set(
      (
        (await runner.query(
          `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()
             AND (table_type = 'SYSTEM VERSIONED' OR create_options LIKE '%partitioned%')`,
        )) as { name: string }[]
      ).map(({ name }) => name),
    );
    const tables: DatabaseObject[] = [];
    for (const table of schema.tables) {
      const isSpecial = table.schema === undefined && special.has(table.name);
      tables.push(isSpecial ? await printedTable(table, runner) : tableObject(table));
    }
    const known = new Set(schema.tables.map(qualifiedKey));
    return {
      objects: [...tables, ...schema.views.map(viewObject), ...(await triggers(runner, known))],
      leftOut: await leftOut(runner),
      absent: [],
    };
  });
}

function idOf(name: QualifiedName): string {
  return `relation ${qualifiedKey(name)}`;
}

function placeOf(table: TableModel): ObjectPlace {
  const needs = table.foreignKeys.map((key) => idOf(referencedTable(key))).filter((id) => id !== idOf(table));
  return { id: idOf(table), needs: [...new Set(needs)], description: `table ${table.name}`, rank: RANKS.table };
}

function tableObject(table: TableModel): DatabaseObject {
  const members = table.foreignKeys.map(({ name = '', ...key }) => ({
    id: `${idOf(table)} ${name}`,
    kind: 'foreignKey' as const,
    name,
    needs: [idOf(referencedTable({ name, ...key }))],
  }));
  return { ...placeOf(table), needs: [], kind: 'table', table, members };
}

async function printedTable(table: TableModel, runner: QueryRunner): Promise<DatabaseObject> {
  const [row] = (await runner.query(`SHOW CREATE TABLE ${quoteQualified(table)}`)) as Record<string, string>[];
  return {
    ...placeOf(table),
    kind: 'sql',
    upgrade: [String(row?.['Create Table'])],
    downgrade: [`DROP TABLE ${quoteQualified(table)}`],
    table,
  };
}

function viewObject(view: ViewModel): DatabaseObject {
  return {
    id: idOf(view),
    needs: view.dependsOn.map(idOf),
    description: `view ${view.name}`,
    rank: RANKS.view,
    kind: 'view',
    view,
  };
}

async function triggers(runner: QueryRunner, known: ReadonlySet<string>): Promise<DatabaseObject[]> {
  const rows = (await runner.query(
    `SELECT trigger_name AS name, event_object_table AS owner FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_order, trigger_name`,
  )) as TriggerRow[];
  const objects: DatabaseObject[] = [];
  for (const { name, owner } of rows.filter((row) => known.has(qualifiedKey({ name: row.owner })))) {
    const [row] = (await runner.query(`SHOW CREATE TRIGGER ${quote(name)}`)) as Record<string, string>[];
    // The one who runs the migration defines it there.
    const sql = String(row?.['SQL Original Statement']).replace(/\sDEFINER\s*=\s*`(?:``|[^`])*`@`(?:``|[^`])*`/i, '');
    objects.push({
      id: `trigger ${name}`,
      needs: [idOf({ name: owner })],
      partOf: idOf({ name: owner }),
      description: `trigger ${name} on table ${owner}`,
      rank: RANKS.attached,
      kind: 'sql',
      upgrade: [sql],
      downgrade: [`DROP TRIGGER ${quote(name)}`],
    });
  }
  return objects;
}

async function leftOut(runner: QueryRunner): Promise<LeftOut[]> {
  const rows = (await runner.query(
    `SELECT routine_name AS name, LOWER(routine_type) AS kind FROM information_schema.routines WHERE routine_schema = DATABASE()
     UNION ALL SELECT event_name, 'event' FROM information_schema.events WHERE event_schema = DATABASE()
     UNION ALL SELECT table_name, 'sequence' FROM information_schema.tables
       WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'
     ORDER BY 2, 1`,
  )) as PlainRow[];
  return rows.map(({ name, kind }) => ({
    description: `${kind} ${name}`,
    reason: 'revisions do not create it: write it with op.execute(…)',
  }));
}
