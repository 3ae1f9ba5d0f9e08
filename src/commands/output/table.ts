import { visibleInLine } from '../../errors/visible.js';
import { columns } from './wrap.js';

/** A column of a table: its heading, and on which side its cells begin. */
export interface TableColumn {
  readonly name: string;
  /** Numbers end in one line. @default 'left' */
  readonly align?: 'left' | 'right';
}

/**
 * Rows under each other, with two spaces between the cells; what is empty in all rows is left out, and so is a heading over nothing.
 *
 * @param paint marks what is to be coloured in a cell that has its width already
 */
export function tableLines(
  heads: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): readonly string[] {
  if (rows.length === 0) return [];
  const texts = rows.map((row) => row.map((cell) => visibleInLine(cell)));
  const shown = heads.map((head, at) => ({ ...head, at })).filter(({ at }) => texts.some((row) => row[at] !== ''));
  const widths = heads.map(({ name }, at) => Math.max(columns(name), ...texts.map((row) => columns(row[at] ?? ''))));
  const fitted = ({ align, at }: TableColumn & { readonly at: number }, text: string): string => {
    const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - columns(text)));
    return align === 'right' ? gap + text : text + gap;
  };
  return [
    shown
      .map((head) => fitted(head, head.name))
      .join('  ')
      .trimEnd(),
    ...texts.map((row, number) =>
      shown
        .map((head, place) => {
          const cell = fitted(head, row[head.at] ?? '');
          return paint(place === shown.length - 1 ? cell.trimEnd() : cell, number, head.at);
        })
        .join('  ')
        .trimEnd(),
    ),
  ];
}

/** `1,200` */
export function numberText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 tenant`, `1,200 tenants` */
export function counted(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A few names of many: `acme, globex and 12 more`. */
export function namesText(names: readonly string[], most: number): string {
  const more = names.length - most;
  const shown = names.slice(0, most).map((name) => visibleInLine(name));
  return shown.join(', ') + (more > 0 ? ` and ${numberText(more)} more` : '');
}
