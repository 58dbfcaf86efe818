/** A long answer over the whole way to Discord: what stands in the thread and in `answer.md`, put together, is what one endless message would hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMarkdownDialect } from '../../../adapters/discord/markdown-dialect.ts';
import { neutralisedLengthChars } from '../../../adapters/discord/neutralise.ts';
import { emptyReference } from '../../../src/domain/reference.ts';
import { discordTurnId } from '../../../src/domain/turn-id.ts';
import { renderFinal } from '../../../src/reply/render-final.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { joinReply } from '../../unit/reply/join-parts.ts';
import { answerOf } from '../../unit/reply/long-answer.ts';
import { questionIn } from './cite-passages.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import { turnInState } from './stored-turns.ts';

const lengths = [1_000, 6_000, 30_000, 100_000];

/** As the model writes it; a link that no source has would be taken out. */
const written = (lengthChars: number): string =>
  answerOf(lengthChars).replaceAll(/\[a link\]\([^)]*\)/g, 'a page');

const discordSize = {
  ...{ measure: neutralisedLengthChars, maxPart: 2_000, maxParts: 5 },
  openDialect: createMarkdownDialect,
};
/** One message without end. */
const unsplitSize = { ...discordSize, maxPart: 10_000_000, maxParts: 1 };

describe('a long answer on Discord', () => {
  let world: DiscordWorld;
  let channel: string;
  let ada: string;

  beforeAll(async () => {
    world = await startDiscordWorld({ testFileUrl: import.meta.url, leaseMs: 30_000 });
    channel = world.discord.addChannel({ name: 'people' });
    ada = world.discord.addUser({ name: 'ada' });
    world.model.respond((request) => {
      const [, length] = /in (\d+) characters/.exec(questionIn(request)) ?? [];
      return answer(written(Number(length)), { framing: { eventsPerWrite: 50 } });
    });
    await Promise.all([world.startWorker(), world.startDiscord()]);
    await world.discord.waitFor(() => world.discord.sessions().some((one) => one.isConnected));
  });
  afterAll(() => world?.close());

  it.each(
    lengths,
  )('of %i characters is whole: messages and file joined are the unsplit answer', async (length) => {
    const { discord } = world;
    const text = `How do I report sick leave? Tell me in ${length} characters.`;
    const { message: thread } = discord.mention({ channel, user: ada, text });
    const turn = await turnInState(
      world,
      { id: discordTurnId(thread), state: 'done' },
      { timeoutMs: 90_000 },
    );
    expect(turn.answer?.text).toBe(written(length));
    const messages = discord.botMessages(thread).filter(({ files }) => files.length === 0);
    const [file, ...more] = discord.files(thread);
    expect(more).toEqual([]);
    const shown = { text: turn.answer?.text ?? '', reference: turn.reference ?? emptyReference };
    const whole = renderFinal(shown, unsplitSize);
    const cut = renderFinal(shown, discordSize);
    expect(whole.file).toBeUndefined();
    expect(joinReply(cut)).toBe(whole.parts.join(''));
    // Discord takes the white space off both ends of a message.
    const parts = messages.map((one) => one.text);
    expect(parts).toEqual(cut.parts.map((part) => part.trim()));
    expect(file?.text).toBe(cut.file?.text);
    expect(messages.length).toBeLessThanOrEqual(5);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(2_000);
    for (const part of parts) expect(part.match(/^ *```/gm)?.length ?? 0).toSatisfy(isEven);
    // A table stands as aligned text in a fence, none as pipes.
    expect(parts.join('\n')).toMatch(/```\nname +days +说明\n/);
    expect(parts.join('\n')).not.toMatch(/^\| ?-/m);
  });
});

const isEven = (count: number): boolean => count % 2 === 0;
