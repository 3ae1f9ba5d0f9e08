/** What a finding of `lint` is about. */
export type LintClass =
  | 'blocks-reads'
  | 'blocks-writes'
  | 'rewrites'
  | 'needs-concurrently'
  | 'loses-data'
  | 'fails-on-rows'
  | 'breaks-old-code'
  | 'fails-in-transaction'
  | 'lock-held-long'
  | 'unbounded-data'
  | 'leaves-unvalidated'
  | 'key-without-index'
  | 'rebuilds-twice'
  | 'style';

/** How much a finding of `lint` matters: a `note` is for whoever looks. */
export type LintLevel = 'error' | 'warning' | 'note';

/** Where the code of a `fix` belongs: in place of the call, or before or behind it in the same revision. */
export type LintFixPlace = 'instead' | 'before' | 'after';

/** Something in a revision that is dangerous to a database that serves. */
export interface LintFinding {
  /** The rule: `index-stops-writers`. */
  readonly code: string;
  /** What it is about. */
  readonly class: LintClass;
  /** How much it matters. */
  readonly level: LintLevel;
  /** The data source whose part of the revision it is about. */
  readonly dataSource: string;
  /** The revision. */
  readonly revision: string;
  /** Absolute path of its file. */
  readonly path: string;
  /** The line of the call in the file, counted from 1; that of `upgrade` where the call is made elsewhere. */
  readonly line: number;
  /** `table` or `table.column`, with the schema where that is not the data source's own. */
  readonly target: string;
  /** What happens, and to whom. */
  readonly message: string;
  /** A query for the database itself, to be run before the revision: it shows whether rows are there that the statement fails over. */
  readonly look?: string;
  /** Code of a revision that does the same without the danger, where there is some. */
  readonly fix?: string;
  /** Where `fix` belongs; given with it. */
  readonly fixPlace?: LintFixPlace;
  /** The page of the rule. */
  readonly url: string;
}
