import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createMethodLimits } from '../../../../adapters/slack/method-limits.ts';
import { createSlackCall, type SlackCall } from '../../../../adapters/slack/slack-call.ts';
import { createSlackClient } from '../../../../adapters/slack/slack-client.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../../../fakes/recording-metrics.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';

const canary = 'the answer that nobody else may read';
const answer = z.unknown();
let slack: FakeSlack;
let clock: FakeClock;
let log: RecordingLog;
let metrics: RecordingMetrics;
let call: SlackCall;

beforeEach(async () => {
  slack = await startFakeSlack({ signingSecret: 'secret', botToken: 'xoxb-1', limits: 'off' });
  slack.addChannel({ id: 'C1' });
  slack.addChannel({ id: 'C2' });
  clock = createFakeClock();
  log = createRecordingLog();
  metrics = createRecordingMetrics();
  call = createSlackCall({
    client: createSlackClient({ botToken: 'xoxb-1', apiUrl: slack.apiUrl, callTimeoutMs: 2_000 }),
    limits: createMethodLimits(clock),
    metrics,
    log,
  });
});
afterEach(() => slack.close());

const post = (channel: string) => call('chat.postMessage', { channel, text: canary }, { answer });
const update = (channel: string) =>
  call('chat.update', { channel, ts: '1767603600.000100', text: canary }, { answer });
const failureOf = async (calling: Promise<unknown>): Promise<BotError> => {
  const error = await calling.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BotError);
  return error as BotError;
};

test.each([
  ['message_not_found', 'reply_deleted'],
  ['thread_not_found', 'reply_deleted'],
  ['edit_window_closed', 'reply_uneditable'],
  ['cant_update_message', 'reply_uneditable'],
  ['channel_not_found', 'platform_forbidden'],
  ['not_in_channel', 'platform_forbidden'],
  ['is_archived', 'platform_forbidden'],
  ['restricted_action_read_only_channel', 'platform_forbidden'],
  ['token_revoked', 'platform_forbidden'],
  ['invalid_blocks', 'platform_rejected'],
  ['msg_too_long', 'platform_rejected'],
  ['msg_blocks_too_long', 'platform_rejected'],
  ['no_text', 'platform_rejected'],
  ['a_code_of_tomorrow', 'platform_rejected'],
  ['internal_error', 'platform_unavailable'],
  ['update_failed', 'platform_unavailable'],
  ['messaging_processing_failed', 'platform_unavailable'],
  ['file_update_failed', 'platform_unavailable'],
  ['external_channel_migrating', 'platform_unavailable'],
  ['stopped_by_user', 'reply_deleted'],
  ['block_mismatch', 'reply_uneditable'],
  ['message_not_owned_by_app', 'reply_uneditable'],
  ['is_inactive', 'platform_forbidden'],
  ['cannot_reply_to_message', 'platform_forbidden'],
  ['messages_tab_disabled', 'platform_forbidden'],
  ['missing_scope', 'platform_forbidden'],
  ['posting_to_channel_denied', 'platform_forbidden'],
  ['restricted_action', 'platform_forbidden'],
  ['restricted_action_thread_locked', 'platform_forbidden'],
  ['app_access_restricted', 'platform_forbidden'],
  ['account_inactive', 'platform_forbidden'],
  ['message_limit_exceeded', 'platform_rate_limited'],
  ['streaming_state_conflict', 'platform_rejected'],
  ['file_uploads_disabled', 'platform_rejected'],
])('%s is %s', async (slackCode, code) => {
  slack.failNext('chat.postMessage', { status: 200, error: slackCode });
  const failure = await failureOf(post('C1'));
  expect(failure).toMatchObject({
    code,
    details: { method: 'chat.postMessage', slackCode },
    cause: { vendorCode: slackCode },
  });
});

test.each([
  ['a 500', { status: 500 }],
  ['a 503', { status: 503 }],
  ['a dropped connection', { status: 'drop-connection' }],
  ['a lost answer', { status: 'apply-then-drop' }],
  ['an answer that never comes', { status: 'hang' }],
  ['a code that is no code', { status: 200, error: `<html>${canary}` }],
] as const)('%s leaves the outcome open, after one try', async (_what, failure) => {
  slack.failNext('chat.postMessage', failure);
  expect((await failureOf(post('C1'))).code).toBe('platform_unavailable');
  expect(slack.calls()).toHaveLength(1);
});

test('no call waits for the answers to others', async () => {
  const patient = createSlackCall({
    client: createSlackClient({ botToken: 'xoxb-1', apiUrl: slack.apiUrl, callTimeoutMs: 60_000 }),
    ...{ limits: createMethodLimits(clock), metrics, log },
  });
  const all = Array.from({ length: 150 }, () => {
    slack.failNext('chat.postMessage', { status: 'hang' });
    return failureOf(patient('chat.postMessage', { channel: 'C1', text: canary }, { answer }));
  });
  await slack.waitFor(() => slack.calls().length === all.length);
  await slack.close();
  await Promise.all(all);
});

test('an answer of another shape leaves the outcome open', async () => {
  const wrong = z.object({ ts: z.number() });
  const calling = call('chat.postMessage', { channel: 'C1', text: 'x' }, { answer: wrong });
  expect((await failureOf(calling)).code).toBe('platform_unavailable');
});

test('neither errors nor logs hold what was sent', async () => {
  for (const failure of [{ status: 500 }, { error: 'invalid_blocks' }, { error: canary }]) {
    slack.failNext('chat.postMessage', failure);
    const { message, stack, cause, details } = await failureOf(post('C1'));
    expect(JSON.stringify([message, stack, cause, details, log.lines])).not.toContain(canary);
  }
});

test('a refused token is told to the operator', async () => {
  slack.setTokenState('token_revoked');
  await failureOf(post('C1'));
  expect(log.lines).toEqual([
    {
      level: 'error',
      event: 'slack refuses the bot token',
      details: { method: 'chat.postMessage', slackCode: 'token_revoked' },
    },
  ]);
});

test('every call is counted by method and outcome, and one that was held back is none', async () => {
  await post('C1');
  slack.failNext('chat.postMessage', { status: 500 });
  await failureOf(post('C1'));
  slack.failNext('chat.update', { status: 429, retryAfterS: 30 });
  await failureOf(update('C1'));
  await failureOf(update('C1'));
  const counted = (method: string, outcome: string) =>
    metrics.total('footnote_platform_calls_total', { platform: 'slack', method, outcome });
  expect(counted('chat.postMessage', 'ok')).toBe(1);
  expect(counted('chat.postMessage', 'platform_unavailable')).toBe(1);
  expect(counted('chat.update', 'platform_rate_limited')).toBe(1);
  expect(metrics.total('footnote_platform_calls_total')).toBe(3);
});

describe('a rate limit', () => {
  test('holds back its method alone, until its time is over', async () => {
    const { ts } = await call(
      'chat.postMessage',
      { channel: 'C1', text: 'x' },
      { answer: z.object({ ts: z.string() }) },
    );
    slack.failNext('chat.update', { status: 429, retryAfterS: 30 });
    const edit = () => call('chat.update', { channel: 'C1', ts, text: 'y' }, { answer });
    expect(await failureOf(edit())).toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 30_000,
    });
    await post('C1');
    await clock.advance(10_000);
    expect(await failureOf(update('C2'))).toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 20_000,
    });
    expect(slack.calls('chat.update')).toHaveLength(1);
    await clock.advance(20_000);
    await edit();
    expect(slack.calls('chat.update')).toHaveLength(2);
  });

  test('of posting holds back its channel alone', async () => {
    slack.failNext('chat.postMessage', { status: 429, retryAfterS: 30 });
    await failureOf(post('C1'));
    await post('C2');
    expect(await failureOf(post('C1'))).toMatchObject({ retryAfterMs: 30_000 });
    expect(slack.calls('chat.postMessage')).toHaveLength(2);
  });

  test('of the status line holds back its channel alone', async () => {
    const show = (channel: string) =>
      call(
        'assistant.threads.setStatus',
        { channel_id: channel, thread_ts: '1.000001', status: 'is thinking' },
        { answer },
      );
    slack.failNext('assistant.threads.setStatus', { status: 429, retryAfterS: 30 });
    expect(await failureOf(show('C1'))).toMatchObject({ retryAfterMs: 30_000 });
    expect((await failureOf(show('C2'))).details['slackCode']).toBe('invalid_thread_ts');
    expect((await failureOf(show('C1'))).code).toBe('platform_rate_limited');
    expect(slack.calls('assistant.threads.setStatus')).toHaveLength(2);
  });

  test('told in a 200 is one too', async () => {
    slack.failNext('chat.update', { status: 200, error: 'ratelimited' });
    expect((await failureOf(update('C1'))).code).toBe('platform_rate_limited');
  });
});
