/** Remembers in which channels the bot may write into the threads that it makes: it may be let make them, and not write there. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { DiscordCall } from './discord-call.ts';
import { discordCodeOf } from './discord-errors.ts';

export interface ThreadRights {
  /** Whether the threads of the channel are known to be closed to the bot. */
  areClosed(channel: string): boolean;
  /** Asks Discord where it is not known: one call. True, too, where Discord does not tell. Never rejects. */
  mayWrite(thread: string, options: { readonly channel: string }): Promise<boolean>;
}

/** Rights change seldom, and nobody tells the speaking half. */
const keptMs = 600_000;
const maxKnown = 10_000;
const closedCodes: ReadonlySet<number | undefined> = new Set([
  Code.MissingAccess,
  Code.MissingPermissions,
]);

/** Who may show that they type may write, and it says to people what is true anyway. */
export const createThreadRights = (deps: {
  readonly call: DiscordCall;
  readonly clock: Pick<Clock, 'monotonic'>;
}): ThreadRights => {
  const known = new Map<string, { readonly isOpen: boolean; readonly atMs: number }>();

  const find = (channel: string): boolean | undefined => {
    const found = known.get(channel);
    const isFresh = found !== undefined && deps.clock.monotonic() < found.atMs + keptMs;
    return isFresh ? found.isOpen : undefined;
  };
  const keep = (channel: string, isOpen: boolean): void => {
    if (known.size >= maxKnown) known.clear();
    known.set(channel, { isOpen, atMs: deps.clock.monotonic() });
  };

  return {
    areClosed: (channel) => find(channel) === false,
    async mayWrite(thread, { channel }) {
      const told = find(channel);
      if (told !== undefined) return told;
      try {
        const route = Routes.channelTyping(thread);
        await deps.call({ method: 'POST', route }, { answer: z.unknown() });
      } catch (error) {
        const isClosed = closedCodes.has(discordCodeOf(toBotError(error)));
        if (isClosed) keep(channel, false);
        return !isClosed;
      }
      keep(channel, true);
      return true;
    },
  };
};
