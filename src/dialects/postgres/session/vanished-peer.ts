import type { QueryRunner } from 'typeorm';

/*
 * What notices that the other machine has vanished, without a FIN: powered off, or behind a firewall that drops packets. A run that is
 * waited for would otherwise keep its locks until the kernel gives up, by default after two hours.
 */

/**
 * Settings with which the server notices it: an idle client after 10 s and three probes, 5 s apart; one that confirms no data after 25 s.
 * Sockets that are files, and servers on Windows, ignore what they do not have.
 */
export const peerSettings = {
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '25000',
} as const;

/** After how long without a packet the client probes whether the server is there, ms; Node then asks ten times, once a second. */
const IDLE = 10_000;

/** The part of a client of pg with its socket; it is none for a driver of another kind. */
interface Client {
  readonly connection?: {
    readonly stream?: { setKeepAlive?(isOn: boolean, delay?: number): void };
    readonly _keepAlive?: boolean;
    readonly _keepAliveInitialDelayMillis?: number;
  };
}

/** Has the client of a connection notice it, too. @returns what restores its option `keepAlive` */
export function watchPeer(runner: QueryRunner): () => void {
  const { connection } = (runner as unknown as { readonly databaseConnection?: Client }).databaseConnection ?? {};
  connection?.stream?.setKeepAlive?.(true, IDLE);
  return () => {
    const { _keepAlive: isOn = false, _keepAliveInitialDelayMillis: delay = 0 } = connection ?? {};
    connection?.stream?.setKeepAlive?.(isOn, delay);
  };
}

/** The longest pause of a run inside a transaction, ms: a revision that computes, or another database of the run that works. */
const LONGEST_PAUSE = 3_600_000;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How long a transaction of a run may be idle: as long as the server allows, and an hour at least. It is not lifted: what ends the
 * transaction of a process that hangs is the administrator's.
 *
 * @param allowed the setting, as the server shows it: `5min`; `0` for no limit
 */
export function idleTimeout(allowed: string): string {
  const [, count = '0', unit = 'ms'] = /^(\d+)\s*(\w+)?$/.exec(allowed) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 1);
  return ms === 0 || ms >= LONGEST_PAUSE ? allowed : String(LONGEST_PAUSE);
}
