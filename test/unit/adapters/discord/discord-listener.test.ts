/** The listener and its gateway: coming and going, and what nobody but a person can mend. */
import { describe, expect, test, vi } from 'vitest';
import { type Listening, setUpListening } from './set-up-listening.ts';

const soon = { timeout: 5_000, interval: 5 };

/** Whether what is asked now is taken in. */
const listens = async (it: Listening): Promise<void> => {
  const { message } = it.discord.mention({ channel: it.channel, user: it.ann, text: 'there?' });
  await it.stored(message, 12_000);
};

test('asks for no more intents than it needs', async () => {
  const it = await setUpListening();
  await it.start();
  expect(it.discord.sessions().map(({ intents }) => intents)).toEqual([37_377]);
  const plain = await setUpListening({ messageContent: false });
  await plain.start();
  expect(plain.discord.sessions().map(({ intents }) => intents)).toEqual([4_609]);
  expect(plain.troubles()).toEqual([
    'discord without the Message Content intent, only mentions, replies that ring, direct messages and commands are read',
  ]);
});

test('without the intent mentions, direct messages and commands work, the rest is passed over', async () => {
  const it = await setUpListening({ messageContent: false });
  await it.start();
  await listens(it);
  const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
  await it.stored(it.discord.mention({ channel: thread, user: it.ann, text: 'leave?' }).message);
  const more = it.discord.post({ channel: thread, user: it.ann, text: 'and part-timers?' });
  const direct = it.discord.directMessage({ user: it.ann, text: 'in private?' });
  expect((await it.stored(direct.message)).question.text).toBe('in private?');
  await it.settle(thread);
  expect(await it.turnOf(more.message)).toBeUndefined();
});

test('is ready while its session lives, and says goodbye', async () => {
  const it = await setUpListening();
  const listener = it.open();
  expect(listener.isReady()).toBe(false);
  await listener.start();
  await vi.waitFor(() => expect(listener.isReady()).toBe(true), soon);
  await listener.stop();
  expect(listener.isReady()).toBe(false);
  await it.discord.waitFor(() => it.discord.sessions().every((one) => !one.isConnected));
});

describe('goes on after', () => {
  test.each<[string, (it: Listening) => void, { resumed: boolean }]>([
    ['a cut connection', (it) => it.discord.dropConnections(), { resumed: true }],
    ['op 7', (it) => it.discord.askToReconnect(), { resumed: true }],
    [
      'op 9 that may be resumed',
      (it) => it.discord.invalidateSessions({ resumable: true }),
      { resumed: true },
    ],
    [
      'op 9 that may not',
      (it) => it.discord.invalidateSessions({ resumable: false }),
      { resumed: false },
    ],
    ['a close by Discord', (it) => it.discord.closeSessions(4000), { resumed: true }],
  ])(
    '%s',
    async (_, disturb, { resumed }) => {
      const it = await setUpListening();
      const listener = await it.start();
      await listens(it);
      disturb(it);
      await listens(it);
      await listens(it);
      expect([it.discord.identifies() > 1, it.discord.resumes() > 0]).toEqual([!resumed, resumed]);
      await vi.waitFor(() => expect(listener.isReady()).toBe(true), soon);
      expect(await it.allTurns()).toHaveLength(3);
    },
    15_000,
  );

  test('heartbeats that nobody acknowledges', async () => {
    const it = await setUpListening({ heartbeatIntervalMs: 100 });
    await it.start();
    it.discord.stopAcks();
    await it.discord.waitFor(() => it.discord.resumes() > 0);
    await listens(it);
  });
});

describe('while Discord is away', () => {
  test.each<[string, (it: Listening) => void, (it: Listening) => void]>([
    [
      'over REST',
      (it) =>
        it.discord.failBy(({ method }) =>
          method === 'getGatewayBot' ? { status: 503 } : undefined,
        ),
      (it) => it.discord.failBy(() => undefined),
    ],
    [
      'at its gateway',
      (it) => it.discord.setGatewayDown(true),
      (it) => it.discord.setGatewayDown(false),
    ],
  ])('%s, it starts, tries on, and stops', async (_, breakIt, mend) => {
    const it = await setUpListening();
    breakIt(it);
    const stopped = it.open();
    await stopped.start();
    expect(stopped.isReady()).toBe(false);
    await stopped.stop();
    const listener = it.open();
    await listener.start();
    mend(it);
    await vi.waitFor(() => expect(listener.isReady()).toBe(true), soon);
    await listens(it);
    expect(it.discord.identifies()).toBe(1);
  });
});

describe('ends with a clear line', () => {
  test.each<[string, (it: Listening) => void, object]>([
    [
      'when the token is refused',
      (it) => it.discord.setTokenState('revoked'),
      { setting: 'DISCORD_TOKEN', closeCode: 4004 },
    ],
    [
      'when the intent is refused',
      (it) => it.discord.allowMessageContent(false),
      { intent: 'Message Content', closeCode: 4014 },
    ],
  ])('%s at the start', async (_, spoil, details) => {
    const it = await setUpListening();
    spoil(it);
    const listener = it.open();
    await listener.start();
    expect(await listener.ended).toMatchObject({ code: 'config_invalid', details });
    expect(listener.isReady()).toBe(false);
    expect(it.troubles()).toHaveLength(1);
    expect(JSON.stringify(it.log.lines)).not.toContain(it.discord.token);
  });

  test.each([4004, 4014])('when a running session is closed with %i', async (closeCode) => {
    const it = await setUpListening();
    const listener = await it.start();
    await listens(it);
    it.discord.closeSessions(closeCode);
    expect(await listener.ended).toMatchObject({ code: 'config_invalid', details: { closeCode } });
    expect(listener.isReady()).toBe(false);
    await listener.stop();
    const missed = it.discord.mention({ channel: it.channel, user: it.ann, text: 'and now?' });
    await it.start();
    await it.stored(missed.message);
    expect(await it.allTurns()).toHaveLength(2);
  });
});

test('two at once answer nothing twice', async () => {
  const it = await setUpListening();
  await it.start();
  const twin = it.open();
  await twin.start();
  for (let n = 0; n < 20; n += 1)
    it.discord.mention({ channel: it.channel, user: it.ann, text: `question ${n}?` });
  await it.settle();
  expect(await it.allTurns()).toHaveLength(21);
});

test('nothing of a token, a question or an interaction is in the log', async () => {
  const it = await setUpListening();
  await it.start();
  it.discord.mention({ channel: it.channel, user: it.ann, text: 'canary?' });
  const { token } = it.discord.slashCommand({
    ...{ channel: it.channel, user: it.ann, options: { question: 'canary?' } },
  });
  it.discord.dropConnections();
  await listens(it);
  const written = JSON.stringify(it.log.lines);
  for (const secret of ['canary', token, it.discord.token.slice(0, 20)])
    expect(written).not.toContain(secret);
});
