import type { TokenCursor } from './cursor.js';
import type { ConstraintClause, ObjectName } from './statement.js';

/**
 * The constraint that begins at the cursor; undefined where none does, and the cursor stays.
 *
 * @param column the column that it is written with
 */
export function constraintAt(cursor: TokenCursor, column?: string): ConstraintClause | undefined {
  const name = cursor.take('CONSTRAINT') ? constraintName(cursor) : undefined;
  const kind = kindAt(cursor, column);
  if (kind === undefined) return undefined;
  const flags = trailingFlags(cursor);
  return { ...kind, ...(name !== undefined && { name }), ...flags };
}

/** MySQL takes a constraint without its name behind CONSTRAINT, too. */
function constraintName(cursor: TokenCursor): string | undefined {
  cursor.take('IF NOT EXISTS');
  return KINDS.some((kind) => cursor.is(kind)) ? undefined : cursor.name();
}

const KINDS = ['PRIMARY KEY', 'UNIQUE (', 'UNIQUE KEY', 'UNIQUE INDEX', 'CHECK (', 'FOREIGN KEY'];

function kindAt(cursor: TokenCursor, column: string | undefined): ConstraintClause | undefined {
  const own = column === undefined ? [] : [column];
  const columns = (): readonly string[] => (column === undefined ? namesAt(cursor) : own);
  if (cursor.take('NOT NULL')) return { type: 'notNull', columns: column === undefined ? [cursor.name() ?? ''] : own };
  if (cursor.take('PRIMARY KEY')) return keyAt(cursor, 'primaryKey', columns, column === undefined);
  if (cursor.take('UNIQUE')) {
    cursor.takeOneOf(['NULLS NOT DISTINCT', 'NULLS DISTINCT', 'KEY', 'INDEX']);
    return keyAt(cursor, 'unique', columns, column === undefined);
  }
  if (cursor.take('CHECK')) return { type: 'check', columns: own, expression: cursor.group()?.rest() ?? '' };
  if (cursor.take('EXCLUDE')) {
    cursor.until(['NOT VALID', 'DEFERRABLE', 'INITIALLY', ',']);
    return { type: 'exclusion', columns: [] };
  }
  if (column !== undefined && cursor.take('REFERENCES')) return referenceAt(cursor, own);
  if (column === undefined && cursor.take('FOREIGN KEY')) {
    indexNameAt(cursor);
    const names = namesAt(cursor);
    return cursor.take('REFERENCES') ? referenceAt(cursor, names) : { type: 'foreignKey', columns: names };
  }
  return undefined;
}

function keyAt(
  cursor: TokenCursor,
  type: 'primaryKey' | 'unique',
  columns: () => readonly string[],
  isOfTable: boolean,
): ConstraintClause {
  if (cursor.take('USING INDEX')) return { type, columns: [], usingIndex: cursor.name() ?? '' };
  if (isOfTable) indexNameAt(cursor);
  const names = columns();
  if (cursor.take('INCLUDE')) cursor.group();
  return { type, columns: names };
}

/** MySQL may have the name of the index before the columns, and its method. */
function indexNameAt(cursor: TokenCursor): void {
  cursor.take('IF NOT EXISTS');
  if (!cursor.is('(') && !cursor.is('USING')) cursor.name();
  if (cursor.take('USING')) cursor.skip();
}

function referenceAt(cursor: TokenCursor, columns: readonly string[]): ConstraintClause {
  const referenced: ObjectName | undefined = cursor.path();
  const referencedColumns = namesAt(cursor);
  while (cursor.takeOneOf(['ON DELETE', 'ON UPDATE', 'MATCH']) !== undefined) {
    if (cursor.takeOneOf(['SET NULL', 'SET DEFAULT', 'NO ACTION']) === undefined) cursor.skip();
    cursor.group();
  }
  return {
    type: 'foreignKey',
    columns,
    ...(referenced !== undefined && { referenced }),
    ...(referencedColumns.length > 0 && { referencedColumns }),
  };
}

function trailingFlags(cursor: TokenCursor): Pick<ConstraintClause, 'isNotValid' | 'isNotEnforced'> {
  const flags = cursor.takeAll([
    'NOT VALID',
    'NOT ENFORCED',
    'ENFORCED',
    'NOT DEFERRABLE',
    'DEFERRABLE',
    'INITIALLY DEFERRED',
    'INITIALLY IMMEDIATE',
    'NO INHERIT',
  ]);
  return {
    ...(flags.has('NOT VALID') && { isNotValid: true }),
    ...(flags.has('NOT ENFORCED') && { isNotEnforced: true }),
  };
}

function namesAt(cursor: TokenCursor): readonly string[] {
  return cursor.groupNames().map((name) => name ?? '');
}
