import { expect, test } from 'vitest';
import type { Chunk } from '../../../../src/domain/chunk.ts';
import {
  createQuoteModel,
  quoteModelSays,
} from '../../../../src/drivers/quote-model/quote-model.ts';
import { buildChunk } from '../../../fakes/build.ts';
import { createFakeEmbedder } from '../../../fakes/fake-embedder.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';

const setUp = () => {
  const embedder = createFakeEmbedder(['days of leave', 'lapse', 'vpn']);
  const log = createRecordingLog();
  const model = createQuoteModel({ embedder, log });
  const ask = async (question: string, chunks: readonly Chunk[]): Promise<readonly string[]> => {
    const texts: string[] = [];
    const request = { messages: [], maxOutputTokens: 64, grounding: { question, chunks } };
    for await (const event of model.stream(request, { signal: new AbortController().signal }))
      if (event.type === 'text') texts.push(event.text);
    return texts;
  };
  return { embedder, log, model, ask };
};

const leave = buildChunk({
  text: 'Everybody has 28 days of leave. Unused days lapse in March.',
  place: { titlePath: ['Leave'], anchor: '', line: 1 },
});
const vpn = buildChunk({
  documentTitle: 'VPN',
  text: '| Error | Remedy |\n| --- | --- |\n| Error 691 | sign in again |\n| Error 809 | use TCP |',
  place: { titlePath: ['VPN'], anchor: '', line: 1 },
});

test('says that it only quotes, then quotes word for word with the passage’s number', async () => {
  const { ask } = setUp();
  expect(await ask('How many days of leave do we have?', [vpn, leave])).toEqual([
    quoteModelSays.quotesOnly,
    '\n\nEverybody has 28 days of leave. [ID:1]',
  ]);
});

test('puts the mark of a table row below the table', async () => {
  const { ask } = setUp();
  expect((await ask('VPN error 809', [vpn, leave])).join('')).toBe(
    `${quoteModelSays.quotesOnly}\n\n| Error | Remedy |\n| --- | --- |\n| Error 809 | use TCP |\n\n[ID:0]`,
  );
});

test('quotes at most three, in the order of the passages', async () => {
  const { ask } = setUp();
  const again = ['First', 'Second', 'Third', 'Fourth'].map((word) =>
    buildChunk({ text: `${word}: everybody has leave.` }),
  );
  const quotes = await ask('Who has leave?', again);
  expect(quotes.slice(1)).toEqual([
    '\n\nFirst: everybody has leave. [ID:0]',
    '\n\nSecond: everybody has leave. [ID:1]',
    '\n\nThird: everybody has leave. [ID:2]',
  ]);
});

test.each([
  ['asks for something else', 'How much leave is sold at the auction?'],
  ['asks about somewhere else', 'How many days of leave in Singapore?'],
  ['has nothing to do with it', 'Who won the cup?'],
])('says that it found nothing when the question %s', async (_case, question) => {
  const { ask } = setUp();
  expect(await ask(question, [leave])).toEqual([quoteModelSays.nothingFits]);
});

test('says what it can do when it is given nothing', async () => {
  const { model } = setUp();
  const events: unknown[] = [];
  const request = { messages: [{ role: 'user', content: 'hi' } as const], maxOutputTokens: 64 };
  for await (const event of model.stream(request, { signal: new AbortController().signal }))
    events.push(event);
  expect(events).toEqual([
    { type: 'text', text: quoteModelSays.canDo },
    { type: 'usage', promptTokens: 0, completionTokens: 0 },
    { type: 'finish', reason: 'stop' },
  ]);
});

test('goes by words when the embedder fails, and says so to the operator', async () => {
  const { ask, embedder, log } = setUp();
  embedder.fail('model_unavailable');
  expect((await ask('How many days of leave?', [vpn, leave])).join('')).toContain(
    'Everybody has 28 days of leave. [ID:1]',
  );
  expect(log.lines).toContainEqual({
    level: 'warn',
    event: 'embedding failed, quoting by words',
    details: { code: 'model_unavailable' },
  });
});

test('answers a Chinese question by words', async () => {
  const { ask } = setUp();
  const chunk = buildChunk({ text: '访客必须提前两天登记。紧急情况请拨打分机。' });
  expect((await ask('访客要提前几天登记？', [chunk])).at(-1)).toBe(
    '\n\n访客必须提前两天登记。 [ID:0]',
  );
});

test('rejects with the reason when the signal aborts while it embeds', async () => {
  const { embedder, model } = setUp();
  embedder.hang();
  const controller = new AbortController();
  const reason = new Error('the turn was cancelled');
  const request = {
    messages: [],
    maxOutputTokens: 64,
    grounding: { question: 'leave?', chunks: [leave] },
  };
  const next = model.stream(request, { signal: controller.signal })[Symbol.asyncIterator]().next();
  controller.abort(reason);
  await expect(next).rejects.toBe(reason);
});
