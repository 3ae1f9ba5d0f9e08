import { type ColumnModel, qualifiedKey, type QualifiedName, type TableModel } from '../../../schema/schema.model.js';
import type { ColumnChange } from '../../../operations/operation.js';
import type { AlterTable, ColumnClause, TableAction } from '../../../sql/ddl/statement.js';
import { joined, type PartialEffects } from '../../common/effects/joined.js';
import { riskKinds } from '../conversion-risk.js';
import type { Breakage, EffectFacts, Effects, Loss, TableWork } from '../../effects.js';
import { parseType } from '../types.js';
import {
  COPY,
  type Cost,
  DROP_INDEX,
  INPLACE_SHARED,
  INSTANT,
  INSTANT_COLUMN,
  NOCOPY,
  NOCOPY_SHARED,
  REBUILD,
  together,
} from './algorithm.js';
import { addedColumn, changedColumn } from './column-cost.js';
import { askedCost } from './locks.js';

/** All actions of one ALTER TABLE are carried out together, by the slowest of their algorithms. */
export function alterTable({ table, actions, asked, isIgnoring }: AlterTable, facts: EffectFacts): PartialEffects {
  const key = qualifiedKey(table);
  const model = facts.schema.tables.find((each) => qualifiedKey(each) === key);
  const isKeyReplaced = actions.some(
    (action) => action.action === 'addConstraint' && action.constraint.type === 'primaryKey',
  );
  const costs = actions.map((action) =>
    action.action === 'dropPrimaryKey' && isKeyReplaced ? REBUILD : costOf(action, model, facts),
  );
  const cost = together(costs);
  const parts = joined(
    actions.map((action) => {
      const rest = restOf(table, action, model, facts);
      return isSurelyUnique(action, actions, model) || isOfEmptyColumn(action, actions) ? { ...rest, fails: [] } : rest;
    }),
  );
  const others = isIgnoring ? withoutDuplicates(parts) : parts;
  const isCopied = cost.algorithm === 'COPY' || asked?.algorithm === 'COPY';
  const isRewritten = isCopied || (cost.algorithm === 'INPLACE' && !isIndexOnly(actions));
  const reason = `ALGORITHM=${isCopied ? 'COPY' : cost.algorithm}`;
  const rewrites = culpritsOf(actions, costs, facts.server).map((of): TableWork => ({
    kind: 'rewrite',
    table,
    ...of,
    reason,
  }));
  return askedCost(
    table,
    cost,
    asked,
    { ...others, work: isRewritten ? rewrites : others.work },
    others.unknown.length === 0,
  );
}

/** What makes it necessary that rows are written again: columns, or the index that comes with a column. */
function culpritsOf(
  actions: readonly TableAction[],
  costs: readonly Cost[],
  server: string | undefined,
): readonly Pick<TableWork, 'column' | 'index'>[] {
  const slow = actions.filter((_action, at) => ['INPLACE', 'COPY'].includes(costs[at]?.algorithm ?? ''));
  const culprits = slow.map((action): Pick<TableWork, 'column' | 'index'> => {
    if (action.action === 'addColumn' && !isConstantColumn(action.column, server))
      return { column: action.column.name };
    if (action.action === 'addColumn') return { index: action.column.name };
    return action.action === 'changeColumn' ? { column: action.from } : {};
  });
  return culprits.length > 0 ? culprits : [{ index: 'a new index' }];
}

/** Whether the column alone would be added at once. */
function isConstantColumn(column: ColumnClause, server: string | undefined): boolean {
  return addedColumn(column, server).algorithm === 'INSTANT';
}

/** Whether no two rows can have the same in a new key: a column of it counts, or is NULL everywhere, or it has the primary key in it. */
function isSurelyUnique(action: TableAction, actions: readonly TableAction[], table: TableModel | undefined): boolean {
  if (action.action !== 'addConstraint') return false;
  const { columns, type } = action.constraint;
  if (type !== 'unique' && type !== 'primaryKey') return false;
  const isNew = actions.some(
    (other) =>
      other.action === 'addColumn' &&
      columns.includes(other.column.name) &&
      (other.column.isIdentity === true || isEmpty(other.column)),
  );
  return isNew || table?.primaryKey?.columnNames.every((name) => columns.includes(name)) === true;
}

/** Whether a foreign key has a column that is NULL in each row, so that no row refers to anything. */
function isOfEmptyColumn(action: TableAction, actions: readonly TableAction[]): boolean {
  if (action.action !== 'addConstraint' || action.constraint.type !== 'foreignKey') return false;
  const { columns } = action.constraint;
  return actions.some(
    (other) => other.action === 'addColumn' && columns.includes(other.column.name) && isEmpty(other.column),
  );
}

function isEmpty({ isNotNull, default: value, generated }: ColumnClause): boolean {
  return !isNotNull && value === undefined && generated === undefined;
}

/** MariaDB's ALTER IGNORE deletes the rows that a new key refuses. */
function withoutDuplicates(effects: Effects): Effects {
  const deleted = effects.fails.filter(({ on }) => on === 'duplicates');
  return {
    ...effects,
    fails: effects.fails.filter(({ on }) => on !== 'duplicates'),
    loses: [
      ...effects.loses,
      ...deleted.map(({ table: name, column }): Loss => {
        return { what: 'rows', name, part: `those with the ${column ?? 'values'} of another one` };
      }),
    ],
  };
}

/** Indexes that InnoDB builds in place without writing the rows again. */
function isIndexOnly(actions: readonly TableAction[]): boolean {
  return actions.every(({ action }) => action === 'addIndex' || action === 'dropIndex');
}

function costOf(
  action: TableAction,
  table: TableModel | undefined,
  { server, settings }: Pick<EffectFacts, 'server' | 'settings'>,
): Cost {
  switch (action.action) {
    case 'addColumn':
      return together([
        addedColumn(action.column, server),
        ...action.column.constraints.map(({ type }) =>
          type === 'check' ? INSTANT : constraintCost(type, isUnchecked(settings)),
        ),
      ]);
    case 'changeColumn': {
      const was = columnOf(table, action.from);
      return was === undefined || table === undefined ? COPY : changedColumn(action.column, was, table, server);
    }
    case 'addIndex':
      return action.type === undefined ? NOCOPY : action.type === 'spatial' ? NOCOPY_SHARED : INPLACE_SHARED;
    case 'dropColumn':
      return table?.indices.some(({ columnNames }) => columnNames.includes(action.column))
        ? DROP_INDEX
        : INSTANT_COLUMN;
    case 'dropIndex':
      return DROP_INDEX;
    case 'addConstraint':
      return constraintCost(action.constraint.type, isUnchecked(settings));
    case 'dropPrimaryKey':
      return COPY;
    case 'other':
      return otherCost(action.keywords, table);
    case 'dropPartition':
    case 'truncatePartition':
      return { ...INSTANT, lock: 'EXCLUSIVE' };
    default:
      return INSTANT;
  }
}

/** Whether the session does not look for the parents of rows. */
function isUnchecked(settings: EffectFacts['settings']): boolean {
  return /^(?:0|off|false)\b/i.test(settings?.get('foreign_key_checks') ?? '1');
}

function constraintCost(type: string, isUnchecked: boolean): Cost {
  if (type === 'foreignKey' && isUnchecked) return NOCOPY;
  if (type === 'unique') return NOCOPY;
  return type === 'primaryKey' ? REBUILD : COPY;
}

function otherCost(keywords: string, table: TableModel | undefined): Cost {
  if (COPYING.test(keywords)) return COPY;
  if (keywords.startsWith('EXCHANGE')) return { ...INSTANT, lock: 'EXCLUSIVE' };
  if (/^(?:FORCE|ROW_FORMAT|KEY_BLOCK_SIZE)/.test(keywords)) return REBUILD;
  if (!keywords.startsWith('ENGINE')) return INSTANT;
  return keywords === 'ENGINE INNODB' && (table?.mysql?.engine ?? 'InnoDB') === 'InnoDB' ? REBUILD : COPY;
}

/** What writes the rows again, of the whole table or of partitions. */
const COPYING =
  /^(?:CONVERT|ORDER|PARTITION BY|ADD PARTITION PARTITIONS|COALESCE|REORGANIZE|REBUILD|OPTIMIZE|REMOVE PARTITIONING|(?:ADD|DROP) SYSTEM)/;

function columnOf(table: TableModel | undefined, name: string): ColumnModel | undefined {
  return table?.columns.find((column) => column.name === name);
}

function restOf(
  table: QualifiedName,
  action: TableAction,
  model: TableModel | undefined,
  { operation, settings }: EffectFacts,
): PartialEffects {
  switch (action.action) {
    case 'addColumn': {
      const { name: column, isNotNull, default: value, generated, isIdentity, constraints } = action.column;
      const isRequired = isNotNull && value === undefined && generated === undefined && !isIdentity;
      const isUnique = value !== undefined && constraints.some(({ type }) => type === 'unique');
      return {
        ...(isRequired && { breaks: [{ how: 'required', name: table, column }] }),
        // The server fills in what nobody chose; this package refuses it where there are rows.
        fails: [
          ...(isRequired && operation !== undefined ? [{ table, column, on: 'any' as const }] : []),
          ...(isUnique ? [{ table, column, on: 'duplicates' as const }] : []),
        ],
      };
    }
    case 'dropDefault':
      return keepsInserts(columnOf(model, action.column))
        ? {}
        : { breaks: [{ how: 'required', name: table, column: action.column }] };
    case 'addIndex':
      return { work: [{ kind: 'build', table, ...(action.name !== undefined && { index: action.name }) }] };
    case 'addConstraint': {
      if (action.constraint.type === 'foreignKey' && isUnchecked(settings)) return {};
      const { type, name, columns } = action.constraint;
      const one = columns.length === 1 && columns[0] !== undefined ? { column: columns[0] } : {};
      if (type === 'unique' || type === 'primaryKey') {
        return {
          work: [{ kind: 'build', table, ...(name !== undefined && { index: name }) }],
          fails: [{ table, ...one, on: 'duplicates' }],
        };
      }
      return { fails: [{ table, ...one, on: type === 'foreignKey' ? 'orphans' : 'check' }] };
    }
    case 'dropColumn':
      return {
        // What is computed can be computed again.
        ...(columnOf(model, action.column)?.asExpression === undefined && {
          loses: [{ what: 'values', name: table, column: action.column }],
        }),
        breaks: [{ how: 'dropped', name: table, column: action.column }],
      };
    case 'dropPartition':
    case 'truncatePartition':
      return { loses: action.partitions.map((each) => ({ what: 'rows', name: table, part: `partition ${each}` })) };
    case 'other':
      return otherParts(table, action.keywords);
    case 'renameColumn':
      return { breaks: [{ how: 'renamed', name: table, column: action.from }] };
    case 'renameTable':
      return { breaks: [{ how: 'renamed', name: table }] };
    case 'changeColumn':
      return changed(table, action, columnOf(model, action.from), operation);
    default:
      return {};
  }
}

/** Whether an INSERT that leaves the column out goes on as before without its default. */
function keepsInserts(column: ColumnModel | undefined): boolean {
  return column !== undefined && (column.isNullable === true || column.default === undefined);
}

function otherParts(table: QualifiedName, keywords: string): PartialEffects {
  if (keywords.startsWith('AUTO_INCREMENT')) return { loses: [{ what: 'position', name: table }] };
  if (/^(?:DISCARD TABLESPACE|DROP SYSTEM)/.test(keywords)) return { loses: [{ what: 'rows', name: table }] };
  if (keywords.startsWith('EXCHANGE'))
    return { work: [{ kind: 'scan', table, reason: 'its rows must fit the partition' }] };
  // Unicode has a place for each letter of any other set.
  return /^CONVERT TO (?!UTF|DEFAULT)/.test(keywords) ? { fails: [{ table, on: 'values' }] } : {};
}

function changed(
  table: QualifiedName,
  { from, column }: Extract<TableAction, { readonly action: 'changeColumn' }>,
  was: ColumnModel | undefined,
  operation: EffectFacts['operation'],
): PartialEffects {
  // The rows get the new label between two changes of the column.
  if (operation?.kind === 'renameLabel') return { breaks: [{ how: 'renamed', name: table, column: from }] };
  const isNotNull = column.isNotNull === true && was?.isNullable === true;
  const isRequired = isNotNull && column.default === undefined && !column.isIdentity;
  const losesDefault =
    column.isNotNull && was?.isNullable !== true && was?.default !== undefined && column.default === undefined;
  const { rounds, mayFail } = was === undefined ? NO_RISK : riskKinds(was, typeOfColumn(column));
  const breaks: Breakage[] = [
    ...(from === column.name ? [] : [{ how: 'renamed' as const, name: table, column: from }]),
    ...(isRequired || losesDefault ? [{ how: 'required' as const, name: table, column: column.name }] : []),
  ];
  return {
    breaks,
    fails: [
      ...(isNotNull ? [{ table, column: column.name, on: 'nulls' as const }] : []),
      ...(mayFail ? [{ table, column: column.name, on: 'values' as const }] : []),
    ],
    ...((rounds || changesZone(column, was)) && {
      loses: [{ what: 'precision', name: table, column: column.name, ...(!rounds && { isByTimeZone: true }) }],
    }),
    ...(was === undefined && { unknown: [`the definition that ${from} has: some changes need no copy of the table`] }),
  };
}

const NO_RISK = { rounds: false, mayFail: false };

/** Values of a TIMESTAMP are converted from and to the time zone of the session, those of a DATETIME never. */
function changesZone({ type }: ColumnClause, was: ColumnModel | undefined): boolean {
  const pair = [was?.type.toLowerCase(), /^\w+/.exec(type)?.[0].toLowerCase()].join('>');
  return pair === 'datetime>timestamp' || pair === 'timestamp>datetime';
}

function typeOfColumn({ type }: ColumnClause): ColumnChange {
  return parseType(/^(?:enum|set)\b/i.test(type) ? type : type.toLowerCase()) as ColumnChange;
}
