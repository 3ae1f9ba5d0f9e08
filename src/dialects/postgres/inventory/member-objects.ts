import { type ObjectPlace, RANKS, type SqlObject } from '../../inventory.js';
import { quote } from '../names.js';
import { type Catalog, idOf, relationId } from './catalog.js';
import { indexText, type MemberRow } from './members.js';
import type { ColumnRow, RelationRow } from './relations.js';
import type { SequenceRow } from './sequences.js';

/** A table with all rows of the catalog about it. */
export interface TableRows {
  readonly catalog: Catalog;
  readonly relation: RelationRow;
  readonly columns: readonly ColumnRow[];
  readonly members: readonly MemberRow[];
  /** Sequences that belong to its columns. */
  readonly sequences: readonly SequenceRow[];
  /** Constraints and indexes of the table that it is a partition of. */
  readonly parentMembers: readonly MemberRow[];
}

/** A constraint or an index as its own statement. */
export function memberObject(
  { relation, catalog }: Pick<TableRows, 'relation' | 'catalog'>,
  row: MemberRow,
): ObjectPlace & SqlObject {
  const name = quote(row.name);
  const isDroppedBefore = row.kind === 'f' || row.kind === 'c' || row.kind === 'index';
  const drop =
    row.kind === 'index' ? `DROP INDEX ${inSchemaOf(relation, catalog)}${name}` : constraintDrop(relation, name);
  return {
    ...partOf(relation),
    id: idOf(row),
    description: `${row.kind === 'index' ? 'index' : 'constraint'} ${row.name} on ${relation.description}`,
    rank: row.kind === 'f' ? RANKS.tablePart + 0.5 : RANKS.tablePart,
    upgrade: [
      row.kind === 'index'
        ? indexText(row, relation)
        : `ALTER TABLE ${relation.written} ADD CONSTRAINT ${name} ${row.definition}`,
      ...(row.indexOptions === null ? [] : [`ALTER INDEX ${row.index} SET (${row.indexOptions})`]),
    ],
    downgrade: isDroppedBefore && relation.bound === null ? [drop] : [],
  };
}

function constraintDrop({ written }: RelationRow, name: string): string {
  return `ALTER TABLE ${written} DROP CONSTRAINT ${name}`;
}

function inSchemaOf({ schema }: RelationRow, { own }: Catalog): string {
  return schema === own ? '' : `${quote(schema)}.`;
}

/** The fields that all parts of a relation share. */
export function partOf({ oid }: RelationRow): Pick<ObjectPlace, 'needs' | 'partOf'> & { readonly kind: 'sql' } {
  return { kind: 'sql', needs: [relationId(oid)], partOf: relationId(oid) };
}
