export * from './migrate.error.js';
export * from './service.errors.js';
export * from './operations.errors.js';
export * from './runtime.errors.js';
export * from './database.errors.js';
export * from './sqlite.errors.js';
export * from './schema.errors.js';
export * from './autogenerate.errors.js';
