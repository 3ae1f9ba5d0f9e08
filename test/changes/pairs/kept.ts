import type { Rows, TextRow } from '../rows.js';
import type { DrawnSchema, DrawnTable } from './drawn-schema.js';
import { familyOf } from './families.js';
import type { Names } from './names.js';
import { PARENT, relationTo } from './relations.js';

/** A column that both schemas have and no change is asked of, whatever they call it. */
interface KeptColumn {
  readonly name: string;
  readonly isDrawn: boolean;
  /** NULL is not allowed any more, so that the default stands in its place. */
  readonly fillsGaps: boolean;
}

/** What two schemas both have, by table. */
export type Kept = Readonly<Record<string, readonly KeptColumn[]>>;

export function keptBetween(before: DrawnSchema, after: DrawnSchema): Kept {
  const isKept = (table: string): boolean => table in before && table in after;
  const tables = Object.keys(before).filter(isKept);
  return Object.fromEntries(tables.map((name) => [name, keptColumns(before[name]!, after[name]!, isKept)]));
}

function keptColumns(table: DrawnTable, next: DrawnTable, isKept: (table: string) => boolean): KeptColumn[] {
  const targets = ({ refersTo }: DrawnTable): string[] => refersTo.map(({ target }) => target).filter(isKept);
  const others = [
    'id',
    ...targets(table)
      .filter((target) => targets(next).includes(target))
      .map(relationTo),
    ...(table.tree !== '' && next.tree !== '' ? [PARENT] : []),
    ...(table.generated !== '' && table.generated !== 'of a column' && table.generated === next.generated
      ? ['derived']
      : []),
    ...(table.isDated && next.isDated ? ['made', 'changed', 'deleted'] : []),
  ];
  const ofChildren = Object.entries(table.children).flatMap(([kind, columns]) =>
    Object.keys(columns).filter((name) => name in (next.children[kind] ?? {})),
  );
  const drawn = Object.keys(table.columns).filter((name) => name in next.columns);
  return [
    ...others.map((name) => ({ name, isDrawn: false, fillsGaps: false })),
    ...ofChildren.map((name) => ({ name, isDrawn: true, fillsGaps: false })),
    ...drawn.map((name) => ({ name, isDrawn: true, fillsGaps: !next.columns[name]!.nullable })),
  ];
}

/** What must stay the same of the rows. */
export function keptValues(rows: Rows, kept: Kept, names: Names): unknown {
  return Object.fromEntries(
    Object.entries(kept).map(([table, columns]) => [
      table,
      (rows[names.key(table)] ?? [])
        .map((row) => columns.map((column) => valueOf(row, column, names)))
        .sort(([first = ''], [second = '']) => Number(first) - Number(second)),
    ]),
  );
}

function valueOf(row: TextRow, { name, isDrawn, fillsGaps }: KeptColumn, names: Names): string {
  const column = isDrawn ? names.column(name) : name;
  if (!(column in row)) return 'lost';
  const text = row[column];
  // The second row holds NULL where the first schema allows it.
  if (fillsGaps && row['id'] === '2') return 'filled where it was NULL';
  if (text === null || text === undefined) return 'NULL';
  return isDrawn ? familyOf(name).essence(text) : text;
}
