/** Writes server-sent events onto a response, cut into the writes that a test wants. */
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Framing } from './chat-script.ts';

export interface EventStream {
  /** Queues one event; what fills a write is written, and the promise waits for it. */
  event(data: string): Promise<void>;
  comment(text: string): Promise<void>;
  /** Writes what is queued. */
  flush(): Promise<void>;
}

export function createEventStream(
  response: ServerResponse,
  { lineEnd = '\n', eventsPerWrite = 1, bytesPerWrite = Number.POSITIVE_INFINITY }: Framing,
): EventStream {
  let queued: string[] = [];

  async function add(lines: string): Promise<void> {
    queued.push(`${lines}${lineEnd}${lineEnd}`);
    if (queued.length >= eventsPerWrite) await flush();
  }

  async function flush(): Promise<void> {
    const bytes = Buffer.from(queued.join(''));
    queued = [];
    for (let start = 0; start < bytes.length; start += bytesPerWrite) {
      await write(response, bytes.subarray(start, start + bytesPerWrite));
    }
  }

  return {
    event: (data) => add(`data: ${data}`),
    comment: (text) => add(`: ${text}`),
    flush,
  };
}

/** Resolves when the bytes went to the system; rejects when the client is gone. */
async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
  // Two turns of the event loop have sockets read in between: a client in this process gets the bytes before the next.
  await nextTurn();
  await nextTurn();
}
