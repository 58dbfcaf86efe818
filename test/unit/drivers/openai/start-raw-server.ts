/** A server that answers with exactly the bytes a test gives it: for what no well-behaved server sends. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawServer {
  readonly baseUrl: string;
  /** Bodies of the requests in order. */
  readonly bodies: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export const startRawServer = async (
  respond: (response: ServerResponse, body: Readonly<Record<string, unknown>>) => void,
): Promise<RawServer> => {
  const bodies: Readonly<Record<string, unknown>>[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    bodies.push(body);
    respond(response, body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    bodies,
    async close() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** Sends the lines as events and leaves the connection open. */
export const sendEvents = (response: ServerResponse, events: readonly unknown[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events)
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
};

/** A chunk of a completion with this delta. */
export const chunk = (delta: object, finishReason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason: finishReason }],
});
