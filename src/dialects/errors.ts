/** The errors of all dialects, for the public surface. */
export * from './common/lock-mode.error.js';
export * from './common/row-errors.js';
export * from './mysql/errors.js';
export * from './postgres/errors.js';
export * from './sqlite/errors.js';
