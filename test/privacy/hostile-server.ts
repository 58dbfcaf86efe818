/** A vendor at its worst, on loopback: it answers what a test says and can put all that it was sent, tokens included, into the answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { canaries } from './canaries.ts';

export interface HostileAnswer {
  /** 200 unless given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `echo` is the request's address, headers and body, and words of the vendor's own. */
  readonly body?: (echo: string) => string;
  /** `cut`: the connection is destroyed after the body. `hang`: the body has no end. */
  readonly ending?: 'cut' | 'hang';
}

export interface HostileServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Every answer from now on. */
  answer(next: HostileAnswer): void;
  /** The bodies that were sent. */
  readonly sent: readonly string[];
}

/** Runs until the test has finished. */
export const startHostileServer = async (): Promise<HostileServer> => {
  const sent: string[] = [];
  let answer: HostileAnswer = {};

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await text(request);
    const { status = 200, headers = {}, body = (echo) => echo, ending } = answer;
    const echo = `${canaries.vendor} ${request.url} ${JSON.stringify(request.headers)} ${received}`;
    const written = body(echo);
    sent.push(written);
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-request-id': encodeURIComponent(canaries.question),
      ...headers,
    });
    response.write(written);
    if (ending === 'cut') setImmediate(() => response.destroy());
    else if (ending === undefined) response.end();
  };
  const server = createServer((request, response) => {
    // The client went away before it had sent its request.
    respond(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    answer(next) {
      answer = next;
    },
    sent,
  };
};
