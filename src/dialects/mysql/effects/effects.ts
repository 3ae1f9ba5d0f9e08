import type { CreateIndex, CreateTable, DropObjects, SqlStatement } from '../../../sql/ddl/statement.js';
import { joined, type PartialEffects } from '../../common/effects/joined.js';
import { plainEffects } from '../../common/effects/rows.js';
import type { EffectFacts, Effects, LockTaken } from '../../effects.js';
import { INPLACE_SHARED, INSTANT, NOCOPY, NOCOPY_SHARED, REBUILD } from './algorithm.js';
import { alterTable } from './alter-table.js';
import { askedCost, metadataLock, withCost } from './locks.js';

/**
 * What a statement does to a MySQL or MariaDB database that serves: InnoDB's algorithm decides whether rows are written again and whether
 * writers wait.
 *
 * The algorithms are those of MariaDB 10.11, which was asked for each; where MySQL 8.0 needs more, its documentation
 * (https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html) decides.
 */
export function effects(statement: SqlStatement, facts: EffectFacts): Effects {
  return joined([partsOf(statement, facts), ...(commits(statement) ? [{ commits: true as const }] : [])]);
}

/** Kinds of statements that end the transaction before them, and are in none. Source: MariaDB, "SQL statements that cause an implicit commit". */
const COMMITTING = new Set<SqlStatement['kind']>([
  ...(['createTable', 'createIndex', 'alterTable', 'rename', 'drop', 'create', 'alter', 'truncate'] as const),
  ...(['grant', 'lock', 'analyze', 'optimize'] as const),
]);

function commits(statement: SqlStatement): boolean {
  if (statement.kind === 'block') return statement.statements.some(commits);
  return COMMITTING.has(statement.kind) && !('isTemporary' in statement && statement.isTemporary === true);
}

function partsOf(statement: SqlStatement, facts: EffectFacts): PartialEffects {
  switch (statement.kind) {
    case 'createTable':
      return createdTable(statement);
    case 'createIndex':
      return createdIndex(statement);
    case 'alterTable':
      return alterTable(statement, facts);
    case 'drop':
      // An operation drops a database only where it is empty.
      return facts.operation?.kind === 'dropSchema' ? {} : dropped(statement);
    case 'rename':
      return {
        locks: [metadataLock(statement.name, 'EXCLUSIVE')],
        breaks: [{ how: 'renamed', name: statement.name }],
      };
    case 'block':
      return joined(statement.statements.map((each) => partsOf(each, facts)));
    case 'truncate':
      return {
        locks: statement.tables.map((table) => metadataLock(table, 'EXCLUSIVE')),
        loses: statement.tables.map((name) => ({ what: 'rows', name })),
      };
    case 'lock':
      return {
        locks:
          statement.tables.length === 0
            ? [GLOBAL_LOCK]
            : statement.tables.map((table) => metadataLock(table, statement.mode === 'READ' ? 'SHARED' : 'EXCLUSIVE')),
      };
    case 'optimize':
      // InnoDB makes the table again, as ALTER TABLE … FORCE does.
      return joined(
        statement.tables.map((table) =>
          withCost(table, REBUILD, { work: [{ kind: 'rewrite', table, reason: 'OPTIMIZE TABLE makes it again' }] }),
        ),
      );
    case 'alter':
      return statement.object === 'SEQUENCE' && statement.name && /\bRESTART\b/i.test(statement.text)
        ? { loses: [{ what: 'position', name: statement.name }] }
        : {};
    case 'create':
      return statement.object === 'TRIGGER' && statement.on ? { locks: [metadataLock(statement.on, 'NONE')] } : {};
    default:
      return plainEffects(statement);
  }
}

/** FLUSH TABLES WITH READ LOCK. */
const GLOBAL_LOCK: LockTaken = { object: 'database', name: { name: 'all tables' }, mode: 'READ', blocks: 'writes' };

function createdTable({ table, constraints, columns, isReplace }: CreateTable): PartialEffects {
  const referenced = [...constraints, ...columns.flatMap((column) => column.constraints)];
  const locks = referenced.flatMap(({ referenced: parent }) =>
    parent === undefined ? [] : [metadataLock(parent, 'NONE')],
  );
  if (!isReplace) return { locks };
  return { locks: [...locks, metadataLock(table, 'EXCLUSIVE')], loses: [{ what: 'rows', name: table }] };
}

function createdIndex({ table, index, isUnique, type, asked }: CreateIndex): PartialEffects {
  const cost = type === undefined ? NOCOPY : type === 'spatial' ? NOCOPY_SHARED : INPLACE_SHARED;
  return askedCost(table, cost, asked, {
    work: [{ kind: 'build', table, ...(index && { index: index.name }) }],
    ...(isUnique && { fails: [{ table, on: 'duplicates' }] }),
  });
}

function dropped({ object, names, on }: DropObjects): PartialEffects {
  switch (object) {
    case 'TABLE':
      return {
        locks: names.map((name) => metadataLock(name, 'EXCLUSIVE')),
        loses: names.map((name) => ({ what: 'rows', name })),
        breaks: names.map((name) => ({ how: 'dropped', name })),
      };
    case 'INDEX':
      return on === undefined ? {} : withCost(on, INSTANT, {});
    case 'SEQUENCE':
      return {
        loses: names.map((name) => ({ what: 'position', name })),
        breaks: names.map((name) => ({ how: 'dropped', name })),
      };
    case 'VIEW':
      return { breaks: names.map((name) => ({ how: 'dropped', name })) };
    case 'DATABASE':
    case 'SCHEMA':
      return {
        loses: names.map((name) => ({ what: 'rows', name })),
        opaque: ['the tables of the database, which are all dropped'],
      };
    default:
      return {};
  }
}
