import type { Change } from '../change.js';
import { comments, generated } from './columns.js';
import { checks, indexes, uniques } from './constraints.js';
import { defaults } from './defaults.js';
import { enums } from './enums.js';
import { foreignKeys, primaryKeys } from './keys.js';
import { nullability } from './nullability.js';
import { families, schemas, views } from './objects.js';
import { renames } from './renames.js';
import { types } from './types.js';

/** All changes, by what they are about. */
export const subjects: Readonly<Record<string, readonly Change[]>> = {
  'Types and sizes': types,
  'NULL and new columns': nullability,
  'Renames, and what looks like one': renames,
  Enums: enums,
  Defaults: defaults,
  'Unique constraints': uniques,
  Indexes: indexes,
  'Checks and exclusions': checks,
  'Generated columns': generated,
  Comments: comments,
  'Foreign keys': foreignKeys,
  'Primary keys': primaryKeys,
  Schemas: schemas,
  'Views, and columns under many things': views,
  'Parents and children; things made by hand': families,
};
