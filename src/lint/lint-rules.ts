import type { LintLevel } from '../results.js';

/**
 * Which rules `lint` applies: the option `lint`.
 *
 * @example
 *     MigrateModule.forRoot({ lint: { allow: ['small-primary-key'], levels: { 'drop-breaks-old-code': 'error' } } });
 */
export interface LintRules {
  /** Codes of rules that are not applied. @default [] @example allow: ['small-primary-key'] */
  readonly allow?: readonly string[];
  /** Other levels of rules, by their codes. @default {} @example levels: { 'key-without-index': 'note' } */
  readonly levels?: Readonly<Record<string, LintLevel>>;
}
