/** The errors of all dialects, for the public surface. */
export * from './common/errors.js';
export * from './mysql/errors.js';
export * from './postgres/errors.js';
export * from './sqlite/errors.js';
