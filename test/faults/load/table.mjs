import { LOCK_TIMEOUT } from './scenes.mjs';

/** A table of what was measured; times as multiples of `lockTimeout`. On MySQL there is no transaction that could begin again. */
export function tableOf(results, database) {
  const columns = allColumnsOf(results);
  const isShown = (_cell, at) => database === 'postgres' || !ONLY_ON_POSTGRES.includes(columns[0][at]);
  return columns.map((cells) => `| ${cells.filter(isShown).join(' | ')} |`);
}

const ONLY_ON_POSTGRES = ['transactions', 'attempts', 'pgbench, worst'];

function allColumnsOf(results) {
  const head = [
    'meanwhile',
    'transactions',
    'attempts',
    'run',
    'worst read',
    'worst write',
    'reads stand still',
    'writes stand still',
    'pgbench, worst',
  ];
  const lines = results.map(({ title, each, tries, ms, error, read, write, pgbench }) => [
    title,
    each ? 'one each' : 'one',
    each ? '' : String(tries),
    error === undefined ? times(ms) : 'gave up',
    times(read.worst),
    times(write.worst),
    share(read.blocked),
    share(write.blocked),
    pgbench === undefined ? '' : times(pgbench),
  ]);
  return [head, head.map(() => '---'), ...lines];
}

/**
 * Whether nobody stood still for longer than `lockTimeout` and a second, or for more than half of the time of a run of several
 * attempts.
 */
export function isRight({ error, counted, ms, read, write }) {
  const most = LOCK_TIMEOUT + 1_000;
  const mostBlocked = ms > 2 * most ? 0.5 : 1;
  const isQuick = [read, write].every(({ worst, blocked }) => worst <= most && blocked <= mostBlocked);
  return isQuick && error === undefined && counted === 1;
}

function times(ms) {
  return `${(ms / LOCK_TIMEOUT).toFixed(2)} ×`;
}

function share(part) {
  return `${Math.round(part * 100)} %`;
}
