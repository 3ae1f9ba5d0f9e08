import { shortPath } from './source-place.js';

/** Key of the global under which loaded sources leave notes on columns, since another thread may have read them. */
const KEY = 'nestjs-migrate.columns-without-type';

/** A column whose type no column type follows from. */
export interface ColumnNote {
  /** `User.status`. */
  readonly member: string;
  readonly file: string;
  readonly line: number;
  /** Its type, as it is written. */
  readonly type: string;
  /** Why the type could not be found out. */
  readonly reason?: string;
}

/** Code that notes columns when it is run. */
export function codeToNote(notes: readonly ColumnNote[]): string {
  const entries = JSON.stringify(notes.map((note) => [note.member, note]));
  return `(globalThis[Symbol.for(${JSON.stringify(KEY)})] ??= []).push(...${entries});`;
}

/** Place of the column that a message of TypeORM names (`"User.status"`), and what to do about it. */
export function columnNamedIn(message: string): { readonly place: string; readonly hint: string } | undefined {
  const notes = (globalThis as Record<symbol, unknown>)[Symbol.for(KEY)] as [string, ColumnNote][] | undefined;
  const member = /"([\w$]+\.[\w$]+)"/.exec(message)?.[1];
  const found = notes?.filter(([name]) => name === member) ?? [];
  const [first] = found;
  if (first === undefined || found.length > 1) return undefined;
  const { file, line, type, reason } = first[1];
  return {
    place: `${shortPath(file)}:${line}`,
    hint: `No column type follows from its type ${type}${reason === undefined ? '' : ` (${reason})`}: give it one, @Column({ type: 'varchar' }).`,
  };
}
