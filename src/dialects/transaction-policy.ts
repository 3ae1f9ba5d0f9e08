/**
 * What a transaction undoes on a kind of database.
 *
 * - `whole`: all that was done in it, changes of the schema included (PostgreSQL, SQLite).
 * - `rows`: changes of rows. A statement that changes the schema commits what is open before it, and itself (MySQL, MariaDB).
 */
export type TransactionPolicy = 'whole' | 'rows';
