import { Client } from 'pg';

/** Makes an empty database on a server. @returns its URL */
export async function makeDatabase(server, name) {
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE "${name}"`);
  } finally {
    await client.end();
  }
  return `${server}/${name}`;
}
