import { flatOperations } from '../../../operations/flat-operations.js';
import type { Operation } from '../../../operations/operation.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import type { SqlStatement, TableAction } from '../../../sql/ddl/statement.js';
import { joined, type PartialEffects } from '../../common/effects/joined.js';
import type { EffectFacts, Effects, LockTaken } from '../../effects.js';

/**
 * What a statement does to a SQLite database that serves.
 *
 * There is one lock, of the whole file: whoever writes has it to the end of the transaction. Readers go on until the commit, and with WAL
 * also through it. So what counts is how many pages are read and written.
 */
export function effects(statement: SqlStatement, facts: EffectFacts): Effects {
  const parts = partsOf(statement, facts);
  return joined([parts, ...(writes(statement) ? [{ locks: [WRITE_LOCK] }] : [])]);
}

const WRITE_LOCK: LockTaken = { object: 'database', name: { name: 'main' }, mode: 'RESERVED', blocks: 'writes' };

function writes({ kind }: SqlStatement): boolean {
  return !['read', 'set', 'transaction', 'analyze'].includes(kind);
}

function partsOf(statement: SqlStatement, facts: EffectFacts): PartialEffects {
  switch (statement.kind) {
    case 'createIndex': {
      const { table, index, isUnique } = statement;
      return {
        work: [{ kind: 'build', table, ...(index && { index: index.name }) }],
        ...(isUnique && { fails: [{ table, on: 'duplicates' }] }),
      };
    }
    case 'alterTable':
      return joined(statement.actions.map((action) => actionEffects(statement.table, action, facts)));
    case 'drop':
      return statement.object === 'TABLE'
        ? joined(statement.names.map((name) => droppedTable(name, facts.operation)))
        : { breaks: statement.object === 'VIEW' ? statement.names.map((name) => ({ how: 'dropped', name })) : [] };
    case 'insert':
      return rebuildOf(facts.operation) === undefined ? {} : copied(facts.operation);
    case 'update':
    case 'delete':
      return {
        work: [
          {
            kind: 'scan',
            table: statement.table,
            ...(statement.hasCondition !== true && { reason: 'it has no WHERE' }),
          },
        ],
        ...(statement.kind === 'delete' && { loses: [{ what: 'rows', name: statement.table }] }),
      };
    case 'vacuum':
      return { isOutside: true, unknown: ['how large the database is: VACUUM writes all of it again'] };
    case 'call':
      return { unknown: [`what the procedure ${statement.name.name} does`] };
    case 'unknown':
      return { unknown: [`what ${statement.verb} does`] };
    default:
      return {};
  }
}

function actionEffects(table: QualifiedName, action: TableAction, { operation }: EffectFacts): PartialEffects {
  switch (action.action) {
    case 'addColumn': {
      const { generated, isNotNull, constraints } = action.column;
      const isRead =
        constraints.some(({ type }) => type === 'check') || (generated !== undefined && isNotNull === true);
      return isRead
        ? { work: [{ kind: 'scan', table }], fails: [{ table, column: action.column.name, on: 'check' }] }
        : {};
    }
    case 'dropColumn':
      return {
        work: [{ kind: 'rewrite', table, reason: 'the values of the column are taken out of each row' }],
        loses: [{ what: 'values', name: table, column: action.column }],
        breaks: [{ how: 'dropped', name: table, column: action.column }],
      };
    case 'renameColumn':
      return { breaks: [{ how: 'renamed', name: table, column: action.from }] };
    case 'renameTable':
      // The last statement of a rebuild gives the copy the name of the table.
      return rebuildOf(operation) === undefined ? { breaks: [{ how: 'renamed', name: table }] } : {};
    case 'setNotNull':
    case 'addConstraint':
      return { work: [{ kind: 'scan', table }], fails: [{ table, on: 'check' }] };
    default:
      return {};
  }
}

/** The table that an operation makes again, where it is none that creates, drops or renames one, and no SQL. */
function rebuildOf(operation: Operation | undefined): QualifiedName | undefined {
  if (operation === undefined || !('table' in operation)) return undefined;
  return ['createTable', 'dropTable', 'renameTable', 'bulkInsert'].includes(operation.kind)
    ? undefined
    : operation.table;
}

/** The rows of a table that is made again. */
function copied(operation: Operation | undefined): PartialEffects {
  const table = rebuildOf(operation);
  return table === undefined ? {} : { work: [{ kind: 'rewrite', table, reason: 'SQLite makes the table again' }] };
}

function droppedTable(name: QualifiedName, operation: Operation | undefined): PartialEffects {
  if (operation === undefined || rebuildOf(operation) === undefined) {
    return { loses: [{ what: 'rows', name }], breaks: [{ how: 'dropped', name }] };
  }
  return joined(flatOperations([operation]).map((part) => lostInRebuild(name, part)));
}

/** What a rebuild takes away and changes: its rows are in the copy. */
function lostInRebuild(table: QualifiedName, operation: Operation): PartialEffects {
  switch (operation.kind) {
    case 'dropColumn':
      return {
        loses: [{ what: 'values', name: table, column: operation.column }],
        breaks: [{ how: 'dropped', name: table, column: operation.column }],
      };
    case 'renameColumn':
      return { breaks: [{ how: 'renamed', name: table, column: operation.from }] };
    case 'alterColumn':
      return operation.to.isNullable === false
        ? {
            fails: [{ table, column: operation.column, on: 'nulls' }],
            breaks: [{ how: 'required', name: table, column: operation.column }],
          }
        : {};
    case 'createUnique':
      return { fails: [{ table, on: 'duplicates' }] };
    case 'createCheck':
      return { fails: [{ table, on: 'check' }] };
    case 'createForeignKey':
      return { fails: [{ table, on: 'orphans' }] };
    default:
      return {};
  }
}
