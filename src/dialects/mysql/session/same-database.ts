import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { quote } from '../text.js';
import { holderId, release, tryAcquire } from './run-lock.js';

/** The database and the version table: data sources that differ in one of them have different version rows. */
export async function databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string> {
  const [row] = (await runner.query(`SELECT DATABASE() AS ${quote('database')}`)) as [{ database: string }];
  return [versionTable.schema ?? row.database, versionTable.name].join('\u0000');
}

/**
 * Whether two connections are to the same server, where their databases have the same name. Host and port prove nothing behind
 * aliases and proxies: one connection takes a lock with a random name, which the other sees only on the same server.
 */
export async function isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const secret = `nestjs_migrate_${randomBytes(16).toString('hex')}`;
  await tryAcquire(one, secret);
  try {
    return (await holderId(other, secret)) !== undefined;
  } finally {
    await release(one, secret);
  }
}
