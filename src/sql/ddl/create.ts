import { columnAt } from './column-clause.js';
import { constraintAt } from './constraint-clause.js';
import type { TokenCursor } from './cursor.js';
import { wayAt } from './asked-way.js';
import type { ColumnClause, ConstraintClause, CreateIndex, CreateTable, SqlStatement } from './statement.js';

/** Kinds of objects of several words; any other is one word. */
const OBJECTS = [
  'MATERIALIZED VIEW',
  'EVENT TRIGGER',
  'FOREIGN TABLE',
  'FOREIGN DATA WRAPPER',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'ACCESS METHOD',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'USER MAPPING',
];

/** The kind of object that comes next, in capitals. */
export function objectAt(cursor: TokenCursor): string {
  return cursor.takeOneOf(OBJECTS) ?? cursor.skip()?.keyword ?? '';
}

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

/** Objects that belong to a table, which is named after ON. */
export const ON_TABLE: ReadonlySet<string> = new Set(['TRIGGER', 'POLICY', 'RULE', 'STATISTICS']);

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
  const asQuery = cursor.has('AS') && { asQuery: true as const };
  const partitionedBy = cursor.take('PARTITION BY') ? cursor.textUntil(['WITH', 'TABLESPACE', 'USING']) : undefined;
  return {
    kind: 'createTable',
    table,
    columns,
    constraints,
    ...ifNotExists,
    ...(partitionOf && { partitionOf }),
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
  const columns = cursor.groupNames();
  return {
    kind: 'createIndex',
    ...(index && { index: { ...(table.schema !== undefined && { schema: table.schema }), ...index } }),
    table,
    columns,
    ...(before.has('UNIQUE') && { isUnique: true }),
    ...(isConcurrent && { isConcurrent }),
    ...(ifNotExists && { ifNotExists }),
    ...(isOnly && { isOnly }),
    ...(cursor.has('WHERE') && { isPartial: true }),
    ...(type && { type }),
    ...wayAt(cursor),
  };
}
