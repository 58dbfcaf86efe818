/** Whatever an OpenAI-compatible endpoint fails with, nothing that it was sent or said gets out. */
import { expect, test } from 'vitest';
import { createOpenAiChatModel } from '../../src/drivers/openai/openai-chat-model.ts';
import { createOpenAiEmbedder } from '../../src/drivers/openai/openai-embedder.ts';
import type { ChatModelEvent, ChatModelRequest } from '../../src/ports/chat-model.ts';
import { canaries, canariesIn } from './canaries.ts';
import { createFastClock } from './fast-clock.ts';
import { type HostileAnswer, startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

const request: ChatModelRequest = {
  messages: [
    { role: 'system', content: `${canaries.title} ${canaries.heading} ${canaries.document}` },
    { role: 'user', content: canaries.earlierQuestion },
    { role: 'assistant', content: canaries.earlierAnswer },
    { role: 'user', content: canaries.question },
  ],
  maxOutputTokens: 100,
};

const statuses = [400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503];

const firstWord = canaries.question.slice(0, canaries.question.indexOf(' '));

/** Ways to word an error; all shapes are in use. */
const errorBodies: Readonly<Record<string, (echo: string) => string>> = {
  "OpenAI's": (echo) =>
    JSON.stringify({ error: { message: echo, type: echo, param: echo, code: echo } }),
  'a sentence below `error`': (echo) => JSON.stringify({ error: echo }),
  "older vLLM's": (echo) => JSON.stringify({ object: 'error', message: echo, code: 400 }),
  "FastAPI's": (echo) => JSON.stringify({ detail: [{ loc: ['body'], msg: echo, input: echo }] }),
  'plain text': (echo) => echo,
  'a page': (echo) => `<html><title>${echo}</title></html>`,
  nothing: () => '',
  'a key as the code': () => JSON.stringify({ error: { message: '', code: canaries.openAiKey } }),
  'a key as the body': () => canaries.openAiKey,
  'a word of the question as the code': () =>
    JSON.stringify({ error: { message: '', code: firstWord } }),
  'a word of the question as the body': () => firstWord,
};

const line = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const textOf = (content: string): string => line({ choices: [{ delta: { content } }] });
const sse = { 'content-type': 'text/event-stream' };

/** What a 200 can still be. */
const broken: readonly (readonly [string, HostileAnswer])[] = [
  ['garbage', { body: (echo) => `data: {"choices": ${echo}\n\n` }],
  ['another shape', { body: (echo) => line({ choices: echo }) }],
  ['another type of text', { body: (echo) => line({ choices: [{ delta: { content: [echo] } }] }) }],
  ['no stream at all', { body: (echo) => JSON.stringify({ object: 'chat.completion', echo }) }],
  ['a page', { headers: { 'content-type': 'text/html' }, body: (echo) => `<html>${echo}` }],
  ['a refusal', { body: (echo) => line({ choices: [{ delta: { refusal: echo } }] }) }],
  ['an error at once', { body: (echo) => line({ error: { message: echo, code: echo } }) }],
  ['an error event', { body: (echo) => `event: error\n${line({ message: echo })}` }],
  ['an error of words alone', { body: (echo) => line({ error: echo }) }],
  ['an early end', { body: () => ': nothing\n\n', ending: 'cut' }],
  ['false compression', { headers: { 'content-encoding': 'gzip' } }],
  ['a redirect', { status: 307, headers: { location: `/?${canaries.openAiKey}` } }],
  ['silence', { body: () => ': nothing\n\n', ending: 'hang' }],
];

/** After the first text the stream ends as unfinished, with a line in the log. */
const brokenLate: readonly (readonly [string, HostileAnswer])[] = [
  ['garbage', { body: (echo) => `${textOf(canaries.answer)}data: {"choices": ${echo}\n\n` }],
  ['another shape', { body: (echo) => textOf(canaries.answer) + line({ choices: echo }) }],
  [
    'an error',
    { body: (echo) => textOf(canaries.answer) + line({ error: { message: echo, code: echo } }) },
  ],
  ['an early end', { body: () => textOf(canaries.answer), ending: 'cut' }],
  ['silence', { body: () => textOf(canaries.answer), ending: 'hang' }],
];

const set = async () => {
  const witness = createWitness();
  const server = await startHostileServer();
  const endpoint = {
    baseUrl: `${server.url}/v1`,
    apiKey: canaries.openAiKey,
    clock: createFastClock(200),
  };
  const model = createOpenAiChatModel({
    ...endpoint,
    model: 'chat',
    contextTokens: 8_192,
    maxOutputTokens: 512,
    limits: { firstTokenMs: 40_000, silenceMs: 20_000 },
    log: witness.log,
  });
  const embedder = createOpenAiEmbedder({ ...endpoint, model: 'embedding' });
  const ask = async () => {
    const events: ChatModelEvent[] = [];
    const signal = AbortSignal.timeout(10_000);
    for await (const event of model.stream(request, { signal })) events.push(event);
    return events;
  };
  const embed = () => embedder.embed([canaries.question, canaries.document]);
  return { witness, server, ask, embed };
};

test.each(Object.entries(errorBodies))('a refusal with %s', async (_how, body) => {
  const { witness, server, ask, embed } = await set();
  for (const status of statuses) {
    server.answer({ status, body });
    await witness.fails(ask());
    await witness.fails(embed());
  }
  expect(server.sent.length).toBeGreaterThanOrEqual(2 * statuses.length);
  expect(witness.leaks()).toEqual([]);
});

test.each(broken)('a stream, and vectors, that are %s', async (_how, answer) => {
  const { witness, server, ask, embed } = await set();
  server.answer({ headers: sse, ...answer });
  await witness.fails(ask());
  await witness.fails(embed());
  expect(witness.leaks()).toEqual([]);
});

test.each(brokenLate)('a stream that ends in %s after the first words', async (_how, answer) => {
  const { witness, server, ask } = await set();
  server.answer({ headers: sse, ...answer });
  expect((await ask()).at(-1)).toEqual({ type: 'finish', reason: 'stalled' });
  expect(witness.lines).toHaveLength(1);
  expect(witness.leaks()).toEqual([]);
});

test.each([
  ['words', (echo: string) => ({ data: [{ index: 0, embedding: echo }] })],
  ['too few', () => ({ data: [{ index: 0, embedding: [1] }] })],
  ['of two lengths', () => ({ data: [{ embedding: [1] }, { embedding: [1, 0] }] })],
])('vectors that are %s', async (_how, body) => {
  const { witness, server, embed } = await set();
  server.answer({ body: (echo) => JSON.stringify(body(echo)) });
  await witness.fails(embed());
  expect(witness.leaks()).toEqual([]);
});

test('an endpoint that is not there', async () => {
  const { witness } = await set();
  const away = {
    baseUrl: `http://user:${canaries.openAiKey}@127.0.0.1:9/v1`,
    clock: createFastClock(200),
  };
  const embedder = createOpenAiEmbedder({ ...away, model: 'embedding' });
  await witness.fails(embedder.embed([canaries.question]));
  const unreachable = createOpenAiEmbedder({
    ...away,
    baseUrl: 'http://127.0.0.1:9/v1',
    apiKey: canaries.openAiKey,
    model: 'embedding',
  });
  await witness.fails(unreachable.embed([canaries.question]));
  expect(witness.leaks()).toEqual([]);
});

test('the endpoint of these tests has the words to leak', async () => {
  const { server, ask } = await set();
  server.answer({ status: 400 });
  await ask().catch(() => undefined);
  expect(canariesIn(server.sent[0] ?? '')).toEqual(
    expect.arrayContaining(['question', 'document', 'earlierAnswer', 'openAiKey', 'vendor']),
  );
});
