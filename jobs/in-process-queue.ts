/** Wake-ups within one process, for a start without Redis. */
import { toBotError } from '../src/domain/errors.ts';
import type { ConversationId } from '../src/domain/ids.ts';
import type { Log } from '../src/ports/log.ts';
import type { WakeHandler, WakeQueue } from '../src/ports/wake-queue.ts';
import { conversationsAtOnce } from './conversations-at-once.ts';

interface Handling {
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** @param deps.concurrency How many conversations are handled at once; `conversationsAtOnce` unless told otherwise. */
export const createInProcessQueue = ({
  log,
  concurrency = conversationsAtOnce,
}: {
  readonly log: Log;
  readonly concurrency?: number;
}): WakeQueue => {
  /** Woken and not yet begun, in order of the first wake-up. */
  const waiting = new Set<ConversationId>();
  const underWay = new Map<ConversationId, Handling>();
  let consumer: WakeHandler | undefined;

  const handle = async (
    conversationId: ConversationId,
    { handler, signal }: { readonly handler: WakeHandler; readonly signal: AbortSignal },
  ) => {
    try {
      await handler(conversationId, { signal });
    } catch (error) {
      log.error('wake-up failed', { conversationId, code: toBotError(error).code });
    }
    underWay.delete(conversationId);
    // Whoever consumes next goes on with what was given up half way.
    if (signal.aborted) waiting.add(conversationId);
    beginWaiting();
  };

  const beginWaiting = () => {
    for (const conversationId of waiting) {
      if (consumer === undefined || underWay.size >= concurrency) return;
      if (underWay.has(conversationId)) continue;
      waiting.delete(conversationId);
      const stopping = new AbortController();
      const ended = handle(conversationId, { handler: consumer, signal: stopping.signal });
      underWay.set(conversationId, { stopping, ended });
    }
  };

  return {
    async wake(conversationId) {
      waiting.add(conversationId);
      beginWaiting();
    },

    consume(handler) {
      consumer = handler;
      beginWaiting();
      return {
        async stop() {
          if (consumer === handler) consumer = undefined;
          const handlings = [...underWay.values()];
          for (const { stopping } of handlings) stopping.abort();
          await Promise.all(handlings.map(({ ended }) => ended));
        },
      };
    },

    async close() {
      waiting.clear();
    },
  };
};
