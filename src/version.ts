/** The version of this package, as the history table records it. */
export const version = '0.1.0';
