import type { ViewModel } from '../../../schema/schema.model.js';
import { type DatabaseObject, RANKS } from '../../inventory.js';
import { quote } from '../names.js';
import { type Catalog, idOf, relationId } from './catalog.js';
import { isInModel, type MemberRow } from './members.js';
import type { ColumnRow, RelationRow } from './relations.js';
import { memberObject, partOf } from './member-objects.js';

/** A view with all rows of the catalog about it. */
export interface ViewRows {
  readonly catalog: Catalog;
  readonly relation: RelationRow;
  readonly columns: readonly ColumnRow[];
  readonly indices: readonly MemberRow[];
}

/** The objects of a view: the view itself, and what is written as separate SQL. */
export function viewObjects(rows: ViewRows, view: ViewModel): readonly DatabaseObject[] {
  const { relation, catalog, indices } = rows;
  const asTable = { ...view, columns: [], uniques: [], checks: [], exclusions: [], foreignKeys: [] };
  const isPlain = relation.options === null && relation.method === null && relation.isPopulated;
  const inModel = isPlain ? indices.filter((row) => isInModel(asTable, row, relation)) : [];
  const names = inModel.map(({ name }) => name);
  const place = {
    id: relationId(relation.oid),
    needs: [],
    description: relation.description,
    rank: view.materialized ? RANKS.materializedView : RANKS.view,
  };
  const made: DatabaseObject = isPlain
    ? { ...place, kind: 'view', view: { ...view, indices: view.indices.filter(({ name }) => names.includes(name)) } }
    : {
        ...place,
        kind: 'sql',
        ...(relation.schema !== catalog.own && { schema: relation.schema }),
        upgrade: [createView(relation, view)],
        downgrade: [`DROP ${keyword(view)} ${relation.written}`],
      };
  const others = indices.filter((row) => !inModel.includes(row));
  return [made, ...others.map((row) => memberObject(rows, row)), ...settings(rows, view)];
}

function keyword({ materialized }: ViewModel): string {
  return materialized ? 'MATERIALIZED VIEW' : 'VIEW';
}

function createView({ written, options, method, isPopulated }: RelationRow, view: ViewModel): string {
  return [
    `CREATE ${keyword(view)} ${written}`,
    ...(method === null ? [] : [`USING ${quote(method)}`]),
    ...(options === null ? [] : [`WITH (${options.join(', ')})`]),
    `AS\n${view.expression}`,
    ...(isPopulated ? [] : ['WITH NO DATA']),
  ].join(' ');
}

function settings({ relation, columns, indices }: ViewRows, view: ViewModel): readonly DatabaseObject[] {
  const clauses = columns.flatMap(({ name, expression, settings: ofColumn }) => {
    const column = `ALTER COLUMN ${quote(name)}`;
    return [
      ...(expression === null ? [] : [`${column} SET DEFAULT ${expression}`]),
      ...(view.materialized ? ofColumn.map((clause) => `${column} ${clause}`) : []),
    ];
  });
  const all = [...(view.materialized ? relation.settings : []), ...clauses];
  if (all.length === 0) return [];
  return [
    {
      ...partOf(relation),
      id: `settings:${relation.oid}`,
      needs: [relationId(relation.oid), ...indices.map(idOf)],
      description: `settings of ${relation.description}`,
      rank: RANKS.attached,
      upgrade: all.map((clause) => `ALTER ${keyword(view)} ${relation.written} ${clause}`),
      downgrade: [],
    },
  ];
}
