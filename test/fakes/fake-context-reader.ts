/** What stands around a question, as a test says; fails as it is told to, and keeps what it was asked for. */
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import type { Platform } from '../../src/domain/platform.ts';
import type { ContextReader, ThreadMessage } from '../../src/ports/context-reader.ts';

export interface FakeContextReader extends ContextReader {
  /** Every call in order: `thread`, or the file's id. */
  readonly calls: readonly string[];
  /** What people wrote, oldest first. */
  wrote(...messages: readonly ThreadMessage[]): void;
  holds(fileId: string, content: string | Uint8Array): void;
  /** Every call from now on throws this. */
  fail(code: ErrorCode): void;
  /** Calls from now on stay silent until their signal aborts. */
  hang(): void;
}

export const createFakeContextReader = (platform: Platform = 'slack'): FakeContextReader => {
  const thread: ThreadMessage[] = [];
  const files = new Map<string, Uint8Array>();
  const calls: string[] = [];
  let failure: ErrorCode | undefined;
  let hangs = false;

  const answer = async <Result>(
    call: string,
    signal: AbortSignal,
    give: () => Result,
  ): Promise<Result> => {
    signal.throwIfAborted();
    calls.push(call);
    if (failure !== undefined) throw new BotError(failure);
    if (!hangs) return give();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };

  return {
    platform,
    calls,
    readThread: (_turn, { last, signal }) => answer('thread', signal, () => thread.slice(-last)),
    readFile: (_turn, file, { maxBytes, signal }) =>
      answer(file.id, signal, () => {
        const bytes = files.get(file.id);
        if (bytes === undefined) throw new BotError('platform_rejected');
        if (bytes.byteLength > maxBytes)
          throw new BotError('document_unreadable', { details: { reason: 'too_large' } });
        return bytes;
      }),
    wrote: (...messages) => {
      thread.push(...messages);
    },
    holds: (fileId, content) => {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      files.set(fileId, bytes);
    },
    fail: (code) => {
      failure = code;
    },
    hang: () => {
      hangs = true;
    },
  };
};
