import { afterEach, describe, expect, test } from 'vitest';
import { BotError } from '../../../../src/domain/errors.ts';
import {
  createOpenAiChatModel,
  type OpenAiChatModelDeps,
} from '../../../../src/drivers/openai/openai-chat-model.ts';
import type { ChatModelEvent } from '../../../../src/ports/chat-model.ts';
import { answer } from '../../../fakes/openai/chat-script.ts';
import { refusals } from '../../../fakes/openai/refusals.ts';
import {
  type FakeOpenAiOptions,
  startFakeOpenAi,
} from '../../../fakes/openai/start-fake-open-ai.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { chunk, type RawServer, sendEvents, sendJson, startRawServer } from './start-raw-server.ts';
import { createWatchedClock } from './watched-clock.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const request = {
  messages: [{ role: 'user', content: 'How much leave do I have?' } as const],
  maxOutputTokens: 64,
};

const modelAt = (baseUrl: string, settings: Partial<OpenAiChatModelDeps> = {}) => {
  const clock = createWatchedClock();
  const log = createRecordingLog();
  const model = createOpenAiChatModel({
    baseUrl,
    model: 'fake-chat',
    contextTokens: 8_192,
    maxOutputTokens: 512,
    clock,
    log,
    ...settings,
  });
  const events: ChatModelEvent[] = [];
  const ask = async (signal = new AbortController().signal): Promise<ChatModelEvent[]> => {
    const own: ChatModelEvent[] = [];
    for await (const event of model.stream(request, { signal })) {
      own.push(event);
      events.push(event);
      for (const look of watchers) look();
    }
    return own;
  };
  const watchers = new Set<() => void>();
  /** Resolves when so many events have come in all. */
  const whenSeen = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (events.length >= count) resolve();
      };
      watchers.add(look);
      look();
    });
  return { model, clock, log, events, ask, whenSeen };
};

const onFake = async (
  options: FakeOpenAiOptions = {},
  settings: Partial<OpenAiChatModelDeps> = {},
) => {
  const server = await startFakeOpenAi(options);
  open.push(server);
  return { server, ...modelAt(server.baseUrl, settings) };
};

const onRaw = async (...args: Parameters<typeof startRawServer>) => {
  const server: RawServer = await startRawServer(...args);
  open.push(server);
  return { server, ...modelAt(server.baseUrl) };
};

const textOf = (events: readonly ChatModelEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
const finishOf = (events: readonly ChatModelEvent[]) =>
  events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []));
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the stream', () => {
  test('gives reasoning, text, usage and the reason of the end', async () => {
    const { server, ask } = await onFake();
    server.script(answer('28 days.', { reasoning: 'Look it up.', finishReason: 'length' }));
    const events = await ask();
    expect(textOf(events)).toBe('28 days.');
    expect(
      events.flatMap((event) => (event.type === 'reasoning' ? [event.text] : [])).join(''),
    ).toBe('Look it up.');
    expect(events.slice(-2)).toEqual([
      {
        type: 'usage',
        promptTokens: expect.any(Number),
        completionTokens: expect.any(Number),
      },
      { type: 'finish', reason: 'length' },
    ]);
  });

  test('survives chunks that are cut inside a character', async () => {
    const { server, ask } = await onFake();
    const text = '深圳办公室 – 28 días 🎉';
    server.script(answer(text, { framing: { bytesPerWrite: 1 } }));
    expect(textOf(await ask())).toBe(text);
  });

  test('survives many events in one piece and other line ends', async () => {
    const { server, ask } = await onFake();
    server.script(
      answer('Everybody has 28 days.', { framing: { eventsPerWrite: 9, lineEnd: '\r\n' } }),
    );
    expect(textOf(await ask())).toBe('Everybody has 28 days.');
  });

  test('gives at once what came at once', async () => {
    const { ask } = await onRaw((response) => {
      const texts = [
        { reasoning: 'H' },
        { reasoning: 'm.' },
        { content: '28' },
        { content: ' days' },
      ];
      sendEvents(response, [...texts.map((delta) => chunk(delta)), chunk({}, 'stop'), '[DONE]']);
      response.end();
    });
    expect(await ask()).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: '28 days' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('gives once what a server repeats with every chunk, however it comes', async () => {
    for (const framing of [{}, { eventsPerWrite: 3 }]) {
      const { server, ask } = await onFake();
      server.script(answer('Everybody has 28 days.', { cumulative: true, framing }));
      expect(textOf(await ask())).toBe('Everybody has 28 days.');
    }
  });

  test('reads a last event that no blank line ends', async () => {
    const { ask } = await onRaw((response) => {
      sendEvents(response, [chunk({ content: '28' })]);
      response.end(`data: ${JSON.stringify(chunk({}, 'stop'))}\n`);
    });
    expect(finishOf(await ask())).toEqual(['stop']);
  });

  test('ignores comments and chunks without a choice', async () => {
    const { server, ask } = await onFake();
    server.script({
      steps: [
        { type: 'comment', text: 'PROCESSING' },
        { type: 'empty-choices' },
        { type: 'text', text: '28' },
      ],
    });
    expect(textOf(await ask())).toBe('28');
  });

  test('needs no [DONE] after the finish reason', async () => {
    const { server, ask } = await onFake();
    server.script(answer('28 days.', { ending: 'no-done' }));
    expect(finishOf(await ask())).toEqual(['stop']);
  });

  test('gives no usage where the server gives none', async () => {
    const { server, ask } = await onFake();
    server.script(answer('28 days.', { usage: 'never' }));
    expect((await ask()).map(({ type }) => type)).not.toContain('usage');
  });

  test('ends two seconds after the finish reason though the connection stays open', async () => {
    const { ask, clock } = await onRaw((response) =>
      sendEvents(response, [chunk({ content: '28' }), chunk({}, 'stop')]),
    );
    const asking = ask();
    await clock.whenAsleepFor(2_000);
    await clock.advance(2_000);
    expect(finishOf(await asking)).toEqual(['stop']);
  });

  test.each([
    ['reasoning', { reasoning: 'Hm.' }],
    ['both names of it', { reasoning: 'Hm.', reasoning_content: 'Hm.' }],
  ])('reads reasoning from %s, once', async (_name, delta) => {
    const { ask } = await onRaw((response) => {
      sendEvents(response, [chunk(delta), chunk({ content: '28' }, 'stop'), '[DONE]']);
      response.end();
    });
    expect((await ask())[0]).toEqual({ type: 'reasoning', text: 'Hm.' });
  });
});

describe('the request', () => {
  test('sends the temperature only when it is set', async () => {
    const { server, ask } = await onFake();
    await ask();
    expect(server.requests('chat')[0]?.body).not.toHaveProperty('temperature');
    const { ask: askWarm } = modelAt(server.baseUrl, { temperature: 0.2 });
    await askWarm();
    expect(server.requests('chat')[1]?.body['temperature']).toBe(0.2);
  });

  test('asks without stream_options when the server refuses them, and remembers it', async () => {
    const { server, ask } = await onFake({ refusesStreamOptions: true });
    expect(finishOf(await ask())).toEqual(['stop']);
    expect(finishOf(await ask())).toEqual(['stop']);
    expect(server.requests('chat').map(({ status }) => status)).toEqual([400, 200, 200]);
  });

  test('uses the other name of the output limit when the model refuses the first, and remembers it', async () => {
    const { server, ask } = await onFake({}, { model: 'fake-reasoner' });
    expect(finishOf(await ask())).toEqual(['stop']);
    expect(finishOf(await ask())).toEqual(['stop']);
    expect(
      server
        .requests('chat')
        .map(({ body }) => [body['max_tokens'], body['max_completion_tokens']]),
    ).toEqual([
      [64, undefined],
      [undefined, 64],
      [undefined, 64],
    ]);
  });

  test('learns both from one server, one after the other', async () => {
    const { server, ask } = await onFake(
      { refusesStreamOptions: true },
      { model: 'fake-reasoner' },
    );
    expect(finishOf(await ask())).toEqual(['stop']);
    expect(server.requests('chat')).toHaveLength(3);
  });

  test('gives up on a server that refuses either name', async () => {
    const { server, ask } = await onRaw((response, body) => {
      const named = 'max_tokens' in body ? 'max_tokens' : 'max_completion_tokens';
      sendJson(response, 400, { error: { message: `Unknown parameter: ${named}` } });
    });
    await expect(ask()).rejects.toEqual(code('model_protocol_invalid'));
    expect(server.bodies).toHaveLength(2);
  });

  test('sends a key when there is one, and no header when there is none', async () => {
    const { server, ask } = await onFake({ apiKey: 'sk-right' });
    await expect(ask()).rejects.toEqual(code('model_auth_failed'));
    expect(finishOf(await modelAt(server.baseUrl, { apiKey: 'sk-right' }).ask())).toEqual(['stop']);
  });
});

describe('an abort', () => {
  test('closes the connection before the first text', async () => {
    const { server, ask } = await onFake();
    server.script({ steps: [{ type: 'hang' }] });
    const controller = new AbortController();
    const reason = new Error('the turn was cancelled');
    const asking = ask(controller.signal);
    await server.until(({ nth }) => nth === 1);
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect((await server.until(({ endedMs }) => endedMs !== undefined)).aborted).toBe(true);
  });

  test('closes the connection in mid-answer', async () => {
    const { server, ask, whenSeen } = await onFake();
    server.script({ steps: [{ type: 'text', text: '28' }, { type: 'hang' }] });
    const controller = new AbortController();
    const reason = new Error('the turn was cancelled');
    const asking = ask(controller.signal);
    await whenSeen(1);
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect((await server.until(({ endedMs }) => endedMs !== undefined)).aborted).toBe(true);
  });

  test('ends the wait before another try', async () => {
    const { server, ask, clock } = await onFake();
    server.script(refusals.overloaded());
    const controller = new AbortController();
    const reason = new Error('the turn was cancelled');
    const asking = ask(controller.signal);
    await clock.whenAsleepFor(1_000);
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(server.requests('chat')).toHaveLength(1);
  });

  test('by leaving the loop closes the connection too', async () => {
    const { server, model } = await onFake();
    server.script({ steps: [{ type: 'text', text: '28' }, { type: 'hang' }] });
    for await (const _ of model.stream(request, { signal: new AbortController().signal })) break;
    expect((await server.until(({ endedMs }) => endedMs !== undefined)).aborted).toBe(true);
  });
});

describe('a stall', () => {
  test('before the first text is model_stalled after 60 s', async () => {
    const { server, ask, clock } = await onFake();
    server.script({ steps: [{ type: 'comment', text: 'PROCESSING' }, { type: 'hang' }] });
    const asking = expect(ask()).rejects.toEqual(code('model_stalled'));
    await server.until(({ status }) => status === 200);
    await clock.advance(59_999);
    expect(server.requests('chat')[0]?.endedMs).toBeUndefined();
    await clock.advance(1);
    await asking;
    expect((await server.until(({ endedMs }) => endedMs !== undefined)).aborted).toBe(true);
    expect(server.requests('chat')).toHaveLength(1);
  });

  test('after the first text ends the stream with what came, after 30 s of silence', async () => {
    const { server, ask, clock, log, whenSeen } = await onFake();
    server.script({ steps: [{ type: 'text', text: '28 days' }, { type: 'hang' }] });
    const asking = ask();
    await whenSeen(1);
    await clock.advance(30_000);
    expect(await asking).toEqual([
      { type: 'text', text: '28 days' },
      { type: 'finish', reason: 'stalled' },
    ]);
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'the model broke off in mid-answer',
        details: { code: 'model_stalled' },
      },
    ]);
  });

  test('during the reasoning is model_stalled, and is not tried again', async () => {
    const { server, ask, clock, whenSeen } = await onFake(
      {},
      { limits: { firstTokenMs: 5_000, silenceMs: 5_000 } },
    );
    server.script({ steps: [{ type: 'reasoning', text: 'Hm' }, { type: 'hang' }] });
    const asking = expect(ask()).rejects.toEqual(code('model_stalled'));
    await whenSeen(1);
    await clock.advance(5_000);
    await asking;
    expect(server.requests('chat')).toHaveLength(1);
  });

  test('counts reasoning as coming', async () => {
    const clock = createWatchedClock();
    const { server, ask, whenSeen } = await onFake({ clock }, { clock });
    // Different lengths tell the server's waits from the watchdog's.
    const waitsMs = [20_000, 21_000, 22_000];
    server.script({
      steps: [
        ...waitsMs.flatMap((ms) => [
          { type: 'reasoning', text: 'Hm' } as const,
          { type: 'wait', ms } as const,
        ]),
        { type: 'text', text: '28' },
      ],
    });
    const asking = ask();
    for (const [at, waitMs] of waitsMs.entries()) {
      await whenSeen(at + 1);
      await clock.whenAsleepFor(waitMs);
      await clock.advance(waitMs);
    }
    expect(finishOf(await asking)).toEqual(['stop']);
  });

  test('is also when it takes five minutes in all', async () => {
    const { server, ask, clock, whenSeen } = await onFake(
      {},
      { limits: { silenceMs: 3_600_000, totalMs: 300_000 } },
    );
    server.script({ steps: [{ type: 'text', text: '28' }, { type: 'hang' }] });
    const asking = ask();
    await whenSeen(1);
    await clock.advance(300_000);
    expect(finishOf(await asking)).toEqual(['stalled']);
  });
});

describe('a stream that breaks off', () => {
  test.each(['drops', 'ends'] as const)('%s after some text: what came is kept', async (ending) => {
    const { server, ask } = await onFake();
    server.script(answer('28 days', { ending }));
    const events = await ask();
    expect(textOf(events)).toBe('28 days');
    expect(finishOf(events)).toEqual(['stalled']);
    expect(server.requests('chat')).toHaveLength(1);
  });

  test('before any text is tried again', async () => {
    const { server, ask, clock } = await onFake();
    server.script({ steps: [], ending: 'drops' }, answer('28 days'));
    const asking = ask();
    await clock.whenAsleepFor(1_000);
    await clock.advance(1_000);
    expect(textOf(await asking)).toBe('28 days');
  });

  test('with an error object after some text keeps what came', async () => {
    const { server, ask, log } = await onFake();
    const { error } = refusals.serverError();
    server.script({
      steps: [
        { type: 'text', text: '28' },
        { type: 'error', error },
      ],
    });
    expect(finishOf(await ask())).toEqual(['stalled']);
    expect(log.lines[0]?.details).toEqual({ code: 'model_unavailable' });
  });

  test('with an error object before any text is that error', async () => {
    const { server, ask } = await onFake();
    const { error } = refusals.contextLengthExceeded();
    server.script({ steps: [{ type: 'error', error }] });
    await expect(ask()).rejects.toEqual(code('model_context_overflow'));
  });

  test.each([
    ['a page of HTML', '<html>Sign in</html>'],
    ['nothing', ''],
    ['a line that is no JSON', 'data: {"choices": [\n\n'],
    ['another shape', 'data: {"choices": "none"}\n\n'],
  ])('with %s instead of chunks is model_protocol_invalid', async (_name, body) => {
    const { server, ask } = await onRaw((response) => response.writeHead(200).end(body));
    await expect(ask()).rejects.toEqual(code('model_protocol_invalid'));
    expect(server.bodies).toHaveLength(1);
  });

  test('with a refusal is model_refused', async () => {
    const { ask } = await onRaw((response) => {
      sendEvents(response, [chunk({ refusal: 'I will not.' }), '[DONE]']);
      response.end();
    });
    await expect(ask()).rejects.toEqual(code('model_refused'));
  });
});

describe('another try', () => {
  test('comes when the server says, at most twice', async () => {
    const { server, ask, clock } = await onFake();
    const refusal = refusals.rateLimited({ retryAfterMs: 1_500 });
    server.script(refusal, refusal, refusal);
    const asking = expect(ask()).rejects.toEqual(
      expect.objectContaining({ code: 'model_rate_limited', retryAfterMs: 1_500 }),
    );
    for (const nth of [1, 2]) {
      await clock.whenAsleepFor(1_500, nth);
      await clock.advance(1_499);
      expect(server.requests('chat')).toHaveLength(nth);
      await clock.advance(1);
    }
    await asking;
    expect(server.requests('chat')).toHaveLength(3);
  });

  test('succeeds without a trace', async () => {
    const { server, ask, clock, log } = await onFake();
    server.script(refusals.rateLimited({ retryAfterS: 2 }), answer('28 days'));
    const asking = ask();
    await clock.whenAsleepFor(2_000);
    await clock.advance(2_000);
    expect(textOf(await asking)).toBe('28 days');
    expect(log.lines).toEqual([]);
  });

  test('does not come when the wait would go beyond 30 s', async () => {
    const { server, ask } = await onFake();
    server.script(refusals.rateLimited({ retryAfterS: 31 }));
    await expect(ask()).rejects.toEqual(
      expect.objectContaining({ code: 'model_rate_limited', retryAfterMs: 31_000 }),
    );
    expect(server.requests('chat')).toHaveLength(1);
  });

  test.each([
    ['model_auth_failed', refusals.invalidApiKey()],
    ['model_not_found', refusals.modelNotFound()],
    ['model_context_overflow', refusals.contextLengthExceeded()],
    ['model_quota_exhausted', refusals.insufficientQuota()],
    ['model_protocol_invalid', refusals.invalidRequest("Invalid 'messages'.")],
  ])('does not come after %s', async (expected, refusal) => {
    const { server, ask } = await onFake();
    server.script(refusal);
    await expect(ask()).rejects.toEqual(code(expected));
    expect(server.requests('chat')).toHaveLength(1);
  });

  test('comes when nobody listens there, then it is model_unavailable', async () => {
    const server = await startFakeOpenAi();
    await server.close();
    const { ask, clock } = modelAt(server.baseUrl);
    const failing = ask().catch((error: unknown) => error);
    for (const waitMs of [1_000, 4_000]) {
      await clock.whenAsleepFor(waitMs);
      await clock.advance(waitMs);
    }
    const failure = await failing;
    expect(failure).toEqual(code('model_unavailable'));
    expect(failure instanceof BotError && failure.cause).toEqual({
      name: 'Error',
      vendorCode: 'ECONNREFUSED',
    });
  });
});
