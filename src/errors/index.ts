export * from './migrate.error.js';
export * from './service.errors.js';
export * from './operations.errors.js';
