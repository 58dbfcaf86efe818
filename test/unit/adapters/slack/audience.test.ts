import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AudienceOf, createAudienceOf } from '../../../../adapters/slack/audience.ts';
import { createPersonOf } from '../../../../adapters/slack/person.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

let slack: FakeSlack;
let clock: FakeClock;
let log: RecordingLog;
let audienceOf: AudienceOf;

beforeEach(async () => {
  slack = await startFakeSlack({ signingSecret: 'secret', botToken: 'xoxb-1' });
  slack.addUser({ id: 'UMEMBER' });
  slack.addUser({ id: 'USECOND' });
  slack.addUser({ id: 'UGUEST', isRestricted: true });
  slack.addUser({ id: 'USINGLE', isUltraRestricted: true });
  slack.addUser({ id: 'USTRANGER', isStranger: true });
  slack.addUser({ id: 'UOTHER', homeTeamId: 'T0OTHER' });
  slack.addChannel({ id: 'C1' });
  slack.addUser({ id: 'UBOT', isBot: true });
  slack.addUser({ id: 'UOTHERBOT', isBot: true, homeTeamId: 'T0OTHER' });
  slack.addChannel({ id: 'CSHARED', isExtShared: true });
  slack.addChannel({ id: 'CTEAM', members: ['UMEMBER', 'USECOND', 'UBOT'] });
  for (const id of ['UGUEST', 'USINGLE', 'USTRANGER', 'UOTHER', 'UOTHERBOT'])
    slack.addChannel({ id: `C${id}`, members: ['UMEMBER', id] });
  slack.addChannel({ id: 'CPRIVATE', isPrivate: true, members: ['UMEMBER', 'UGUEST'] });
  slack.addChannel({ id: 'CELSEWHERE', isPrivate: true, isMember: false });
  slack.addChannel({ id: 'GTEAM', isGroupMessage: true, members: ['UMEMBER', 'USECOND'] });
  slack.addChannel({ id: 'GMIXED', isGroupMessage: true, members: ['UMEMBER', 'UGUEST'] });
  clock = createFakeClock();
  log = createRecordingLog();
  const { workspaces } = oneWorkspace({ apiUrl: slack.apiUrl, clock, log });
  const personOf = createPersonOf({ workspaces, clock });
  audienceOf = createAudienceOf({ workspaces, personOf, clock, log });
});
afterEach(() => slack.close());

const asked = (over: Partial<Parameters<AudienceOf>[0]> = {}) => ({
  ...{ team: 'T0FAKE', channel: 'C1', user: 'UMEMBER', isDirect: false, isExternal: false },
  ...over,
});

test.each([
  ['a member in a channel', asked(), 'team'],
  ['a member in a direct message', asked({ channel: 'D1', isDirect: true }), 'team'],
  ['a guest', asked({ user: 'UGUEST' }), 'public'],
  ['a guest in a direct message', asked({ user: 'UGUEST', isDirect: true }), 'public'],
  ['a single-channel guest', asked({ user: 'USINGLE' }), 'public'],
  ['a stranger', asked({ user: 'USTRANGER' }), 'public'],
  ['a person of another workspace', asked({ user: 'UOTHER' }), 'public'],
  ['a channel shared with another company', asked({ channel: 'CSHARED' }), 'public'],
  ['a member in a channel of the team and its own bots', asked({ channel: 'CTEAM' }), 'team'],
  ['a member where a guest is', asked({ channel: 'CUGUEST' }), 'public'],
  ['a member where a single-channel guest is', asked({ channel: 'CUSINGLE' }), 'public'],
  ['a member where a stranger is', asked({ channel: 'CUSTRANGER' }), 'public'],
  ['a member where a person of another workspace is', asked({ channel: 'CUOTHER' }), 'public'],
  ['a member where a bot of another workspace is', asked({ channel: 'CUOTHERBOT' }), 'public'],
  ['a member in a private channel where a guest is', asked({ channel: 'CPRIVATE' }), 'public'],
  ['a member in a private channel that we are not in', asked({ channel: 'CELSEWHERE' }), 'public'],
  ['a group message of members', asked({ channel: 'GTEAM' }), 'team'],
  ['a group message with a guest', asked({ channel: 'GMIXED' }), 'public'],
  ['an event that says so itself', asked({ isExternal: true }), 'public'],
  ['a person that Slack does not know', asked({ user: 'UNOBODY' }), 'public'],
  ['a channel that Slack does not know', asked({ channel: 'CNONE' }), 'public'],
] as const)('%s: %s', async (_who, message, audience) => {
  expect(await audienceOf(message)).toBe(audience);
});

test('an event that says so itself costs no look-up', async () => {
  await audienceOf(asked({ isExternal: true }));
  expect(slack.calls()).toEqual([]);
});

test('a direct message asks for the asker alone', async () => {
  await audienceOf(asked({ isDirect: true }));
  expect(slack.calls().map(({ method }) => method)).toEqual(['users.info']);
});

test('everybody in a group message is looked up once', async () => {
  await audienceOf(asked({ channel: 'GTEAM' }));
  await audienceOf(asked({ channel: 'GTEAM', user: 'USECOND' }));
  expect(slack.calls('users.info')).toHaveLength(2);
  expect(slack.calls('conversations.members')).toHaveLength(1);
});

describe('what Slack said', () => {
  test('is remembered for an hour', async () => {
    await Promise.all([audienceOf(asked()), audienceOf(asked()), audienceOf(asked())]);
    await clock.advance(59 * 60_000);
    await audienceOf(asked());
    expect(slack.calls('conversations.info')).toHaveLength(1);
    expect(slack.calls('users.info')).toHaveLength(3);
    await clock.advance(60_000);
    await audienceOf(asked());
    expect(slack.calls('conversations.info')).toHaveLength(2);
    expect(slack.calls('users.info')).toHaveLength(4);
    await clock.advance(4 * 60_000);
    await audienceOf(asked());
    expect(slack.calls('users.info')).toHaveLength(6);
  });

  test('of who is in a channel is remembered for five minutes', async () => {
    expect(await audienceOf(asked({ channel: 'CUGUEST' }))).toBe('public');
    slack.addChannel({ id: 'CUGUEST', members: ['UMEMBER'] });
    await clock.advance(5 * 60_000 - 1);
    expect(await audienceOf(asked({ channel: 'CUGUEST' }))).toBe('public');
    expect(slack.calls('conversations.members')).toHaveLength(1);
    await clock.advance(1);
    expect(await audienceOf(asked({ channel: 'CUGUEST' }))).toBe('team');
    slack.addChannel({ id: 'CUGUEST', members: ['UMEMBER', 'UGUEST'] });
    await clock.advance(5 * 60_000);
    expect(await audienceOf(asked({ channel: 'CUGUEST' }))).toBe('public');
  });

  test.each([
    ['users.info', { status: 500 }, 'platform_unavailable'],
    ['conversations.info', { status: 500 }, 'platform_unavailable'],
    ['conversations.members', { status: 500 }, 'platform_unavailable'],
    ['conversations.members', { status: 429, retryAfterS: 1 }, 'platform_rate_limited'],
  ] as const)('is not remembered when %s failed', async (method, failure, code) => {
    slack.failNext(method, failure);
    expect(await audienceOf(asked())).toBe('public');
    await clock.advance(1_000);
    expect(await audienceOf(asked())).toBe('team');
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'slack look-up failed, the reply counts as public',
        details: { channel: 'C1', user: 'UMEMBER', code },
      },
    ]);
  });
});

test('a look-up that takes longer than 1.5 s counts as public, and its answer is kept for the next', async () => {
  const held = slack.stopAt({ method: 'users.info' });
  const first = audienceOf(asked());
  await held.reached;
  await clock.advance(1_500);
  expect(await first).toBe('public');
  held.release();
  expect(await audienceOf(asked())).toBe('team');
  expect(slack.calls('users.info')).toHaveLength(3);
});
