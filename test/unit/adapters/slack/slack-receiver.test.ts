import { createHmac } from 'node:crypto';
import type { App } from '@slack/bolt';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createSlackReceiver,
  type SlackReceiver,
} from '../../../../adapters/slack/slack-receiver.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';

const signingSecret = 'secret';
const nowMs = Date.UTC(2026, 0, 5, 9);
const event = { type: 'event_callback', event: { type: 'message', channel: 'C1' } };

let log: RecordingLog;
let receiver: SlackReceiver;
let processed: unknown[];
let fail: BotError | undefined;

beforeEach(() => {
  log = createRecordingLog();
  processed = [];
  fail = undefined;
  receiver = createSlackReceiver({ signingSecret, now: () => nowMs, log });
  const processEvent: App['processEvent'] = async ({ body }) => {
    processed.push(body);
    if (fail !== undefined) throw fail;
  };
  receiver.init({ processEvent } as App);
});

const requestOf = (
  body: string | Uint8Array,
  over: Readonly<Record<string, string>> = {},
): Request => {
  const timestamp = String(nowMs / 1_000);
  const digest = createHmac('sha256', signingSecret)
    .update(`v0:${timestamp}:`)
    .update(body)
    .digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
    ...over,
  };
  return new Request('http://localhost/slack/events', {
    method: 'POST',
    headers,
    body: Buffer.from(body),
  });
};
const statusOf = async (request: Request): Promise<number> =>
  (await receiver.handle(request)).status;

test('answers once the listeners are done', async () => {
  expect(await statusOf(requestOf(JSON.stringify(event)))).toBe(200);
  expect(processed).toEqual([event]);
});

test('answers the challenge that proves the address', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  const response = await receiver.handle(requestOf(body));
  expect(await response.json()).toEqual({ challenge: 'abc' });
  expect(processed).toEqual([]);
});

test('the challenge needs a signature too', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  expect(await statusOf(requestOf(body, { 'x-slack-signature': 'v0=00' }))).toBe(401);
});

test('answers the certificate check, which is not signed', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-signature': '' };
  expect(await statusOf(requestOf('token=x&ssl_check=1', form))).toBe(200);
  expect(await statusOf(requestOf('payload=x&ssl_check=0', form))).toBe(401);
  expect(processed).toEqual([]);
});

test('refuses a wrong signature and says why in the log', async () => {
  expect(await statusOf(requestOf('{', { 'x-slack-signature': 'v0=00' }))).toBe(401);
  expect(processed).toEqual([]);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      event: 'slack request refused',
      details: { code: 'signature_invalid', reason: 'signature' },
    },
  ]);
});

test.each([
  '{"type":',
  '',
  'null',
  '[]',
  '"x"',
  '{}',
  '{"type":1}',
  '{"type":"x","event":"y"}',
])('refuses %j, which is no event', async (body) => {
  expect(await statusOf(requestOf(body))).toBe(400);
  expect(processed).toEqual([]);
});

describe('size', () => {
  const padded = (sizeBytes: number) => {
    const shell = JSON.stringify({ ...event, pad: '' });
    return shell.replace('""', `"${'x'.repeat(sizeBytes - shell.length)}"`);
  };

  test('1 MiB is taken', async () => {
    expect(await statusOf(requestOf(padded(1024 * 1024)))).toBe(200);
  });

  test('one byte more is refused, signed or not', async () => {
    const request = requestOf(padded(1024 * 1024 + 1), { 'x-slack-signature': 'v0=00' });
    expect(await statusOf(request)).toBe(413);
    expect(processed).toEqual([]);
  });

  test('no more is read than needed to refuse', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const request = new Request('http://localhost/', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(await statusOf(request)).toBe(413);
    expect(pulled).toBeLessThan(20);
  });
});

describe('a listener that fails', () => {
  test('gives 500, so that Slack sends the event again', async () => {
    fail = new BotError('store_unavailable');
    const request = requestOf(JSON.stringify(event), { 'x-slack-retry-num': '2' });
    expect(await statusOf(request)).toBe(500);
    expect(log.lines).toEqual([
      { level: 'info', event: 'slack sends an event again', details: { retryNum: 2 } },
      {
        level: 'error',
        event: 'slack event not taken in',
        details: { code: 'store_unavailable', retryNum: 2 },
      },
    ]);
  });

  test('so does an app that is not there yet', async () => {
    receiver = createSlackReceiver({ signingSecret, now: () => nowMs, log });
    expect(await statusOf(requestOf(JSON.stringify(event)))).toBe(500);
  });
});

test('an event sent again is dealt with like any other', async () => {
  const again = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
  expect(await statusOf(requestOf(JSON.stringify(event), again))).toBe(200);
  expect(processed).toEqual([event]);
});

test('does not start without a signing secret', () => {
  expect(() => createSlackReceiver({ signingSecret: '', now: () => nowMs, log })).toThrow(
    'config_invalid',
  );
});
