import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A way to a PostgreSQL server that counts round trips and can put latency between.
 *
 * A round trip is a message after which the server reports that it is ready: a simple query, or the Sync of an extended one.
 *
 * @param latency of a round trip, in ms
 */
export async function startProxy(url, latency = 0) {
  const target = new URL(url);
  const counts = { rounds: 0 };
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    client.setNoDelay(true);
    const add = frames(() => (counts.rounds += 1));
    pass(client, upstream, latency / 2, add);
    pass(upstream, client, latency / 2, () => undefined);
    for (const socket of [client, upstream]) sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${server.address().port}`;
  return {
    url: own.href,
    takeRounds() {
      const { rounds } = counts;
      counts.rounds = 0;
      return rounds;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function pass(from, to, delay, seen) {
  from.on('data', (chunk) => {
    seen(chunk);
    if (delay === 0) to.write(chunk);
    else setTimeout(() => to.write(chunk), delay);
  });
  from.on('error', () => undefined);
  from.on('close', () => setTimeout(() => to.destroy(), delay));
}

/** Finds the messages in what a client sends: the first has a length alone, the others a letter before it. */
function frames(onRound) {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const letter = hasStarted ? 1 : 0;
      if (rest.length < letter + 4) return;
      const length = letter + rest.readInt32BE(letter);
      if (rest.length < length) return;
      if (letter === 1 && (rest[0] === 0x51 || rest[0] === 0x53)) onRound();
      hasStarted = true;
      rest = rest.subarray(length);
    }
  };
}
