/** Finds a loopback port on which a test's server can be started, stopped and started again. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that nothing listens on now, from 20000 to 29999.
 *
 * Below the range from which systems take the ports of outgoing connections: from inside it, a client that keeps
 * reconnecting to a stopped server can connect to itself and so hold the port when the server comes back.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free loopback port among 20 tries from 20000 to 29999');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
