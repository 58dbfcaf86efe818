/** Keeps the handlings of one conversation in this process apart: the next begins when the one before it has ended. */
import type { ConversationId } from '../src/domain/ids.ts';
import type { WakeHandler } from '../src/ports/wake-queue.ts';

export interface OneAtATime {
  /** Waits for the handling under way, then handles; does nothing when the signal has aborted by then. Rejects as the handler does. */
  readonly handle: WakeHandler;
  isBusy(conversationId: ConversationId): boolean;
  /** How many conversations are being handled. */
  count(): number;
  /** Resolves when no handling is under way. */
  settled(): Promise<void>;
}

export const oneAtATime = (handler: WakeHandler): OneAtATime => {
  const underWay = new Map<ConversationId, Promise<void>>();
  return {
    async handle(conversationId, { signal }) {
      while (underWay.has(conversationId)) await underWay.get(conversationId);
      if (signal.aborted) return;
      const work = handler(conversationId, { signal });
      const end = () => void underWay.delete(conversationId);
      underWay.set(conversationId, work.then(end, end));
      await work;
    },
    isBusy: (conversationId) => underWay.has(conversationId),
    count: () => underWay.size,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
};
