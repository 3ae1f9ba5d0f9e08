/** The part of docs/reliability.md that the driver writes about one kind of test: a table with rows by database, and how they came about. */
export interface Section {
  /** The cells of the head of the table. */
  readonly head: readonly string[];
  /** The cells of each row, of which the first is the title of a database. */
  readonly rows: readonly (readonly string[])[];
  readonly sources: readonly Source[];
  /** What was wrong, an item for each point: its name, which begins with that of the database, and what it was. */
  readonly wrong: readonly string[];
}

/** How the rows of some databases came about. */
interface Source {
  readonly titles: readonly string[];
  /** The command, the day, the versions. */
  readonly text: string;
}

const NOT_RIGHT = 'Not right:';

/**
 * The section with the rows of another one in the place of its own for the same databases; the others stay, each with its source.
 *
 * @param names of the databases of the other section, as points have them
 */
export function merged(section: Section, other: Section, names: readonly string[]): Section {
  const titles = new Set(other.rows.map(([title = '']) => title));
  const all = [...new Set([...section.rows, ...other.rows].map(([title = '']) => title))];
  const rowsOf = (title: string): Section['rows'] =>
    (titles.has(title) ? other : section).rows.filter(([first]) => first === title);
  const kept = section.sources.map((source) => ({
    ...source,
    titles: source.titles.filter((one) => !titles.has(one)),
  }));
  return {
    head: other.head,
    rows: all.flatMap(rowsOf),
    sources: [...kept, ...other.sources].filter((source) => source.titles.length > 0),
    wrong: [...section.wrong.filter((line) => !names.some((name) => line.startsWith(`\`${name}/`))), ...other.wrong],
  };
}

/** The lines of a section. */
export function printed({ head, rows, sources, wrong }: Section): readonly string[] {
  return [
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...sources.map(({ titles, text }) => `- ${titles.join('; ')}: ${text}`),
    ...(wrong.length === 0 ? [] : ['', NOT_RIGHT, '', ...wrong.map((line) => `- ${line}`)]),
  ];
}

/** Reads what `printed` has written. */
export function parsed(lines: readonly string[]): Section {
  const [head = [], _rule, ...rows] = lines.filter((line) => line.startsWith('| ')).map(cellsOf);
  const items = lines.filter((line) => line.startsWith('- '));
  const end = lines.indexOf(NOT_RIGHT);
  const isWrong = (line: string): boolean => end !== -1 && lines.indexOf(line) > end;
  return {
    head,
    rows,
    sources: items.filter((line) => !isWrong(line)).map(sourceOf),
    wrong: items.filter(isWrong).map((line) => line.slice(2)),
  };
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

function sourceOf(line: string): Source {
  const at = line.indexOf(': ');
  return { titles: line.slice(2, at).split('; '), text: line.slice(at + 2) };
}
