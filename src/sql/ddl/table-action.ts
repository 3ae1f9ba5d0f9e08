import { optionAt } from './asked-way.js';
import { columnAt } from './column-clause.js';
import { constraintAt } from './constraint-clause.js';
import type { TokenCursor } from './cursor.js';
import type { AlterTable, AskedWay, TableAction } from './statement.js';

/** The actions of an ALTER TABLE, from behind the name of its table. */
export function tableActions(cursor: TokenCursor): Pick<AlterTable, 'actions' | 'asked'> {
  const actions: TableAction[] = [];
  let asked: AskedWay | undefined;
  do {
    const option = optionAt(cursor);
    if (option === undefined) actions.push(...actionsAt(cursor));
    else asked = { ...asked, ...option };
    cursor.until([',']);
  } while (cursor.take(','));
  return { actions, ...(asked && { asked }) };
}

function actionsAt(cursor: TokenCursor): readonly TableAction[] {
  const partitions = partitionsAt(cursor);
  if (partitions !== undefined) return [partitions];
  if (cursor.is('ADD')) return addedAt(cursor);
  const action = cursor.is('DROP')
    ? droppedAt(cursor)
    : cursor.is('ALTER')
      ? alteredAt(cursor)
      : cursor.is('RENAME')
        ? renamedAt(cursor)
        : (partitionOrConstraintAt(cursor) ?? changedAt(cursor));
  return [action ?? otherAt(cursor)];
}

/** What would be read as a column of this name. */
const OTHERS = [
  'ADD PARTITION PARTITIONS',
  'ADD PARTITION (',
  'ADD PARTITION IF NOT EXISTS',
  'ADD SYSTEM VERSIONING',
  'DROP SYSTEM VERSIONING',
  'ADD PERIOD FOR',
];

/** MySQL's changes of partitions, and of what else is no column. */
function partitionsAt(cursor: TokenCursor): TableAction | undefined {
  const verb = cursor.takeOneOf(['DROP PARTITION', 'TRUNCATE PARTITION']);
  if (verb !== undefined) {
    cursor.take('IF EXISTS');
    const names = cursor.paths().map(({ name }) => name);
    // A column may have this name.
    if (names.length === 0 && verb === 'DROP PARTITION' && !cursor.is('ALL'))
      return { action: 'dropColumn', column: 'partition' };
    return { action: verb === 'DROP PARTITION' ? 'dropPartition' : 'truncatePartition', partitions: names };
  }
  if (cursor.takeOneOf(['CONVERT TO CHARACTER SET', 'CONVERT TO CHARSET']) !== undefined) {
    return { action: 'other', keywords: `CONVERT TO ${cursor.skip()?.value.toUpperCase()}` };
  }
  const found = OTHERS.find((keywords) => cursor.is(keywords));
  if (found === undefined) return undefined;
  const keywords = found.replace(' (', '');
  cursor.take(keywords);
  return { action: 'other', keywords };
}

function addedAt(cursor: TokenCursor): readonly TableAction[] {
  cursor.take('ADD');
  const index = addedIndexAt(cursor);
  if (index !== undefined) return [index];
  const constraint = constraintAt(cursor);
  if (constraint !== undefined) return [{ action: 'addConstraint', constraint }];
  cursor.take('COLUMN');
  cursor.take('IF NOT EXISTS');
  // MySQL takes several columns in parentheses.
  if (cursor.is('(')) return cursor.groupParts().map((part) => ({ action: 'addColumn', column: columnAt(part) }));
  if (cursor.token?.isName !== true) return [otherAt(cursor, 'ADD')];
  return [{ action: 'addColumn', column: columnAt(cursor) }];
}

/** MySQL's ADD INDEX; `ADD UNIQUE INDEX` is a constraint. */
function addedIndexAt(cursor: TokenCursor): TableAction | undefined {
  const type = cursor.is('FULLTEXT') || cursor.is('SPATIAL') ? cursor.skip()?.keyword.toLowerCase() : undefined;
  const isIndex = cursor.takeOneOf(['INDEX', 'KEY']) !== undefined;
  if (!isIndex && type === undefined) return undefined;
  cursor.take('IF NOT EXISTS');
  const name = cursor.is('(') ? undefined : cursor.name();
  if (cursor.take('USING')) cursor.skip();
  return {
    action: 'addIndex',
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type: type as 'fulltext' | 'spatial' }),
    columns: cursor.groupNames(),
  };
}

/** MySQL's MODIFY and CHANGE. */
function changedAt(cursor: TokenCursor): TableAction | undefined {
  const verb = cursor.takeOneOf(['MODIFY', 'CHANGE']);
  if (verb === undefined) return undefined;
  cursor.take('COLUMN');
  cursor.take('IF EXISTS');
  const from = verb === 'CHANGE' ? cursor.name() : undefined;
  const column = columnAt(cursor);
  return { action: 'changeColumn', from: from ?? column.name, column };
}

function droppedAt(cursor: TokenCursor): TableAction {
  cursor.take('DROP');
  if (cursor.take('PRIMARY KEY')) return { action: 'dropPrimaryKey' };
  if (cursor.takeOneOf(['INDEX', 'KEY']) !== undefined) {
    cursor.take('IF EXISTS');
    return { action: 'dropIndex', name: cursor.name() ?? '' };
  }
  const isConstraint = cursor.takeOneOf(['CONSTRAINT', 'FOREIGN KEY', 'CHECK']) !== undefined;
  if (!isConstraint) cursor.take('COLUMN');
  cursor.take('IF EXISTS');
  const name = cursor.name();
  if (name === undefined) return otherAt(cursor, 'DROP');
  const cascade = cursor.take('CASCADE') && { isCascade: true as const };
  return isConstraint
    ? { action: 'dropConstraint', name, ...cascade }
    : { action: 'dropColumn', column: name, ...cascade };
}

function alteredAt(cursor: TokenCursor): TableAction | undefined {
  cursor.take('ALTER');
  if (cursor.take('CONSTRAINT')) return { action: 'alterConstraint', name: cursor.name() ?? '' };
  cursor.take('COLUMN');
  cursor.take('IF EXISTS');
  const column = cursor.name();
  if (column === undefined) return otherAt(cursor, 'ALTER');
  if (cursor.takeOneOf(['SET DATA TYPE', 'TYPE']) !== undefined) return typeAt(cursor, column);
  const changed = cursor.takeOneOf(Object.keys(COLUMN_ACTIONS));
  const action = changed === undefined ? undefined : COLUMN_ACTIONS[changed];
  const rest = cursor.until([',']);
  if (action === undefined) return { action: 'setColumnOption', column, option: rest };
  if (action === 'setDefault') return { action, column, default: rest };
  // `SET GENERATED ALWAYS RESTART` is both.
  return { action: action === 'setIdentity' && /\bRESTART\b/i.test(rest) ? 'restartIdentity' : action, column };
}

const COLUMN_ACTIONS: Readonly<Record<string, ColumnAction>> = {
  'SET DEFAULT': 'setDefault',
  'DROP DEFAULT': 'dropDefault',
  'SET NOT NULL': 'setNotNull',
  'DROP NOT NULL': 'dropNotNull',
  'ADD GENERATED': 'addIdentity',
  'SET GENERATED': 'setIdentity',
  'SET INCREMENT': 'setIdentity',
  RESTART: 'restartIdentity',
  'DROP IDENTITY': 'dropIdentity',
  'SET EXPRESSION': 'setExpression',
  'DROP EXPRESSION': 'dropExpression',
};

type ColumnAction = Exclude<
  Extract<TableAction, { readonly column: string }>['action'],
  'dropColumn' | 'setType' | 'setColumnOption'
>;

function typeAt(cursor: TokenCursor, column: string): TableAction {
  const type = cursor.type() ?? '';
  const hasCollation = cursor.take('COLLATE');
  if (hasCollation) cursor.path();
  const using = cursor.take('USING') ? cursor.until([',']) : undefined;
  return {
    action: 'setType',
    column,
    type,
    ...(using !== undefined && { using }),
    ...(hasCollation && { hasCollation: true }),
  };
}

const RENAMES: Readonly<Record<string, 'renameColumn' | 'renameConstraint' | 'renameIndex'>> = {
  COLUMN: 'renameColumn',
  CONSTRAINT: 'renameConstraint',
  INDEX: 'renameIndex',
  KEY: 'renameIndex',
};

function renamedAt(cursor: TokenCursor): TableAction {
  cursor.take('RENAME');
  if (cursor.takeOneOf(['TO', 'AS', '=']) !== undefined)
    return { action: 'renameTable', to: cursor.path()?.name ?? '' };
  const object = cursor.takeOneOf(Object.keys(RENAMES));
  cursor.take('IF EXISTS');
  const from = cursor.name() ?? '';
  // MySQL takes the new name of a table without TO.
  if (!cursor.take('TO') && object === undefined) return { action: 'renameTable', to: from };
  return { action: RENAMES[object ?? 'COLUMN'] ?? 'renameColumn', from, to: cursor.name() ?? '' };
}

function partitionOrConstraintAt(cursor: TokenCursor): TableAction | undefined {
  if (cursor.take('VALIDATE CONSTRAINT')) return { action: 'validateConstraint', name: cursor.name() ?? '' };
  if (cursor.take('SET SCHEMA')) return { action: 'setSchema', to: cursor.name() ?? '' };
  if (cursor.take('ATTACH PARTITION')) {
    const partition = cursor.path() ?? { name: '' };
    return { action: 'attachPartition', partition, ...(cursor.take('DEFAULT') && { isDefault: true }) };
  }
  if (cursor.take('DETACH PARTITION')) {
    const partition = cursor.path() ?? { name: '' };
    return { action: 'detachPartition', partition, ...(cursor.take('CONCURRENTLY') && { isConcurrent: true }) };
  }
  return undefined;
}

function otherAt(cursor: TokenCursor, verb = ''): TableAction {
  const words: string[] = verb === '' ? [] : [verb];
  while (words.length < 3 && (cursor.take('=') || cursor.token?.kind === 'word')) {
    if (cursor.token?.kind === 'word') words.push(cursor.skip()?.keyword ?? '');
    else break;
  }
  return { action: 'other', keywords: words.join(' ') };
}
