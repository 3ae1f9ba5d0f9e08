import type { DataSource } from 'typeorm';
import type { DialectSession, SessionOptions } from '../../dialect.js';
import { ownQueries } from '../../own-queries.js';
import { isInTransaction } from './in-transaction.js';
import { ownSchema } from './own-schema.js';
import { openPooledSession, type PooledRequest } from './pooled/pooled-session.js';
import { isPooled, refuseSharedSession } from './pooled/detect.js';
import { CallersPostgresSession } from './callers-session.js';
import { DirectPostgresSession } from './direct-session.js';
import { applySettings, readState } from './settings.js';
import { SharedMessages } from './shared-messages.js';
import { firstTenantSession, nextTenantSession } from './tenant/tenant-session.js';

/** Opens the connection of a run, or takes the caller's, and sets its timeouts and search path. */
export async function openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession> {
  const revisionRunner = options.queryRunner ?? dataSource.createQueryRunner('master');
  let messages: SharedMessages | undefined;
  const runner = ownQueries(revisionRunner, (sql) => {
    messages?.expect(sql);
    options.onQuery?.(sql);
  });
  try {
    messages = await SharedMessages.on(revisionRunner);
    return await sessionOn({ dataSource, options, runner, revisionRunner, messages });
  } catch (error) {
    messages?.remove();
    if (options.queryRunner === undefined) await runner.release();
    throw error;
  }
}

async function sessionOn(connection: Omit<PooledRequest, 'state'>): Promise<DialectSession> {
  const { dataSource, options, runner, revisionRunner, messages } = connection;
  const isCallers = options.queryRunner !== undefined && (await isInTransaction(runner));
  const isTenants = options.isTenants === true && !isCallers;
  const next = isTenants ? await nextTenantSession(connection) : undefined;
  if (next !== undefined) return next;
  const state = await readState(runner, dataSource);
  const { lock = 'auto' } = options;
  // A transaction is all on one session of the server, also behind a pooler.
  if (!isCallers) {
    const isShared = await isPooled(runner, state.backend.pid);
    if (lock === 'lease' || (isShared && lock !== 'session')) {
      return openPooledSession({ ...connection, state });
    }
    if (isShared) await refuseSharedSession(dataSource, runner, state.backend.pid);
  }
  if (isTenants) return firstTenantSession(connection, state);
  await applySettings(runner, options, state, isCallers ? 'transaction' : 'session');
  const Session = isCallers ? CallersPostgresSession : DirectPostgresSession;
  return new Session(runner, revisionRunner, options, ownSchema(dataSource), state, messages);
}
