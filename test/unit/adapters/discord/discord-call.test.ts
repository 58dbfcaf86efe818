/** One call of Discord's API: each refusal by its code, limits as Discord tells them, and nothing private in what is thrown or logged. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Routes } from 'discord-api-types/v10';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import {
  createDiscordApi,
  type DiscordRequest,
} from '../../../../adapters/discord/discord-call.ts';
import { createRequestBudget } from '../../../../adapters/discord/request-budget.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createMemoryEditBudget } from '../../../../src/drivers/memory/memory-edit-budget.ts';
import { startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { endlessRequests } from '../../../fakes/endless-requests.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../../fakes/recording-metrics.ts';

const canary = 'the answer that nobody else may read';
const answer = z.unknown();
const channel = '100000000000000001';
const other = '100000000000000002';
const post = (to = channel): DiscordRequest => ({
  method: 'POST',
  route: Routes.channelMessages(to),
  body: { content: canary },
});
const edit = (message = '100000000000000009'): DiscordRequest => ({
  method: 'PATCH',
  route: Routes.channelMessage(channel, message),
  body: { content: canary },
});
const failureOf = async (calling: Promise<unknown>): Promise<BotError> => {
  const error = await calling.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BotError);
  return error as BotError;
};

/** An API of our own making, for what Discord sends in bad moments. */
const startApi = async (
  answerWith: (response: ServerResponse, nth: number) => void,
  { requestsPerSecond = 100_000 } = {},
) => {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      asked += 1;
      answerWith(response, asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const clock = createFakeClock();
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const settings = {
    ...{ apiUrl: `http://127.0.0.1:${port}/api`, token: 'a.secret.token' },
    callTimeoutMs: 1_000,
  };
  const editBudget = createMemoryEditBudget({ clock });
  /** Of another process each: they share the budget, as they do through Redis. */
  const openApi = () => {
    const requestBudget = createRequestBudget({ editBudget, requestsPerSecond });
    return createDiscordApi({ settings, requestBudget, clock, metrics, log });
  };
  return { ...openApi(), openApi, clock, log, metrics, asked: () => asked };
};
const send = (
  response: ServerResponse,
  status: number,
  { body = {}, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const bucket = (remaining: number, { hash = 'edits', limit = 5, resetS = 5 } = {}) => ({
  'x-ratelimit-bucket': hash,
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset-after': String(resetS),
});

describe('a refusal of Discord', () => {
  test.each([
    [404, 10_008, 'reply_deleted'],
    [404, 10_003, 'platform_forbidden'],
    [404, 10_004, 'platform_forbidden'],
    [403, 50_001, 'platform_forbidden'],
    [403, 50_013, 'platform_forbidden'],
    [403, 50_007, 'platform_forbidden'],
    [403, 50_278, 'platform_forbidden'],
    [403, 160_005, 'platform_forbidden'],
    [403, 12_345, 'platform_forbidden'],
    [429, 30_046, 'reply_uneditable'],
    [403, 50_005, 'reply_uneditable'],
    [400, 50_006, 'platform_rejected'],
    [400, 50_035, 'platform_rejected'],
    [400, 200_000, 'platform_rejected'],
    [400, 240_000, 'platform_rejected'],
    [400, 160_006, 'platform_rejected'],
    [400, 12_345, 'platform_rejected'],
    [400, 20_028, 'platform_rate_limited'],
    [400, 40_062, 'platform_rate_limited'],
    [400, 130_000, 'platform_rate_limited'],
    [403, 40_333, 'platform_unavailable'],
  ] as const)('of %i with code %i is %s', async (status, discordCode, code) => {
    const { call, metrics } = await startApi((response) =>
      send(response, status, { body: { code: discordCode, message: canary } }),
    );
    const failure = await failureOf(call(post(), { answer }));
    expect(failure.code).toBe(code);
    expect(failure.details).toMatchObject({ discordCode });
    expect(JSON.stringify([failure, failure.message, failure.cause])).not.toContain(canary);
    const labels = { platform: 'discord', method: 'POST /channels/:id/messages', outcome: code };
    expect(metrics.total('footnote_platform_calls_total', labels)).toBe(1);
  });

  test.each([
    ['a status of 500', (response: ServerResponse) => send(response, 502, { body: canary })],
    ['a page', (response: ServerResponse) => response.writeHead(404).end(`<p>${canary}</p>`)],
    ['another shape', (response: ServerResponse) => send(response, 200, { body: { id: 7 } })],
    [
      'no JSON',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"id"'),
    ],
    ['a dropped connection', (response: ServerResponse) => response.destroy()],
    ['no answer', () => undefined],
    [
      'half an answer',
      (response: ServerResponse) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': 99 })
          .write('{'),
    ],
  ])('is no refusal when it is %s', async (_, answerWith) => {
    const { call, asked } = await startApi(answerWith);
    const named = z.object({ id: z.string() });
    const failure = await failureOf(call(post(), { answer: named }));
    expect(failure.code).toBe('platform_unavailable');
    expect(JSON.stringify([failure, failure.cause])).not.toContain(canary);
    expect(asked()).toBe(1);
  });
});

describe('a limit', () => {
  test('is told with its exact wait, and closes its bucket', async () => {
    const { call, asked, metrics } = await startApi((response, nth) => {
      if (nth === 1) return send(response, 200, { headers: bucket(4) });
      send(response, 429, {
        body: { message: 'You are being rate limited.', retry_after: 1.337, global: false },
        headers: { 'retry-after': '2', 'x-ratelimit-scope': 'user', ...bucket(0, { resetS: 0.2 }) },
      });
    });
    await call(edit(), { answer });
    const failure = await failureOf(call(edit(), { answer }));
    expect(failure).toMatchObject({ code: 'platform_rate_limited', retryAfterMs: 1_340 });
    const again = await failureOf(call(edit('100000000000000010'), { answer }));
    expect(again.code).toBe('platform_rate_limited');
    expect(again.retryAfterMs).toBeGreaterThan(1_000);
    expect(asked()).toBe(2);
    const outcome = 'platform_rate_limited';
    expect(metrics.total('footnote_platform_calls_total', { outcome })).toBe(1);
  });

  test('that the headers announce is not run into, in its channel alone', async () => {
    const { call, asked } = await startApi((response, nth) =>
      send(response, 200, { headers: bucket(nth === 1 ? 1 : 0) }),
    );
    await call(post(), { answer });
    await call(post(), { answer });
    const failure = await failureOf(call(post(), { answer }));
    expect(failure.code).toBe('platform_rate_limited');
    expect(failure.retryAfterMs).toBeGreaterThan(4_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(5_000);
    await call(post(other), { answer });
    expect(asked()).toBe(3);
  });

  test('of Cloudflare, which sends a page, holds every call', async () => {
    const { call, asked } = await startApi((response) =>
      response.writeHead(429, { 'retry-after': '30' }).end('<html>banned</html>'),
    );
    expect(await failureOf(call(post(), { answer }))).toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 30_000,
    });
    await failureOf(call(post(other), { answer }));
    expect(asked()).toBe(1);
  });

  test('of edits is learned from the headers', async () => {
    const { call, editLimitOf } = await startApi((response, nth) =>
      send(response, 200, { headers: bucket(10 - nth, { limit: 10, resetS: 7.98 }) }),
    );
    expect(editLimitOf(channel)).toEqual({ limit: 5, windowMs: 5_000 });
    await call(edit(), { answer });
    expect(editLimitOf(channel)).toEqual({ limit: 10, windowMs: 8_000 });
    await call(edit(), { answer });
    expect(editLimitOf(channel)).toEqual({ limit: 10, windowMs: 8_000 });
  });

  test('of posts is that of edits until they are known to have a bucket of their own', async () => {
    const { call, postLimitOf } = await startApi((response, nth) =>
      send(response, 200, { headers: bucket(2, { hash: `bucket ${nth}` }) }),
    );
    await call(edit(), { answer });
    expect(postLimitOf(channel).isSharedWithEdits).toBe(true);
    await call(post(), { answer });
    expect(postLimitOf(channel).isSharedWithEdits).toBe(false);
  });

  test('of posts stays that of edits where they share a bucket', async () => {
    const { call, postLimitOf } = await startApi((response, nth) =>
      send(response, 200, { headers: bucket(5 - nth, { hash: 'messages' }) }),
    );
    await call(edit(), { answer });
    await call(post(), { answer });
    expect(postLimitOf(channel)).toMatchObject({ limit: 5, isSharedWithEdits: true });
  });
});

describe('the requests of the whole bot', () => {
  const requestsPerSecond = 3;
  const fine = (response: ServerResponse) => send(response, 200);
  const withoutToken: readonly DiscordRequest[] = [
    {
      ...{ method: 'PATCH', route: Routes.webhookMessage(channel, 'interaction-token') },
      auth: false,
    },
    {
      ...{ method: 'POST', route: Routes.interactionCallback(channel, 'interaction-token') },
      auth: false,
    },
  ];

  test('are held when all processes together have sent as many as they may', async () => {
    const { call, openApi, clock, asked, metrics } = await startApi(fine, { requestsPerSecond });
    const there = openApi();
    await call(post(), { answer });
    await there.call(edit(), { answer });
    await call(post(other), { answer });
    for (const process of [there, { call }])
      expect(await failureOf(process.call(post(), { answer }))).toMatchObject({
        code: 'platform_rate_limited',
        retryAfterMs: 1_100,
        details: { global: true, foreseen: true },
      });
    expect(asked()).toBe(3);
    expect(metrics.total('footnote_platform_calls_total')).toBe(3);
    await clock.advance(1_100);
    await there.call(post(), { answer });
  });

  test('are not those that carry no token', async () => {
    const { call, asked } = await startApi(fine, { requestsPerSecond });
    for (let nth = 0; nth < 3; nth += 1) {
      await call(post(), { answer });
      for (const request of withoutToken) await call(request, { answer });
    }
    await failureOf(call(post(), { answer }));
    for (const request of withoutToken) await call(request, { answer });
    expect(asked()).toBe(11);
  });

  test('are not those that the bucket of their channel holds', async () => {
    const { call } = await startApi(
      (response, nth) => send(response, 200, { headers: bucket(nth === 1 ? 1 : 0) }),
      { requestsPerSecond },
    );
    await call(post(), { answer });
    await call(post(), { answer });
    for (let nth = 0; nth < 3; nth += 1)
      expect(await failureOf(call(post(), { answer }))).toMatchObject({
        details: { global: false, foreseen: true },
      });
    await call(post(other), { answer });
  });

  test('are held in all processes after Discord refused one of them', async () => {
    const { call, openApi, clock, asked, metrics } = await startApi((response, nth) => {
      if (nth > 1) return fine(response);
      send(response, 429, {
        body: { message: 'limited', retry_after: 20, global: true },
        headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
      });
    });
    const there = openApi();
    expect(await failureOf(call(post(), { answer }))).toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 20_000,
      details: { global: true, status: 429 },
    });
    for (const process of [there, { call }])
      expect(await failureOf(process.call(post(other), { answer }))).toMatchObject({
        retryAfterMs: 20_000,
        details: { global: true, foreseen: true },
      });
    for (const request of withoutToken) await call(request, { answer });
    expect(asked()).toBe(3);
    const outcome = 'platform_rate_limited';
    expect(metrics.total('footnote_platform_calls_total', { outcome })).toBe(1);
    await clock.advance(20_000);
    await there.call(post(), { answer });
    await call(post(other), { answer });
  });

  test('are never more than Discord takes, wherever its seconds begin', async () => {
    const clock = createFakeClock();
    const editBudget = createMemoryEditBudget({ clock });
    const requestBudget = createRequestBudget({ editBudget, requestsPerSecond: 45 });
    const here = await startDiscordSpeaking({
      fake: { limits: 'on', clock },
      clock,
      requestBudget,
    });
    const { discord } = here;
    const there = createDiscordApi(here);
    const typing = (): DiscordRequest => ({
      ...{ method: 'POST', route: Routes.channelTyping(discord.addChannel()) },
    });
    const requests = Array.from({ length: 30 }, typing);
    const all = () =>
      Promise.allSettled(
        requests.flatMap((request) =>
          [here.api, there].map(({ call }) => call(request, { answer })),
        ),
      );
    const stranger = createDiscordApi({ ...here, requestBudget: endlessRequests });
    await stranger.call(typing(), { answer });
    await clock.advance(500);
    await here.api.call(typing(), { answer });
    const sent: number[] = [];
    for (const passedMs of [900, 100, 100, 900, 200, 900]) {
      await clock.advance(passedMs);
      const before = discord.calls('triggerTyping').length;
      await all();
      sent.push(discord.calls('triggerTyping').length - before);
    }
    expect(sent).toEqual([44, 0, 1, 44, 1, 44]);
    expect(discord.limited()).toMatchObject({ user: 0, global: 0 });
  });

  test('of other processes go on when one address was refused', async () => {
    const { call, openApi } = await startApi((response, nth) =>
      nth === 1
        ? response.writeHead(429, { 'retry-after': '30' }).end('<html>banned</html>')
        : fine(response),
    );
    await failureOf(call(post(), { answer }));
    await openApi().call(post(), { answer });
  });
});

describe('too many refusals', () => {
  test('stop all calls for ten minutes, with one line in the log', async () => {
    const { call, clock, log, asked } = await startApi((response) =>
      send(response, 403, { body: { code: 50_001, message: 'Missing Access' } }),
    );
    for (let nth = 0; nth < 1_000; nth += 1) await failureOf(call(post(), { answer }));
    const held = await failureOf(call(post(other), { answer }));
    expect(held).toMatchObject({ code: 'platform_rate_limited', retryAfterMs: 600_000 });
    await failureOf(call(post(), { answer }));
    expect(asked()).toBe(1_000);
    expect(log.lines).toMatchObject([{ level: 'error', details: { refused: 1_000 } }]);
    await clock.advance(600_000);
    expect((await failureOf(call(post(), { answer }))).code).toBe('platform_forbidden');
    expect(asked()).toBe(1_001);
  });

  test('are not those of limits that others share', async () => {
    const { call, asked } = await startApi((response) =>
      send(response, 429, {
        body: { message: 'limited', retry_after: 0, global: false },
        headers: { 'x-ratelimit-scope': 'shared' },
      }),
    );
    for (let nth = 0; nth < 1_005; nth += 1) await failureOf(call(post(), { answer }));
    expect(asked()).toBe(1_005);
    expect((await failureOf(call(post(other), { answer }))).retryAfterMs).toBeLessThan(1_000);
  });

  test('of the token end after the first, told once; the tokens of commands go on', async () => {
    const { call, log, asked } = await startApi((response) =>
      send(response, 401, { body: { code: 0, message: '401: Unauthorized' } }),
    );
    for (let nth = 0; nth < 3; nth += 1)
      expect((await failureOf(call(post(), { answer }))).code).toBe('platform_unauthorized');
    expect(asked()).toBe(1);
    expect(log.lines).toHaveLength(1);
    const route = Routes.webhookMessage(channel, 'interaction-token');
    const ofCommand = call({ method: 'PATCH', route, auth: false }, { answer });
    expect((await failureOf(ofCommand)).code).toBe('platform_forbidden');
    expect(asked()).toBe(2);
  });

  test('of the token are tried once a minute, until it is taken again', async () => {
    let isTaken = false;
    const { call, clock, log, asked } = await startApi((response) =>
      isTaken ? send(response, 200, { body: {} }) : send(response, 401, { body: { code: 0 } }),
    );
    await failureOf(call(post(), { answer }));
    await clock.advance(60_000);
    await failureOf(call(post(), { answer }));
    await failureOf(call(post(), { answer }));
    expect(asked()).toBe(2);
    isTaken = true;
    await clock.advance(60_000);
    await call(post(), { answer });
    await call(post(), { answer });
    expect(asked()).toBe(4);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });
});

test('neither the token nor the text is in what is thrown, logged or counted', async () => {
  const speaking = await startDiscordSpeaking();
  const { discord, api, log, metrics } = speaking;
  const counted: string[] = [];
  const { count } = metrics;
  const watched = createDiscordApi({
    ...speaking,
    metrics: {
      ...metrics,
      count: (name, options) => {
        counted.push(JSON.stringify(options));
        count(name, options);
      },
    },
  });
  discord.setTokenState('revoked');
  const secret = 'aW50ZXJhY3Rpb24tdG9rZW4';
  const route = Routes.webhookMessage(channel, secret);
  const failures = [
    await failureOf(api.call(post(speaking.channel), { answer })),
    await failureOf(
      watched.call({ method: 'PATCH', route, auth: false, body: { content: canary } }, { answer }),
    ),
    await failureOf(
      watched.call(
        { method: 'POST', route: Routes.interactionCallback(channel, secret), auth: false },
        { answer },
      ),
    ),
  ];
  const written = JSON.stringify([
    failures.map((one) => [one, one.message, one.stack, one.cause]),
    log.lines,
    counted,
  ]);
  for (const hidden of [secret, canary, discord.token]) expect(written).not.toContain(hidden);
  expect(counted).toHaveLength(2);
});

test('the call has the token, and files as a form', async () => {
  const { api, discord, channel: to } = await startDiscordSpeaking();
  const files = [{ name: 'answer.md', text: '# 漢字' }];
  const body = { attachments: [{ id: 0, filename: 'answer.md' }] };
  await api.call({ ...post(to), body, files }, { answer });
  expect(discord.files(to)).toMatchObject([{ name: 'answer.md', text: '# 漢字' }]);
  expect(discord.calls('createMessage')).toMatchObject([{ hasToken: true, status: 200 }]);
});
