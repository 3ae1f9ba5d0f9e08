import { displayName, type ForeignKeyModel, qualifiedKey, referencedTable } from '../../schema/schema.model.js';
import { describeFound, describeOperation } from './describe.js';
import type { Operation, OperationOf } from '../operation.js';
import { memberName } from './describe-member.js';

type Key = OperationOf<'createForeignKey'>;

/** Operations as lines for people. A foreign key that is dropped and re-created is one changed key, where the drop has the previous one. */
export function describeOperations(operations: readonly Operation[]): string[] {
  return describeWith(operations, describeOperation, (text) => text);
}

/** What a comparison found, as sentences. */
export function describeAllFound(operations: readonly Operation[]): string[] {
  return describeWith(operations, describeFound, (text) => `Detected ${text}`);
}

/** @param changed makes a line about several operations, or about a batch */
function describeWith(
  operations: readonly Operation[],
  describe: (operation: Operation) => string,
  changed: (text: string) => string,
): string[] {
  const keys = new Map(
    operations.flatMap((operation) => {
      const again = operation.kind === 'dropForeignKey' ? recreationOf(operation, operations) : undefined;
      return again === undefined ? [] : [[operation as Operation, again] as const];
    }),
  );
  const made = new Set<Operation>(keys.values());
  return operations.flatMap((operation) => {
    const again = keys.get(operation);
    if (again !== undefined && operation.kind === 'dropForeignKey' && operation.was !== undefined) {
      return [changed(describeChangedKey(operation.was, again))];
    }
    if (operation.kind === 'batch') {
      return [
        changed(
          `changed table '${displayName(operation.table)}': ${describeOperations(operation.operations).join(', ')}`,
        ),
      ];
    }
    return made.has(operation) ? [] : [describe(operation)];
  });
}

/** The operation that re-creates a dropped foreign key: on the same columns, to the same table. */
export function recreationOf(
  { table, was }: OperationOf<'dropForeignKey'>,
  operations: readonly Operation[],
): Key | undefined {
  if (was === undefined) return undefined;
  return operations.find(
    (other): other is Key =>
      other.kind === 'createForeignKey' &&
      qualifiedKey(other.table) === qualifiedKey(table) &&
      other.foreignKey.columnNames.join('\u0000') === was.columnNames.join('\u0000') &&
      qualifiedKey(referencedTable(other.foreignKey)) === qualifiedKey(referencedTable(was)),
  );
}

function describeChangedKey(was: ForeignKeyModel, { table, foreignKey }: Key): string {
  const changes = [
    ...keyChange(
      'the columns it refers to',
      was.referencedColumnNames.join(', '),
      foreignKey.referencedColumnNames.join(', '),
    ),
    ...keyChange('ON DELETE', was.onDelete ?? 'NO ACTION', foreignKey.onDelete ?? 'NO ACTION'),
    ...keyChange('ON UPDATE', was.onUpdate ?? 'NO ACTION', foreignKey.onUpdate ?? 'NO ACTION'),
    ...keyChange('DEFERRABLE', was.deferrable ?? 'no', foreignKey.deferrable ?? 'no'),
  ];
  const what = changes.length === 0 ? 'made again' : changes.join(', ');
  return `changed foreign key ${memberName(foreignKey.name, foreignKey.columnNames)} on '${displayName(table)}': ${what}`;
}

function keyChange(what: string, from: string, to: string): string[] {
  return from === to ? [] : [`${what} from ${from} to ${to}`];
}
