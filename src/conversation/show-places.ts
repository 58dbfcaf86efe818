/** Shows the questions that wait behind a running one their place, as the first message of their own reply; not those that nobody put to the bot. */
import { toBotError } from '../domain/errors.ts';
import type { ConversationId, TurnId } from '../domain/ids.ts';
import type { Platform } from '../domain/platform.ts';
import type { Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Speaker } from '../ports/speaker.ts';
import type { TurnWork } from '../ports/turn-work.ts';
import type { HeldLease } from './hold-lease.ts';

export interface ShowPlacesDeps {
  readonly work: TurnWork;
  readonly speakers: ReadonlyMap<Platform, Speaker>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The running question is shown first, and a quick answer leaves nothing to show. */
const firstLookMs = 500;
/** How often new questions are looked for while one is answered. */
const lookMs = 2_000;
/** Those further behind are shown their place when they come nearer. */
const maxShown = 10;

/**
 * Runs beside the answer of `current`, whose own reply it never touches. A place that can't be shown is left out: the answer comes all the same.
 *
 * @param shown Which place each turn was last shown, kept by the caller over all turns of a drain.
 * @returns Stops it; resolves when no call is in flight.
 */
export const showPlaces = (
  deps: ShowPlacesDeps,
  options: {
    readonly conversationId: ConversationId;
    readonly current: Turn;
    readonly lease: HeldLease;
    readonly shown: Map<TurnId, number>;
  },
): (() => Promise<void>) => {
  const { current, lease } = options;
  const speaker = deps.speakers.get(current.platform);
  if (speaker === undefined) return async () => {};
  const stopped = new AbortController();
  const signal = AbortSignal.any([stopped.signal, lease.signal]);

  const look = async (): Promise<void> => {
    const claimed = await deps.work.claimWaiting(options.conversationId, lease.fence);
    const waiting = claimed
      .filter((turn) => turn.id !== current.id && turn.unprompted !== true)
      .slice(0, maxShown);
    for (const [index, turn] of waiting.entries()) {
      if (signal.aborted) return;
      await showPlace(deps, { ...options, speaker, turn, before: index + 1 });
    }
  };
  const run = async (): Promise<void> => {
    try {
      for (let pauseMs = firstLookMs; ; pauseMs = lookMs) {
        await deps.clock.sleep(pauseMs, { signal });
        await look().catch(bearOutage);
      }
    } catch (error) {
      if (signal.aborted) return;
      const { code } = toBotError(error);
      deps.log.warn('place in the queue not shown', { turnId: current.id, code });
    }
  };
  const running = run();
  return async () => {
    stopped.abort();
    await running;
  };
};

const showPlace = async (
  deps: ShowPlacesDeps,
  options: {
    readonly lease: HeldLease;
    readonly shown: Map<TurnId, number>;
    readonly speaker: Speaker;
    readonly turn: Turn;
    /** How many questions come before it, the running one included. */
    readonly before: number;
  },
): Promise<void> => {
  const { lease, shown, speaker, turn, before } = options;
  if (shown.get(turn.id) === before) return;
  const firstAttempt = turn.parts.length === 0 && turn.announced !== true;
  // Stored before the post: whoever comes after a crash knows that there may be a message.
  if (firstAttempt) await deps.work.updateTurn(turn.id, lease.fence, { announced: true });
  await lease.ensure();
  const reply = speaker.openReply(turn, { parts: turn.parts, firstAttempt });
  const platformId = await reply.putPart(0, placeText(before), {
    final: false,
    signal: lease.signal,
  });
  if (turn.parts.length === 0) {
    await lease.write(() =>
      deps.work.updateTurn(turn.id, lease.fence, { parts: [{ index: 0, platformId }] }),
    );
  }
  shown.set(turn.id, before);
};

/** An outage of the store is told by whoever watches it; the next look may pass. */
const bearOutage = (error: unknown): void => {
  if (toBotError(error).code !== 'store_unavailable') throw error;
};

const placeText = (before: number): string =>
  before === 1
    ? '_Waiting: one question comes before yours._'
    : `_Waiting: ${before} questions come before yours._`;
