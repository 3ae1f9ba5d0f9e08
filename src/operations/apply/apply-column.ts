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

/** Those of them that only MySQL has. */
export const MYSQL_TYPE_FIELDS = [
  'unsigned',
  'zerofill',
  'width',
  'charset',
] as const satisfies readonly (keyof NonNullable<ColumnModel['mysql']>)[];

/** A column after a change of it: canonical, so a field with its default is absent. */
export function changeColumn(column: ColumnModel, change: ColumnChange): ColumnModel {
  const { using: _using, mysql, ...fields } = change;
  const isRetyped = fields.type !== undefined;
  const changed: Record<string, unknown> = isRetyped
    ? { ...withPart(column, 'postgres', { domain: undefined }) }
    : { ...column };
  Object.assign(changed, { mysql: changedMysqlPart(column, mysql, isRetyped) });
  if (changed['mysql'] === undefined) delete changed['mysql'];
  if (isRetyped) for (const field of [...TYPE_FIELDS, 'textKind']) delete changed[field];
  if (fields.generationStrategy !== undefined) delete changed['generatedIdentity'];
  if (fields.asExpression !== undefined) delete changed['generatedType'];
  return changeFields(changed as unknown as ColumnModel, fields);
}

function changedMysqlPart(
  { mysql: part = {} }: ColumnModel,
  change: ColumnChange['mysql'],
  isRetyped: boolean,
): ColumnModel['mysql'] {
  const kept: Record<string, unknown> = { ...part };
  if (isRetyped) for (const field of MYSQL_TYPE_FIELDS) delete kept[field];
  const changed = changeFields(kept, change ?? {});
  return Object.keys(changed).length === 0 ? undefined : changed;
}
