import type { DataSource } from 'typeorm';

/** Options of a data source that specify where it connects to. */
const KEYS = ['url', 'host', 'port', 'username', 'password', 'database'] as const;
type Key = (typeof KEYS)[number];

/** What to do about options that come from variables. */
export const SET_VARIABLES =
  'If they come from variables: set these in the environment, or in a file that the application or --env-file names.';

/**
 * Says which options of a connection are there without a value, as where the variable that they come from is not set: with
 * the value undefined, null or NaN, or with the text "undefined" in them.
 *
 * @returns undefined where there are none
 */
export function unsetOptions({ options }: Pick<DataSource, 'options'>): string | undefined {
  const { replication } = options as { replication?: { readonly master?: object } };
  const given = (replication?.master ?? options) as Partial<Record<Key, unknown>>;
  // A URL has precedence over the other options.
  const keys = given.url ? (['url'] as const) : KEYS;
  const found = keys.filter((key) => key in given && isUnset(given[key]));
  const byValue = new Map<string, Key[]>();
  for (const key of found) {
    const value = key === 'url' && given.url ? `has "${wordIn(given.url)}" in it` : String(given[key]);
    byValue.set(value, [...(byValue.get(value) ?? []), key]);
  }
  if (byValue.size === 0) return undefined;
  const parts = [...byValue].map(([value, names]) => {
    const list = names.map((name) => `\`${name}\``).join(', ');
    return value.startsWith('has') ? `${list} ${value}` : `${list} ${names.length === 1 ? 'is' : 'are'} ${value}`;
  });
  return `In the options of the data source ${parts.join(', and ')}. ${SET_VARIABLES}`;
}

const WORD = /(?<![\w-])(?:undefined|null|NaN)(?![\w-])/;

function wordIn(value: unknown): string {
  return WORD.exec(String(value))?.[0] ?? '';
}

function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || Number.isNaN(value)) return true;
  return typeof value === 'string' && (value === 'undefined' || (value.includes('://') && wordIn(value) !== ''));
}
