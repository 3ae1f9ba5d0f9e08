/** What a database holds. Two are equal when their JSON is. */
export interface Snapshot {
  /** The version rows, sorted. */
  readonly versions: readonly string[];
  /** Steps in the history table that have no end. */
  readonly unfinished: readonly string[];
  /** Steps of which a part is committed, by the journal. */
  readonly journaled: readonly string[];
  /** The schema without the tables of runs, as text. */
  readonly catalog: readonly string[];
  /** All rows of it, as text. */
  readonly rows: readonly string[];
  /** Each data migration that was counted, as often as it was. */
  readonly ledger: readonly string[];
}

/** Names of the tables of runs begin so. */
export const OWN_TABLES = 'migrate_version';
/** The table that data migrations count themselves in. It is there before the first revision. */
export const LEDGER = 'CREATE TABLE ledger (step text)';

/** Longer differences are cut. */
const MOST_LINES = 12;

/** What one has and the other does not, for people. */
export function differenceOf(actual: Snapshot, wanted: Snapshot): string[] {
  const lines = (['versions', 'catalog', 'rows', 'ledger'] as const).flatMap((part) => {
    const extra = without(actual[part], wanted[part]).map((line) => `  + ${part}: ${line}`);
    const missing = without(wanted[part], actual[part]).map((line) => `  - ${part}: ${line}`);
    return [...extra, ...missing];
  });
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `  and ${more} more differences`] : lines;
}

/** What is in a list more often than in another. */
export function without(list: readonly string[], taken: readonly string[]): string[] {
  const rest = [...taken];
  return list.filter((line) => {
    const at = rest.indexOf(line);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}
