import type { Connection } from 'mysql2/promise';
import { OWN_TABLES, type Snapshot } from './snapshot.js';

/** Reads a MySQL or MariaDB database. */
export async function snapshotOfMysql(connection: Connection): Promise<Snapshot> {
  const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await connection.query(sql))[0] as Record<string, unknown>[];
  const lines = async (sql: string): Promise<string[]> => (await rowsOf(sql)).map(({ line }) => String(line));
  const tables = await lines(
    'SELECT table_name AS line FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
  );
  const has = (name: string): boolean => tables.includes(name);
  const own = tables.filter((name) => !name.startsWith(OWN_TABLES) && name !== 'ledger');
  const [catalog, rows]: [string[], string[]] = [[], []];
  for (const name of own) {
    catalog.push(printed((await rowsOf(`SHOW CREATE TABLE \`${name}\``))[0] ?? {}));
    // A view whose table was renamed in front of it is broken until the run goes on.
    const found = await rowsOf(`SELECT * FROM \`${name}\` ORDER BY 1`).catch(() => [{ unreadable: true }]);
    rows.push(...found.map((row) => `${name} ${JSON.stringify(row)}`));
  }
  return {
    versions: has(OWN_TABLES) ? await lines(`SELECT version_num AS line FROM ${OWN_TABLES} ORDER BY 1`) : [],
    unfinished: has(`${OWN_TABLES}_history`)
      ? await lines(
          `SELECT concat(direction, ' ', revision) AS line FROM ${OWN_TABLES}_history WHERE finished_at IS NULL`,
        )
      : [],
    journaled: has(`${OWN_TABLES}_journal`)
      ? await lines(`SELECT DISTINCT concat(direction, ' ', revision) AS line FROM ${OWN_TABLES}_journal`)
      : [],
    catalog,
    rows,
    ledger: await lines('SELECT step AS line FROM ledger ORDER BY 1'),
  };
}

/** What SHOW CREATE TABLE shows, also of a view, without the name of the database. */
export function printed(row: Readonly<Record<string, unknown>>): string {
  return String(row['Create Table'] ?? row['Create View'])
    .replaceAll(/`nestjs_migrate_faults_\w+`\./g, '')
    .replace(/ AUTO_INCREMENT=\d+/, '');
}
