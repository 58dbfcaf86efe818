/** Discord's "is typing…" under a channel, kept up while nothing stands there for a turn. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { DiscordCall } from './discord-call.ts';

export interface Typing {
  /** Resolves with whether Discord shows it; while it is kept up already, at no cost. Never rejects. */
  begin(
    turnId: TurnId,
    options: { readonly channel: string; readonly signal: AbortSignal },
  ): Promise<boolean>;
  /** A message stands, which says the same: nothing is kept up for this turn any more. */
  rest(turnId: TurnId): void;
  /** The turn is done with. */
  end(turnId: TurnId): void;
}

/** Discord takes it away after 10 s. */
const refreshMs = 8_000;
/** Two minutes: by then an answer has begun, or never will. */
const maxRefreshes = 15;

/** @see https://docs.discord.com/developers/resources/channel#trigger-typing-indicator */
export const createTyping = (deps: {
  readonly call: DiscordCall;
  readonly clock: Pick<Clock, 'sleep'>;
}): Typing => {
  const running = new Map<
    TurnId,
    { readonly over: AbortController; readonly shown: Promise<boolean> }
  >();

  const show = (channel: string): Promise<boolean> =>
    deps
      .call({ method: 'POST', route: Routes.channelTyping(channel) }, { answer: z.unknown() })
      // Best effort: what keeps us from typing keeps us from answering too, and is told there.
      .then(
        () => true,
        () => false,
      );
  const keepUp = async (channel: string, over: AbortSignal): Promise<void> => {
    try {
      for (let refreshes = 0; refreshes < maxRefreshes; refreshes += 1) {
        await deps.clock.sleep(refreshMs, { signal: over });
        if (!(await show(channel))) return;
      }
    } catch (error) {
      if (!over.aborted) throw error;
    }
  };

  return {
    begin(turnId, { channel, signal }) {
      const before = running.get(turnId);
      if (before !== undefined) return before.shown;
      const over = new AbortController();
      const shown = show(channel);
      running.set(turnId, { over, shown });
      const ended = AbortSignal.any([over.signal, signal]);
      void shown.then((isShown) => (isShown ? keepUp(channel, ended) : undefined));
      return shown;
    },
    rest: (turnId) => running.get(turnId)?.over.abort(),
    end(turnId) {
      running.get(turnId)?.over.abort();
      running.delete(turnId);
    },
  };
};
