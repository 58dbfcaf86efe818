/** Whatever comes over Discord's gateway, and whatever fails while it is taken in, nothing of it reaches the log: no text, no name, no token. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDiscordApi } from '../../adapters/discord/discord-call.ts';
import { createDiscordListener } from '../../adapters/discord/discord-listener.ts';
import type { DiscordListeningDeps, DiscordRules } from '../../adapters/discord/listener-deps.ts';
import { idAt } from '../../adapters/discord/snowflake.ts';
import {
  createReceiveQuestion,
  type IncomingQuestion,
} from '../../src/conversation/receive-question.ts';
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import { asId, type DialogId, newConversationId } from '../../src/domain/ids.ts';
import { createMemoryStore } from '../../src/drivers/memory/memory-store.ts';
import { createSecretBox } from '../../src/drivers/system/secret-box.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { endlessRequests } from '../fakes/endless-requests.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { canaries, canariesIn } from './canaries.ts';
import { hostileError } from './hostile-error.ts';
import { startHostileGateway } from './hostile-gateway.ts';
import { type HostileAnswer, startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

type Box = Record<string, unknown>;
interface Packet {
  readonly t: string;
  readonly d: Box;
}

/** Those of the recordings. */
const bot = '775799577604522054';
const guild = '772904309264089089';
const channel = '772908445358620702';
const ann = '167348773423415296';
const soon = { timeout: 5_000, interval: 5 };
const clock = createSystemClock();

/** Put where people's words, their names and the tokens of their commands are. */
const privateValues: Readonly<Record<string, string>> = {
  ...{ content: canaries.question, value: canaries.question, name: canaries.title },
  ...{ username: canaries.person, global_name: canaries.person, nick: canaries.person },
  ...{ token: canaries.interactionToken, filename: canaries.document, url: canaries.document },
};
const keptNames = new Set(['ask', 'Ask Footnote', 'question']);
const mention = `<@${bot}>`;

const withCanaries = (recording: string): Packet =>
  JSON.parse(recording, (key, value) => {
    const canary = privateValues[key];
    if (canary === undefined || typeof value !== 'string' || keptNames.has(value)) return value;
    return value.startsWith(mention) ? `${mention} ${canary}` : canary;
  });

const folder = path.resolve(import.meta.dirname, '../fixtures/discord');
const recordings: Readonly<Record<string, Packet>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [
      name.replace('.json', ''),
      withCanaries(readFileSync(path.join(folder, name), 'utf8')),
    ]),
);
const recorded = (name: string): Packet => {
  const packet = recordings[name];
  if (packet === undefined) throw new Error(`no recording ${name}`);
  return packet;
};

const fail = async (): Promise<never> => {
  throw hostileError();
};
const away = async (): Promise<never> => {
  throw new BotError('store_unavailable');
};
const stores = (failing: () => Promise<never>) => ({
  ...{ receiveQuestion: failing, editQuestion: failing, cancelTurn: failing },
  ...{ askAgain: failing, rateAnswer: failing },
  conversations: { findConversation: failing, getConversation: failing },
  turns: {
    ...{ getTurn: failing, findTurnByPart: failing },
    ...{ hasAsked: failing, listTurns: failing },
  },
  pointers: { currentConversation: failing, recentPlaces: failing },
});
/** Discord agrees to everything, and echoes it. */
const agrees: HostileAnswer = {
  body: (echo) =>
    JSON.stringify({
      id: '9',
      type: 0,
      interaction: { response_message_id: '9' },
      roles: [],
      echo,
    }),
};
const noRules: DiscordRules = { coolDownMs: 0, roles: [], blockedWords: [], blockedPeople: [] };

const set = async (
  overrides: Partial<DiscordListeningDeps> = {},
  { lookBackMinutes = 0, gatewayAt = '' } = {},
) => {
  const witness = createWitness();
  const rest = await startHostileServer();
  rest.answer(agrees);
  const home = { bot, guild, channel, lastMessage: idAt(clock.now()) };
  const gateway = await startHostileGateway(home);
  const settings = {
    ...{ apiUrl: gatewayAt || gateway.apiUrl, token: canaries.discordToken },
    callTimeoutMs: 1_000,
  };
  const { log } = witness;
  const metrics = createRecordingMetrics();
  const listener = createDiscordListener({
    ...stores(fail),
    settings,
    api: createDiscordApi({
      settings: { ...settings, apiUrl: rest.url },
      requestBudget: endlessRequests,
      ...{ clock, metrics, log },
    }),
    box: createSecretBox({ keys: [new Uint8Array(32)] }),
    places: [{ channel, dialogId: asId('default'), listen: 'all', rules: noRules }],
    behaviour: {
      ...{ followUps: true, messageContent: true },
      ...{ archiveAfterMinutes: 1_440, lookBackMinutes },
    },
    looksLikeQuestion: () => true,
    random: () => 0,
    ...{ clock, log },
    ...overrides,
  });
  onTestFinished(() => listener.stop());
  let started: Promise<void> | undefined;
  const start = (): Promise<void> => {
    started ??= listener.start();
    return started;
  };
  const logged = (event: string) =>
    vi.waitFor(() => expect(witness.lines.join('\n')).toContain(event), soon);
  return {
    ...{ witness, rest, gateway, listener, start, logged },
    /** Sends them, and ends when all that they began is over. */
    async take(packets: readonly { readonly t: unknown; readonly d: unknown }[]): Promise<void> {
      await start();
      for (const packet of packets) gateway.say(packet);
      await gateway.heard();
      await listener.stop();
    },
  };
};

test.each([
  ['fails', fail],
  ['is away', away],
])('everything that people do, while the store %s', async (_what, failing) => {
  const { witness, take } = await set(stores(failing));
  await take(Object.values(recordings));
  const lines = witness.lines.join('\n');
  expect(lines).toContain(
    failing === fail ? 'discord event not taken in' : 'discord event is tried again',
  );
  expect(lines).toContain('discord command not taken in');
  expect(lines).toContain('discord press failed');
  expect(witness.leaks()).toEqual([]);
});

/** The packet once for each place in it, with something else in that place. */
const damaged = (packet: Packet, odd: unknown): readonly Packet[] => {
  const placesIn = (value: unknown, at: readonly string[]): readonly (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => [
          [...at, key],
          ...placesIn(each, [...at, key]),
        ])
      : [];
  return placesIn(packet.d, []).map((place) => {
    const copy = structuredClone(packet);
    const box = place
      .slice(0, -1)
      .reduce((found, key) => found[key] as Box, copy.d as Record<string, unknown>);
    box[place.at(-1) ?? ''] = odd;
    return copy;
  });
};

test.each<[string, unknown]>([
  ['words', canaries.question],
  ['an object', { id: [canaries.question], [canaries.person]: canaries.interactionToken }],
  ['nothing', undefined],
])(
  'everything that people do, with %s in every other place',
  async (_what, odd) => {
    const { witness, take } = await set();
    await take(Object.values(recordings).flatMap((packet) => damaged(packet, odd)));
    const lines = witness.lines.join('\n');
    expect(lines).toContain('discord message of an unknown shape');
    expect(lines).toContain('discord client failed');
    expect(witness.leaks()).toEqual([]);
  },
  10_000,
);

const unanswered = 'discord interaction not answered';

test.each<[string, HostileAnswer, string]>([
  ['with words', { status: 403 }, unanswered],
  [
    'with a token for a code',
    { status: 400, body: () => JSON.stringify({ code: canaries.interactionToken, message: '' }) },
    unanswered,
  ],
  ['with a 500', { status: 500 }, unanswered],
  [
    'by another shape',
    { body: (echo) => JSON.stringify({ id: echo, interaction: [echo] }) },
    'discord event not taken in',
  ],
])('everything that people do, while Discord refuses every call %s', async (_, answer, event) => {
  const { witness, rest, take } = await set();
  rest.answer(answer);
  const inUnknownChannel = Object.values(recordings).map(({ t, d }) => ({
    t,
    d: 'channel_id' in d ? { ...d, channel_id: '772908445358620703' } : d,
  }));
  await take([...Object.values(recordings), ...inUnknownChannel]);
  expect(witness.lines.join('\n')).toContain(event);
  expect(witness.leaks()).toEqual([]);
});

const both = (code: ErrorCode): readonly ErrorCode[] => [code, code];

test.each<[string, Partial<DiscordRules>, readonly unknown[]]>([
  ['who lacks the role', { roles: ['772904309264089090'] }, both('asking_not_allowed')],
  ['for its words', { blockedWords: ['earns'] }, both('asking_not_allowed')],
  ['for its author', { blockedPeople: [ann] }, []],
  ['that comes too soon', { coolDownMs: 3_600_000 }, [undefined, 'asking_too_fast']],
])('a question that is refused: %s', async (_what, rules, codes) => {
  const { conversations, turns, pointers } = createMemoryStore({ clock });
  const stored: IncomingQuestion[] = [];
  const receive = createReceiveQuestion({
    ...{ conversations, turns, newConversationId, now: clock.now },
    ...{ queue: { wake: async () => {} }, log: createRecordingLog() },
  });
  const place = { channel, dialogId: asId<DialogId>('default'), listen: 'mention' } as const;
  const { witness, rest, gateway, start, take } = await set({
    ...{ conversations, turns, pointers },
    places: [{ ...place, rules: { ...noRules, ...rules } }],
    receiveQuestion: async (incoming) => {
      stored.push(incoming);
      return receive(incoming);
    },
  });
  const first = recorded('message-mention');
  const second = { ...first, d: { ...first.d, id: '867793854505943099' } };
  const others = ['slash-command', 'message-command', 'message-edited'].map(recorded);
  await start();
  for (const packet of [first, second]) gateway.say(packet);
  // Commands wait for no message, and would be told first that they come too soon.
  await vi.waitFor(() => expect(stored).toHaveLength(codes.length), soon);
  await take(others);
  expect(stored.map(({ turn }) => turn.error?.code)).toEqual(codes);
  for (const { turn, conversation } of stored) {
    const may = turn.error === undefined ? (['question'] as const) : [];
    witness.shown('stored turn', await turns.getTurn(turn.id), { may });
    witness.shown('stored conversation', await conversations.findConversation(conversation.key), {
      may,
    });
  }
  expect(rest.sent.length).toBeGreaterThan(0);
  expect(rest.sent.flatMap(canariesIn)).not.toContain('question');
  expect(witness.leaks()).toEqual([]);
});

test('the token of a command is stored sealed, and lets nobody read it', async () => {
  const stored: IncomingQuestion[] = [];
  const { witness, take } = await set({
    conversations: { ...stores(fail).conversations, findConversation: async () => undefined },
    receiveQuestion: async (incoming) => {
      stored.push(incoming);
      throw new BotError('store_unavailable');
    },
  });
  await take([recorded('slash-command'), recorded('message-command')]);
  expect(stored).toHaveLength(2);
  for (const incoming of stored) witness.shown('turn', incoming, { may: ['question'] });
  expect(witness.leaks()).toEqual([]);
});

const missed = (more: object = {}) => ({
  ...recorded('message-mention').d,
  id: idAt(clock.now()),
  guild_id: undefined,
  ...more,
});

test.each<[string, HostileAnswer, string]>([
  ['can not be stored', { body: () => JSON.stringify([missed()]) }, 'not taken in'],
  [
    'are of an odd shape',
    { body: (echo) => JSON.stringify([missed({ author: echo }), missed({ channel_id: echo })]) },
    'of an unknown shape',
  ],
  ['are no list', { body: (echo) => JSON.stringify({ id: echo }) }, 'is tried again'],
  ['are refused', { status: 403 }, 'is tried again'],
  [
    'are refused with a token',
    { status: 403, body: () => JSON.stringify({ code: canaries.discordToken, message: '' }) },
    'not taken in',
  ],
])('missed messages that %s', async (_what, answer, event) => {
  const pointers = { ...stores(fail).pointers, recentPlaces: async () => [] };
  const { witness, rest, take, logged, start } = await set({ pointers }, { lookBackMinutes: 5 });
  rest.answer(answer);
  await start();
  await logged(event);
  await take([]);
  expect(witness.leaks()).toEqual([]);
});

test.each<[string, HostileAnswer]>([
  [
    'a token for a code',
    { status: 403, body: () => JSON.stringify({ code: canaries.discordToken, message: 'no' }) },
  ],
  ['words', { status: 400 }],
  ['a page', { status: 502, headers: { 'content-type': 'text/html' } }],
  ['a dropped connection', { ending: 'cut' }],
  ['another shape', { body: (echo) => JSON.stringify({ url: echo, shards: echo }) }],
])('a gateway that can not be asked for: %s', async (_what, answer) => {
  const vendor = await startHostileServer();
  vendor.answer(answer);
  const { witness, listener, start, logged } = await set({}, { gatewayAt: `${vendor.url}/api` });
  await start();
  await logged('discord not reached');
  await listener.stop();
  expect(witness.leaks()).toEqual([]);
});

const reason = `${canaries.question} ${canaries.discordToken}`;

test.each([
  ['for good', 4_004, 'discord'],
  ['for a while', 4_000, 'discord gateway lost'],
])('a gateway that closes %s, with words', async (_what, code, event) => {
  const { witness, gateway, listener, start, logged } = await set();
  await start();
  gateway.close(code, reason);
  if (code === 4_004) witness.shown('end', await listener.ended);
  await logged(event);
  await listener.stop();
  expect(witness.leaks()).toEqual([]);
});

test('frames that are no events', async () => {
  const { witness, gateway, start, take } = await set();
  await start();
  const odd = [{ op: canaries.question }, { op: 0, t: canaries.question }, { op: 0, d: [reason] }];
  for (const words of [
    canaries.question,
    '',
    'null',
    '[]',
    ...odd.map((each) => JSON.stringify(each)),
  ])
    gateway.sayWords(words);
  await take([{ t: canaries.question, d: canaries.question }]);
  expect(witness.leaks()).toEqual([]);
});

test('the Discord of these tests has the words to leak', () => {
  const found = new Set(
    Object.values(recordings).flatMap((each) => canariesIn(JSON.stringify(each))),
  );
  expect([...found].toSorted()).toEqual([
    ...['document', 'interactionToken', 'person', 'question', 'title'],
  ]);
});
