/** Finds what people wrote while the bot was away. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import type { Spoken } from './guild-view.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { Where } from './places.ts';
import { compareIds, madeAtMs, snowflake } from './snowflake.ts';
import { directPrefix } from './take-direct.ts';

/** Of one channel, the newest. */
const maxMessages = 50;
/** Of each kind: our own answers stand in threads, and are not to hide what was asked in channels. */
const maxChannels = 20;
const maxThreads = 20;
const maxDirect = 10;
/** How long ago somebody may have asked in direct messages for us to look there. */
const directSinceMs = 7 * 24 * 60 * 60_000;
/** Direct messages come over the first shard. */
const firstShard = 0;

const historySchema = z.array(z.looseObject({ id: snowflake }));

/**
 * For a shard that has a new session. Resolves when all that was found is taken in or given up; never rejects. One channel after the other.
 *
 * The rule: looked at are the 20 channels and the 20 threads that were spoken in last, those first that have a place of their own, and the 10 newest direct
 * messages' channels of the last week. Of each the last 50 messages, as far as they are younger than `lookBackMinutes`. What is put to us there is answered as
 * if it had just come, in order of time; what was answered before is not answered again. What is older is passed over, and so is what nobody put to us and is
 * older than 5 minutes, except posts of a forum. Edits and deletions are not found.
 */
export type LookBack = (shard: number) => Promise<void>;

export interface LookBackDeps
  extends Pick<
    ListenerDeps,
    'api' | 'behaviour' | 'clock' | 'log' | 'places' | 'pointers' | 'view'
  > {
  /** Takes work in behind what came for the place, and again while the store is away. */
  readonly take: (place: string, work: () => Promise<void>) => Promise<void>;
  /** Takes a message in as the gateway's are. */
  readonly takeMessage: (data: unknown) => Promise<void>;
}

export const createLookBack = (deps: LookBackDeps): LookBack => {
  const { api, behaviour, clock, log, places, pointers, view } = deps;

  const isBound = (where: Where): boolean => places.of(where).name === where.channel;
  const boundThenNewest = (a: Spoken, b: Spoken): number =>
    Number(isBound(b)) - Number(isBound(a)) || compareIds(b.lastMessage, a.lastMessage);

  const spokenSince = (shard: number, sinceMs: number): readonly Where[] => {
    const spoken = view
      .spokenIn(shard)
      .filter((each) => places.of(each).listen !== 'off' && madeAtMs(each.lastMessage) >= sinceMs)
      .toSorted(boundThenNewest);
    const channels = spoken.filter(({ parent }) => parent === undefined);
    const threads = spoken.filter(({ parent }) => parent !== undefined);
    return [...channels.slice(0, maxChannels), ...threads.slice(0, maxThreads)];
  };

  const directChannels = async (): Promise<readonly Where[]> => {
    const since = new Date(clock.now() - directSinceMs);
    const found = await pointers.recentPlaces({ prefix: directPrefix, since, most: maxDirect });
    return found.map((place) => ({ channel: place.slice(directPrefix.length) }));
  };

  const readChannel = async ({ channel, guild }: Where, sinceMs: number): Promise<void> => {
    const query = new URLSearchParams({ limit: String(maxMessages) });
    const route = Routes.channelMessages(channel);
    const history = await api.call({ method: 'GET', route, query }, { answer: historySchema });
    const missed = history
      .filter(({ id }) => madeAtMs(id) >= sinceMs)
      .toSorted((a, b) => compareIds(a.id, b.id));
    // Unlike an event, a message of the history does not say in which server it stands.
    for (const message of missed)
      await deps.takeMessage(guild === undefined ? message : { ...message, guild_id: guild });
  };

  return async (shard) => {
    if (behaviour.lookBackMinutes === 0) return;
    const sinceMs = clock.now() - behaviour.lookBackMinutes * 60_000;
    const found: Where[] = [];
    await deps.take('', async () => void found.push(...spokenSince(shard, sinceMs)));
    if (shard === firstShard)
      await deps.take('', async () => void found.push(...(await directChannels())));
    log.info('discord looks back', { shard, channels: found.length });
    for (const where of found) await deps.take(where.channel, () => readChannel(where, sinceMs));
  };
};
