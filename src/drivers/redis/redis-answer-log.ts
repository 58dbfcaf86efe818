/** The AnswerLog on Redis: a stream per turn, and one connection to listen and one to read for all readers together. */
import type { Redis } from 'ioredis';
import { BotError, safeCause } from '../../domain/errors.ts';
import { asId, type TurnId } from '../../domain/ids.ts';
import type { AnswerLog, AnswerLogEntry } from '../../ports/answer-log.ts';
import type { Clock } from '../../ports/clock.ts';
import { parseAnswerEvent } from './answer-event-schema.ts';
import { type Bells, createBells } from './bells.ts';
import { createStreamWriter, endsAnswer } from './stream-writer.ts';

/** Lets readers look again when a notification was lost. */
const pollMs = 1_000;
/** How long a reader bears that Redis does not answer; a restart takes less. */
const patienceMs = 5_000;
const pageSize = 200;

/** What stands after a place in the stream. */
interface Page {
  readonly entries: readonly AnswerLogEntry[];
  /** Whether the page was cut at its size. */
  readonly more: boolean;
  /** Whether the stream ends here with a `final` or `error`. */
  readonly ended: boolean;
}

/**
 * `append` costs one round trip, a reader one per notification. A reader outlasts a restart of Redis; when Redis came back
 * without the turn's stream, the iteration ends like for any `after` that the log does not know.
 *
 * @param deps.keyPrefix Before every key and channel; `footnote` unless told otherwise.
 */
export const createRedisAnswerLog = ({
  connections: { commands, subscriber },
  clock,
  keyPrefix = 'footnote',
}: {
  readonly connections: { readonly commands: Redis; readonly subscriber: () => Redis };
  readonly clock: Clock;
  readonly keyPrefix?: string;
}): AnswerLog => {
  const channel = `${keyPrefix}:answers`;
  const keyOf = (turnId: TurnId) => `${keyPrefix}:answer:${turnId}`;
  const append = createStreamWriter({ commands, channel, keyOf });
  const bells = createBells({ clock, everyMs: pollMs });
  let stopListening: (() => void) | undefined;
  let closed = false;

  const readPage = async (turnId: TurnId, cursor: string | undefined) => {
    // The entry at the cursor is read again: when it is not the first to come, the stream was lost in between.
    const rows = await commands.xrange(keyOf(turnId), cursor ?? '-', '+', 'COUNT', pageSize);
    if (cursor !== undefined && rows[0]?.[0] !== cursor) return undefined;
    const all = rows.map(toEntry);
    const more = rows.length === pageSize;
    const last = all.at(-1);
    return {
      entries: cursor === undefined ? all : all.slice(1),
      more,
      ended: !more && last !== undefined && endsAnswer(last.event),
    } satisfies Page;
  };

  return {
    append,

    async *read(turnId, { after, signal }) {
      if (after !== undefined && !isStreamId(after)) return;
      stopListening ??= listen({ redis: subscriber(), channel, bells });
      const bell = bells.hang(turnId);
      signal.addEventListener('abort', bell.ring, { once: true });
      let cursor = after;
      let failingSinceMs: number | undefined;
      try {
        while (!signal.aborted && !closed) {
          let page: Page | undefined;
          try {
            page = await readPage(turnId, cursor);
            failingSinceMs = undefined;
          } catch (error) {
            if (error instanceof BotError) throw error;
            failingSinceMs ??= clock.monotonic();
            if (clock.monotonic() - failingSinceMs >= patienceMs) throw unavailable(error);
            await bell.rung();
            continue;
          }
          if (page === undefined) return;
          for (const entry of page.entries) {
            if (signal.aborted) return;
            cursor = entry.id;
            yield entry;
          }
          if (page.ended) return;
          if (!page.more) await bell.rung();
        }
      } finally {
        signal.removeEventListener('abort', bell.ring);
        bell.takeDown();
      }
    },

    async has(turnId) {
      try {
        return (await commands.exists(keyOf(turnId))) === 1;
      } catch (error) {
        throw unavailable(error);
      }
    },

    async close() {
      closed = true;
      stopListening?.();
      bells.ringAll();
    },
  };
};

/** Rings for every turn whose id comes over the channel. */
const listen = ({
  redis,
  channel,
  bells,
}: {
  readonly redis: Redis;
  readonly channel: string;
  readonly bells: Bells;
}): (() => void) => {
  const onMessage = (from: string, turnId: string) => {
    if (from === channel) bells.ring(asId(turnId));
  };
  redis.on('message', onMessage);
  // What was appended before it listened rang nobody. Rejected only when the connection is closed for good, and then no reader is left.
  redis.subscribe(channel).then(bells.ringAll, () => undefined);
  return () => redis.off('message', onMessage);
};

const toEntry = ([id, fields]: [id: string, fields: string[]]): AnswerLogEntry => ({
  id,
  event: parseAnswerEvent(fields[1] ?? ''),
});

const isStreamId = (text: string): boolean => /^\d{1,19}-\d{1,19}$/.test(text);

const unavailable = (error: unknown): BotError =>
  new BotError('queue_unavailable', { cause: safeCause(error) });
