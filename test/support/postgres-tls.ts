import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const folder = join(process.cwd(), 'test/fixtures/tls');

/** The certificate of the tests' server, for `ssl: { ca }`. */
export const certificate = readFileSync(join(folder, 'server.crt'), 'utf8');

/**
 * Has the tests' server take TLS connections as well; those without go on.
 *
 * The key must belong to the user of the server, who writes it into its own directory.
 */
export async function takeTls(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  for (const name of ['server.crt', 'server.key']) {
    const text = readFileSync(join(folder, name), 'utf8').trimEnd();
    await client.query(
      `COPY (SELECT unnest(string_to_array('${text}', E'\\n'))) TO PROGRAM 'umask 077; cat > ${name}'`,
    );
  }
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  while (!(await connects(url))) await sleep(20);
}

async function connects(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, ssl: { ca: certificate } });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
