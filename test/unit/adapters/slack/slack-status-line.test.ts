/** Slack's status line is best effort: it shows where it can, and costs nothing where it cannot. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createSlackStatusLine } from '../../../../adapters/slack/slack-status-line.ts';
import type { StatusLine } from '../../../../src/ports/status-line.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

const { signal } = new AbortController();
const method = 'assistant.threads.setStatus';
let slack: FakeSlack;
let clock: FakeClock;
let line: StatusLine;

beforeEach(async () => {
  slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'off',
    eventsUrl: 'http://127.0.0.1:9/',
  });
  onTestFinished(() => slack.close());
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: 'C1' });
  clock = createFakeClock();
  line = createSlackStatusLine({
    ...oneWorkspace({ apiUrl: slack.apiUrl, clock, log: createRecordingLog() }),
    clock,
  });
});

const askIn = async (channel: 'C1' | 'D1') => {
  const asked = { user: 'U1', text: 'How?' };
  const { ts, threadTs } =
    channel === 'C1'
      ? await slack.mention({ channel, ...asked })
      : await slack.directMessage(asked);
  return buildTurn({ replyTo: { team: slack.team.id, channel, ts, threadTs, user: 'U1' } });
};

test.each([
  ['C1'],
  ['D1'],
] as const)('says in %s what is being done, and is taken away', async (channel) => {
  const turn = await askIn(channel);
  const shown = () => slack.status(channel, String(turn.replyTo['threadTs']));
  expect(await line.show(turn, 'retrieving', { signal })).toBe(true);
  expect(shown()).toBe('is searching the documents…');
  expect(await line.show(turn, 'generating', { signal })).toBe(true);
  expect(shown()).toBe('is writing…');
  expect(await line.show(turn, undefined, { signal })).toBe(false);
  expect(shown()).toBeUndefined();
});

test.each([
  ['invalid_thread_ts'],
  ['channel_type_not_supported'],
  ['method_not_supported_for_channel_type'],
  ['missing_scope'],
  ['unknown_method'],
  ['method_deprecated'],
  ['feature_not_enabled'],
  ['not_allowed_token_type'],
])('after %s the kind of place is left alone for an hour, others are not', async (error) => {
  const [inChannel, inDirect] = [await askIn('C1'), await askIn('D1')];
  slack.failNext(method, { error });
  expect(await line.show(inChannel, 'refining', { signal })).toBe(false);
  expect(await line.show(inChannel, 'retrieving', { signal })).toBe(false);
  expect(slack.calls(method)).toHaveLength(1);
  expect(await line.show(inDirect, 'retrieving', { signal })).toBe(true);
  await clock.advance(3_600_000);
  expect(await line.show(inChannel, 'retrieving', { signal })).toBe(true);
});

test.each([
  ['a limit', { status: 429, retryAfterS: 2 }],
  ['an outage', { status: 503 }],
  ['a lost connection', { status: 'drop-connection' }],
  ['a channel that is gone', { error: 'channel_not_found' }],
] as const)('%s is no failure, and holds for the moment only', async (_what, failure) => {
  const turn = await askIn('C1');
  slack.failNext(method, failure);
  expect(await line.show(turn, 'retrieving', { signal })).toBe(false);
  await clock.advance(2_000);
  expect(await line.show(turn, 'retrieving', { signal })).toBe(true);
});

test('a limit in one channel leaves the others their line', async () => {
  const [inChannel, inDirect] = [await askIn('C1'), await askIn('D1')];
  slack.failNext(method, { status: 429, retryAfterS: 60 });
  await line.show(inChannel, 'retrieving', { signal });
  expect(await line.show(inDirect, 'retrieving', { signal })).toBe(true);
});

test('there is no line without a thread, for an aborted turn, or for an address of another door', async () => {
  const command = buildTurn({ replyTo: { team: slack.team.id, channel: 'C1', user: 'U1' } });
  expect(await line.show(command, 'retrieving', { signal })).toBe(false);
  expect(await line.show(await askIn('C1'), 'retrieving', { signal: AbortSignal.abort() })).toBe(
    false,
  );
  expect(await line.show(buildTurn({ replyTo: {} }), 'retrieving', { signal })).toBe(false);
  expect(slack.calls(method)).toEqual([]);
});
