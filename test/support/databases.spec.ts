import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databases } from './databases.js';
import { closedDirectory } from './postgres-server.js';

describe.each(databases)('a test database on %s', (_name, make) => {
  it('answers a query and goes away', async () => {
    const database = await make();
    const dataSource = await new DataSource(database.options).initialize();
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    await database.drop();
  });
});

it('a directory that the user of a server cannot enter is found, above what is there and what is not', () => {
  const clone = mkdtempSync(join(tmpdir(), 'nestjs-migrate-closed-'));
  mkdirSync(join(clone, 'node_modules'));
  chmodSync(join(clone, 'node_modules'), 0o755);
  chmodSync(clone, 0o700);
  expect(closedDirectory(join(clone, 'node_modules', 'later'))).toBe(clone);
  chmodSync(clone, 0o711);
  expect(closedDirectory(join(clone, 'node_modules'))).not.toBe(clone);
  rmSync(clone, { recursive: true });
});
