import type { QualifiedName } from '../../../schema/schema.model.js';
import type { CreateIndex, CreateTable, DropObjects, RenameObject, SqlStatement } from '../../../sql/ddl/statement.js';
import { sourcesIn } from '../../../sql/sources.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { LockTaken } from '../../effects.js';
import type { Known } from './facts.js';
import { lock } from './locks.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import { joined } from './joined.js';

/** CREATE TABLE: a foreign key keeps writers from the table that it refers to. */
export function createTable(
  { columns, constraints, table, partitionOf, asQuery }: CreateTable,
  known: Known,
): PartialEffects {
  const own = known.nameOf(table);
  const keys = [...constraints, ...columns.flatMap((column) => column.constraints)].flatMap(({ referenced }) =>
    referenced === undefined ? [] : [known.nameOf(referenced)],
  );
  const others = keys.filter(({ name, schema }) => name !== own.name || schema !== own.schema);
  return {
    locks: [
      ...others.map((each) => lock(each, 'SHARE ROW EXCLUSIVE')),
      ...(partitionOf === undefined ? [] : [lock(known.nameOf(partitionOf), 'ACCESS EXCLUSIVE')]),
    ],
    ...(partitionOf !== undefined &&
      known.facts.schema.partitions === undefined && {
        unknown: [`whether ${partitionOf.name} has a default partition: then it is locked and read as well`],
      }),
    ...(asQuery && { unknown: ['how many rows its query reads'] }),
  };
}

/** CREATE INDEX: writers wait for the build, unless it is CONCURRENTLY. */
export function createIndex(statement: CreateIndex, known: Known): PartialEffects {
  const { index, isConcurrent, isUnique, columns } = statement;
  const table = known.nameOf(statement.table);
  const one = columns.length === 1 ? columns[0] : undefined;
  return {
    locks: [lock(table, isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE')],
    ...(!statement.isOnly && { work: [{ kind: 'build', table, ...(index !== undefined && { index: index.name }) }] }),
    ...(isUnique && { fails: [{ table, on: 'duplicates', ...(one !== undefined && { column: one }) }] }),
    ...(isConcurrent && { isOutside: true, waitsForOthers: true }),
  };
}

/** DROP, of any kind of object. */
export function dropped(statement: DropObjects, known: Known): PartialEffects {
  const parts = statement.names.map((each) => droppedOne(statement, known.nameOf(each), known));
  const isWide = statement.isCascade && !['TABLE', 'INDEX', 'VIEW'].includes(statement.object);
  return joined([
    ...parts,
    ...(isWide ? [{ opaque: ['what else CASCADE drops: columns, tables, constraints that depend on it'] }] : []),
  ]);
}

function droppedOne(statement: DropObjects, name: QualifiedName, known: Known): PartialEffects {
  const breaks = [{ how: 'dropped' as const, name }];
  switch (statement.object) {
    case 'FOREIGN TABLE':
      // Its rows are elsewhere.
      return { ...droppedTable(name, statement.isCascade === true, known), loses: [] };
    case 'TABLE':
      return droppedTable(name, statement.isCascade === true, known);
    case 'INDEX':
      return droppedIndex(name, statement.isConcurrent === true, known);
    case 'VIEW':
      return { locks: [lock(name, 'ACCESS EXCLUSIVE', 'view')], breaks };
    case 'MATERIALIZED VIEW':
      return { locks: [lock(name, 'ACCESS EXCLUSIVE', 'view')], loses: [{ what: 'rows', name }], breaks };
    case 'SEQUENCE':
      return { locks: [lock(name, 'ACCESS EXCLUSIVE', 'sequence')], loses: [{ what: 'position', name }], breaks };
    case 'TRIGGER':
    case 'POLICY':
    case 'RULE':
      return { locks: statement.on === undefined ? [] : [lock(known.nameOf(statement.on), 'ACCESS EXCLUSIVE')] };
    case 'SCHEMA':
      return statement.isCascade ? joined([droppedSchema(name, known), { breaks }]) : {};
    case 'DATABASE':
      return { isOutside: true, loses: [{ what: 'rows', name }], breaks };
    case 'TYPE':
    case 'DOMAIN':
      return statement.isCascade ? droppedType(name, known) : {};
    default:
      return {};
  }
}

function droppedTable(table: QualifiedName, isCascade: boolean, known: Known): PartialEffects {
  const others = [...known.parentsOf(table), ...(isCascade ? known.childrenOf(table) : [])];
  const views = isCascade ? known.viewsOn(table) : [];
  return {
    locks: [
      ...[table, ...others].map((each) => lock(each, 'ACCESS EXCLUSIVE')),
      ...views.map((each) => lock(each, 'ACCESS EXCLUSIVE', 'view')),
    ],
    loses: [{ what: 'rows', name: table }],
    breaks: [{ how: 'dropped', name: table }],
    ...(known.table(table) === undefined && {
      unknown: [`the foreign keys of ${table.name}: the tables that they refer to are locked as well`],
    }),
  };
}

function droppedIndex(index: QualifiedName, isConcurrent: boolean, known: Known): PartialEffects {
  const { operation } = known.facts;
  // The operation has the table, also where the index is not known.
  const owner = known.ownerOfIndex(index) ?? (operation?.kind === 'dropIndex' ? operation.table : undefined);
  const mode = isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  return {
    locks: [...(owner === undefined ? [] : [lock(owner, mode)]), lock(index, mode, 'index')],
    ...(owner === undefined && { unknown: [`the table of the index ${index.name}, which is locked as well`] }),
    ...(isConcurrent && { isOutside: true, waitsForOthers: true }),
  };
}

function droppedSchema(schema: QualifiedName, known: Known): PartialEffects {
  const tables = known.facts.schema.tables.filter((table) => table.schema === schema.name);
  return joined(tables.map((table) => droppedTable({ schema: schema.name, name: table.name }, true, known)));
}

/** DROP TYPE … CASCADE drops the columns of the type. */
function droppedType(type: QualifiedName, known: Known): PartialEffects {
  const columns = known.facts.schema.tables.flatMap(({ schema, name, columns: all }) =>
    all
      .filter((column) => column.enumName === type.name || column.type === type.name)
      .map((column) => ({ table: { ...(schema !== undefined && { schema }), name }, column: column.name })),
  );
  return {
    locks: columns.map(({ table }) => lock(table, 'ACCESS EXCLUSIVE')),
    loses: columns.map(({ table, column }) => ({ what: 'values', name: table, column })),
    breaks: columns.map(({ table, column }) => ({ how: 'dropped', name: table, column })),
  };
}

/** ALTER … RENAME and SET SCHEMA, of what is no table. */
export function renamed({ object, name, column }: RenameObject, known: Known): PartialEffects {
  const own = known.nameOf(name);
  const locked: Readonly<Record<string, readonly LockTaken[]>> = {
    VIEW: [lock(own, 'ACCESS EXCLUSIVE', 'view')],
    'MATERIALIZED VIEW': [lock(own, 'ACCESS EXCLUSIVE', 'view')],
    SEQUENCE: [lock(own, 'ACCESS EXCLUSIVE', 'sequence')],
    // Since PostgreSQL 12 the table is not locked.
    INDEX: [lock(own, 'SHARE UPDATE EXCLUSIVE', 'index')],
    'FOREIGN TABLE': [lock(own, 'ACCESS EXCLUSIVE')],
  };
  const breaks = [{ how: 'renamed' as const, name: own, ...(column !== undefined && { column }) }];
  return { locks: locked[object] ?? [], ...(object !== 'INDEX' && { breaks }) };
}

/** CREATE, of what is neither a table nor an index. */
export function created({ object, name, on, text }: Created, known: Known): PartialEffects {
  const table = on && known.nameOf(on);
  switch (object) {
    case 'VIEW':
    case 'MATERIALIZED VIEW':
      return createdView(object, text, name && known.nameOf(name), known);
    case 'TRIGGER':
      return { locks: table === undefined ? [] : [lock(table, 'SHARE ROW EXCLUSIVE')] };
    case 'POLICY':
    case 'RULE':
      return { locks: table === undefined ? [] : [lock(table, 'ACCESS EXCLUSIVE')] };
    case 'STATISTICS':
      return { locks: table === undefined ? [] : [lock(table, 'SHARE UPDATE EXCLUSIVE')] };
    case 'DATABASE':
    case 'TABLESPACE':
      return { isOutside: true };
    default:
      return {};
  }
}

/** The sources of a view are only read; a view that is replaced is locked itself. */
function createdView(object: string, text: string, view: QualifiedName | undefined, known: Known): PartialEffects {
  const isReplaced = view !== undefined && known.view(view) !== undefined;
  return {
    locks: [...sourceLocks(text, known), ...(isReplaced ? [lock(view, 'ACCESS EXCLUSIVE', 'view')] : [])],
    ...(object === 'MATERIALIZED VIEW' && { unknown: ['how many rows its query reads'] }),
  };
}

function sourceLocks(query: string, known: Known): readonly LockTaken[] {
  return sourcesIn(query, POSTGRES_SQL).map(([first, second]) => {
    const name = known.nameOf(second === undefined ? { name: first } : { schema: first, name: second });
    return lock(name, 'ACCESS SHARE', known.view(name) === undefined ? 'table' : 'view');
  });
}

/** REFRESH MATERIALIZED VIEW: its readers wait, unless it is CONCURRENTLY; what it reads is only read. */
export function refreshed(
  statement: Extract<SqlStatement, { readonly kind: 'refresh' }>,
  known: Known,
): PartialEffects {
  const view = known.nameOf(statement.view);
  const query = known.view(view)?.expression;
  const sources = query === undefined ? [] : sourceLocks(query, known);
  const isFilled = !statement.isWithoutData;
  return {
    locks: [
      lock(view, statement.isConcurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'view'),
      ...(isFilled ? sources : []),
    ],
    ...(isFilled && {
      work: [
        { kind: statement.isConcurrent ? 'scan' : 'rewrite', table: view },
        ...sources.map(({ name }) => ({ kind: 'scan' as const, table: name })),
      ],
    }),
    ...(query === undefined && { unknown: [`what the view ${view.name} reads`] }),
  };
}

type Created = Extract<SqlStatement, { readonly kind: 'create' | 'alter' }>;

/** ALTER, of what is neither a table nor renamed. */
export function altered({ object, name, on, text }: Created, known: Known): PartialEffects {
  const own = name && known.nameOf(name);
  switch (object) {
    case 'SEQUENCE':
      return {
        locks: own === undefined ? [] : [lock(own, 'SHARE ROW EXCLUSIVE', 'sequence')],
        ...(own !== undefined && /\bRESTART\b/i.test(text) && { loses: [{ what: 'position', name: own }] }),
      };
    case 'INDEX':
      return { locks: own === undefined ? [] : [lock(own, 'SHARE UPDATE EXCLUSIVE', 'index')] };
    case 'VIEW':
    case 'MATERIALIZED VIEW':
      return { locks: own === undefined ? [] : [lock(own, 'ACCESS EXCLUSIVE', 'view')] };
    case 'POLICY':
    case 'TRIGGER':
      return { locks: on === undefined ? [] : [lock(known.nameOf(on), 'ACCESS EXCLUSIVE')] };
    case 'DOMAIN':
      return /^(?:ADD|SET NOT NULL|VALIDATE)\b/i.test(text) && !/NOT VALID\s*$/i.test(text)
        ? { unknown: ['the tables with a column of the domain: each is read, and writers wait'] }
        : {};
    case 'SYSTEM':
      return { isOutside: true };
    default:
      return {};
  }
}
