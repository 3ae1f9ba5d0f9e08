/** What a run does before it takes rows or values away. */
export const dataLossModes = ['ask', 'refuse', 'allow'] as const;

/**
 * What a run does before it takes rows or values away.
 *
 * @example
 *     const mode: DataLossMode = process.env.NODE_ENV === 'production' ? 'refuse' : 'ask';
 */
export type DataLossMode = (typeof dataLossModes)[number];
