/** Starts a Redis server of a test's own, from the machine's `redis-server`. */
import { tmpdir } from 'node:os';
import { freePort } from './free-port.ts';
import { runTool } from './run-tool.ts';
import { type Started, startTestServer } from './test-server.ts';

export interface RedisOptions {
  /** An existing folder for an append-only file, so that data survives `restart`; without it nothing is kept. */
  readonly dir?: string;
}

/** Starts `redis-server` on a free loopback port. @see https://redis.io/docs/latest/operate/oss_and_stack/management/config/ */
export async function startRedis({ dir }: RedisOptions = {}): Promise<Started> {
  if ((await runTool('redis-server', ['--version'])) === undefined) {
    return { missing: 'redis-server is not installed' };
  }
  const port = await freePort();
  const server = await startTestServer({
    url: `redis://127.0.0.1:${port}`,
    command: 'redis-server',
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
      ...['--dir', dir ?? tmpdir(), '--appendonly', dir === undefined ? 'no' : 'yes'],
    ],
    ready: /Ready to accept connections/,
  });
  return { server };
}
