import { constraintAt } from './constraint-clause.js';
import type { TokenCursor } from './cursor.js';
import type { ColumnClause, ConstraintClause } from './statement.js';

/** What ends the expression of a default. */
const AFTER_DEFAULT = [
  ',',
  'NOT NULL',
  'NULL',
  'CONSTRAINT',
  'UNIQUE',
  'PRIMARY KEY',
  'CHECK',
  'REFERENCES',
  'GENERATED',
  'COLLATE',
  'COMMENT',
  'ON UPDATE',
];

/** The column that begins at the cursor; it may be the end of a list. */
export function columnAt(cursor: TokenCursor): ColumnClause {
  const name = cursor.name() ?? '';
  const type = [cursor.type() ?? '', ...cursor.takeAll(['UNSIGNED', 'SIGNED', 'ZEROFILL'])].join(' ');
  const constraints: ConstraintClause[] = [];
  let column: Omit<ColumnClause, 'constraints'> = { name, type };
  while (!cursor.isAtEnd && !cursor.is(',')) {
    if (cursor.takeOneOf(['CHARACTER SET', 'CHARSET', 'COLLATE']) !== undefined) {
      cursor.path();
      column = { ...column, hasCharset: true };
    } else if (cursor.take('AUTO_INCREMENT')) column = { ...column, isIdentity: true };
    else if (cursor.take('NOT NULL')) column = { ...column, isNotNull: true };
    else if (cursor.take('DEFAULT NULL')) continue;
    else if (cursor.take('DEFAULT')) column = { ...column, default: cursor.until(AFTER_DEFAULT) };
    else if (cursor.is('GENERATED') || cursor.is('AS (')) column = { ...column, ...generatedAt(cursor) };
    else {
      const constraint = constraintAt(cursor, name);
      if (constraint === undefined) cursor.skip();
      else if (constraint.type === 'notNull') column = { ...column, isNotNull: true };
      else constraints.push(constraint);
    }
  }
  return { ...column, constraints };
}

function generatedAt(cursor: TokenCursor): Pick<ColumnClause, 'generated' | 'isIdentity'> {
  if (cursor.take('GENERATED')) cursor.takeOneOf(['ALWAYS', 'BY DEFAULT ON NULL', 'BY DEFAULT']);
  cursor.take('AS');
  if (cursor.take('IDENTITY')) {
    cursor.group();
    return { isIdentity: true };
  }
  cursor.group();
  return { generated: cursor.takeOneOf(['STORED', 'PERSISTENT']) === undefined ? 'virtual' : 'stored' };
}
