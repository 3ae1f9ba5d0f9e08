import type { TokenCursor } from './cursor.js';
import { passWait } from './mysql-parts.js';
import { objectAt, ON_TABLE } from './object-kind.js';
import type { DropObjects, ObjectName, SqlStatement } from './statement.js';
import { tableActions } from './table-action.js';

/** An ALTER statement, from behind the ALTER. */
export function alterAt(cursor: TokenCursor): SqlStatement {
  const before = cursor.takeAll(['ONLINE', 'OFFLINE', 'IGNORE']);
  const object = objectAt(cursor);
  const ifExists = cursor.take('IF EXISTS') && { ifExists: true as const };
  if (object === 'TABLE') {
    cursor.take('ONLY');
    const table = cursor.path() ?? { name: '' };
    cursor.take('*');
    passWait(cursor);
    const { actions, asked = before.has('ONLINE') ? { lock: 'NONE' } : undefined } = tableActions(cursor);
    const ignoring = before.has('IGNORE') && { isIgnoring: true as const };
    return { kind: 'alterTable', table, ...ifExists, ...(asked && { asked }), ...ignoring, actions };
  }
  const name = object === 'SYSTEM' ? undefined : cursor.path();
  const column = name === undefined ? undefined : renamedColumnAt(cursor, object);
  if (name !== undefined && column !== undefined) {
    return { kind: 'rename', object, name, column, to: cursor.take('TO') ? (cursor.name() ?? '') : '' };
  }
  if (name !== undefined && cursor.take('RENAME TO')) return { kind: 'rename', object, name, to: cursor.name() ?? '' };
  if (name !== undefined && cursor.take('SET SCHEMA')) {
    return { kind: 'rename', object, name, to: cursor.name() ?? '', isMove: true };
  }
  const on = ON_TABLE.has(object) && cursor.take('ON') ? cursor.path() : undefined;
  return { kind: 'alter', object, ...(name && { name }), ...(on && { on }), text: cursor.rest() };
}

/** The column of a view or a foreign table, or the attribute of a type, that is renamed. */
function renamedColumnAt(cursor: TokenCursor, object: string): string | undefined {
  if (cursor.take('RENAME COLUMN') || cursor.take('RENAME ATTRIBUTE')) return cursor.name();
  const isOfRows = object.endsWith('VIEW') || object === 'FOREIGN TABLE';
  return isOfRows && !cursor.is('RENAME TO') && cursor.take('RENAME') ? cursor.name() : undefined;
}

/** A DROP statement, from behind the DROP. */
export function dropAt(cursor: TokenCursor): DropObjects {
  cursor.takeOneOf(['TEMPORARY', 'TEMP']);
  const object = cursor.take('OWNED BY') ? 'OWNED BY' : objectAt(cursor);
  const isConcurrent = cursor.take('CONCURRENTLY');
  const ifExists = cursor.take('IF EXISTS');
  const names = cursor.paths();
  const on: ObjectName | undefined = cursor.take('ON') ? cursor.path() : undefined;
  return {
    kind: 'drop',
    object,
    names,
    ...(cursor.has('CASCADE') && { isCascade: true }),
    ...(isConcurrent && { isConcurrent }),
    ...(ifExists && { ifExists }),
    ...(on && { on }),
  };
}
