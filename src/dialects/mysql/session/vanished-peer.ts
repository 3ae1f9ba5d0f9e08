import type { QueryRunner } from 'typeorm';
import { connectionOf } from './own-connection.js';

/*
 * What notices that the other machine has vanished, without a FIN: powered off, or behind a firewall that drops packets. The lock of a
 * run would otherwise be held until the server gives up an idle connection, by default after eight hours.
 */

/** After how long without a statement the server ends the connection of a run, s: the run sends one before. */
export const IDLE_SECONDS = 120;

/** Between two signs of life, ms. */
const EVERY = 20_000;

/** After how long without a packet the client probes whether the server is there, ms. */
const PROBE_AFTER = 10_000;

/** Sends signs of life on the connection of a run, behind the statement that it runs. @returns how to end that */
export function showLife(runner: QueryRunner): () => void {
  const connection = connectionOf(runner);
  if (connection === undefined) return () => undefined;
  connection.stream?.setKeepAlive?.(true, PROBE_AFTER);
  let isAnswered = true;
  const timer = setInterval(() => {
    if (!isAnswered) return;
    isAnswered = false;
    connection.ping(() => (isAnswered = true));
  }, EVERY);
  timer.unref();
  return () => {
    clearInterval(timer);
    const { enableKeepAlive: isOn = true, keepAliveInitialDelay: delay = 0 } = connection.config ?? {};
    connection.stream?.setKeepAlive?.(isOn === true, Number(delay));
  };
}
