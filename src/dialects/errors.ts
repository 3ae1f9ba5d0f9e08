/** The errors of all dialects, for the public surface. */
export * from './postgres/errors.js';
export * from './sqlite/errors.js';
