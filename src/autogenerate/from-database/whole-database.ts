import type { DatabaseObject, Inventory, LeftOut } from '../../dialects/inventory.js';
import { typeormRecords } from '../compare/typeorm-tables.js';
import { inCreationOrder } from './arrange.js';
import { includedPart } from './included.js';
import { type BothWays, operationsOf } from './operations.js';
import type { WholeDatabaseRequest } from './request.js';
import { describeRows, tablesWithRows } from './rows.js';
import { migrationRecord } from './typeorm-tables.js';

/** The operations that would create a database in an empty one, and a report about them. */
export interface WholeDatabase extends BothWays {
  /** What the operations do not create, each as one sentence. */
  readonly leftOut: readonly string[];
  /** Which tables hold rows; undefined when none does. */
  readonly rows?: string;
  /** How many objects were found, by their kinds. */
  readonly found: string;
}

/**
 * The operations that would create the present database in an empty one, and those that would empty it again. Objects that
 * the model of a schema does not support are created by SQL. Nothing is changed.
 */
export async function wholeDatabase(request: WholeDatabaseRequest): Promise<WholeDatabase> {
  const { dataSource, dialect, runner, options, exclude } = request;
  const { schemas, others } = await schemasOf(request);
  const scope = { schemas, exclude: [...exclude, ...typeormRecords(dataSource)] };
  const whole = withoutMigrationRecords(await dialect.inventory(runner, scope));
  const inventory = includedPart(whole, options, dialect.sqlRules);
  const rows = describeRows(await tablesWithRows(request, inventory));
  return {
    ...operationsOf(inCreationOrder(inventory.objects), dialect.sqlSpelling),
    leftOut: [...others, ...inventory.leftOut].map(({ description, reason }) => `${description}: ${reason}`),
    ...(rows !== undefined && { rows }),
    found: describeFound(inventory.objects),
  };
}

interface ChosenSchemas {
  readonly schemas: readonly string[];
  readonly others: readonly LeftOut[];
}

/**
 * All schemas, or those that `includeSchemas` names; the others are reported, since they may be a part of the application.
 */
async function schemasOf({ dialect, runner, options }: WholeDatabaseRequest): Promise<ChosenSchemas> {
  const { includeSchemas = [], includeName } = options;
  const all = await dialect.schemas(runner);
  const visible = all.filter((name) => includeName?.(name, 'schema', {}) !== false);
  const isChosen = (name: string): boolean => includeSchemas.length === 0 || includeSchemas.includes(name);
  return {
    schemas: visible.filter(isChosen),
    others: visible
      .filter((name) => !isChosen(name))
      .map((name) => ({ description: `schema ${name}`, reason: 'it is not among includeSchemas' })),
  };
}

function withoutMigrationRecords(inventory: Inventory): Inventory {
  const { objects, leftOut } = inventory;
  const found = objects.flatMap((object) => {
    const reason = migrationRecord(object);
    return reason === undefined ? [] : [{ id: object.id, description: object.description, reason }];
  });
  const isFound = ({ id }: DatabaseObject): boolean => found.some((table) => table.id === id);
  return { ...inventory, objects: objects.filter((object) => !isFound(object)), leftOut: [...leftOut, ...found] };
}

const NAMES: readonly (readonly [DatabaseObject['kind'], string, string])[] = [
  ['table', 'table', 'tables'],
  ['view', 'view', 'views'],
  ['enum', 'enum type', 'enum types'],
  ['sequence', 'sequence', 'sequences'],
  ['extension', 'extension', 'extensions'],
  ['schema', 'schema', 'schemas'],
  ['sql', 'object written as SQL', 'objects written as SQL'],
];

function describeFound(objects: readonly DatabaseObject[]): string {
  const counts = NAMES.flatMap(([kind, one, several]) => {
    const count = objects.filter((object) => object.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  return counts.length === 0 ? 'nothing' : counts.join(', ');
}
