/** The gateway goes away in every way that it has: each question is answered once; and where only a person can help, the role ends and says what to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discordTurnId } from '../../../src/domain/turn-id.ts';
import type { Posted } from '../../fakes/discord/people.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { turnInState } from './stored-turns.ts';

const text = 'How do I report sick leave?';

describe('the gateway', () => {
  let world: DiscordWorld;
  let ada: string;
  let gateway: FootnoteProcess;

  beforeAll(async () => {
    world = await startDiscordWorld({
      testFileUrl: import.meta.url,
      discord: { heartbeatIntervalMs: 400 },
    });
    ada = world.discord.addUser({ name: 'ada' });
    world.model.respond(() => answer('By message, before 09:30 [ID:0].'));
    [, gateway] = await Promise.all([world.startWorker(), world.startDiscord()]);
    await isConnected();
  });
  afterAll(() => world?.close());

  const isConnected = () =>
    world.discord.waitFor(() => world.discord.sessions().some((one) => one.isConnected), {
      timeoutMs: 30_000,
      what: 'a session is connected',
    });
  const ask = (): Posted => {
    const channel = world.discord.addChannel({ name: 'people' });
    return world.discord.mention({ channel, user: ada, text });
  };
  const expectOneAnswer = async (asked: Posted): Promise<void> => {
    await turnInState(
      world,
      { id: discordTurnId(asked.message), state: 'done' },
      { timeoutMs: 60_000 },
    );
    expect(world.discord.botMessages(asked.message)).toHaveLength(1);
  };

  it.each([
    ['a dropped connection', (world: DiscordWorld) => world.discord.dropConnections()],
    ['heartbeats that nobody acknowledges', (world: DiscordWorld) => world.discord.stopAcks()],
    ['the wish to reconnect', (world: DiscordWorld) => world.discord.askToReconnect()],
    [
      'a session that is invalid and may be resumed',
      (world: DiscordWorld) => world.discord.invalidateSessions({ resumable: true }),
    ],
    [
      'a session that is invalid for good',
      (world: DiscordWorld) => world.discord.invalidateSessions({ resumable: false }),
    ],
  ])('after %s answers what was asked before, meanwhile and afterwards, once', async (_what, disturb) => {
    const { discord } = world;
    const before = ask();
    disturb(world);
    const meanwhile = ask();
    await discord.waitFor(() => discord.sessions().every((one) => !one.isConnected));
    const away = ask();
    await isConnected();
    const afterwards = ask();
    for (const asked of [before, meanwhile, away, afterwards]) await expectOneAnswer(asked);
  });

  it('answers two hundred questions of a pause, each once', async () => {
    const { discord } = world;
    const resumes = discord.resumes();
    discord.setGatewayDown(true);
    discord.dropConnections();
    const asked = Array.from({ length: 200 }, ask);
    discord.setGatewayDown(false);
    await isConnected();
    for (const one of asked) await expectOneAnswer(one);
    expect(discord.resumes()).toBe(resumes + 1);
  });

  it.each([
    ['the token', 4004, 'DISCORD_TOKEN'],
    ['the intent', 4014, 'Message Content'],
  ])('where %s is refused the role ends with %i, the worker goes on, and nothing is lost', async (_what, code, named) => {
    const { discord } = world;
    if (code === 4004) discord.setTokenState('revoked');
    else discord.allowMessageContent(false);
    discord.closeSessions(code);
    expect(await gateway.ended()).toBe(3);
    expect(gateway.printed.join('\n')).toContain(named);
    const away = ask();
    if (code === 4004) discord.setTokenState('valid');
    else discord.allowMessageContent(true);
    gateway = await world.startDiscord();
    await isConnected();
    await expectOneAnswer(away);
  });
});
