import { type DatabaseObject, RANKS } from '../../inventory.js';
import { quote } from '../names.js';
import { idOf, relationId } from './catalog.js';
import type { MemberRow } from './members.js';
import { attachmentId } from './partitions.js';
import type { ColumnRow } from './relations.js';
import { identityText } from './sequences.js';
import { memberObject, partOf, type TableRows } from './member-objects.js';

/**
 * A table that only SQL can create: a partitioned one, a partition, one that inherits, a typed one, one of another access
 * method.
 */
export function rawTable(rows: TableRows): readonly DatabaseObject[] {
  const { relation, members, catalog } = rows;
  const isPartition = relation.bound !== null;
  const inline = isPartition ? members.filter(({ kind }) => kind === 'c') : [];
  const others = members.filter((row) => !inline.includes(row) && (isPartition || row.isLocal));
  const { schema, name } = relation;
  return [
    {
      kind: 'sql',
      id: relationId(relation.oid),
      needs: relation.parentOid === null ? [] : [relationId(relation.parentOid)],
      ...(schema !== catalog.own && { schema }),
      table: schema === catalog.own ? { name } : { schema, name },
      description: relation.description,
      rank: RANKS.table,
      upgrade: [createTable(rows, inline), ...overrides(rows), ...ofType(rows)],
      downgrade: [`DROP TABLE ${relation.written}`],
    },
    ...others.map((row) => memberObject(rows, row)),
    ...(isPartition ? [attachment(rows, others)] : []),
  ];
}

function createTable({ relation, columns, sequences }: TableRows, checks: readonly MemberRow[]): string {
  const { bound, parents, partitionKey, method, written } = relation;
  const own = columns.filter(({ isLocal }) => isLocal || bound !== null);
  const lines = [
    ...own.map((column) => columnText(column, sequences)),
    ...checks.map(({ name, definition }) => `CONSTRAINT ${quote(name)} ${definition}`),
  ];
  return [
    `CREATE TABLE ${written} ${lines.length === 0 ? '()' : `(\n  ${lines.join(',\n  ')}\n)`}`,
    ...(parents.length === 0 ? [] : [`INHERITS (${parents.join(', ')})`]),
    ...(partitionKey === null ? [] : [`PARTITION BY ${partitionKey}`]),
    ...(method === null ? [] : [`USING ${quote(method)}`]),
  ].join(' ');
}

/**
 * The definition of a column; an identity includes the options of its sequence, unless a partition shares that of its
 * parent.
 */
function columnText({ name, text }: ColumnRow, sequences: TableRows['sequences']): string {
  const identity = sequences.find(({ column, ownership }) => column === name && ownership === 'i');
  return identity === undefined ? text : `${text} ${identityText(identity)}`;
}

/** Statements for defaults of inherited columns, which may differ from those of the parent. */
function overrides({ relation, columns }: TableRows): readonly string[] {
  if (relation.parents.length === 0) return [];
  return columns
    .filter(({ isLocal, expression, isGenerated }) => !isLocal && expression !== null && !isGenerated)
    .map(
      ({ name, expression }) =>
        `ALTER TABLE ONLY ${relation.written} ALTER COLUMN ${quote(name)} SET DEFAULT ${expression}`,
    );
}

function ofType({ relation }: TableRows): readonly string[] {
  return relation.ofType === null ? [] : [`ALTER TABLE ${relation.written} OF ${relation.ofType}`];
}

/** Attaches a partition; its indexes become partitions of the parent's indexes if both exist by then. */
function attachment({ relation, parentMembers }: TableRows, members: readonly MemberRow[]): DatabaseObject {
  const { oid, parentOid, parent, written, bound } = relation;
  return {
    ...partOf(relation),
    id: attachmentId(oid),
    // The parent is attached first: a partition takes over the identity that its parent has by then.
    needs: [
      relationId(oid),
      relationId(parentOid ?? 0),
      attachmentId(parentOid),
      ...[...members, ...parentMembers].map(idOf),
    ],
    description: `${relation.description} as a partition`,
    rank: RANKS.tablePart,
    upgrade: [`ALTER TABLE ${parent} ATTACH PARTITION ${written} ${bound}`],
    downgrade: [],
  };
}
