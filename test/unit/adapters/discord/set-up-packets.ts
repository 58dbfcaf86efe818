/** What takes the gateway's packets in, without a gateway: a server that stands, stores in memory, and a Discord that agrees to everything. */
import { ChannelType } from 'discord-api-types/v10';
import type { DiscordRequest } from '../../../../adapters/discord/discord-call.ts';
import type { GuildView } from '../../../../adapters/discord/guild-view.ts';
import { createIntake } from '../../../../adapters/discord/intake.ts';
import type { DiscordPlace, ListenerDeps } from '../../../../adapters/discord/listener-deps.ts';
import { createPlaces } from '../../../../adapters/discord/places.ts';
import { createRules } from '../../../../adapters/discord/rules.ts';
import { createPacketTaker } from '../../../../adapters/discord/take-packet.ts';
import { createAskAgain } from '../../../../src/conversation/ask-again.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createEditQuestion } from '../../../../src/conversation/edit-question.ts';
import { createRateAnswer } from '../../../../src/conversation/rate-answer.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import type { BotError } from '../../../../src/domain/errors.ts';
import { asId, newConversationId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { createMemoryStore } from '../../../../src/drivers/memory/memory-store.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';

/** Those of the recordings. */
export const bot = '775799577604522054';
export const guild = '772904309264089089';
export const channel = '772908445358620702';

export type Packets = ReturnType<typeof setUpPackets>;

/** The channel `help`; every other id is a thread of it. Time stands where the recordings were made. */
export const setUpPackets = ({
  places = [],
  stores = (store) => store,
}: {
  readonly places?: readonly DiscordPlace[];
  readonly stores?: (
    store: ReturnType<typeof createMemoryStore>,
  ) => ReturnType<typeof createMemoryStore>;
} = {}) => {
  const clock = createFakeClock({ startMs: Date.UTC(2021, 6, 22, 15, 44) });
  const store = createMemoryStore({ clock });
  const { conversations, turns, changes, pointers } = stores(store);
  const log = createRecordingLog();
  const woken = new Set<string>();
  const calls: DiscordRequest[] = [];
  const failures: BotError[] = [];
  const queue = { wake: async (id: string) => void woken.add(id) };
  const changing = { turns, changes, queue, log, stopSignal: { publish: async () => {} } };
  const threads: string[] = [];
  const view: GuildView = {
    channelOf: async (id) =>
      id === channel
        ? { channel, guild, type: ChannelType.GuildText, name: 'help' }
        : {
            ...{ channel: id, guild, type: ChannelType.PublicThread, name: 'leave' },
            ...{ parent: channel, parentType: ChannelType.GuildText },
          },
    rolesOf: async () => [],
    threadsOf: (id) => (id === channel ? threads : []),
    spokenIn: () => [],
    readerIn: () => ({
      ...{ botUserId: bot, botRole: '2' },
      names: {
        role: (id) => (id === '3' ? 'support' : undefined),
        channel: (id) => (id === channel ? 'help' : undefined),
      },
    }),
  };
  const intake = createIntake({ clock, log });
  const deps: ListenerDeps = {
    ...{ clock, log, conversations, turns, pointers, view },
    settings: { apiUrl: '', token: '', callTimeoutMs: 1_000 },
    api: {
      async call(request, { answer }) {
        calls.push(request);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return answer.parse({ id: '9', interaction: { response_message_id: '9' } });
      },
    },
    box: { seal: () => 'sealed' },
    receiveQuestion: createReceiveQuestion({
      ...{ conversations, turns, queue, log, newConversationId },
      now: clock.now,
    }),
    cancelTurn: createCancelTurn(changing),
    editQuestion: createEditQuestion(changing),
    askAgain: createAskAgain({ ...changing, now: clock.now }),
    rateAnswer: createRateAnswer(changing),
    behaviour: {
      ...{ followUps: true, messageContent: true },
      ...{ archiveAfterMinutes: 1_440, lookBackMinutes: 60 },
    },
    looksLikeQuestion: (text) => text.endsWith('?'),
    random: () => 0,
    places: createPlaces(places),
    rules: createRules(),
  };
  const packets = createPacketTaker({ ...deps, intake });
  return {
    ...{ clock, store, log, calls, failures, threads, intake, packets, deps },
    /** Every turn there is, in no order. */
    async allTurns(): Promise<readonly Turn[]> {
      const ids = [...woken];
      return (await Promise.all(ids.map((id) => store.turns.listTurns(asId(id))))).flat();
    },
    /** What the bodies of the answers to interactions were. */
    answers: () => calls.map(({ body }) => body as Readonly<Record<string, unknown>>),
    troubles: () => log.lines.filter(({ level }) => level !== 'info').map(({ event }) => event),
  };
};
