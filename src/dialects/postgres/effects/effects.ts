import { type QualifiedName, qualifiedNameOf } from '../../../schema/schema.model.js';
import type { ObjectName, SqlStatement } from '../../../sql/ddl/statement.js';
import type { EffectFacts, Effects } from '../../effects.js';
import { alterTable } from './alter-table.js';
import { Known } from './facts.js';
import { isLockMode, lock } from './locks.js';
import { altered, created, createIndex, createTable, dropped, refreshed, renamed } from './objects.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import { joined } from './joined.js';
import { ofPartition } from './partitions.js';
import { rowChange } from './rows.js';

/**
 * What a statement does to a PostgreSQL database that serves: what it locks to the end of its transaction, reads, builds, writes again
 * and loses.
 *
 * Measured on PostgreSQL 14 to 18, and compared with what the server does by `effects.spec.ts`.
 */
export function effects(statement: SqlStatement, facts: EffectFacts): Effects {
  const known = new Known(facts);
  return joined([withPartitions(joined([partsOf(statement, known)]), statement, known), ofPartition(statement, known)]);
}

/** What a statement does to a partitioned table it does to the partitions as well, if it is about columns, constraints, indexes or rows. */
function withPartitions(effects: Effects, statement: SqlStatement, known: Known): Effects {
  if (known.facts.schema.partitions === undefined || !reachesPartitions(statement)) return effects;
  return joined([
    effects,
    {
      locks: effects.locks
        .filter(({ object }) => object === 'table')
        .flatMap((taken) => known.partitionsOf(taken.name).map((name) => ({ ...taken, name: qualifiedNameOf(name) }))),
      work: effects.work.flatMap((work) =>
        known.partitionsOf(work.table).map((table) => ({ ...work, table: qualifiedNameOf(table) })),
      ),
    },
  ]);
}

const OF_PARENT = new Set([
  'renameTable',
  'setSchema',
  'attachPartition',
  'detachPartition',
  'renameConstraint',
  'other',
]);

function reachesPartitions(statement: SqlStatement): boolean {
  switch (statement.kind) {
    case 'alterTable':
      return statement.actions.some(({ action }) => !OF_PARENT.has(action));
    case 'createIndex':
      return statement.isOnly !== true;
    case 'drop':
      return statement.object === 'TABLE' || statement.object === 'INDEX';
    case 'create':
      return statement.object === 'TRIGGER';
    default:
      return ['truncate', 'update', 'delete', 'lock', 'vacuum', 'cluster', 'reindex'].includes(statement.kind);
  }
}

function partsOf(statement: SqlStatement, known: Known): PartialEffects {
  switch (statement.kind) {
    case 'createTable':
      return createTable(statement, known);
    case 'createIndex':
      return createIndex(statement, known);
    case 'alterTable':
      return alterTable(statement, known);
    case 'rename':
      return renamed(statement, known);
    case 'drop':
      return dropped(statement, known);
    case 'create':
      return created(statement, known);
    case 'alter':
      return altered(statement, known);
    case 'insert':
    case 'update':
    case 'delete':
    case 'copy':
      return rowChange(statement, known);
    case 'block':
      return joined([
        ...statement.statements.map((each) => partsOf(each, known)),
        ...(statement.isDynamic ? [{ opaque: ['what the block runs by EXECUTE'] }] : []),
      ]);
    case 'call':
      return called(statement.name, known);
    case 'unknown':
      return {
        opaque: [`what ${statement.verb} does${statement.reason === undefined ? '' : `: ${statement.reason}`}`],
      };
    default:
      return maintenance(statement, known);
  }
}

type Maintenance = Exclude<
  SqlStatement,
  {
    readonly kind:
      | 'createTable'
      | 'createIndex'
      | 'alterTable'
      | 'rename'
      | 'drop'
      | 'create'
      | 'alter'
      | 'insert'
      | 'update'
      | 'delete'
      | 'copy'
      | 'block'
      | 'call'
      | 'unknown';
  }
>;

function maintenance(statement: Maintenance, known: Known): PartialEffects {
  switch (statement.kind) {
    case 'setval':
      return { loses: [{ what: 'position', name: known.nameOf(statement.name) }] };
    case 'truncate':
      return truncated(statement, known);
    case 'reindex':
      return reindexed(statement, known);
    case 'refresh':
      return refreshed(statement, known);
    case 'lock': {
      const mode = isLockMode(statement.mode) ? statement.mode : 'ACCESS EXCLUSIVE';
      return { locks: statement.tables.map((table) => lock(known.nameOf(table), mode)) };
    }
    case 'vacuum':
      return {
        locks: statement.tables.map((table) =>
          lock(known.nameOf(table), statement.isFull ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE'),
        ),
        work: statement.tables.map((table) => ({
          kind: statement.isFull ? 'rewrite' : 'scan',
          table: known.nameOf(table),
        })),
        isOutside: true,
      };
    case 'cluster':
      return {
        locks: statement.tables.map((table) => lock(known.nameOf(table), 'ACCESS EXCLUSIVE')),
        work: statement.tables.map((table) => ({ kind: 'rewrite', table: known.nameOf(table) })),
      };
    case 'analyze':
      return { locks: statement.tables.map((table) => lock(known.nameOf(table), 'SHARE UPDATE EXCLUSIVE')) };
    case 'comment': {
      const isOfTable = ['TABLE', 'COLUMN', 'CONSTRAINT', 'TRIGGER'].includes(statement.object);
      return isOfTable && statement.name
        ? { locks: [lock(known.nameOf(statement.name), 'SHARE UPDATE EXCLUSIVE')] }
        : {};
    }
    default:
      return {};
  }
}

/** This package's own procedures take views away that a change would not be possible under, and put them back. */
function called({ schema, name }: ObjectName, known: Known): PartialEffects {
  const { operation } = known.facts;
  if (schema !== 'pg_temp' || !name.startsWith('migrate_') || operation === undefined) {
    return { opaque: [`what the procedure ${name} does`] };
  }
  const column = 'column' in operation && typeof operation.column === 'string' ? operation.column : undefined;
  const of = 'table' in operation ? operation.table : 'view' in operation ? operation.view : undefined;
  const views = of === undefined ? [] : [...('view' in operation ? [of] : []), ...known.viewsOn(of, column)];
  return { locks: views.map((view) => lock(view, 'ACCESS EXCLUSIVE', 'view')) };
}

function truncated(
  { tables, isCascade, restartsIdentity }: Extract<SqlStatement, { readonly kind: 'truncate' }>,
  known: Known,
): PartialEffects {
  const named = tables.map((table) => known.nameOf(table));
  const all = isCascade ? [...named, ...named.flatMap((table) => known.childrenOf(table))] : named;
  const counts = (table: QualifiedName): boolean =>
    known.table(table)?.columns.some(({ generationStrategy }) => generationStrategy !== undefined) !== false;
  return {
    locks: all.map((table) => lock(table, 'ACCESS EXCLUSIVE')),
    loses: [
      ...all.map((table) => ({ what: 'rows' as const, name: table })),
      ...(restartsIdentity ? all.filter(counts).map((table) => ({ what: 'position' as const, name: table })) : []),
    ],
  };
}

function reindexed(
  { object, name, isConcurrent }: Extract<SqlStatement, { readonly kind: 'reindex' }>,
  known: Known,
): PartialEffects {
  const own = name && known.nameOf(name);
  const isWide = !['TABLE', 'INDEX'].includes(object);
  const outside = isConcurrent || isWide ? { isOutside: true as const } : {};
  if (own === undefined || isWide) return { ...outside, unknown: [`which indexes REINDEX ${object} builds`] };
  const table = object === 'TABLE' ? own : known.ownerOfIndex(own);
  const mode = isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const indexes = object === 'INDEX' ? [own.name] : (known.table(own)?.indices ?? []).map((index) => index.name);
  return {
    ...outside,
    locks: [
      ...(table === undefined ? [] : [lock(table, mode)]),
      // Every query of the table opens all of its indexes, so that readers wait as well.
      ...(isConcurrent ? [] : indexes.map((index) => lock({ ...own, name: index }, 'ACCESS EXCLUSIVE', 'index'))),
    ],
    work: [{ kind: 'build', table: table ?? own, ...(object === 'INDEX' && { index: own.name }) }],
    ...(isConcurrent && { waitsForOthers: true }),
    ...(table === undefined && { unknown: [`the table of the index ${own.name}, which is locked as well`] }),
  };
}
