/** The listening half of Slack as the product wires it, over a Slack on loopback and stores in memory. */
import { type ServerType, serve } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import type { SlackPlace } from '../../../../adapters/slack/listener-deps.ts';
import { writeAddress } from '../../../../adapters/slack/reply-address.ts';
import type { BotTokenOf } from '../../../../adapters/slack/slack-workspaces.ts';
import { createAskAgain } from '../../../../src/conversation/ask-again.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createEditQuestion } from '../../../../src/conversation/edit-question.ts';
import { createRateAnswer } from '../../../../src/conversation/rate-answer.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import type { Audience } from '../../../../src/domain/audience.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import {
  asId,
  type KnowledgeBaseId,
  newConversationId,
  type TurnId,
  type WorkerId,
} from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { slackConversationKey } from '../../../../src/domain/turn-id.ts';
import { createMemoryStore } from '../../../../src/drivers/memory/memory-store.ts';
import type { TurnPatch } from '../../../../src/ports/turn-work.ts';
import { buildDialog } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlackOptions, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { createSlackInbound } from '../../../fakes/slack-inbound.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

export const team = 'T0FAKE';
export const channel = 'C1';
export const signingSecret = 'secret';

export interface Edited {
  readonly id: TurnId;
  readonly text: string;
}
export interface Repeated {
  readonly id: TurnId;
  readonly asker: string;
  readonly audience: Audience;
}
export interface Rated {
  readonly id: TurnId;
  readonly rater: string;
  readonly helpful: boolean;
  readonly reason?: string;
}

export type Listening = Awaited<ReturnType<typeof setUpListening>>;

/**
 * The token of another workspace, or of its organisation, is `xoxb-` and its id. People `U1`, `U2`, the admin `UADMIN` and the guest `UGUEST`, channel `C1`. What is down fails as the real thing does. Ends with the test.
 */
export const setUpListening = async ({
  followUps = true,
  ...options
}: Partial<FakeSlackOptions> & { readonly followUps?: boolean } = {}) => {
  const clock = createFakeClock({ startMs: Date.now() });
  const slackClock = {
    now: clock.now,
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal ? { signal } : {}),
  };
  const slack = await startFakeSlack({
    ...{ signingSecret, botToken: 'xoxb-1', clock: slackClock },
    ...options,
  });
  for (const id of ['U1', 'U2']) slack.addUser({ id });
  slack.addUser({ id: 'UADMIN', isAdmin: true });
  slack.addUser({ id: 'UGUEST', isRestricted: true });
  slack.addChannel({ id: channel });
  const store = createMemoryStore({ clock });
  const log = createRecordingLog();
  const down = { store: false, queue: false };
  /** While set, the store answers when it resolves. */
  const hold: { until?: Promise<void> | undefined } = {};
  const woken: string[] = [];
  /** Names of what is not configured now. */
  const knowledge: { hidden: readonly string[] } = { hidden: [] };
  const places: Record<string, Partial<SlackPlace>> = {};
  const edits: Edited[] = [];
  const repeats: Repeated[] = [];
  const ratings: Rated[] = [];

  /** A store that fails while it is down. */
  const guarded = <Store extends object>(real: Store): Store =>
    new Proxy(real, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          await hold.until;
          if (down.store) throw new BotError('store_unavailable');
          return method(...args);
        };
      },
    });
  const conversations = guarded(store.conversations);
  const turns = guarded(store.turns);
  const queue = {
    wake: async (id: string) => {
      woken.push(id);
      if (down.queue) throw new BotError('queue_unavailable');
    },
  };
  const changes = guarded(store.changes);
  const changing = { turns, changes, queue, log, stopSignal: { publish: async () => {} } };
  const editQuestion = createEditQuestion(changing);
  const askAgain = createAskAgain({ ...changing, now: clock.now });
  const rateAnswer = createRateAnswer(changing);
  const dialog = buildDialog({ id: asId('default') });

  const inbound = createSlackInbound({
    ...(() => {
      const botTokenOf: BotTokenOf = async ({ team: id, enterprise }) =>
        id === team ? 'xoxb-1' : `xoxb-${enterprise ?? id}`;
      const way = oneWorkspace({ apiUrl: slack.apiUrl, botTokenOf, clock, log });
      return { ...way, settings: { ...way.settings, signingSecret } };
    })(),
    receiveQuestion: createReceiveQuestion({
      ...{ conversations, turns, queue, log },
      newConversationId,
      now: clock.now,
    }),
    cancelTurn: createCancelTurn(changing),
    async editQuestion(id, text) {
      const found = await editQuestion(id, text);
      if (found) edits.push({ id, text });
      return found;
    },
    async askAgain(id, by) {
      const turn = await askAgain(id, by);
      if (turn !== undefined) repeats.push({ id, ...by });
      return turn;
    },
    async rateAnswer(id, rating) {
      const found = await rateAnswer(id, rating);
      if (found) ratings.push({ id, ...rating });
      return found;
    },
    conversations,
    turns,
    dialogs: {
      listDialogs: async () => [dialog],
      listKnowledgeBases: async () =>
        [
          { id: asId<KnowledgeBaseId>('handbook'), audience: 'team' as const },
          { id: asId<KnowledgeBaseId>('help center'), audience: 'public' as const },
        ].filter(({ id }) => !knowledge.hidden.includes(id)),
    },
    placeOf: (place) => ({
      ...{ dialogId: asId('default'), listen: 'mention' as const },
      ...places[place],
    }),
    followUps,
    looksLikeQuestion: (text) => text.endsWith('?'),
    clock,
    log,
  });
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch: inbound.handle, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      slack.sendEventsTo(`http://127.0.0.1:${port}/slack/events`);
      resolve(started);
    });
  });
  onTestFinished(async () => {
    await inbound.close();
    await slack.close();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    ...{ slack, store, log, clock, down, hold, woken, places, knowledge, edits, repeats, ratings },
    inbound,
    /** The turns of a thread, oldest first. */
    async turnsOf(rootTs: string, place = channel): Promise<readonly Turn[]> {
      const key = slackConversationKey({ team, channel: place, rootTs });
      const conversation = await store.conversations.findConversation(key);
      return conversation === undefined ? [] : store.turns.listTurns(conversation.id);
    },
    /** Every turn there is. */
    async allTurns(): Promise<readonly Turn[]> {
      const found = await Promise.all(
        [...new Set(woken)].map((id) => store.turns.listTurns(asId(id))),
      );
      return found.flat();
    },
    /** Stores that the turn was answered by messages that stand in its thread already. */
    async answer(
      { id, conversationId }: Turn,
      patch: Pick<TurnPatch, 'parts' | 'answer' | 'reference' | 'state' | 'error'>,
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
    /** Posts as the bot and gives the message's `ts`. */
    async post(args: Readonly<Record<string, unknown>>): Promise<string> {
      const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
        body: JSON.stringify({ channel, ...args }),
      });
      const body = (await response.json()) as { readonly ts?: string; readonly error?: string };
      if (body.ts === undefined) throw new Error(body.error);
      return body.ts;
    },
    /** What only this person saw, oldest first. */
    toldTo: (user: string): readonly string[] =>
      slack
        .timeline()
        .filter(({ kind, onlyFor }) => kind === 'ephemeral' && onlyFor === user)
        .map(({ text }) => text),
    /** The log's events, without the informing ones. */
    troubles: () => log.lines.filter(({ level }) => level !== 'info').map(({ event }) => event),
  };
};

export const statuses = (deliveries: readonly { readonly status: number }[]) =>
  deliveries.map(({ status }) => status);

/** Where a reply in a thread of `C1` goes. */
export const addressIn = (threadTs: string, over: { readonly user?: string } = {}) =>
  writeAddress({ team, channel, threadTs, ts: threadTs, user: over.user ?? 'U1' });
