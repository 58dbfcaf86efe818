import { createHmac } from 'node:crypto';
import type { App } from '@slack/bolt';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createSlackReceiver,
  type SlackReceiver,
} from '../../../../adapters/slack/slack-receiver.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../../../fakes/recording-metrics.ts';

const signingSecret = 'secret';
const nowMs = Date.UTC(2026, 0, 5, 9);
const event = { type: 'event_callback', event: { type: 'message', channel: 'C1' } };

let clock: FakeClock;
let log: RecordingLog;
let metrics: RecordingMetrics;
let receiver: SlackReceiver;
let processed: unknown[];
let fail: BotError | undefined;

beforeEach(() => {
  clock = createFakeClock({ startMs: nowMs });
  log = createRecordingLog();
  metrics = createRecordingMetrics();
  processed = [];
  fail = undefined;
  receiver = createSlackReceiver({ signingSecret, clock, metrics, log });
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

test.each([
  { type: 'event_callback', event: 'y' },
  { type: 'event_callback', event: { type: 'message', channel: 7 } },
])('passes %j over, an event of a shape that is not known', async (body) => {
  expect(await statusOf(requestOf(JSON.stringify(body)))).toBe(200);
  expect(processed).toEqual([]);
  expect(log.lines).toMatchObject([{ event: 'slack event of an unknown shape' }]);
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
    receiver = createSlackReceiver({ signingSecret, clock, metrics, log });
    expect(await statusOf(requestOf(JSON.stringify(event)))).toBe(500);
  });
});

test('an event sent again is dealt with like any other', async () => {
  const again = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
  expect(await statusOf(requestOf(JSON.stringify(event), again))).toBe(200);
  expect(processed).toEqual([event]);
});

test('does not start without a signing secret', () => {
  expect(() => createSlackReceiver({ signingSecret: '', clock, metrics, log })).toThrow(
    'config_invalid',
  );
});

describe('commands and interactions', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const command = 'command=%2Fask&text=How%3F&user_id=U1&channel_id=C1&trigger_id=1.2.a';
  const payloadOf = (payload: object) =>
    new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const pressed = { type: 'block_actions', user: { id: 'U1' }, actions: [{ action_id: 'a' }] };
  const sent = { type: 'view_submission', user: { id: 'U1' }, view: { callback_id: 'v' } };
  /** What the listeners do with the next request. */
  const listen = (processEvent: App['processEvent']) => receiver.init({ processEvent } as App);
  const answerTo = async (body: string) => {
    const response = await receiver.handle(requestOf(body, form));
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  test('are signed over the form as it came', async () => {
    const forged = requestOf(command, { ...form, 'x-slack-signature': 'v0=00' });
    expect(await statusOf(forged)).toBe(401);
    expect(await statusOf(requestOf(command, form))).toBe(200);
    expect(processed).toEqual([expect.objectContaining({ command: '/ask', text: 'How?' })]);
  });

  test('are answered with what the listener acknowledges', async () => {
    listen(({ ack }) => ack({ response_type: 'ephemeral', text: 'I am on it' }));
    expect(await answerTo(command)).toEqual({
      status: 200,
      body: { response_type: 'ephemeral', text: 'I am on it' },
    });
  });

  test('are answered at the acknowledgement; what goes on behind is waited for when we stop', async () => {
    const steps: string[] = [];
    let release = () => {};
    listen(async ({ ack }) => {
      await ack();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      steps.push('done');
    });
    expect(await answerTo(payloadOf(pressed))).toEqual({ status: 200, body: undefined });
    const stopped = Promise.resolve(receiver.stop()).then(() => steps.push('stopped'));
    release();
    await stopped;
    expect(steps).toEqual(['done', 'stopped']);
  });

  test('that nobody listens to are nothing', async () => {
    expect(await answerTo(payloadOf({ ...pressed, actions: [{ action_id: 'other' }] }))).toEqual({
      status: 200,
      body: undefined,
    });
  });

  test.each([
    ['a form without a payload or a command', 'a=b'],
    ['a payload that is no JSON', 'payload=%7B'],
    ['a payload without its person', payloadOf({ type: 'block_actions', user: 'U1' })],
    ['a sent form without a form', payloadOf({ ...sent, view: undefined })],
    ['an event in a payload', payloadOf({ ...pressed, event: { type: 'message' }, user: 7 })],
  ])('%s is refused', async (_what, body) => {
    expect(await answerTo(body)).toMatchObject({ status: 400 });
    expect(processed).toEqual([]);
  });

  describe('when nothing acknowledged them', () => {
    const away = 'I cannot reach my database right now. Please ask again in a while.';
    const late =
      'This takes longer than usual. If no answer comes within a minute, please ask again.';

    test('a command that failed is answered with a sentence', async () => {
      fail = new BotError('store_unavailable');
      expect(await answerTo(command)).toEqual({
        status: 200,
        body: { response_type: 'ephemeral', text: away },
      });
    });

    test('a form that failed shows the sentence and stays open', async () => {
      fail = new BotError('store_unavailable');
      expect(await answerTo(payloadOf(sent))).toEqual({
        status: 200,
        body: { response_action: 'errors', errors: { footnote_input: away } },
      });
    });

    describe('the form for a reason', () => {
      const reason = payloadOf({ ...sent, view: { callback_id: 'footnote_reason_view' } });
      const showing = (text: string) => ({
        status: 200,
        body: { response_action: 'errors', errors: { footnote_input: text } },
      });

      test('that failed is to be sent once more, there is nothing to ask', async () => {
        fail = new BotError('store_unavailable');
        const text = 'This could not be noted. Please send it once more in a while.';
        expect(await answerTo(reason)).toEqual(showing(text));
      });

      test('that takes long is so too', async () => {
        listen(() => new Promise(() => {}));
        const answering = answerTo(reason);
        await clock.whenSleeping();
        await clock.advance(2_900);
        const text = 'This takes longer than usual. Please send it once more.';
        expect(await answering).toEqual(showing(text));
      });
    });

    test('a press that failed has no place for a sentence: Slack says that it failed', async () => {
      fail = new BotError('store_unavailable');
      expect(await answerTo(payloadOf(pressed))).toEqual({ status: 500, body: undefined });
    });

    test.each<[string, string, unknown]>([
      ['a command', command, { response_type: 'ephemeral', text: late }],
      ['a form', payloadOf(sent), { response_action: 'errors', errors: { footnote_input: late } }],
      ['a press', payloadOf(pressed), undefined],
    ])('%s is answered after 2.9 s, before Slack shows an error of its own', async (_what, body, shown) => {
      listen(() => new Promise(() => {}));
      const answering = answerTo(body);
      await clock.whenSleeping();
      await clock.advance(2_899);
      expect(log.lines).toEqual([]);
      await clock.advance(1);
      expect(await answering).toEqual({ status: 200, body: shown });
      expect(log.lines.map((line) => line.event)).toEqual([
        'slack interaction answered before it was taken in',
      ]);
    });
  });

  describe('whose signature came before', () => {
    test('get the first answer again and have no effect', async () => {
      let times = 0;
      listen(async ({ ack }) => {
        times += 1;
        await ack({ text: String(times) });
      });
      const both = await Promise.all([answerTo(command), answerTo(command)]);
      await clock.advance(60_000);
      const replayed = await answerTo(command);
      expect([...both, replayed].map(({ body }) => body)).toEqual(Array(3).fill({ text: '1' }));
      expect(await answerTo(`${command}b`)).toMatchObject({ body: { text: '2' } });
    });

    test('are events: each time counts, for the first may have failed', async () => {
      for (const _time of [1, 2]) await statusOf(requestOf(JSON.stringify(event)));
      expect(processed).toHaveLength(2);
    });
  });
});

test.each([
  'installation_missing',
  'platform_forbidden',
] as const)('an event that fails with %s is acknowledged: nobody is there to answer', async (code) => {
  fail = new BotError(code);
  expect(await statusOf(requestOf(JSON.stringify(event)))).toBe(200);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      event: 'slack event of a workspace without an installation',
      details: { code },
    },
  ]);
});

test('that Slack holds events back is said', async () => {
  const body = JSON.stringify({ type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 });
  expect(await statusOf(requestOf(body))).toBe(200);
  expect(log.lines.map((line) => line.event)).toEqual(['slack holds events back']);
});

test('fields that are null count as absent', async () => {
  const body = { ...event, enterprise_id: null, event: { ...event.event, user: null } };
  expect(await statusOf(requestOf(JSON.stringify(body)))).toBe(200);
  expect(processed).toEqual([event]);
});
