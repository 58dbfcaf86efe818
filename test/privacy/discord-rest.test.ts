/** Whatever Discord's REST API fails with, nothing of the answer, no bot token and no interaction token gets out. */
import { expect, test } from 'vitest';
import { syncCommands } from '../../adapters/discord/commands.ts';
import { createDiscordApi } from '../../adapters/discord/discord-call.ts';
import { createDiscordContextReader } from '../../adapters/discord/discord-context-reader.ts';
import { createDiscordSpeaker } from '../../adapters/discord/discord-speaker.ts';
import { createDiscordSpeech } from '../../adapters/discord/discord-speech.ts';
import { createDiscordStatusLine } from '../../adapters/discord/discord-status-line.ts';
import { createGuildView } from '../../adapters/discord/guild-view.ts';
import { inspectApplication } from '../../adapters/discord/inspect-application.ts';
import { createInspectPlaces } from '../../adapters/discord/inspect-places.ts';
import { createInteractionAnswers } from '../../adapters/discord/interaction-answers.ts';
import {
  type DiscordAddress,
  tokenContext,
  writeAddress,
} from '../../adapters/discord/reply-address.ts';
import { createRequestBudget } from '../../adapters/discord/request-budget.ts';
import { discordTurnId } from '../../src/domain/turn-id.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createSecretBox } from '../../src/drivers/system/secret-box.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import type { Reply } from '../../src/ports/speaker.ts';
import { buildTurn } from '../fakes/build.ts';
import { canaries, canariesIn } from './canaries.ts';
import { type HostileAnswer, startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

/** Those that a caller does something about, one that is only translated, and two that are nobody's. */
const discordCodes = [
  ...[10_003, 10_008, 10_015, 20_028, 30_046, 40_060, 50_013, 50_027, 50_035, 50_083, 160_004],
  ...[0, 999_999],
];

const refusal = (code: unknown, echo: string): string =>
  JSON.stringify({
    ...{ code, message: echo, global: echo, retry_after: echo, [echo]: echo },
    errors: { content: { _errors: [{ code: echo, message: echo }] } },
  });

/** What Discord's client puts into the names of its errors. */
const wordsForCodes: readonly (readonly [string, (echo: string) => unknown])[] = [
  ['words', (echo) => echo],
  ['the bot token', () => canaries.discordToken],
  ['the interaction token', () => canaries.interactionToken],
  ['a list', (echo) => [echo]],
];

const failures: readonly (readonly [string, HostileAnswer])[] = [
  ...discordCodes.map(
    (code) =>
      [`the code ${code}`, { status: 400, body: (echo: string) => refusal(code, echo) }] as const,
  ),
  ...wordsForCodes.flatMap(([what, code]) =>
    [400, 403].map(
      (status) =>
        [
          `${what} for the code of a ${status}`,
          { status, body: (echo: string) => refusal(code(echo), echo) },
        ] as const,
    ),
  ),
  [
    "OAuth's kind of refusal",
    { status: 400, body: (echo) => JSON.stringify({ error: canaries.discordToken, echo }) },
  ],
  [
    'an answer of another shape',
    {
      body: (echo) =>
        JSON.stringify({ id: echo, name: echo, flags: echo, roles: [echo], [echo]: echo }),
    },
  ],
  ['a list of another shape', { body: (echo) => JSON.stringify([{ id: echo, name: [echo] }]) }],
  ['an answer that is no JSON', {}],
  ['a page', { headers: { 'content-type': 'text/html' }, body: (echo) => `<html>${echo}` }],
  ['a page for a 403', { status: 403, headers: { 'content-type': 'text/html' } }],
  ['nothing', { body: () => '' }],
  ['a 429 of Cloudflare', { status: 429, headers: { 'retry-after': '30' } }],
  [
    'a 429 of the API',
    {
      status: 429,
      headers: { 'retry-after': '1', 'x-ratelimit-scope': 'user', 'x-ratelimit-bucket': 'b' },
      body: (echo) => JSON.stringify({ message: echo, retry_after: 0.4, global: false }),
    },
  ],
  [
    'a 429 with words for all of it',
    {
      status: 429,
      headers: {
        'retry-after': canaries.discordToken,
        'x-ratelimit-scope': canaries.discordToken,
        'x-ratelimit-bucket': canaries.interactionToken,
        'x-ratelimit-reset-after': canaries.discordToken,
      },
    },
  ],
  ...[400, 401, 403, 404, 500, 502].map((status) => [`a ${status}`, { status }] as const),
  ['a redirect', { status: 302, headers: { location: `/?${canaries.discordToken}` } }],
  ['a connection that drops', { ending: 'cut' }],
  ['an answer that never ends', { ending: 'hang' }],
];

const id = (n: number): string => `1${String(n).padStart(18, '0')}`;
const [channel, guild, user, message, application, responseMessage] = [1, 2, 3, 4, 5, 6].map(
  id,
) as [string, string, string, string, string, string];
const place: DiscordAddress = { channel, guild, user, message };
const final = { final: true, actions: ['feedback'] } as const;
const markdown = `${canaries.answer}\n\n[${canaries.title}](https://docs.example.com/${canaries.heading})`;

const set = async ({ ending }: HostileAnswer = {}) => {
  const witness = createWitness();
  const server = await startHostileServer();
  const clock = createSystemClock();
  const { log } = witness;
  const box = createSecretBox({ keys: [new Uint8Array(32)] });
  const metrics: Metrics = {
    count: (name, { labels }) => witness.shown('metric', { name, labels }),
    set: (name) => witness.shown('metric', name),
    observe: (name, _seconds, { labels }) => witness.shown('metric', { name, labels }),
  };
  const response = {
    message: responseMessage,
    applicationId: application,
    sealedToken: box.seal(canaries.interactionToken, tokenContext(application, responseMessage)),
    expiresAtMs: clock.now() + 900_000,
  };
  const turnAt = (address: DiscordAddress) =>
    buildTurn({
      id: discordTurnId(message),
      platform: 'discord',
      question: { text: canaries.question },
      askedAt: new Date(clock.now()),
      asker: user,
      replyTo: writeAddress(address),
    });
  /** A client each time: a limit or a refusal that one call met would answer for the next. */
  const open = (apiUrl = `${server.url}/api`) => {
    const settings = {
      ...{ apiUrl, token: canaries.discordToken },
      callTimeoutMs: ending === 'hang' ? 150 : 2_000,
    };
    const editBudget = createMemoryEditBudget({ clock });
    const requestBudget = createRequestBudget({ editBudget, requestsPerSecond: 1_000 });
    const api = createDiscordApi({ settings, requestBudget, clock, metrics, log });
    return { settings, ...createDiscordSpeech({ api, editBudget, box, clock, log }) };
  };
  const reply = (address: DiscordAddress, firstAttempt = true, parts = [] as readonly string[]) =>
    createDiscordSpeaker(open()).openReply(turnAt(address), {
      parts: parts.map((platformId, index) => ({ index, platformId })),
      firstAttempt,
    });
  /** All of them at once. Those that fail may only fail with a code. */
  const failing = async (calls: readonly Promise<unknown>[]): Promise<void> => {
    for (const calling of await Promise.allSettled(calls))
      if (calling.status === 'rejected') await witness.fails(Promise.reject(calling.reason));
  };
  return { witness, server, clock, log, response, turnAt, open, reply, failing };
};

test.each(failures)('%s, for each call of a reply', async (_what, answer) => {
  const { witness, server, reply, failing } = await set(answer);
  server.answer(answer);
  const signal = AbortSignal.timeout(5_000);
  const put = { ...final, signal };
  const file = { name: 'answer.md', text: canaries.document };
  await failing([
    reply(place).putPart(0, markdown, put),
    reply(place).putPart(0, markdown, { ...put, plain: true }),
    reply(place).putPart(0, markdown, { ...put, ping: true }),
    reply(place, false).putPart(0, markdown, put),
    reply(place, true, [id(7)]).putPart(0, markdown, { final: false, signal }),
    reply({ ...place, answeredTag: id(8) }, true, [id(7)]).putPart(0, markdown, put),
    reply(place).putFile(1, file, { signal }),
    reply(place, true, [id(7)]).removePart(0, { signal }),
    reply(place, false).removeStrays({ signal }),
    reply({ ...place, threadArchiveMinutes: '60' }).openThread({ signal }),
    reply(place, false).noticePrivately('platform_forbidden', { signal }),
  ]);
  expect(server.sent.length).toBeGreaterThanOrEqual(11);
  expect(witness.leaks()).toEqual([]);
});

test.each(failures)("%s, for a command's response", async (_what, answer) => {
  const { witness, server, log, response, reply, failing, open } = await set(answer);
  server.answer(answer);
  const signal = AbortSignal.timeout(5_000);
  const address: DiscordAddress = { channel, guild, user, response };
  const each = (act: (reply: Reply) => Promise<unknown>) => act(reply(address));
  const gesture = {
    ...{ id: id(9), token: canaries.interactionToken, applicationId: application },
    ...{ channel, guild, user, roles: [], managesMessages: false },
  };
  const answers = () => createInteractionAnswers({ api: open(), log });
  await failing([
    each((one) => one.putPart(0, markdown, { ...final, signal })),
    each((one) => one.removePart(0, { signal })),
    each((one) => one.removeStrays({ signal })),
    answers().tell(gesture, { content: canaries.answer, embeds: [{ title: canaries.title }] }),
    answers().acknowledge(gesture),
    answers().openForm(gesture, { title: canaries.question }),
    answers().defer(gesture),
    answers().replaceDeferred(gesture, canaries.answer),
  ]);
  expect(server.sent.length).toBeGreaterThanOrEqual(8);
  expect(witness.leaks()).toEqual([]);
});

test.each(failures)('%s, for what is looked up and shown', async (_what, answer) => {
  const { witness, server, log, clock, turnAt, failing, open } = await set(answer);
  server.answer(answer);
  const signal = AbortSignal.timeout(5_000);
  const file = { id: id(7), name: canaries.title, sizeBytes: 1 };
  const view = () => createGuildView({ client: () => undefined, api: open() });
  const reader = () => createDiscordContextReader(open());
  const status = () => createDiscordStatusLine({ ...open(), clock, log });
  const over = new AbortController();
  await failing([
    reader().readThread(turnAt(place), { last: 30, signal }),
    reader().readFile(turnAt(place), file, { maxBytes: 10, signal }),
    status().show(turnAt(place), 'retrieving', { signal: over.signal }),
    view().channelOf(channel),
    view().rolesOf(guild, user),
    inspectApplication(open()),
    createInspectPlaces(open(), { id: application }).inspectChannel(channel),
    createInspectPlaces(open(), { id: application }).inspectGuild(guild),
    syncCommands(open(), application),
  ]);
  over.abort();
  expect(server.sent.length).toBeGreaterThanOrEqual(9);
  expect(witness.leaks()).toEqual([]);
});

test.each<[string, string, HostileAnswer]>([
  ['on a host of nobody we know', `https://files.example.com/?${canaries.discordToken}`, {}],
  ['with no address but words', canaries.question, {}],
  ['that is not there any more', '', { status: 404 }],
  ['that moved', '', { status: 302, headers: { location: `/?${canaries.discordToken}` } }],
  ['that breaks off', '', { ending: 'cut' }],
  ['that never ends', '', { ending: 'hang' }],
  ['that is longer than Discord said', '', {}],
])('a file %s', async (_what, url, answer) => {
  const { witness, server, turnAt, open } = await set(answer);
  const files = await startHostileServer();
  files.answer(answer);
  const attachment = { id: id(7), size: 1, url: url || `${files.url}/?${canaries.question}` };
  server.answer({ body: () => JSON.stringify({ attachments: [attachment] }) });
  const speech = open();
  const settings = { ...speech.settings, apiUrl: url === '' ? files.url : speech.settings.apiUrl };
  const file = { id: id(7), name: canaries.title, sizeBytes: 1 };
  const signal = AbortSignal.timeout(5_000);
  const reader = createDiscordContextReader({ ...speech, settings });
  await witness.fails(reader.readFile(turnAt(place), file, { maxBytes: 10, signal }));
  expect(witness.leaks()).toEqual([]);
});

test('a Discord that is not there', async () => {
  const { witness, turnAt, open } = await set();
  const speaker = createDiscordSpeaker(open('http://127.0.0.1:9/api'));
  const signal = AbortSignal.timeout(5_000);
  const reply = speaker.openReply(turnAt(place), { parts: [], firstAttempt: true });
  await witness.fails(reply.putPart(0, canaries.answer, { final: true, signal }));
  expect(witness.leaks()).toEqual([]);
});

test('the Discord of these tests has the words to leak', async () => {
  const { server, response, reply } = await set();
  server.answer({ status: 500 });
  const signal = AbortSignal.timeout(5_000);
  const put = (address: DiscordAddress) =>
    reply(address)
      .putPart(0, canaries.answer, { final: true, signal })
      .catch(() => undefined);
  await put(place);
  await put({ channel, guild, user, response });
  expect(server.sent.map(canariesIn)).toEqual([
    ['answer', 'vendor', 'discordToken'],
    ['answer', 'vendor', 'interactionToken'],
  ]);
});
