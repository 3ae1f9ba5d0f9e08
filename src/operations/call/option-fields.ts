import type { MysqlColumnPart } from '../../schema/schema.model.js';
import { TYPE_FIELDS } from '../apply/apply-column.js';

// The fields of TypeORM's option shapes that `op` takes, in the order in which a revision has them.

/** Fields that a column has only on MySQL. */
export const MYSQL_COLUMN_FIELDS: readonly (keyof MysqlColumnPart)[] = [
  'unsigned',
  'zerofill',
  'width',
  'charset',
  'onUpdate',
  'invisible',
  'check',
];

/** Fields of a column, and of a change of it. */
export const COLUMN_FIELDS = [
  'name',
  ...TYPE_FIELDS,
  'isPrimary',
  'primaryKeyConstraintName',
  'generationStrategy',
  'generatedIdentity',
  'asExpression',
  'generatedType',
  'isNullable',
  'default',
  'comment',
  'onConflict',
  ...MYSQL_COLUMN_FIELDS,
  'using',
];

/** Fields of a key besides its name and columns. */
export const KEY_OPTIONS = ['onConflict', 'columnOptions'];

export const PRIMARY_KEY_FIELDS = ['name', 'columnNames', ...KEY_OPTIONS];

export const UNIQUE_FIELDS = ['name', 'columnNames', 'deferrable', ...KEY_OPTIONS];

/** Fields that constraints have only on PostgreSQL. */
const VALIDATION_FIELDS = ['isValidated', 'isNotValid'];

export const CHECK_FIELDS = ['name', 'expression', ...VALIDATION_FIELDS];

export const EXCLUSION_FIELDS = ['name', 'expression', 'deferrable'];

export const FOREIGN_KEY_FIELDS = [
  'name',
  'columnNames',
  'referencedSchema',
  'referencedTableName',
  'referencedColumnNames',
  'onDelete',
  'onUpdate',
  'deferrable',
  ...VALIDATION_FIELDS,
];

export const INDEX_FIELDS = [
  'name',
  'columnNames',
  'expression',
  'isUnique',
  'isSpatial',
  'isFulltext',
  'isConcurrent',
  'type',
  'include',
  'columnOptions',
  'nullsNotDistinct',
  'parser',
  'where',
];
