/** Whatever becomes of the calls, and whoever goes on with the turn after whatever time: the answer stands once, and whole. */
import { Routes } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type DiscordAddress, tokenContext } from '../../../../adapters/discord/reply-address.ts';
import { toBotError } from '../../../../src/domain/errors.ts';
import type { ReplyPart, Turn } from '../../../../src/domain/turn.ts';
import type { Reply } from '../../../../src/ports/speaker.ts';
import { type DiscordSpeaking, startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';

const { signal } = new AbortController();
const killed = new Error('killed');
const file = { name: 'answer.md', text: 'The rest' };
const kinds = ['channel', 'thread', 'made', 'direct', 'response'] as const;
const changes: ReadonlySet<string> = new Set([
  ...['createMessage', 'editMessage', 'deleteMessage', 'startThread', 'editResponse'],
  ...['createFollowUp', 'deleteResponse'],
]);

/** From 0 to 1, the same for the same seed (mulberry32). */
const createRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

interface World extends DiscordSpeaking {
  readonly clock: FakeClock;
}

const ask = async (world: World, kind: (typeof kinds)[number]): Promise<Turn> => {
  const { discord, user, guild, api, box, clock } = world;
  const channel = discord.addChannel();
  const at = (place: DiscordAddress, id: string) => world.turnOf(id, place);
  if (kind === 'response') {
    const { id, token } = discord.slashCommand({ channel, user });
    const route = Routes.interactionCallback(id, token);
    const body = { type: 5 };
    await api.call({ method: 'POST', route, auth: false, body }, { answer: z.unknown() });
    const message = discord.interaction(id).response?.id ?? '';
    const { applicationId } = discord;
    const sealedToken = box.seal(token, tokenContext(applicationId, message));
    const response = { message, applicationId, sealedToken, expiresAtMs: clock.now() + 900_000 };
    return at({ channel, guild, user, response }, id);
  }
  if (kind === 'direct') {
    const asked = discord.directMessage({ user, text: 'How?' });
    return at({ ...asked, user }, asked.message);
  }
  const place = kind === 'thread' ? discord.startThread({ channel, user, name: 'talk' }) : channel;
  const { message } = discord.mention({ channel: place, user, text: 'How?' });
  const archive = kind === 'made' ? { threadArchiveMinutes: '60' } : {};
  return at({ channel: place, guild, user, message, ...archive }, message);
};

const run = async (world: World, seed: number): Promise<void> => {
  const random = createRandom(seed);
  const { discord, speaker, clock } = world;
  let turn = await ask(world, kinds[seed % kinds.length] ?? 'channel');
  discord.failBy(({ method }) => {
    if (!changes.has(method) || random() > 0.35) return undefined;
    const roll = random();
    if (roll < 0.35) return { status: 'apply-then-drop' };
    if (roll < 0.6) return { status: 'drop-connection' };
    return roll < 0.85 ? { status: 503 } : { status: 429, retryAfterS: 0 };
  });
  const parts = new Map<number, ReplyPart>();
  let reply: Reply;
  const insist = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!toBotError(error).retryable) throw error;
        if (random() < 0.2) throw killed;
        if (random() < 0.3) await clock.advance(200_000);
      }
    }
  };
  const save = async (index: number, call: () => Promise<string>): Promise<void> => {
    const platformId = await insist(call);
    if (random() < 0.1) throw killed;
    parts.set(index, { index, platformId });
    if (random() < 0.1) throw killed;
  };
  const put = (index: number, text: string, final: boolean) =>
    save(index, () =>
      reply.putPart(index, text, { final, signal, ...(!final && { actions: ['stop'] }) }),
    );
  const work = async (firstAttempt: boolean): Promise<void> => {
    const open = () => speaker.openReply(turn, { parts: [...parts.values()], firstAttempt });
    reply = open();
    const thread = await insist(() => reply.openThread({ signal }));
    if (thread !== undefined) turn = { ...turn, replyTo: thread.replyTo };
    reply = open();
    await put(0, `Draft of ${seed}`, false);
    await put(0, `One of ${seed}`, true);
    await put(1, `Draft two of ${seed}`, false);
    await put(1, `Two of ${seed}`, true);
    await put(2, `Three of ${seed}`, true);
    await save(3, () => reply.putFile(3, file, { signal }));
  };
  let isFirst = true;
  for (;;) {
    const end = await work(isFirst).catch((error: unknown) => error);
    if (end !== killed && end !== undefined) throw end;
    if (end === undefined) break;
    isFirst = false;
    if (random() < 0.5) await clock.advance(200_000);
  }
  discord.failBy(() => undefined);

  const place = turn.replyTo['channel'] ?? '';
  const own = discord.timeline(place).filter(({ byBot }) => byBot);
  const ids = new Set(own.filter(({ text }) => text.endsWith(` ${seed}`)).map(({ id }) => id));
  const files = discord.botMessages(place).filter(({ replyTo }) => ids.has(replyTo ?? ''));
  const said = discord.botMessages(place).filter(({ id }) => ids.has(id));
  expect(said.map(({ text }) => text)).toEqual([
    ...[`One of ${seed}`, `Two of ${seed}`, `Three of ${seed}`],
  ]);
  expect(files.flatMap((message) => message.files)).toEqual(['answer.md']);
};

test('60 seeded runs of random faults', { timeout: 60_000 }, async () => {
  const clock = createFakeClock();
  const discordClock = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms) };
  const world = {
    ...(await startDiscordSpeaking({ clock, fake: { clock: discordClock } })),
    clock,
  };
  for (let seed = 1; seed <= 60; seed += 1) {
    await run(world, seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    await clock.advance(1_000);
  }
});
