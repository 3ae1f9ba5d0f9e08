import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Makes an empty database on a server, by the driver of the repository. */
export async function makeMysqlDatabase(root, server) {
  const { createConnection } = createRequire(join(root, 'package.json'))('mysql2/promise');
  const name = `nestjs_migrate_pack_${randomBytes(6).toString('hex')}`;
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.query(`USE ${name}`);
  return {
    url: `${server}/${name}`,
    query: async (sql) => (await connection.query(sql))[0],
    async drop() {
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}
