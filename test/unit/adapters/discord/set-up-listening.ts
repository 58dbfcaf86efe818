/** The listening half of Discord as the product wires it, over a Discord on loopback and stores in memory. */
import { onTestFinished, vi } from 'vitest';
import { createDiscordApi } from '../../../../adapters/discord/discord-call.ts';
import { createDiscordListener } from '../../../../adapters/discord/discord-listener.ts';
import type { DiscordListening, DiscordPlace } from '../../../../adapters/discord/listener-deps.ts';
import { createAskAgain } from '../../../../src/conversation/ask-again.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createEditQuestion } from '../../../../src/conversation/edit-question.ts';
import { createRateAnswer } from '../../../../src/conversation/rate-answer.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { asId, newConversationId, type WorkerId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { discordTurnId } from '../../../../src/domain/turn-id.ts';
import { createMemoryStore } from '../../../../src/drivers/memory/memory-store.ts';
import { createSystemClock } from '../../../../src/drivers/system/system-clock.ts';
import type { TurnPatch } from '../../../../src/ports/turn-work.ts';
import { type FakeDiscordOptions, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { endlessRequests } from '../../../fakes/endless-requests.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../../fakes/recording-metrics.ts';

export type Listening = Awaited<ReturnType<typeof setUpListening>>;
/** Without `name` a channel that the fake made is bound by its id. */
export type PlaceWish = Partial<DiscordPlace>;

export const noRules: DiscordPlace['rules'] = {
  coolDownMs: 0,
  roles: [],
  blockedWords: [],
  blockedPeople: [],
};
const behaviour: DiscordListening = {
  followUps: true,
  messageContent: true,
  archiveAfterMinutes: 1_440,
  lookBackMinutes: 60,
};

/**
 * People ann and ben in the channel `help`, and whoever the test adds. `places` may grow until `start`, which a test calls when its world stands. What is down fails as
 * the real thing does. Ends with the test.
 */
export const setUpListening = async ({
  followUps,
  messageContent,
  lookBackMinutes,
  ...options
}: FakeDiscordOptions & Partial<DiscordListening> = {}) => {
  const clock = createSystemClock();
  const discord = await startFakeDiscord(options);
  const channel = discord.addChannel({ name: 'help' });
  const [ann, ben] = [discord.addUser({ name: 'ann' }), discord.addUser({ name: 'ben' })];
  const store = createMemoryStore({ clock });
  const log = createRecordingLog();
  const down = { store: false };
  const places: DiscordPlace[] = [];
  const woken = new Set<string>();

  /** A store that fails while it is down. */
  const guarded = <Store extends object>(real: Store): Store =>
    new Proxy(real, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          if (down.store) throw new BotError('store_unavailable');
          return method(...args);
        };
      },
    });
  const conversations = guarded(store.conversations);
  const turns = guarded(store.turns);
  const changes = guarded(store.changes);
  const queue = { wake: async (id: string) => void woken.add(id) };
  const changing = { turns, changes, queue, log, stopSignal: { publish: async () => {} } };
  const settings = {
    ...{ apiUrl: discord.apiUrl, token: discord.token },
    callTimeoutMs: 5_000,
  };
  const metrics = createRecordingMetrics();
  const given = { followUps, messageContent, lookBackMinutes };
  const requestBudget = endlessRequests;
  const api = createDiscordApi({ settings, requestBudget, clock, metrics, log });

  const open = () => {
    const listener = createDiscordListener({
      ...{ settings, api, clock, log, places, conversations, turns },
      box: { seal: (text, context) => `sealed ${context} ${text.length}` },
      receiveQuestion: createReceiveQuestion({
        ...{ conversations, turns, queue, log, newConversationId },
        now: clock.now,
      }),
      cancelTurn: createCancelTurn(changing),
      editQuestion: createEditQuestion(changing),
      askAgain: createAskAgain({ ...changing, now: clock.now }),
      rateAnswer: createRateAnswer(changing),
      pointers: guarded(store.pointers),
      behaviour: {
        ...behaviour,
        ...Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)),
      },
      looksLikeQuestion: (text) => text.endsWith('?'),
      random: () => 0,
    });
    onTestFinished(() => listener.stop());
    return listener;
  };
  onTestFinished(() => discord.close());

  const allTurns = async (): Promise<readonly Turn[]> => {
    const found = await Promise.all([...woken].map((id) => store.turns.listTurns(asId(id))));
    return found.flat().toSorted((a, b) => Number(a.askedAt) - Number(b.askedAt));
  };
  const turnOf = (message: string): Promise<Turn | undefined> =>
    store.turns.getTurn(discordTurnId(message));
  const stored = (message: string, timeout = 5_000): Promise<Turn> =>
    vi.waitFor(
      async () => {
        const turn = await turnOf(message);
        if (turn === undefined) throw new Error(`no turn of ${message}`);
        return turn;
      },
      { timeout, interval: 5 },
    );

  return {
    ...{
      discord,
      channel,
      ann,
      ben,
      store,
      log,
      down,
      places,
      api,
      allTurns,
      turnOf,
      stored,
      open,
    },
    /** Connected when it resolves. */
    async start() {
      const listener = open();
      await listener.start();
      return listener;
    },
    bind(place: Partial<DiscordPlace>): void {
      places.push({ dialogId: asId('default'), listen: 'mention', rules: noRules, ...place });
    },
    /** Resolves when all that people did in the place before was taken in: it comes in order. */
    async settle(place = channel): Promise<void> {
      const user = discord.addUser({ name: 'last' });
      const { message } = discord.mention({ channel: place, user, text: 'is that all?' });
      await stored(message);
    },
    /** Stores that the turn was answered by messages that stand in its place already. */
    async answer(
      { id, conversationId }: Turn,
      patch: Pick<TurnPatch, 'parts' | 'answer' | 'reference' | 'state'>,
    ): Promise<void> {
      const lease = { owner: asId<WorkerId>('worker'), leaseMs: 30_000 };
      const fence = (await store.leases.acquireLease(conversationId, lease)) ?? 0;
      for (let turn = await store.work.claimTurn(conversationId, fence); turn !== undefined; ) {
        if (turn.id === id) break;
        await store.work.updateTurn(turn.id, fence, { state: 'done' });
        turn = await store.work.claimTurn(conversationId, fence);
      }
      await store.work.updateTurn(id, fence, { state: 'done', ...patch });
      await store.leases.releaseLease(conversationId, fence);
    },
    /** Posts as the bot and gives the message's id. */
    async post(body: Readonly<Record<string, unknown>>, place = channel): Promise<string> {
      const response = await fetch(`${discord.apiUrl}/v10/channels/${place}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bot ${discord.token}` },
        body: JSON.stringify(body),
      });
      return ((await response.json()) as { readonly id: string }).id;
    },
    /** The log's events, without the informing ones. */
    troubles: () => log.lines.filter(({ level }) => level !== 'info').map(({ event }) => event),
  };
};

/** A button with the id, as it stands under a message. */
export const button = (customId: string, label = 'Press') => ({
  components: [{ type: 1, components: [{ type: 2, style: 2, label, custom_id: customId }] }],
});
