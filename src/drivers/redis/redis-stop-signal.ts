/** The StopSignal over Redis pub/sub. */
import type { Redis } from 'ioredis';
import { BotError, safeCause } from '../../domain/errors.ts';
import { asId, type TurnId } from '../../domain/ids.ts';
import type { StopSignal } from '../../ports/stop-signal.ts';

/** @param deps.keyPrefix Before the channel's name; `footnote` unless told otherwise. */
export const createRedisStopSignal = ({
  connections: { commands, subscriber },
  keyPrefix = 'footnote',
}: {
  readonly connections: { readonly commands: Redis; readonly subscriber: () => Redis };
  readonly keyPrefix?: string;
}): StopSignal => {
  const channel = `${keyPrefix}:stops`;
  const listeners = new Set<(turnId: TurnId) => void>();
  const onMessage = (from: string, turnId: string) => {
    if (from !== channel) return;
    for (const listener of listeners) listener(asId(turnId));
  };
  let listening: Redis | undefined;

  return {
    async publish(turnId) {
      try {
        await commands.publish(channel, turnId);
      } catch (error) {
        throw new BotError('queue_unavailable', { cause: safeCause(error) });
      }
    },

    subscribe(listener) {
      if (listening === undefined) {
        listening = subscriber();
        listening.on('message', onMessage);
        // Rejected only when the connection is closed for good; the store's `cancelRequestedAt` is looked at anyway.
        listening.subscribe(channel).catch(() => undefined);
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async close() {
      listening?.off('message', onMessage);
      listeners.clear();
    },
  };
};
