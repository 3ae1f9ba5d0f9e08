import type { Dialect, DialectRules } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import type { QualifiedName, SchemaModel } from '../../schema/schema.model.js';
import type { CompareOptions } from './compare-options.js';
import { Inclusion } from './inclusion.js';
import type { RenameCandidate } from '../renames/rename-candidates.js';

/** What a comparison needs besides the two schemas. */
export interface CompareSettings extends CompareOptions {
  readonly rules: DialectRules;
  readonly quote: Dialect['quote'];
  readonly sqlRules: Dialect['sqlRules'];
  readonly sqlSpelling: Dialect['sqlSpelling'];
  readonly conversionRisk: Dialect['conversionRisk'];
  /**
   * The wanted schema as the entities write it: a database with fewer types prints another one. @default the wanted schema
   */
  readonly wantedAsWritten?: SchemaModel;
  /** The renames that were made on the actual schema before. @default [] */
  readonly renames?: readonly Operation[];
  /** Whether an entity declares an index of a table or view with `synchronize: false`. @default none is */
  readonly isUnmanagedIndex?: (owner: QualifiedName, name: string) => boolean;
  /** Whether the option `indexes` specifies an index, in full. @default none is */
  readonly isOptionIndex?: (owner: QualifiedName, name: string) => boolean;
  /** Look for drops and additions that may be renames. @default true */
  readonly detectRenames?: boolean;
  /** Whether a person has answered that a candidate is no rename. @default none is */
  readonly isDeclined?: (candidate: RenameCandidate) => boolean;
}

/** The settings of a comparison with their defaults, and the rules of the database. */
export interface CompareContext
  extends
    DialectRules,
    Pick<
      CompareSettings,
      'compareType' | 'compareServerDefault' | 'quote' | 'sqlRules' | 'sqlSpelling' | 'wantedAsWritten'
    > {
  readonly inclusion: Inclusion;
  /** No option is a function that is asked about what is compared, so that equal tables can be passed over. */
  readonly isUnwatched: boolean;
  readonly renames: readonly Operation[];
  readonly isUnmanagedIndex: NonNullable<CompareSettings['isUnmanagedIndex']>;
  readonly isOptionIndex: NonNullable<CompareSettings['isOptionIndex']>;
}

export function compareContext(settings: CompareSettings): CompareContext {
  return {
    ...settings.rules,
    inclusion: new Inclusion(settings.includeObject),
    isUnwatched: ![settings.includeObject, settings.compareType, settings.compareServerDefault].some(
      (option) => typeof option === 'function',
    ),
    quote: settings.quote,
    sqlRules: settings.sqlRules,
    sqlSpelling: settings.sqlSpelling,
    renames: settings.renames ?? [],
    isUnmanagedIndex: settings.isUnmanagedIndex ?? (() => false),
    isOptionIndex: settings.isOptionIndex ?? (() => false),
    ...(settings.wantedAsWritten !== undefined && { wantedAsWritten: settings.wantedAsWritten }),
    ...(settings.compareType !== undefined && { compareType: settings.compareType }),
    ...(settings.compareServerDefault !== undefined && { compareServerDefault: settings.compareServerDefault }),
  };
}
