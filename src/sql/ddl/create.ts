import { columnAt } from './column-clause.js';
import { constraintAt } from './constraint-clause.js';
import type { TokenCursor } from './cursor.js';
import { wayAt } from './asked-way.js';
import { objectAt, ON_TABLE } from './object-kind.js';
import type { ColumnClause, ConstraintClause, CreateIndex, CreateTable, SqlStatement } from './statement.js';

/** A CREATE statement, from behind the CREATE. */
export function createAt(cursor: TokenCursor): SqlStatement {
  const before = cursor.takeAll([
    'OR REPLACE',
    'TEMPORARY',
    'TEMP',
    'GLOBAL',
    'LOCAL',
    'UNLOGGED',
    'UNIQUE',
    'FULLTEXT',
    'SPATIAL',
    'RECURSIVE',
    'CONSTRAINT',
    'VIRTUAL',
  ]);
  const isTemporary = (before.has('TEMPORARY') || before.has('TEMP')) && { isTemporary: true as const };
  const object = objectAt(cursor);
  if (object === 'TABLE') {
    return { ...createdTable(cursor), ...isTemporary, ...(before.has('OR REPLACE') && { isReplace: true }) };
  }
  if (object === 'INDEX') return createdIndex(cursor, before);
  cursor.take('IF NOT EXISTS');
  const name = cursor.path();
  const on = ON_TABLE.has(object) ? tableOf(object, cursor) : undefined;
  return { kind: 'create', object, ...(name && { name }), ...(on && { on }), text: cursor.rest(), ...isTemporary };
}

/** The table of such an object: after ON, after `ON INSERT TO` for a rule, after FROM for statistics. */
function tableOf(object: string, cursor: TokenCursor): CreateTable['table'] | undefined {
  cursor.until([object === 'STATISTICS' ? 'FROM' : object === 'RULE' ? 'TO' : 'ON']);
  cursor.skip();
  return cursor.path();
}

function createdTable(cursor: TokenCursor): CreateTable {
  const ifNotExists = cursor.take('IF NOT EXISTS') && { ifNotExists: true as const };
  const table = cursor.path() ?? { name: '' };
  const columns: ColumnClause[] = [];
  const constraints: ConstraintClause[] = [];
  const partitionOf = cursor.take('PARTITION OF') ? cursor.path() : undefined;
  for (const part of cursor.groupParts()) {
    const constraint = constraintAt(part);
    if (constraint !== undefined) constraints.push(constraint);
    else if (!part.is('LIKE')) columns.push(columnAt(part));
  }
  const isDefaultPartition = partitionOf !== undefined && cursor.is('DEFAULT') && { isDefaultPartition: true as const };
  const asQuery = cursor.has('AS') && { asQuery: true as const };
  const partitionedBy = cursor.take('PARTITION BY') ? cursor.textUntil(['WITH', 'TABLESPACE', 'USING']) : undefined;
  return {
    kind: 'createTable',
    table,
    columns,
    constraints,
    ...ifNotExists,
    ...(partitionOf && { partitionOf }),
    ...isDefaultPartition,
    ...asQuery,
    ...(partitionedBy !== undefined && { partitionedBy }),
  };
}

const TYPES = { FULLTEXT: 'fulltext', SPATIAL: 'spatial' } as const;

function createdIndex(cursor: TokenCursor, before: ReadonlySet<string>): CreateIndex {
  const type = before.has('FULLTEXT') ? TYPES.FULLTEXT : before.has('SPATIAL') ? TYPES.SPATIAL : undefined;
  const isConcurrent = cursor.take('CONCURRENTLY');
  const ifNotExists = cursor.take('IF NOT EXISTS');
  const index = cursor.is('ON') ? undefined : cursor.path();
  if (cursor.take('USING')) cursor.skip();
  cursor.take('ON');
  const isOnly = cursor.take('ONLY');
  const table = cursor.path() ?? { name: '' };
  if (cursor.take('USING')) cursor.skip();
  const text = cursor.textUntil(['INCLUDE', 'WHERE', 'WITH', 'TABLESPACE']);
  const parts = cursor.groupParts().map(indexPartAt);
  const options = parts.flatMap(({ name, option }) => (name === undefined || option === '' ? [] : [[name, option]]));
  const where = cursor.has('WHERE') ? conditionAt(cursor) : undefined;
  return {
    kind: 'createIndex',
    ...(index && { index: { ...(table.schema !== undefined && { schema: table.schema }), ...index } }),
    table,
    columns: parts.map(({ name }) => name),
    ...(parts.some(({ name }) => name === undefined) && { expressions: text }),
    ...(options.length > 0 && { columnOptions: Object.fromEntries(options) as Record<string, string> }),
    ...(before.has('UNIQUE') && { isUnique: true }),
    ...(isConcurrent && { isConcurrent }),
    ...(ifNotExists && { ifNotExists }),
    ...(isOnly && { isOnly }),
    ...(where !== undefined && { where }),
    ...(type && { type }),
    ...wayAt(cursor),
  };
}

function conditionAt(cursor: TokenCursor): string {
  cursor.until(['WHERE']);
  cursor.take('WHERE');
  return cursor.rest();
}

/** A column of an index, and what is written behind it; without a name for an expression. */
function indexPartAt(cursor: TokenCursor): { readonly name?: string; readonly option: string } {
  const name = cursor.name();
  const option = cursor.rest();
  return name === undefined || option.startsWith('(') ? { option: '' } : { name, option };
}
