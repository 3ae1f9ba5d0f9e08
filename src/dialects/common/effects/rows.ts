import type { QualifiedName } from '../../../schema/schema.model.js';
import type { RowStatement, SqlStatement } from '../../../sql/ddl/statement.js';
import type { PartialEffects } from './joined.js';

/**
 * What an UPDATE or a DELETE reads and takes away; nothing for an INSERT.
 *
 * @param name the table as the model names it
 */
export function rowEffects({ kind, table, hasCondition }: RowStatement, name: QualifiedName = table): PartialEffects {
  if (kind !== 'update' && kind !== 'delete') return {};
  return {
    work: [{ kind: 'scan', table: name, ...(hasCondition !== true && { reason: 'it has no WHERE' }) }],
    ...(kind === 'delete' && { loses: [{ what: 'rows', name }] }),
  };
}

/** What a statement does where a database has no effects of its own for its kind. */
export function plainEffects(statement: SqlStatement): PartialEffects {
  switch (statement.kind) {
    case 'update':
    case 'delete':
      return rowEffects(statement);
    case 'call':
      return { opaque: [`what the procedure ${statement.name.name} does`] };
    case 'unknown':
      return { opaque: [`what ${statement.verb} does`] };
    default:
      return {};
  }
}
