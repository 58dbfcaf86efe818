import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealthApp } from '../../../../adapters/http/http-app.ts';
import { type HttpServer, startHttpServer } from '../../../../adapters/http/http-server.ts';
import { createSystemClock } from '../../../../src/drivers/system/system-clock.ts';
import type { AnswerLog } from '../../../../src/ports/answer-log.ts';
import { createGate } from '../../../fakes/gate.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import {
  conversationId,
  createHttpFixture,
  delta,
  final,
  type HttpFixture,
  key,
  reset,
  turnIdOf,
} from './http-fixture.ts';
import { ObedientReader, openSse } from './sse-reader.ts';

const clock = createSystemClock();
const local = { host: '127.0.0.1', port: 0, clock };
const turnId = turnIdOf('m1');

let http: HttpFixture;
let server: HttpServer;
beforeEach(async () => {
  http = createHttpFixture();
  await http.create();
  server = await startHttpServer(http.app, local);
});
afterEach(() => server.close());

const completion = (body: object = {}, signal?: AbortSignal): Promise<Response> =>
  fetch(`${server.url}/v1/conversation/completion`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      conversation_id: conversationId,
      messages: [{ role: 'user', content: 'How many days?', id: 'm1' }],
      ...body,
    }),
    ...(signal !== undefined && { signal }),
  });

describe('a server', () => {
  it('begins a stream before there is a word, and sends each word when it comes', async () => {
    const response = await completion();
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const stream = openSse(response);
    for (const word of ['28 ', 'days']) {
      await http.write(turnId, ...(word === '28 ' ? [reset()] : []), delta(word));
      expect(JSON.parse((await stream.next())?.data ?? '').data.answer).toBe(word);
    }
    await stream.leave();
  });

  it('stops reading when the client leaves, and the question goes on', async () => {
    const stopped = createGate();
    await server.close();
    const inner = createHttpFixture();
    const watched: Pick<AnswerLog, 'read' | 'has'> = {
      has: async () => false,
      async *read(id, { signal }) {
        signal.addEventListener('abort', stopped.open);
        yield* inner.answerLog().read(id, { signal });
      },
    };
    http = createHttpFixture({ deps: { answerLog: watched } });
    await http.create();
    server = await startHttpServer(http.app, local);
    await inner.write(turnId, reset(), delta('28'));
    const left = new AbortController();
    const stream = openSse(await completion({}, left.signal));
    await stream.next();
    left.abort();
    await stopped.passed;
    const turn = await http.store.turns.getTurn(turnId);
    expect(turn).toMatchObject({ state: 'queued', open: true });
    expect(turn?.cancelRequestedAt).toBeUndefined();
  });

  it('closes in time: streams end and may be taken up elsewhere', async () => {
    const reader = new ObedientReader();
    const response = await completion();
    const following = reader.follow(response);
    await http.write(turnId, reset(), delta('28 '));
    while (reader.text === '') await new Promise(setImmediate);
    const startedMs = clock.monotonic();
    await server.close();
    await following;
    expect(clock.monotonic() - startedMs).toBeLessThan(1_000);
    expect(reader).toMatchObject({ text: '28 ', ended: false });

    server = await startHttpServer(http.app, local);
    await http.write(turnId, delta('days'), final('28 days'));
    const path = `/v1/conversation/events?conversation_id=${conversationId}&message_id=m1`;
    await reader.follow(
      await fetch(server.url + path, {
        headers: { authorization: `Bearer ${key}`, 'last-event-id': reader.lastEventId ?? '' },
      }),
    );
    expect(reader).toMatchObject({ text: '28 days', ended: true });
  });

  it('closing answers who waits for a whole answer', async () => {
    const waiting = completion({ stream: false });
    while ((await http.store.turns.listTurns(conversationId)).length === 0)
      await new Promise(setImmediate);
    await server.close();
    expect((await waiting).status).toBe(503);
  });

  it('says which setting is wrong when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startHttpServer(http.app, { ...local, port })).rejects.toMatchObject({
      code: 'config_invalid',
      details: { setting: 'FOOTNOTE_PORT', port },
      cause: { vendorCode: 'EADDRINUSE' },
    });
  });

  it('refuses a chunked body that grows above 1 MiB', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 200) controller.close();
        else controller.enqueue(new TextEncoder().encode('x'.repeat(10_000)));
      },
    });
    const response = await fetch(`${server.url}/v1/conversation/set`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('knows its local clients without keys', async () => {
    await server.close();
    server = await startHttpServer(createHttpFixture({ apiKeys: [] }).app, local);
    const list = `${server.url}/v1/conversation/list`;
    expect((await fetch(list)).status).toBe(200);
    expect((await fetch(list, { headers: { 'x-forwarded-for': '::1' } })).status).toBe(403);
  });
});

describe('health', () => {
  const app = (parts: Record<string, boolean> | Error) =>
    createHealthApp({
      checkReadiness: async () => {
        if (parts instanceof Error) throw parts;
        return { ready: Object.values(parts).every((part) => part), parts };
      },
      metrics: { contentType: 'text/plain', render: async () => 'a_metric 1\n' },
      apiKeys: [],
      extraRoutes: [
        { path: '/slack/events', handle: async (request) => new Response(await request.text()) },
      ],
      log: createRecordingLog(),
    });

  it.each([
    [{ store: true }, 200, { ready: true, parts: { store: true } }],
    [{ store: false }, 503, { ready: false, parts: { store: false } }],
    [new Error('down'), 503, { ready: false, parts: {} }],
  ])('tells %j with %i', async (parts, status, body) => {
    const response = await app(parts).request('/readyz');
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
    expect((await app(parts).request('/healthz')).status).toBe(200);
  });

  it('prints the metrics to this machine', async () => {
    const local = { remoteAddress: '127.0.0.1' };
    const headers = { host: 'localhost' };
    const response = await app({}).request('/metrics', { headers }, local);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toBe('a_metric 1\n');
    const remote = { remoteAddress: '10.0.0.1' };
    expect((await app({}).request('/metrics', { headers }, remote)).status).toBe(403);
  });

  it('prints the metrics to holders of a key alone when there are keys', async () => {
    const { app: withKeys } = createHttpFixture();
    const ask = (headers: Record<string, string>) =>
      withKeys.request('/metrics', { headers }, { remoteAddress: '127.0.0.1' });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it('hands the routes of other parts their requests as they came', async () => {
    const response = await app({}).request('/slack/events', { method: 'POST', body: '{"a": 1 }' });
    expect(await response.text()).toBe('{"a": 1 }');
    expect((await app({}).request('/v1/dialog/list')).status).toBe(404);
  });
});
