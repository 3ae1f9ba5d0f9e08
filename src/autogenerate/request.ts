import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import type { QualifiedName } from '../schema/schema.model.js';
import type { CompareOptions } from './compare/compare-options.js';
import type { TextKinds } from './compare/text-kinds.js';
import type { EqualDefaults } from './wanted/kept-defaults.js';
import type { OptionIndexes } from './wanted/option-indexes.js';

export interface AutogenerateRequest {
  /** Initialised: its metadata are built. */
  readonly dataSource: DataSource;
  readonly dialect: Dialect;
  readonly runner: QueryRunner;
  readonly options: AutogenerateOptions;
  /** Tables of this package, which are never compared: the version table and its history. */
  readonly exclude: readonly QualifiedName[];
  /** Reads from the revisions so far what text columns hold. Called only when that matters. @default nothing is known */
  readonly textKinds?: () => Promise<TextKinds>;
  /** Tables and views that the revisions name with a schema: compared even when no entity names that schema. @default [] */
  readonly namedByRevisions?: readonly QualifiedName[];
}

export interface AutogenerateOptions extends CompareOptions, EqualDefaults {
  /** Schemas to compare besides the data source's own and those that entities name. @default [] */
  readonly includeSchemas?: readonly string[];
  /** Indexes that entities cannot specify in full, by their table. @default {} */
  readonly indexes?: OptionIndexes;
  /** Drops and additions that are renames: `'user.name:user.fullName'`, `'post:article'`, `'sales:trade'` for a schema. @default [] */
  readonly renames?: readonly string[];
  /** Renames that are kept for every comparison, and may be done already. @default [] */
  readonly renameHints?: readonly string[];
  /** Look for drops and additions that may be renames. @default true */
  readonly detectRenames?: boolean;
  /** Whether a key, a constraint or an index that differs only in its name is a difference. @default true */
  readonly compareConstraintNames?: boolean;
}
