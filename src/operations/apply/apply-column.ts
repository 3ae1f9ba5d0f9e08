import { withPart } from '../../schema/parts.js';
import type { ColumnModel } from '../../schema/schema.model.js';
import type { ColumnChange } from '../operation.js';
import { changeFields } from './change-fields.js';

/** The fields that together are a column's type: a change that gives `type` gives all of them. */
export const TYPE_FIELDS = [
  'type',
  'length',
  'precision',
  'scale',
  'isArray',
  'enum',
  'enumName',
  'enumSchema',
  'spatialFeatureType',
  'srid',
  'collation',
] as const satisfies readonly (keyof ColumnChange & keyof ColumnModel)[];

/** A column after a change of it: canonical, so a field with its default is absent. */
export function changeColumn(column: ColumnModel, change: ColumnChange): ColumnModel {
  const { using: _using, ...fields } = change;
  const isRetyped = fields.type !== undefined;
  const changed: Record<string, unknown> = isRetyped
    ? { ...withPart(column, 'postgres', { domain: undefined }) }
    : { ...column };
  if (isRetyped) for (const field of [...TYPE_FIELDS, 'textKind']) delete changed[field];
  if (fields.generationStrategy !== undefined) delete changed['generatedIdentity'];
  if (fields.asExpression !== undefined) delete changed['generatedType'];
  return changeFields(changed as unknown as ColumnModel, fields);
}
