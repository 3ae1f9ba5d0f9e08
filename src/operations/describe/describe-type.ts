import { displayName } from '../../schema/schema.model.js';
import type { ColumnChange } from '../operation.js';

const TYPE_PARTS = ['type', 'length', 'precision', 'scale', 'isArray', 'enum', 'enumName'] as const;

/** Whether a change says the type of a column. */
export function hasType(change: ColumnChange): boolean {
  return TYPE_PARTS.some((part) => change[part] !== undefined);
}

/**
 * What changes of a type, as SQL would write it: `character varying(20)[]`. The values that a column without a type of its own
 * for them may have are no part of the type.
 */
export function describeTypeChange(column: string, from: ColumnChange, to: ColumnChange): string[] {
  const values = valuesOf(to);
  if (!hasType(from)) {
    const allowed = values === undefined ? [] : [`allowed values of ${column} to ${values}`];
    return [`changed type of ${column} to ${typeText(to, to)}`, ...allowed];
  }
  const [before, after] = [typeText(from, to), typeText(to, from)];
  const earlier = valuesOf(from);
  const changes = [
    ...(before === after ? [] : [`changed type of ${column} from ${before} to ${after}`]),
    ...(earlier === values
      ? []
      : [`changed allowed values of ${column} from ${earlier ?? 'any'} to ${values ?? 'any'}`]),
  ];
  return changes.length > 0 ? changes : [`set type of ${column} to ${after} again`];
}

/** Labels of an enum type belong to the type, which has a name. */
function valuesOf({ enum: labels, enumName }: ColumnChange): string | undefined {
  return enumName === undefined ? labels?.map((label) => `'${label}'`).join(', ') : undefined;
}

/** A type with all in which it may differ from the other one. */
function typeText(column: ColumnChange, other: ColumnChange): string {
  const { length, precision, scale, spatialFeatureType, srid, enumName, enumSchema } = column;
  const named = enumName === undefined ? column.type : displayName({ schema: enumSchema, name: enumName });
  const parts = [spatialFeatureType, srid, length, precision, scale].filter((part) => part !== undefined);
  const size = parts.length === 0 ? '' : `(${parts.join(', ')})`;
  const collation = column.collation ?? undefined;
  const isCollated = collation !== (other.collation ?? undefined);
  return `${named ?? ''}${size}${column.isArray ? '[]' : ''}${isCollated ? ` COLLATE ${collation ?? 'default'}` : ''}`;
}
