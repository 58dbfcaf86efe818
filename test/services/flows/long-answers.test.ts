/** Long answers over the whole way: what stands in the thread and in `answer.md`, put together, is what one endless message would hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyReference } from '../../../src/domain/reference.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import { renderFinal } from '../../../src/reply/render-final.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import type { SeenMessage } from '../../fakes/slack/timeline.ts';
import { joinReply } from '../../unit/reply/join-parts.ts';
import { answerOf } from '../../unit/reply/long-answer.ts';
import { questionIn } from './cite-passages.ts';
import { turnIdOf, turnInState } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const channel = 'C0PEOPLE';
const user = 'U0ADA';
const lengths = [3_000, 40_000, 100_000];

/** As the model writes it; a link that no source has would be taken out. */
const written = (lengthChars: number): string =>
  answerOf(lengthChars).replaceAll(/\[a link\]\([^)]*\)/g, 'a page');

/** The Markdown of a message, as Slack shows it. */
const markdownOf = ({ blocks = [] }: SeenMessage): string =>
  blocks
    .filter(({ type }) => type === 'markdown')
    .map((block) => String(block['text']).replaceAll('&lt;', '<'))
    .join('\n\n');

/** The same answer in a message without end. */
const unsplit = ({ answer: stored, reference = emptyReference }: Turn): string => {
  const size = { measure: (text: string) => text.length, maxPart: 10_000_000, maxParts: 1 };
  const { parts, file } = renderFinal({ text: stored?.text ?? '', reference }, size);
  expect(file).toBeUndefined();
  return parts.join('');
};

describe('a long answer', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ testFileUrl: import.meta.url, leaseMs: 30_000 });
    world.slack.addChannel({ id: channel, name: 'people' });
    world.slack.addUser({ id: user, name: 'ada' });
    world.model.respond((request) => {
      const [, length] = /in (\d+) characters/.exec(questionIn(request)) ?? [];
      return answer(written(Number(length)), { framing: { eventsPerWrite: 50 } });
    });
    await Promise.all([world.startWorker(), world.startApi()]);
  });
  afterAll(() => world?.close());

  it.each(
    lengths,
  )('of %i characters is whole: messages and file joined are the unsplit answer', async (length) => {
    const { slack } = world;
    const text = `How do I report sick leave? Tell me in ${length} characters.`;
    const asked = await slack.mention({ channel, user, text, retries: true });
    const turn = await turnInState(
      world,
      { id: turnIdOf(world, asked), state: 'done' },
      { timeoutMs: 90_000 },
    );
    expect(turn.answer?.text).toBe(written(length));
    expect(turn.answer?.unfinished).toBeUndefined();

    const messages = slack
      .botMessages(channel, asked.threadTs)
      .filter(({ files = [] }) => files.length === 0);
    const [file, ...more] = slack
      .files(channel)
      .filter(({ threadTs }) => threadTs === asked.threadTs);
    expect(more).toEqual([]);
    const joined = joinReply({
      parts: messages.map(markdownOf),
      ...(file !== undefined && { file }),
    });
    expect(joined).toBe(unsplit(turn));
    expect(messages.map(({ ts }) => ts)).toEqual(
      turn.parts.filter(({ kind }) => kind === undefined).map(({ platformId }) => platformId),
    );
    expect(messages.length).toBeLessThanOrEqual(5);
  });
});
