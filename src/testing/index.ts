export { createTestDatabase, dropTestDatabases, type TestDatabase, type TestDatabaseRequest } from './test-database.js';
