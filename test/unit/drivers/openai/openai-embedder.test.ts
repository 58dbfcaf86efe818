import { afterEach, expect, test } from 'vitest';
import {
  createOpenAiEmbedder,
  type OpenAiEmbedderDeps,
} from '../../../../src/drivers/openai/openai-embedder.ts';
import { refusals } from '../../../fakes/openai/refusals.ts';
import {
  type FakeOpenAiOptions,
  startFakeOpenAi,
} from '../../../fakes/openai/start-fake-open-ai.ts';
import { sendJson, startRawServer } from './start-raw-server.ts';
import { createWatchedClock } from './watched-clock.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const onFake = async (
  options: FakeOpenAiOptions = {},
  settings: Partial<OpenAiEmbedderDeps> = {},
) => {
  const server = await startFakeOpenAi(options);
  open.push(server);
  const clock = createWatchedClock();
  const { baseUrl } = server;
  return {
    server,
    clock,
    embedder: createOpenAiEmbedder({ baseUrl, model: 'fake-embedding', clock, ...settings }),
  };
};

const onRaw = async (respond: (texts: readonly string[]) => unknown) => {
  const server = await startRawServer((response, body) =>
    sendJson(response, 200, respond(body['input'] as readonly string[])),
  );
  open.push(server);
  const clock = createWatchedClock();
  return createOpenAiEmbedder({ baseUrl: server.baseUrl, model: 'any', clock });
};

test('asks for at most 32 texts at once, as floats, and leaves blank ones out', async () => {
  const { server, embedder } = await onFake();
  const vectors = await embedder.embed([
    '',
    ...Array.from({ length: 40 }, (_, at) => `text ${at}`),
  ]);
  expect(vectors).toHaveLength(41);
  expect(
    server.requests('embeddings').map(({ body }) => (body['input'] as unknown[]).length),
  ).toEqual([32, 8]);
  expect(server.requests('embeddings')[0]?.body['encoding_format']).toBe('float');
});

test('asks nobody for blank texts alone', async () => {
  const { server, embedder } = await onFake();
  expect(await embedder.embed(['', ' '])).toEqual([undefined, undefined]);
  expect(server.requests()).toEqual([]);
});

test('puts vectors back into the order of the texts, at unit length', async () => {
  const embedder = await onRaw(() => ({
    data: [
      { index: 1, embedding: [0, 5] },
      { index: 0, embedding: [3, 4] },
    ],
  }));
  const [first, second] = await embedder.embed(['a', 'b']);
  expect([...(first ?? [])]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
  expect([...(second ?? [])]).toEqual([0, 1]);
});

test('trusts the order where the server gives no index', async () => {
  const embedder = await onRaw(() => ({ data: [{ embedding: [1, 0] }, { embedding: [0, 1] }] }));
  expect((await embedder.embed(['a', 'b'])).map((vector) => [...(vector ?? [])])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('has no vector where the server gives one without direction', async () => {
  const embedder = await onRaw(() => ({ data: [{ index: 0, embedding: [0, 0] }] }));
  expect(await embedder.embed(['a'])).toEqual([undefined]);
});

test.each([
  ['too few vectors', { data: [{ index: 0, embedding: [1] }] }],
  [
    'an index twice',
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [1] },
      ],
    },
  ],
  [
    'an index beyond',
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 7, embedding: [1] },
      ],
    },
  ],
  [
    'different lengths',
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 1, embedding: [1, 0] },
      ],
    },
  ],
  ['another shape', { vectors: [] }],
])('refuses %s', async (_name, body) => {
  const embedder = await onRaw(() => body);
  await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({
    code: 'model_protocol_invalid',
  });
});

test('refuses vectors of another length than before', async () => {
  let calls = 0;
  const embedder = await onRaw(() => {
    calls += 1;
    return { data: [{ index: 0, embedding: calls === 1 ? [1, 0] : [1, 0, 0] }] };
  });
  await embedder.embed(['a']);
  await expect(embedder.embed(['a'])).rejects.toMatchObject({
    code: 'model_protocol_invalid',
    details: { dimensions: 3, expected: 2 },
  });
});

test('asks for shorter vectors when told to, and says so in its name', async () => {
  const { embedder } = await onFake(
    { embeddingModels: { short: { dimensions: 256, canShorten: true } } },
    { model: 'short', dimensions: 64 },
  );
  expect(embedder.model).toBe('short@64');
  expect((await embedder.embed(['a']))[0]).toHaveLength(64);
});

test('tries again after the time that the server names', async () => {
  const { server, embedder, clock } = await onFake();
  server.refuseEmbeddings(refusals.rateLimited({ retryAfterS: 3 }));
  const embedding = embedder.embed(['a']);
  await clock.whenAsleepFor(3_000);
  await clock.advance(3_000);
  expect(await embedding).toHaveLength(1);
});

test.each([
  ['model_not_found', refusals.modelNotFound()],
  ['model_context_overflow', refusals.contextLengthExceeded()],
])('gives up at once on %s', async (code, refusal) => {
  const { server, embedder } = await onFake();
  server.refuseEmbeddings(refusal);
  await expect(embedder.embed(['a'])).rejects.toMatchObject({ code });
  expect(server.requests('embeddings')).toHaveLength(1);
});

test('is model_stalled after 60 s without an answer', async () => {
  const { server, embedder, clock } = await onFake();
  const stop = server.stopAt({ kind: 'embeddings', call: 1 });
  const embedding = expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'model_stalled' });
  await stop.reached;
  await clock.advance(60_000);
  await embedding;
});

test('closes the connection when the signal aborts', async () => {
  const { server, embedder } = await onFake();
  const stop = server.stopAt({ kind: 'embeddings', call: 1 });
  const controller = new AbortController();
  const reason = new Error('the worker shuts down');
  const embedding = embedder.embed(['a'], { signal: controller.signal });
  await stop.reached;
  controller.abort(reason);
  await expect(embedding).rejects.toBe(reason);
  expect((await server.until(({ endedMs }) => endedMs !== undefined)).aborted).toBe(true);
});
