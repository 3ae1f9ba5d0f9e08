import type { IndexModel, TableModel } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { hasNoneToDrop } from './dropped-constraint.js';
import type { TableOperation } from '../operation.js';

/** A table, or a materialized view, which has only indexes. */
type Owner = { readonly indices: readonly IndexModel[] } & Partial<TableModel>;

/** Whether an operation is conditional: done only where its object exists (`ifExists`), or does not (`ifNotExists`). */
export function isConditional(operation: TableOperation): boolean {
  return (
    ('ifExists' in operation && operation.ifExists) || ('ifNotExists' in operation && operation.ifNotExists) || false
  );
}

/** Whether a conditional operation has nothing to do: what it creates exists, or what it drops does not. */
export function isMoot(owner: Owner, operation: TableOperation, rules: SqlRules): boolean {
  if (!isConditional(operation)) return false;
  switch (operation.kind) {
    case 'addColumn':
      return has(owner.columns, operation.column.name);
    case 'dropColumn':
      return !has(owner.columns, operation.column);
    case 'dropPrimaryKey':
      return !owner.primaryKey || (operation.name !== undefined && owner.primaryKey.name !== operation.name);
    case 'dropUnique':
    case 'dropCheck':
    case 'dropForeignKey':
      return hasNoneToDrop(owner, operation, rules);
    case 'dropExclusion':
      return !has(owner.exclusions, operation.name);
    case 'createIndex':
      return has(owner.indices, operation.index.name);
    case 'renameConstraint':
      return !constraintsOf(owner).some(({ name }) => name === operation.from);
    case 'validateConstraint':
      return ![...constraintsOf(owner), ...notNullsOf(owner)].some(({ name }) => name === operation.name);
    case 'renameIndex':
      return !has(owner.indices, operation.from);
    case 'dropIndex':
      return !has(owner.indices, operation.name);
    default:
      return false;
  }
}

function constraintsOf({ primaryKey, uniques, checks, exclusions, foreignKeys }: Owner): readonly Named[] {
  return [primaryKey ?? [], uniques ?? [], checks ?? [], exclusions ?? [], foreignKeys ?? []].flat();
}

function notNullsOf({ columns }: Owner): readonly Named[] {
  return (columns ?? []).map(({ postgres }) => ({ name: postgres?.notValidNotNull }));
}

interface Named {
  readonly name?: string;
}

function has(members: readonly Named[] | undefined, name: string): boolean {
  return members?.some((member) => member.name === name) === true;
}
