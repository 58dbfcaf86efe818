/** Finds what people wrote while the bot was away. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { discordConversationKey } from '../../src/domain/turn-id.ts';
import type { Section } from './gateway.ts';
import type { Spoken } from './guild-view.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { Where } from './places.ts';
import { compareIds, madeAtMs, snowflake } from './snowflake.ts';
import { directPrefix } from './take-direct.ts';

/** Of one channel, the newest. */
const maxMessages = 50;
/** Of each kind, so that none hides another: channels, threads with a conversation of ours, other threads. */
const maxOfKind = 20;
const maxDirect = 10;
/** Of the threads, how many are looked up. */
const maxThreads = 500;
/** How long ago somebody may have asked in direct messages for us to look there. */
const directSinceMs = 7 * 24 * 60 * 60_000;
/** Direct messages come over the first shard. */
const firstShard = 0;

const historySchema = z.array(z.looseObject({ id: snowflake }));

/**
 * For a shard that has a new session, or for one server of it that came late. Resolves when all that was found is taken in or given up; never rejects. One
 * channel after the other.
 *
 * The rule: looked at are 20 channels, 20 threads in which we were asked before, and 20 other threads: those first that have a place of their own, then those
 * whose channel or forum has one, then those that were spoken in last. And the 10 newest direct messages' channels of the last week. Of each the last 50
 * messages, as far as they are younger than `lookBackMinutes`. What is put to us there is answered as if it had just come, in order of time; what was answered
 * before is not answered again. What is older is passed over, and so is what nobody put to us and is older than 5 minutes, except posts of a forum. Edits and
 * deletions are not found.
 *
 * Costs a look-up in the store for each thread that was spoken in since, at most 500.
 */
export type LookBack = (section: Section) => Promise<void>;

export interface LookBackDeps
  extends Pick<
    ListenerDeps,
    'api' | 'behaviour' | 'clock' | 'conversations' | 'log' | 'places' | 'pointers' | 'view'
  > {
  /** Takes work in behind what came for the place, and again while the store is away. */
  readonly take: (place: string, work: () => Promise<void>) => Promise<void>;
  /** Takes a message in as the gateway's are. */
  readonly takeMessage: (data: unknown) => Promise<void>;
}

export const createLookBack = (deps: LookBackDeps): LookBack => {
  const { api, behaviour, clock, conversations, log, places, pointers, view } = deps;

  /** Whether the configuration names it itself, or at least what it stands in. */
  const boundness = (where: Where): number => {
    const { name } = places.of(where);
    return name === where.channel ? 2 : Number(name === where.parent);
  };
  const boundThenNewest = (a: Spoken, b: Spoken): number =>
    boundness(b) - boundness(a) || compareIds(b.lastMessage, a.lastMessage);
  const isOurs = async ({ channel }: Where): Promise<boolean> =>
    (await conversations.findConversation(discordConversationKey(channel))) !== undefined;

  /** Throws `store_unavailable`. */
  const spokenSince = async (
    { shard, guild }: Section,
    sinceMs: number,
  ): Promise<{ readonly found: readonly Where[]; readonly leftOut: number }> => {
    const spoken = view
      .spokenIn(shard)
      .filter(
        (each) =>
          (guild === undefined || each.guild === guild) &&
          places.of(each).listen !== 'off' &&
          madeAtMs(each.lastMessage) >= sinceMs,
      )
      .toSorted(boundThenNewest);
    const channels = spoken.filter(({ parent }) => parent === undefined);
    const ours: Where[] = [];
    const others: Where[] = [];
    for (const thread of spoken.filter(({ parent }) => parent !== undefined).slice(0, maxThreads))
      ((await isOurs(thread)) ? ours : others).push(thread);
    const found = [channels, ours, others].flatMap((kind) => kind.slice(0, maxOfKind));
    return { found, leftOut: spoken.length - found.length };
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

  return async (section) => {
    if (behaviour.lookBackMinutes === 0) return;
    const sinceMs = clock.now() - behaviour.lookBackMinutes * 60_000;
    const found: Where[] = [];
    let leftOut = 0;
    await deps.take('', async () => {
      const spoken = await spokenSince(section, sinceMs);
      found.push(...spoken.found);
      leftOut = spoken.leftOut;
    });
    if (section.shard === firstShard && section.guild === undefined)
      await deps.take('', async () => void found.push(...(await directChannels())));
    log.info('discord looks back', { ...section, channels: found.length, leftOut });
    for (const where of found) await deps.take(where.channel, () => readChannel(where, sinceMs));
  };
};
