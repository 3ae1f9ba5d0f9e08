import type { QueryRunner } from 'typeorm';
import { withinTime } from '../../dialects/common/within-time.js';
import { NoConnectionError } from '../../errors/waiting.errors.js';
import type { BoundDataSource } from '../options/options.js';

/**
 * Waits for the connection of a query runner, which the pool may not have to give; one that comes too late is given back.
 *
 * @throws NoConnectionError after `connectTimeout`, and what the driver throws
 */
export async function connectionInTime(
  { name, config: { connectTimeout } }: BoundDataSource,
  runner: QueryRunner,
): Promise<void> {
  const connecting = runner.connect();
  const late = (): Error => new NoConnectionError(name, connectTimeout);
  try {
    await withinTime(connectTimeout || Infinity, () => connecting, late);
  } catch (error) {
    void connecting.catch(() => undefined).then(() => runner.release());
    throw error;
  }
}
