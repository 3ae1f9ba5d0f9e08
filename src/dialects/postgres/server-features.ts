import { ServerTooOldError } from './errors.js';
import type { Operation } from '../../operations/operation.js';
import { displayName, type ColumnModel, type IndexModel, type QualifiedName } from '../../schema/schema.model.js';
import type { CompileContext } from '../dialect.js';

/** A feature that not every supported version of PostgreSQL has. */
interface NewerFeature {
  /** What needs it, as a clause: `the column "t.c" is generated VIRTUAL`. */
  readonly use: string;
  /** The first major version with it. */
  readonly since: number;
}

interface Parts extends QualifiedName {
  readonly columns?: readonly Pick<ColumnModel, 'name' | 'generatedType'>[];
  readonly indices?: readonly IndexModel[];
}

/** @throws ServerTooOldError when the server lacks a feature that the operation needs; scripts are not checked. */
export async function refuseNewerFeatures(operation: Operation, context: CompileContext): Promise<void> {
  const features = newerFeaturesOf(partsOf(operation));
  if (features.length === 0 || context.offline) return;
  const [row] = await context.query('SHOW server_version_num');
  refuse(features, Number(row?.['server_version_num']));
}

/** @throws ServerTooOldError when the server lacks a feature that the tables need. */
export async function refuseNewerTables(
  tables: readonly Parts[],
  query: (sql: string) => Promise<unknown>,
): Promise<void> {
  const features = tables.flatMap(newerFeaturesOf);
  if (features.length === 0) return;
  const [row] = (await query('SHOW server_version_num')) as { server_version_num: string }[];
  refuse(features, Number(row?.server_version_num));
}

function refuse(features: readonly NewerFeature[], versionNumber: number): void {
  const version = Math.floor(versionNumber / 10_000);
  const missing = features.find(({ since }) => version < since);
  if (missing !== undefined) throw new ServerTooOldError(missing.use, missing.since, version);
}

/** What the operation creates, with the table that it belongs to. */
function partsOf(operation: Operation): Parts {
  switch (operation.kind) {
    case 'createTable':
      return operation.table;
    case 'createView':
      return { ...operation.view, columns: [] };
    case 'addColumn':
      return { ...operation.table, columns: [operation.column] };
    case 'alterColumn':
      return { ...operation.table, columns: [{ name: operation.column, ...generatedTypeOf(operation.to) }] };
    case 'createIndex':
      return { ...operation.table, indices: [operation.index] };
    default:
      return { name: '' };
  }
}

function generatedTypeOf({ generatedType }: Pick<ColumnModel, 'generatedType'>): Pick<ColumnModel, 'generatedType'> {
  return generatedType === undefined ? {} : { generatedType };
}

function newerFeaturesOf(parts: Parts): NewerFeature[] {
  const table = displayName(parts);
  const virtual = (parts.columns ?? []).filter(({ generatedType }) => generatedType === 'VIRTUAL');
  const distinct = (parts.indices ?? []).filter(({ nullsNotDistinct }) => nullsNotDistinct);
  return [
    ...virtual.map(({ name }) => ({ use: `the column "${table}.${name}" is generated VIRTUAL`, since: 18 })),
    ...distinct.map(({ name }) => ({ use: `the index "${name}" of "${table}" is NULLS NOT DISTINCT`, since: 15 })),
  ];
}
