import type {
  ConflictAction,
  ConflictPart,
  Deferrable,
  ForeignKeyModel,
  ReferentialAction,
} from '../../../schema/schema.model.js';
import type { Cursor } from './cursor.js';

/** The columns of a key or an index, with the options next to their names. */
export interface ColumnList {
  readonly columnNames: readonly string[];
  /** `COLLATE` and `DESC` by column name. */
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/** Parses `ON CONFLICT REPLACE`; ABORT is the default. */
export function parseConflict(cursor: Cursor): { readonly sqlite?: ConflictPart } {
  if (!cursor.accept('ON', 'CONFLICT')) return {};
  const action = cursor.name().toUpperCase();
  return action === 'ABORT' ? {} : { sqlite: { onConflict: action as ConflictAction } };
}

/** Parses `("a", b COLLATE NOCASE DESC)`, with `AUTOINCREMENT` where a primary key may have it. */
export function parseColumnList(cursor: Cursor): ColumnList & { readonly isAutoIncrement: boolean } {
  const columnNames: string[] = [];
  const columnOptions: Record<string, string> = {};
  let isAutoIncrement = false;
  cursor.expect('(');
  do {
    const name = cursor.name();
    const option = parseColumnOption(cursor);
    columnNames.push(name);
    if (option !== undefined) columnOptions[name] = option;
    isAutoIncrement ||= cursor.accept('AUTOINCREMENT');
  } while (cursor.accept(','));
  cursor.expect(')');
  return { columnNames, ...(Object.keys(columnOptions).length > 0 && { columnOptions }), isAutoIncrement };
}

/** Parses the options of a column in a key or an index; ASC is the default. */
export function parseColumnOption(cursor: Cursor): string | undefined {
  const collation = cursor.accept('COLLATE') ? `COLLATE ${cursor.next().text}` : undefined;
  const direction = cursor.accept('DESC') ? 'DESC' : undefined;
  cursor.accept('ASC');
  const option = [collation, direction].filter((part) => part !== undefined).join(' ');
  return option === '' ? undefined : option;
}

/** Parses a foreign key from `REFERENCES` on. */
export function parseReferences(cursor: Cursor): Omit<ForeignKeyModel, 'columnNames'> {
  cursor.expect('REFERENCES');
  const referencedTableName = cursor.qualifiedName();
  const referencedColumnNames = cursor.at('(') ? parseColumnList(cursor).columnNames : [];
  return { referencedTableName, referencedColumnNames, ...parseActions(cursor), ...parseDeferrable(cursor) };
}

function parseActions(cursor: Cursor): Pick<ForeignKeyModel, 'onDelete' | 'onUpdate'> {
  const actions: { onDelete?: ReferentialAction; onUpdate?: ReferentialAction } = {};
  for (;;) {
    if (cursor.accept('MATCH')) cursor.name();
    else if (cursor.accept('ON', 'DELETE')) Object.assign(actions, named('onDelete', parseAction(cursor)));
    else if (cursor.accept('ON', 'INSERT')) parseAction(cursor);
    else if (cursor.accept('ON', 'UPDATE')) Object.assign(actions, named('onUpdate', parseAction(cursor)));
    else return actions;
  }
}

function named(key: string, action: ReferentialAction | undefined): object {
  return action === undefined ? {} : { [key]: action };
}

function parseAction(cursor: Cursor): ReferentialAction | undefined {
  if (cursor.accept('NO', 'ACTION')) return undefined;
  if (cursor.accept('SET')) return `SET ${cursor.name().toUpperCase()}` as ReferentialAction;
  return cursor.name().toUpperCase() as ReferentialAction;
}

export function atDeferrable(cursor: Cursor): boolean {
  return cursor.at('DEFERRABLE') || cursor.at('NOT', 'DEFERRABLE');
}

export function parseDeferrable(cursor: Cursor): { deferrable?: Deferrable } {
  const isNot = cursor.accept('NOT', 'DEFERRABLE');
  if (!isNot && !cursor.accept('DEFERRABLE')) return {};
  const time = cursor.accept('INITIALLY') ? cursor.name().toUpperCase() : 'IMMEDIATE';
  return isNot ? {} : { deferrable: time === 'DEFERRED' ? 'INITIALLY DEFERRED' : 'INITIALLY IMMEDIATE' };
}
