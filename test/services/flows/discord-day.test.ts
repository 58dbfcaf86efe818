/** Everything a person does in Discord, on the gateway's process, two workers, MongoDB and Redis: it reads as it is written down, and as docs/discord.md shows it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discordTurnId } from '../../../src/domain/turn-id.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { textOf } from '../../fakes/openai/check-chat-request.ts';
import { citePassages, questionIn } from './cite-passages.ts';
import { liveADayInDiscord } from './discord-day.ts';
import {
  addDayPlaces,
  type DayPlaces,
  placesConfig,
  respondInDiscord,
} from './discord-day-places.ts';
import { type Chapter, renderDay, renderForPage } from './discord-day-transcript.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import { turnInState } from './stored-turns.ts';
import { until } from './until.ts';

const written = path.join(import.meta.dirname, 'discord-day.transcript.md');
const page = path.resolve(import.meta.dirname, '../../../docs/discord.md');
const updates = process.env['UPDATE_DOCS'] === '1';

const report =
  'Tell your team lead before 09:30 on the first day {Message your team lead before 09:30}. After that you only have to say when you come back, by message or by telephone.';
const note = 'In Leeds from the eighth day on {Doctor}.';

describe('a day in Discord', () => {
  let world: DiscordWorld;
  let places: DayPlaces;
  let chapters: readonly Chapter[] = [];

  beforeAll(async () => {
    world = await startDiscordWorld({
      testFileUrl: import.meta.url,
      prepare: (discord) => {
        places = addDayPlaces(discord);
      },
      editConfig: (sample) => sample + placesConfig(places),
    });
    const { discord } = world;
    await Promise.all([world.startWorker(), world.startWorker(), world.startDiscord()]);
    await discord.waitFor(() => discord.sessions().some((one) => one.isConnected));
    world.model.respond(respondInDiscord);
    chapters = await liveADayInDiscord(world, places);
  });
  afterAll(() => world?.close());

  it('reads as it is written down', () => {
    const transcript = renderDay(chapters);
    if (updates) writeFileSync(written, transcript);
    expect(transcript).toBe(readFileSync(written, 'utf8'));
  });

  it('reads as docs/discord.md shows', () => {
    const [start, end] = ['<!-- transcript -->\n', '<!-- /transcript -->'];
    const [chapter] = chapters;
    const shown = chapter === undefined ? '' : renderForPage(chapter);
    const text = readFileSync(page, 'utf8');
    const from = text.indexOf(start) + start.length;
    if (updates) writeFileSync(page, text.slice(0, from) + shown + text.slice(text.indexOf(end)));
    expect(readFileSync(page, 'utf8')).toContain(start + shown + end);
  });

  it('rings for nobody', () => {
    expect(world.discord.pings()).toEqual([]);
  });

  describe('with answers that take their time', () => {
    let channel: string;
    let eve: string;

    beforeAll(() => {
      channel = world.discord.addChannel({ name: 'team' });
      eve = world.discord.addUser({ name: 'eve' });
      world.model.respond((request) => {
        if (!request.messages.some((message) => textOf(message).includes('<passage>')))
          return answer('From when on do I need a note when I am sick?');
        const text = /note/.test(questionIn(request)) ? note : report;
        return answer(citePassages(request, text), { tokensPerSecond: 25 });
      });
    });

    it('answers a mention in a thread of its own, growing, with footnotes; follow-ups there need no mention', async () => {
      const { discord } = world;
      const text = 'How do I report sick leave?';
      const asked = discord.mention({ channel, user: eve, text });
      const turn = await turnInState(world, { id: discordTurnId(asked.message), state: 'done' });
      const thread = discord.thread(asked.message);
      expect(thread).toMatchObject({ name: text, parent: channel, owner: discord.bot.id });
      const [reply, ...more] = discord.botMessages(asked.message);
      expect(more).toEqual([]);
      expect(reply?.text).toMatch(
        /^Tell your team lead before 09:30 on the first day \[\[1\]\]\(https:.+\n\n\*\*Sources\*\*\n1\. \[/s,
      );
      expect(turn.parts).toEqual([{ index: 0, platformId: reply?.id }]);
      expect(reply?.suppressesEmbeds).toBe(true);
      const growth = discord
        .growth(asked.message, reply?.id ?? '')
        .filter((shown) => /^Tell/.test(shown));
      expect(growth.length).toBeGreaterThanOrEqual(3);
      for (const [index, shown] of growth.slice(0, -1).entries())
        expect(growth[index + 1]?.startsWith(shown.slice(0, 20))).toBe(true);

      const followUp = discord.post({
        channel: asked.message,
        user: eve,
        text: 'And from when on a note?',
      });
      await turnInState(world, { id: discordTurnId(followUp.message), state: 'done' });
      expect(discord.botMessages(asked.message).at(-1)?.text).toMatch(
        /^In Leeds from the eighth day on/,
      );
      expect(discord.pings()).toEqual([]);
    });

    it('answers in a direct message, and what follows belongs to the same conversation', async () => {
      const { discord } = world;
      const first = discord.directMessage({ user: eve, text: 'How do I report sick leave?' });
      const one = await turnInState(world, { id: discordTurnId(first.message), state: 'done' });
      const second = discord.directMessage({ user: eve, text: 'And from when on a note?' });
      const two = await turnInState(world, { id: discordTurnId(second.message), state: 'done' });
      expect(two.conversationId).toBe(one.conversationId);
      expect(discord.botMessages(first.channel)).toHaveLength(2);
    });

    it('answers a command in its own response', async () => {
      const { discord } = world;
      const sent = discord.slashCommand({
        ...{ channel, user: eve, name: 'ask' },
        options: { question: 'How do I report sick leave?' },
      });
      await discord.waitFor(
        () => discord.interaction(sent.id).response?.text.includes('**Sources**'),
        { timeoutMs: 20_000, what: 'the answer in the response' },
      );
      const { ackMs = 0, ackType, response } = discord.interaction(sent.id);
      expect(ackType).toBe(5);
      expect(ackMs).toBeLessThan(3_000);
      expect(response?.onlyFor).toBeUndefined();
      expect(discord.pings()).toEqual([]);
    });

    it('is rated and shows its passages by its buttons', async () => {
      const { discord } = world;
      const asked = discord.mention({ channel, user: eve, text: 'How do I report sick leave?' });
      await turnInState(world, { id: discordTurnId(asked.message), state: 'done' });
      const message = discord.botMessages(asked.message)[0]?.id ?? '';
      const where = { channel: asked.message, message, user: eve };
      discord.press({ ...where, label: 'Not helpful' });
      await discord.waitFor(() => discord.modalOf(eve) !== undefined);
      discord.press({ ...where, label: 'Show passages' });
      await discord.waitFor(() =>
        discord.ephemerals(eve).some(({ embeds }) => /Sick leave/.test(JSON.stringify(embeds))),
      );
      const { turns } = await world.openStore();
      const rating = await until(
        async () => {
          const turn = await turns.getTurn(discordTurnId(asked.message));
          return Object.values(turn?.ratings ?? {})[0];
        },
        { what: 'the rating is stored' },
      );
      expect(rating).toMatchObject({ rater: eve, helpful: false });
    });
  });
});
