import { displayName } from '../../schema/schema.model.js';
import type { ColumnChange } from '../operation.js';

const TYPE_PARTS = ['type', 'length', 'precision', 'scale', 'isArray', 'enum', 'enumName'] as const;

/** Whether a change specifies the type of the column. */
export function hasType(change: ColumnChange): boolean {
  return TYPE_PARTS.some((part) => change[part] !== undefined);
}

/**
 * What changes in a type, spelled as in SQL: `character varying(20)[]`. The values of an enum that is no type of its own are
 * described separately, as `changed allowed values of …`.
 */
export function describeTypeChange(column: string, from: ColumnChange, to: ColumnChange): string[] {
  const values = allowedValues(to);
  if (!hasType(from)) {
    const allowed = values === undefined ? [] : [`allowed values of ${column} to ${values}`];
    return [`changed type of ${column} to ${typeText(to, to)}`, ...allowed];
  }
  const [before, after] = [typeText(from, to), typeText(to, from)];
  const earlier = allowedValues(from);
  const changes = [
    ...(before === after ? [] : [`changed type of ${column} from ${before} to ${after}`]),
    ...(earlier === values
      ? []
      : [`changed allowed values of ${column} from ${earlier ?? 'any'} to ${values ?? 'any'}`]),
  ];
  return changes.length > 0 ? changes : [`set type of ${column} to ${after} again`];
}

/** The values that a column may have; undefined for an enum type, whose labels belong to the type. */
function allowedValues({ enum: labels, enumName }: ColumnChange): string | undefined {
  return enumName === undefined ? labels?.map((label) => `'${label}'`).join(', ') : undefined;
}

/** A type, with its collation only where that differs from the other one's. */
export function typeText(column: ColumnChange, other: ColumnChange = column): string {
  const { length, precision, scale, spatialFeatureType, srid, enumName, enumSchema } = column;
  const named = enumName === undefined ? column.type : displayName({ schema: enumSchema, name: enumName });
  const parts = [spatialFeatureType, srid, length, precision, scale].filter((part) => part !== undefined);
  const size = parts.length === 0 ? '' : `(${parts.join(', ')})`;
  const collation = column.collation ?? undefined;
  const isCollated = collation !== (other.collation ?? undefined);
  return `${named ?? ''}${size}${column.isArray ? '[]' : ''}${isCollated ? ` COLLATE ${collation ?? 'default'}` : ''}`;
}
