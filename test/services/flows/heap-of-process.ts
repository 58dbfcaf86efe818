/** How much a running process keeps on its heap, asked over the inspector's protocol. */
import { once } from 'node:events';
import { WebSocket } from 'undici';
import type { FootnoteProcess } from './footnote-process.ts';

/** The environment of a process whose heap is to be asked. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** A collection may leave what a finaliser of the one before let go. */
const collections = 5;

/**
 * Bytes in use after garbage was collected.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage
 */
export const heapAfterCollection = async (inspectedProcess: FootnoteProcess): Promise<number> => {
  const url = inspectedProcess.printed
    .map((line) => /^Debugger listening on (ws:\S+)$/.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (url === undefined) throw new Error('the process was not started with `inspected`');
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let calls = 0;
  const call = async (method: string): Promise<Readonly<Record<string, unknown>>> => {
    calls += 1;
    socket.send(JSON.stringify({ id: calls, method }));
    for (;;) {
      const [message] = (await once(socket, 'message')) as [{ readonly data: string }];
      const { id, result } = JSON.parse(message.data);
      if (id === calls) return result;
    }
  };
  try {
    for (let count = 0; count < collections; count += 1) await call('HeapProfiler.collectGarbage');
    const { usedSize } = await call('Runtime.getHeapUsage');
    return Number(usedSize);
  } finally {
    socket.close();
  }
};
