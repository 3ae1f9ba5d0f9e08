import { DuplicateObjectError, UnknownColumnError, UnknownConstraintError } from '../../errors/operations.errors.js';
import { qualifiedNameOf, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

/** @throws UnknownColumnError when the table lacks one of the columns */
export function requireColumns(table: TableModel, names: readonly string[]): void {
  const actual = table.columns.map((column) => column.name);
  const missing = names.find((name) => !actual.includes(name));
  if (missing !== undefined) throw new UnknownColumnError(qualifiedNameOf(table), missing, actual);
}

/** @throws UnknownConstraintError when the list has no member of this name */
export function requireMember(
  owner: QualifiedName,
  what: string,
  list: readonly { readonly name?: string }[],
  name: string,
): void {
  if (list.some((member) => member.name === name)) return;
  throw new UnknownConstraintError(
    qualifiedNameOf(owner),
    what,
    name,
    list.map((member) => member.name),
  );
}

/** @throws DuplicateObjectError when the list has a member of this name */
export function refuseDuplicate(
  owner: QualifiedName,
  kind: 'column' | 'constraint' | 'index',
  name: string,
  list: readonly { readonly name?: string }[],
): void {
  if (list.some((member) => member.name === name)) throw new DuplicateObjectError(kind, name, qualifiedNameOf(owner));
}
