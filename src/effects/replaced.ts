import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import type { Operation } from '../operations/operation.js';
import type { SqlStatement } from '../sql/ddl/statement.js';

/** How a name of a statement is compared: without the data source's own schema. */
type NameOf = (name: QualifiedName) => QualifiedName;

/** Whether statements give the name of a table or a view to another one: what was dropped before them is no loss to who uses it. */
export function givesName(statements: readonly SqlStatement[], name: QualifiedName, nameOf: NameOf): boolean {
  const key = qualifiedKey(nameOf(name));
  const isIt = (other: QualifiedName | undefined): boolean =>
    other !== undefined && qualifiedKey(nameOf(other)) === key;
  return statements.some((later): boolean => {
    switch (later.kind) {
      case 'createTable':
        return isIt(later.table);
      case 'create':
        return isIt(later.name);
      case 'rename':
        return !later.isMove && isIt({ ...later.name, name: later.to });
      case 'alterTable':
        return later.actions.some(
          (action) => action.action === 'renameTable' && isIt({ ...later.table, name: action.to }),
        );
      case 'block':
        return givesName(later.statements, name, nameOf);
      default:
        return false;
    }
  });
}

/** Whether statements add a column of this name, or rename one to it. */
export function givesColumn(
  statements: readonly SqlStatement[],
  name: QualifiedName,
  column: string,
  nameOf: NameOf,
): boolean {
  const key = qualifiedKey(nameOf(name));
  return statements.some((later): boolean => {
    if (later.kind === 'block') return givesColumn(later.statements, name, column, nameOf);
    return (
      later.kind === 'alterTable' &&
      qualifiedKey(nameOf(later.table)) === key &&
      later.actions.some(
        (action) =>
          (action.action === 'addColumn' && action.column.name === column) ||
          (action.action === 'renameColumn' && action.to === column),
      )
    );
  });
}

/** Whether a statement writes a column of rows that are there, in batches or at once. */
export function fills(
  { sql, operation }: { readonly sql: string; readonly operation: Operation },
  parsed: readonly SqlStatement[],
  name: QualifiedName,
  column: string,
  nameOf: NameOf,
): boolean {
  const key = qualifiedKey(nameOf(name));
  const isOfTable = (one: SqlStatement): boolean =>
    one.kind === 'block'
      ? one.statements.some(isOfTable)
      : one.kind === 'update' && qualifiedKey(nameOf(one.table)) === key;
  // How it is written in batches depends on the database.
  const isUpdate = operation.kind === 'inBatches' || parsed.some(isOfTable);
  return isUpdate && sql.toLowerCase().includes(column.toLowerCase());
}
