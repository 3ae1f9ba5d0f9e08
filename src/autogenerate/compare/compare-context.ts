import type { Dialect, DialectRules } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import type { QualifiedName, SchemaModel } from '../../schema/schema.model.js';
import type { CompareOptions } from './compare-options.js';
import { Inclusion } from './inclusion.js';
import type { RenameCandidate } from '../renames/rename-candidates.js';

/** What a comparison needs beside the two schemas. */
export interface CompareSettings extends CompareOptions {
  readonly rules: DialectRules;
  readonly quote: Dialect['quote'];
  readonly sqlRules: Dialect['sqlRules'];
  readonly plainWords: Dialect['plainWords'];
  readonly conversionRisk: Dialect['conversionRisk'];
  /** The wanted schema in the words of the entities, where the database has fewer types. @default the wanted schema */
  readonly described?: SchemaModel;
  /** What was renamed in the actual schema beforehand. @default [] */
  readonly renames?: readonly Operation[];
  /** Whether an entity names the index of a table or view, and leaves it to others. @default none is */
  readonly isUnmanagedIndex?: (owner: QualifiedName, name: string) => boolean;
  /** Whether options say all that there is to an index. @default none is */
  readonly isOptionIndex?: (owner: QualifiedName, name: string) => boolean;
  /** Look for drops and additions that may be renames. @default true */
  readonly detectRenames?: boolean;
  /** Whether a person has said that a candidate is no rename. */
  readonly isDeclined?: (candidate: RenameCandidate) => boolean;
}

/** The settings as the parts of the comparison use them. */
export interface CompareContext
  extends
    DialectRules,
    Pick<CompareSettings, 'compareType' | 'compareServerDefault' | 'quote' | 'sqlRules' | 'plainWords' | 'described'> {
  readonly inclusion: Inclusion;
  /** No hook looks at what is compared, so that what is the same on both sides can be passed over. */
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
    plainWords: settings.plainWords,
    renames: settings.renames ?? [],
    isUnmanagedIndex: settings.isUnmanagedIndex ?? (() => false),
    isOptionIndex: settings.isOptionIndex ?? (() => false),
    ...(settings.described !== undefined && { described: settings.described }),
    ...(settings.compareType !== undefined && { compareType: settings.compareType }),
    ...(settings.compareServerDefault !== undefined && { compareServerDefault: settings.compareServerDefault }),
  };
}
