/** Serves an app on a TCP port until it is closed. */
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { BotError, safeCause } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { HttpEnv } from './authenticate.ts';

export interface HttpServer {
  /** With the port that was taken. */
  readonly url: string;
  /** Takes no new connections, ends the streams, lets other requests finish, and cuts what is left after 3 s. */
  close(): Promise<void>;
}

const graceMs = 3_000;

/** Resolves when it listens. Throws `config_invalid` when the address or the port can't be used. */
export const startHttpServer = async (
  app: Hono<HttpEnv>,
  options: { readonly host: string; readonly port: number; readonly clock: Clock },
): Promise<HttpServer> => {
  // One controller per request: `AbortSignal.any` over a signal that lives as long as the server keeps 2.7 kB per request for ever (Node 20.20).
  const requests = new Set<AbortController>();
  let closing = false;
  const server = createAdaptorServer({
    fetch: (request, { incoming, outgoing }) => {
      const ended = new AbortController();
      requests.add(ended);
      outgoing.once('close', () => {
        requests.delete(ended);
        ended.abort();
        cutIfDone();
      });
      const { remoteAddress } = incoming.socket;
      return app.fetch(request, { remoteAddress, signal: ended.signal });
    },
  }) as Server;
  /** Connections that wait for their next request, or have not had one yet, would keep the server from closing. */
  const cutIfDone = () => {
    if (closing && requests.size === 0) setImmediate(() => server.closeAllConnections());
  };
  await listen(server, options);
  return {
    url: urlOf(server),
    async close() {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const ended of requests) ended.abort();
      cutIfDone();
      const grace = new AbortController();
      const cut = options.clock
        .sleep(graceMs, { signal: grace.signal })
        // Rejects only when everything was closed in time.
        .then(
          () => server.closeAllConnections(),
          () => undefined,
        );
      await closed;
      grace.abort();
      await cut;
    },
  };
};

const listen = (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(
        new BotError('config_invalid', {
          cause: safeCause(error),
          details: { setting: 'FOOTNOTE_PORT', port },
        }),
      );
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });

const urlOf = (server: Server): string => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new BotError('internal');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
};
