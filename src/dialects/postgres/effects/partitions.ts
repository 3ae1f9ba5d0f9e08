import { qualifiedKey, type QualifiedName, qualifiedNameOf } from '../../../schema/schema.model.js';
import type { SqlStatement } from '../../../sql/ddl/statement.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import type { Known } from './facts.js';
import { joined } from './joined.js';
import { lock } from './locks.js';

/**
 * What a statement about one partition does to the partitioned table and to its default partition: the bounds of that change with
 * each partition that comes or goes.
 */
export function ofPartition(statement: SqlStatement, known: Known): PartialEffects {
  switch (statement.kind) {
    case 'createTable':
      if (statement.partitionOf === undefined || statement.isDefaultPartition) return {};
      return ofDefault(known.nameOf(statement.partitionOf), known, true);
    case 'drop':
      return statement.object === 'TABLE'
        ? joined(statement.names.map((name) => dropped(known.nameOf(name), known)))
        : {};
    case 'alterTable': {
      const parent = known.nameOf(statement.table);
      return joined(
        statement.actions.map((action) => {
          if (action.action === 'attachPartition') return action.isDefault ? {} : ofDefault(parent, known, true);
          return action.action === 'detachPartition' && !action.isConcurrent ? ofDefault(parent, known, false) : {};
        }),
      );
    }
    default:
      return {};
  }
}

function dropped(name: QualifiedName, known: Known): PartialEffects {
  const key = qualifiedKey(name);
  const partition = known.facts.schema.partitions?.find((each) => qualifiedKey(each) === key);
  if (partition === undefined) return {};
  return joined([
    { locks: [lock(partition.parent, 'ACCESS EXCLUSIVE')] },
    partition.isDefault ? {} : ofDefault(partition.parent, known, false),
  ]);
}

/** @param isRead no row of it may belong to the partition that comes */
function ofDefault(parent: QualifiedName, known: Known, isRead: boolean): PartialEffects {
  const key = qualifiedKey(parent);
  const partition = known.facts.schema.partitions?.find((each) => each.isDefault && qualifiedKey(each.parent) === key);
  if (partition === undefined) return {};
  const table = qualifiedNameOf(partition);
  const isChecked =
    partition.hasCheck === true || known.table(table)?.checks.some(({ isNotValid }) => isNotValid !== true) === true;
  return {
    locks: [lock(table, 'ACCESS EXCLUSIVE')],
    ...(isRead && !isChecked && { work: [{ kind: 'scan', table }], fails: [{ table, on: 'check' }] }),
  };
}
