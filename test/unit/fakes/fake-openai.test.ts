/** Holds that the fake of an OpenAI-compatible server is as strict, and as broken, as its scripts say. */
import { createParser } from 'eventsource-parser';
import OpenAI, { APIConnectionError, APIUserAbortError } from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { answerFromKnowledge } from '../../fakes/openai/answer-from-knowledge.ts';
import { answer, splitTokens } from '../../fakes/openai/chat-script.ts';
import { hashedVector } from '../../fakes/openai/embeddings.ts';
import { refusals } from '../../fakes/openai/refusals.ts';
import { type FakeOpenAiOptions, startFakeOpenAi } from '../../fakes/openai/start-fake-open-ai.ts';

const question = {
  model: 'fake-chat',
  messages: [{ role: 'user' as const, content: 'How many days of leave do I have?' }],
};

describe('the openai SDK', () => {
  test('streams the default answer and its usage', async () => {
    const { client } = await start({ answer: 'You have 30 days [ID:2].' });
    const stream = await client.chat.completions.create({
      ...question,
      ...{ stream: true, stream_options: { include_usage: true } },
    });
    const deltas: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      usage ??= chunk.usage;
      deltas.push(chunk.choices[0]?.delta.content ?? '');
    }
    expect(deltas.join('')).toBe('You have 30 days [ID:2].');
    expect(deltas).toContain('ID');
    expect(usage).toEqual({ prompt_tokens: 13, completion_tokens: 10, total_tokens: 23 });
  });

  test('reads a whole answer', async () => {
    const { fake, client } = await start();
    fake.script(answer('Yes.', { reasoning: 'Let me see.', finishReason: 'length' }));
    const { choices, usage } = await client.chat.completions.create(question);
    expect(choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { role: 'assistant', content: 'Yes.', reasoning_content: 'Let me see.' },
    });
    expect(usage?.completion_tokens).toBe(6);
  });

  test('reads vectors in base64, its default, and as floats', async () => {
    const { client } = await start();
    const input = ['Annual leave', 'annual LEAVE policy', 'deploy on Friday'];
    const model = 'fake-embedding';
    const packed = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: 'float' });

    const [leave = [], policy = [], deploy = []] = packed.data.map(({ embedding }) => embedding);
    expect(leave).toHaveLength(256);
    expect(dot(leave, leave)).toBeCloseTo(1);
    expect(dot(leave, policy)).toBeGreaterThan(dot(leave, deploy) + 0.5);
    expect(plain.data.map(({ embedding }) => embedding)).toEqual([leave, policy, deploy]);
    expect(packed.usage).toEqual({ prompt_tokens: 8, total_tokens: 8 });
  });

  test('lists the models', async () => {
    const { client } = await start();
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['fake-chat', 'fake-reasoner', 'fake-embedding']);
  });

  test('throws what is sent as an error in mid-stream', async () => {
    const { fake, client } = await start();
    const { error } = refusals.serverError();
    fake.script({
      steps: [
        { type: 'text', text: 'Half' },
        { type: 'error', error },
      ],
    });
    const stream = await client.chat.completions.create({ ...question, stream: true });
    const seen: unknown[] = [];
    const read = async () => {
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content);
    };
    await expect(read()).rejects.toThrow('error while processing');
    expect(seen).toEqual(['', 'Half']);
  });

  test('throws when the connection is dropped before the response', async () => {
    const { fake, client } = await start();
    fake.script({ steps: [], ending: 'drops' });
    const call = client.chat.completions.create({ ...question, stream: true });
    await expect(call).rejects.toThrow(APIConnectionError);
    expect(fake.requests('chat')[0]).toMatchObject({ aborted: false, chunks: 0 });
  });
});

describe('refusals', () => {
  test.each([
    ['a missing model', { messages: question.messages }, 400, null],
    ['an unknown model', { ...question, model: 'gpt-0' }, 404, 'model_not_found'],
    ['a model that only embeds', { ...question, model: 'fake-embedding' }, 404, 'model_not_found'],
    ['missing messages', { model: 'fake-chat' }, 400, 'missing_required_parameter'],
    ['no message', { ...question, messages: [] }, 400, 'empty_array'],
    ['an unknown role', withMessage({ role: 'bot', content: '' }), 400, 'invalid_value'],
    ['a message without content', withMessage({ role: 'user' }), 400, 'invalid_type'],
    ['an unknown field', { ...question, top_k: 4 }, 400, null],
    ['stream_options without stream', { ...question, stream_options: {} }, 400, null],
    ['a temperature of 3', { ...question, temperature: 3 }, 400, 'decimal_above_max_value'],
    ['max_tokens of 0', { ...question, max_tokens: 0 }, 400, 'integer_below_min_value'],
    [
      'both limits of the output',
      { ...question, max_tokens: 9, max_completion_tokens: 9 },
      ...([400, 'invalid_parameter_combination'] as const),
    ],
    [
      'a temperature for a model that has none',
      { ...question, model: 'fake-reasoner', temperature: 0.1 },
      ...([400, 'unsupported_value'] as const),
    ],
    [
      'max_tokens for a newer model',
      { ...question, model: 'fake-reasoner', max_tokens: 9 },
      ...([400, 'unsupported_parameter'] as const),
    ],
  ])('%s', async (_name, body, status, code) => {
    const { post } = await start();
    const response = await post('/chat/completions', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  test.each([
    ['no input', { model: 'fake-embedding' }, 400],
    ['an empty text', { model: 'fake-embedding', input: ['a', ''] }, 400],
    ['other dimensions', { model: 'fake-embedding', input: 'a', dimensions: 8 }, 400],
    ['an unknown encoding', { model: 'fake-embedding', input: 'a', encoding_format: 'hex' }, 400],
    ['a model that only chats', { model: 'fake-chat', input: 'a' }, 404],
  ])('an embedding of %s', async (_name, body, status) => {
    const { post } = await start();
    expect((await post('/embeddings', body)).status).toBe(status);
  });

  test('a body that is no JSON, and a path that is not there', async () => {
    const { fake, post } = await start();
    const broken = await fetch(`${fake.baseUrl}/chat/completions`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
    expect((await post('/completions', question)).status).toBe(404);
  });

  test('a prompt and an output that are more than the context', async () => {
    const { post } = await start({ chatModels: { small: { contextTokens: 19 } } });
    const fits = await post('/chat/completions', { ...question, model: 'small', max_tokens: 6 });
    const over = await post('/chat/completions', { ...question, model: 'small', max_tokens: 7 });
    expect(fits.status).toBe(200);
    expect(over.status).toBe(400);
    expect(await over.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  test('stream_options, by an old server', async () => {
    const { post } = await start({ refusesStreamOptions: true });
    const body = { ...question, stream: true, stream_options: { include_usage: true } };
    const refused = await post('/chat/completions', body);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('stream_options');
    expect((await post('/chat/completions', { ...question, stream: true })).status).toBe(200);
  });

  test('a wrong key, and none', async () => {
    const { fake, post } = await start({ apiKey: 'sk-the-right-key' });
    const wrong = await post('/chat/completions', question, { authorization: 'Bearer sk-wrong' });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
    expect((await fetch(`${fake.baseUrl}/models`)).status).toBe(401);
    const right = { authorization: 'Bearer sk-the-right-key' };
    expect((await post('/chat/completions', question, right)).status).toBe(200);
  });

  test('those that a script asks for, one call each', async () => {
    const { fake, post } = await start();
    fake.script(
      ...[refusals.rateLimited({ retryAfterS: 2, retryAfterMs: 1_500 }), refusals.overloaded()],
      ...[refusals.insufficientQuota(), refusals.contextLengthExceeded(), refusals.serverError()],
    );
    const limited = await post('/chat/completions', question);
    expect(limited.headers.get('retry-after')).toBe('2');
    expect(limited.headers.get('retry-after-ms')).toBe('1500');
    const statuses: number[] = [limited.status];
    for (let call = 0; call < 5; call += 1) {
      statuses.push((await post('/chat/completions', question)).status);
    }
    expect(statuses).toEqual([429, 503, 429, 400, 500, 200]);

    fake.refuseEmbeddings(refusals.serverError());
    const input = { model: 'fake-embedding', input: 'leave' };
    expect((await post('/embeddings', input)).status).toBe(500);
    expect((await post('/embeddings', input)).status).toBe(200);
  });
});

describe('a stream', () => {
  test('begins with the role alone and ends with reason, usage and [DONE]', async () => {
    const { fake, stream } = await start();
    fake.script(answer('Hi you', { reasoning: 'Hm', usage: 'always', finishReason: 'length' }));
    expect(shape(await stream())).toEqual([
      '{"role":"assistant","content":""}',
      '{"reasoning_content":"Hm"}',
      '{"content":"Hi"}',
      '{"content":" you"}',
      '{} length',
      'usage 13+3',
      '[DONE]',
    ]);
  });

  test.each([
    ['asked', true, true],
    ['asked', false, false],
    ['never', true, false],
    ['always', false, true],
  ] as const)('with usage %s and include_usage %s has usage: %s', async (usage, asks, has) => {
    const { fake, stream } = await start();
    fake.script(answer('Hi', { usage }));
    const events = await stream(asks ? { stream_options: { include_usage: true } } : {});
    expect(events.some((event) => event.includes('"usage":{'))).toBe(has);
  });

  test('repeats all its text in every chunk when it is cumulative', async () => {
    const { fake, stream } = await start();
    fake.script(answer('One two.', { cumulative: true, roleFirst: false, ending: 'no-done' }));
    expect(shape(await stream())).toEqual([
      ...['{"content":"One"}', '{"content":"One two"}', '{"content":"One two."}', '{} stop'],
    ]);
  });

  test('may hold comments, chunks without a choice and tool calls', async () => {
    const { fake, stream } = await start();
    fake.script({
      steps: [
        { type: 'comment', text: 'PROCESSING' },
        { type: 'empty-choices' },
        { type: 'tool-call', name: 'search', argumentsJson: '{"q":1}' },
      ],
    });
    const events = await stream();
    expect(shape(events).slice(0, 2)).toEqual([...[': PROCESSING', 'no choice']]);
    expect(events[3]).toContain('"name":"search"');
    expect(shape(events).at(-2)).toBe('{} tool_calls');
  });

  test('may just end', async () => {
    const { fake, stream } = await start();
    fake.script(answer('Half', { ending: 'ends', roleFirst: false }));
    expect(shape(await stream())).toEqual(['{"content":"Half"}']);
  });

  test('may be dropped after the text was sent', async () => {
    const { fake, open } = await start();
    fake.script(answer('Half', { ending: 'drops', roleFirst: false }));
    const reads = await readAll(await open());
    expect(reads.text).toContain('"content":"Half"');
    expect(reads.error).toBeInstanceOf(TypeError);
    expect(fake.requests()[0]).toMatchObject({ aborted: false, endedMs: expect.any(Number) });
  });

  test('may be cut inside lines and inside characters', async () => {
    const { fake, open } = await start();
    fake.script(answer('Über 日本 🙂', { framing: { bytesPerWrite: 3, lineEnd: '\r\n' } }));
    const { pieces, text } = await readAll(await open());
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(3);
    expect(pieces.some((piece) => Buffer.from(piece).toString().includes('\ufffd'))).toBe(true);
    expect(text.split('\r\n\r\n').length).toBeGreaterThan(5);
    expect(joinContent(text)).toBe('Über 日本 🙂');
  });

  test('may send several events in one write', async () => {
    const { fake, open } = await start();
    fake.script(answer('One two three four', { framing: { eventsPerWrite: 3 } }));
    const { pieces } = await readAll(await open());
    const events = pieces.map((piece) => Buffer.from(piece).toString().split('\n\n').length - 1);
    expect(events).toEqual([3, 3, 1]);
  });

  test('keeps the pace of its script, and its waits', async () => {
    const clock = createFakeClock();
    const { fake, stream } = await start({ clock });
    const { steps } = answer('One two');
    fake.script({ tokensPerSecond: 20, steps: [{ type: 'wait', ms: 1_000 }, ...steps] });
    const reading = stream();
    for (const ms of [1_000, 50, 50]) {
      await clock.whenSleeping();
      await clock.advance(ms);
    }
    await reading;
    const [call] = fake.requests();
    expect(call).toMatchObject({ receivedMs: 0, firstTokenMs: 1_050, lastTokenMs: 1_100 });
  });
});

describe('the timeline', () => {
  test('holds a stream at a moment and lets it go on', async () => {
    const { fake, open } = await start({ answer: 'One two three' });
    const stop = fake.stopAt({ call: 1, afterChunks: 2 });
    const reader = bodyOf(await open()).getReader();
    const held = await stop.reached;
    expect(held).toMatchObject({ nth: 1, chunks: 2, status: 200 });

    let seen = '';
    while (!seen.includes('two')) seen += Buffer.from((await reader.read()).value ?? []);
    expect(seen).not.toContain('three');
    stop.release();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      seen += Buffer.from(read.value);
    }
    expect(joinContent(seen)).toBe('One two three');
    expect(fake.requests()[0]).toMatchObject({ chunks: 3, aborted: false });
  });

  test('sends what it has before it holds, however it is framed', async () => {
    const { fake, open } = await start();
    fake.script(answer('One two three', { framing: { eventsPerWrite: 50 } }));
    const stop = fake.stopAt({ call: 1, afterChunks: 2 });
    const reader = bodyOf(await open()).getReader();
    expect(joinContent(Buffer.from((await reader.read()).value ?? []).toString())).toBe('One two');
    stop.release();
    await reader.cancel();
  });

  test('holds an embedding and a refusal before anything is sent', async () => {
    const { fake, post } = await start();
    fake.script(refusals.overloaded());
    const stops = [fake.stopAt({ kind: 'embeddings', call: 1 }), fake.stopAt({ call: 1 })];
    const responses = [
      post('/embeddings', { model: 'fake-embedding', input: 'leave' }),
      post('/chat/completions', question),
    ];
    for (const stop of stops) {
      expect(await stop.reached).not.toHaveProperty('status');
      stop.release();
    }
    const statuses = (await Promise.all(responses)).map(({ status }) => status);
    expect(statuses).toEqual([200, 503]);
  });

  test('says that the client went: held, hanging and silent', async () => {
    const { fake, client } = await start();
    fake.script(
      answer('One two'),
      { steps: [{ type: 'hang' }] },
      { steps: [{ type: 'text', text: 'One' }, { type: 'hang' }] },
    );
    const stop = fake.stopAt({ call: 1, afterChunks: 1 });
    const aborting = new AbortController();
    const read = async () => {
      const body = { ...question, stream: true } as const;
      const stream = await client.chat.completions.create(body, { signal: aborting.signal });
      for await (const _ of stream);
    };
    const reads: Promise<void>[] = [];
    for (const nth of [1, 2, 3]) {
      reads.push(read());
      await fake.until((call) => call.nth === nth);
    }
    const outcomes = Promise.allSettled(reads);
    await stop.reached;
    await fake.until(({ nth, chunks }) => nth === 3 && chunks === 1);
    aborting.abort();

    for (const nth of [1, 2, 3]) await fake.until((call) => call.nth === nth && call.aborted);
    expect(fake.requests().map(({ chunks }) => chunks)).toEqual([1, 0, 1]);
    expect((await outcomes)[1]).toMatchObject({ reason: expect.any(APIUserAbortError) });
  });

  test('keeps what was asked, and refuses a stop that comes too late', async () => {
    const { fake, stream } = await start();
    await stream({ max_tokens: 7 });
    expect(fake.requests('chat')[0]?.body).toMatchObject({ model: 'fake-chat', max_tokens: 7 });
    expect(fake.requests('embeddings')).toEqual([]);
    expect(() => fake.stopAt({ call: 1 })).toThrow('chat call 1 has already begun');
  });

  test('ends open calls when the server closes, without blaming the client', async () => {
    const fake = await startFakeOpenAi();
    fake.script({ steps: [{ type: 'hang' }] });
    const stop = fake.stopAt({ call: 1 });
    const call = fetch(`${fake.baseUrl}/chat/completions`, init(question));
    await stop.reached;
    await Promise.all([expect(call).rejects.toThrow(), fake.close()]);
    expect(fake.requests()[0]).toMatchObject({ aborted: false, endedMs: expect.any(Number) });
  });

  test('hands the error of a responder to the test that closes the server', async () => {
    const fake = await startFakeOpenAi();
    fake.respond(() => {
      throw new Error('not what I expected');
    });
    await expect(fetch(`${fake.baseUrl}/chat/completions`, init(question))).rejects.toThrow();
    await expect(fake.close()).rejects.toThrow('not what I expected');
  });
});

describe('helpers', () => {
  test('a text is the sum of its tokens', () => {
    const text = ' Über 日本語、[ID:12] 🙂\n\n```ts\nconst x = 1000;\n```\n';
    expect(splitTokens(text).join('')).toBe(text);
    expect(splitTokens('a [ID:0]')).toEqual(['a', ' [', 'ID', ':', '0', ']']);
    expect(splitTokens('')).toEqual([]);
  });

  test('a vector has unit length whatever the text', () => {
    for (const text of ['', ' ', '🙂', 'leave', 'a b c d e f g h i j']) {
      expect(Math.hypot(...hashedVector(text, 2))).toBeCloseTo(1);
    }
  });

  test('answers from the knowledge of the prompt', async () => {
    const { fake, client } = await start();
    fake.respond(answerFromKnowledge());
    const knowledge = [
      ...['', '------', '', 'ID: 0', '├── Title: leave.md', '└── Content:'],
      ...['Everybody has 30 days. More is paid out.', '', '------', '', 'ID: 1'],
      ...['├── Title: sick.md', '└── Content:', '# Sick leave', 'Call by 9.'],
    ];
    const { choices } = await client.chat.completions.create({
      ...question,
      messages: [{ role: 'system', content: knowledge.join('\n') }, ...question.messages],
    });
    expect(choices[0]?.message.content).toBe('Everybody has 30 days. [ID:0] # Sick leave [ID:1]');
  });
});

async function start(options: FakeOpenAiOptions = {}) {
  const fake = await startFakeOpenAi(options);
  onTestFinished(() => fake.close());
  const client = new OpenAI({ baseURL: fake.baseUrl, apiKey: 'sk-any-key', maxRetries: 0 });
  const post = (path: string, body: object, headers = {}) =>
    fetch(`${fake.baseUrl}${path}`, init(body, headers));
  const open = (fields = {}) => post('/chat/completions', { ...question, stream: true, ...fields });
  /** The data of every event; comments with their colon. */
  const stream = async (fields = {}) => readEvents(await (await open(fields)).text());
  return { fake, client, post, open, stream };
}

function init(body: object, headers = {}): RequestInit {
  const json = { 'content-type': 'application/json' };
  return { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) };
}

function withMessage(message: object) {
  return { ...question, messages: [message] };
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array> {
  if (!body) throw new Error('the response has no body');
  return body;
}

/** The pieces as they came; `error` when the connection broke. */
async function readAll(response: Response) {
  const pieces: Uint8Array[] = [];
  let error: unknown;
  try {
    for await (const piece of bodyOf(response)) pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  return { pieces, error, text: Buffer.concat(pieces).toString() };
}

function readEvents(text: string): string[] {
  const events: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => void events.push(data),
    onComment: (comment) => void events.push(`: ${comment}`),
  });
  parser.feed(text);
  return events;
}

function joinContent(text: string): string {
  const chunks = readEvents(text).filter((event) => event.startsWith('{'));
  return chunks.map((event) => JSON.parse(event).choices[0]?.delta.content ?? '').join('');
}

function shape(events: readonly string[]): string[] {
  return events.map((event) => {
    if (!event.startsWith('{')) return event;
    const { choices, usage } = JSON.parse(event);
    if (usage) return `usage ${usage.prompt_tokens}+${usage.completion_tokens}`;
    if (choices.length === 0) return 'no choice';
    const [{ delta, finish_reason: reason }] = choices;
    return JSON.stringify(delta) + (reason ? ` ${reason}` : '');
  });
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
