import type { DatabaseObject } from '../../dialects/inventory.js';
import type { TableModel } from '../../schema/schema.model.js';

/** Tables that record migrations, by their columns: they may have any name, which only the application knows. */
const SHAPES: readonly { readonly what: string; readonly columns: Readonly<Record<string, RegExp>> }[] = [
  {
    what: 'TypeORM keeps the migrations in it that it ran',
    columns: { id: /^integer$/, timestamp: /^bigint$/, name: /varchar|varying/ },
  },
  {
    what: 'TypeORM keeps texts of views in it',
    columns: { type: /./, database: /./, schema: /./, table: /./, name: /./, value: /text/ },
  },
  { what: 'it holds the revisions that a database is at', columns: { version_num: /varchar|varying/ } },
  {
    what: 'it holds the history of a version table',
    columns: Object.fromEntries(
      'id revision direction started_at finished_at duration_ms statements_done statements_total checksum applied_by package_version error'
        .split(' ')
        .map((name) => [name, /./]),
    ),
  },
];

/** What a table records, if it is one of TypeORM's or a version table; undefined for any other. */
export function migrationRecord(object: DatabaseObject): string | undefined {
  if (object.kind !== 'table') return undefined;
  return SHAPES.find(({ columns }) => hasColumns(object.table, columns))?.what;
}

function hasColumns({ columns, foreignKeys }: TableModel, types: Readonly<Record<string, RegExp>>): boolean {
  const isAlike = columns.length === Object.keys(types).length;
  return isAlike && columns.every(({ name, type }) => types[name]?.test(type)) && foreignKeys.length === 0;
}
