export * from './migrate.error.js';
