import type { QualifiedName } from '../../../schema/schema.model.js';
import type { RowStatement } from '../../../sql/ddl/statement.js';
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
