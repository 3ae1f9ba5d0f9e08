import type { ColumnModel, MigrateOptions, Operation, TableOperation } from 'nestjs-migrate';

type Hook = NonNullable<MigrateOptions['processRevisionDirectives']>;

/** A hook that changes each operation by itself. On SQLite several changes of one table are a batch. */
function rewrite(change: (operation: Operation) => Operation): Hook {
  const changed = (operation: Operation): Operation =>
    operation.kind === 'batch'
      ? { ...operation, operations: operation.operations.map(change) as TableOperation[] }
      : change(operation);
  return (directives) =>
    directives.map((directive) => ({
      ...directive,
      upgrade: directive.upgrade.map(changed),
      downgrade: directive.downgrade.map(changed),
    }));
}

const places = ['id', '', 'createdAt', 'updatedAt'];

function placeOf({ name }: ColumnModel): number {
  return places.includes(name) ? places.indexOf(name) : 1;
}

/** The id first and the times last, wherever entities have them. */
export const sortColumns = rewrite((operation) => {
  if (operation.kind !== 'createTable') return operation;
  const columns = operation.table.columns.toSorted((left, right) => placeOf(left) - placeOf(right));
  return { ...operation, table: { ...operation.table, columns } };
});

/** Makes only what is missing, and drops only what is there. */
export const onlyWhereNeeded = rewrite((operation) => {
  switch (operation.kind) {
    case 'createTable':
    case 'createIndex':
    case 'addColumn':
      return { ...operation, ifNotExists: true };
    case 'dropTable':
    case 'dropIndex':
    case 'dropColumn':
      return { ...operation, ifExists: true };
    default:
      return operation;
  }
});

/** Never drops a table, even when its entity is gone. */
export const dropNoTables: Hook = (directives) =>
  directives.map((directive) => ({
    ...directive,
    upgrade: directive.upgrade.filter(({ kind }) => kind !== 'dropTable'),
    downgrade: directive.downgrade.filter(({ kind }) => kind !== 'createTable'),
  }));
