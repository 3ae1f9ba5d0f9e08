/** Whether revisions have the online form of changes that would keep users of a table waiting. */
export const onlineModes = ['off', 'suggest', 'write'] as const;

/**
 * Whether revisions have the online form of changes that would keep users of a table waiting.
 *
 * @example
 *     const mode: OnlineMode = process.env.SMALL_TABLES === 'yes' ? 'off' : 'write';
 */
export type OnlineMode = (typeof onlineModes)[number];
