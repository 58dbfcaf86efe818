import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createPersonOf } from '../../../../adapters/slack/person.ts';
import {
  createIsTeamChannel,
  type IsTeamChannel,
} from '../../../../adapters/slack/team-channel.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

const team = { team: 'T0FAKE' };

let slack: FakeSlack;
let clock: FakeClock;
let log: RecordingLog;
let isTeamChannel: IsTeamChannel;

beforeEach(async () => {
  clock = createFakeClock();
  slack = await startFakeSlack({
    ...{ signingSecret: 'secret', botToken: 'xoxb-1' },
    clock: { now: clock.now, sleep: (ms, signal) => clock.sleep(ms, signal ? { signal } : {}) },
  });
  onTestFinished(() => slack.close());
  log = createRecordingLog();
  const { workspaces } = oneWorkspace({ apiUrl: slack.apiUrl, clock, log });
  const personOf = createPersonOf({ workspaces, clock });
  isTeamChannel = createIsTeamChannel({ workspaces, personOf, clock, log });
});

/** Adds so many members of the team and gives their ids. */
const hire = (count: number, prefix = 'U'): readonly string[] => {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  for (const id of ids) slack.addUser({ id });
  return ids;
};
const callsOf = (method: string): number => slack.calls(method).length;

describe('a channel of up to 30 people', () => {
  test('costs a look-up of each, once for all channels that they are in', async () => {
    const people = hire(30);
    slack.addChannel({ id: 'C1', members: people });
    slack.addChannel({ id: 'C2', members: people.slice(0, 10) });
    expect(await isTeamChannel(team, 'C1')).toBe(true);
    expect(await isTeamChannel(team, 'C2')).toBe(true);
    expect([callsOf('users.info'), callsOf('users.list')]).toEqual([30, 0]);
  });
});

describe('a channel of more', () => {
  test('costs the list of accounts, and nobody is looked up', async () => {
    slack.addChannel({ id: 'C1', members: hire(31) });
    expect(await isTeamChannel(team, 'C1')).toBe(true);
    expect([callsOf('users.info'), callsOf('users.list')]).toEqual([0, 1]);
  });

  test('is not of the team when one of them is a guest', async () => {
    slack.addUser({ id: 'UGUEST', isRestricted: true });
    slack.addChannel({ id: 'C1', members: [...hire(40), 'UGUEST'] });
    expect(await isTeamChannel(team, 'C1')).toBe(false);
    expect(log.lines).toEqual([]);
  });

  test('twenty asked about at once cost one listing', async () => {
    const people = hire(40);
    const channels = Array.from({ length: 20 }, (_, index) => `C${index}`);
    for (const id of channels) slack.addChannel({ id, members: people });
    const asked = channels.flatMap((id) => [isTeamChannel(team, id), isTeamChannel(team, id)]);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
    expect([callsOf('conversations.members'), callsOf('users.list')]).toEqual([20, 1]);
  });

  test('is read page by page, as the accounts are', async () => {
    slack.addUser({ id: 'UGUEST', isRestricted: true });
    const people = hire(2_500);
    slack.addChannel({ id: 'C1', members: people });
    slack.addChannel({ id: 'C2', members: [...people, 'UGUEST'] });
    expect(await isTeamChannel(team, 'C1')).toBe(true);
    expect([callsOf('conversations.members'), callsOf('users.list')]).toEqual([3, 3]);
    expect(await isTeamChannel(team, 'C2')).toBe(false);
    expect(callsOf('users.list')).toBe(3);
  });

  test('who came after the list was read is looked up', async () => {
    const people = hire(40);
    slack.addChannel({ id: 'C1', members: people });
    await isTeamChannel(team, 'C1');
    slack.addChannel({ id: 'C2', members: [...people, ...hire(30, 'UNEW')] });
    slack.addUser({ id: 'UGUEST', isRestricted: true });
    slack.addChannel({ id: 'C3', members: [...people, 'UGUEST'] });
    expect(await isTeamChannel(team, 'C2')).toBe(true);
    expect(await isTeamChannel(team, 'C3')).toBe(false);
    expect([callsOf('users.info'), callsOf('users.list')]).toEqual([31, 1]);
  });
});

describe('what Slack does not say', () => {
  test.each(['conversations.members', 'users.list'])('%s: is not remembered', async (method) => {
    slack.addChannel({ id: 'C1', members: hire(40) });
    slack.failNext(method, { status: 500 });
    await expect(isTeamChannel(team, 'C1')).rejects.toThrow('platform_unavailable');
    expect(await isTeamChannel(team, 'C1')).toBe(true);
  });

  test('is not asked for while Slack limits it', async () => {
    slack.addChannel({ id: 'C1', members: hire(40) });
    slack.failNext('users.list', { status: 429, retryAfterS: 30 });
    for (const _again of [1, 2])
      await expect(isTeamChannel(team, 'C1')).rejects.toThrow('platform_rate_limited');
    expect(callsOf('users.list')).toBe(1);
    await clock.advance(30_000);
    expect(await isTeamChannel(team, 'C1')).toBe(true);
  });
});

describe('a bound', () => {
  test('a channel of more than five pages does not count as the team', async () => {
    slack.addChannel({ id: 'C1', members: hire(5_000) });
    expect(await isTeamChannel(team, 'C1')).toBe(false);
    expect(await isTeamChannel(team, 'C1')).toBe(false);
    expect([callsOf('conversations.members'), callsOf('users.list')]).toEqual([5, 0]);
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'slack channel has too many people, it counts as public',
        details: { channel: 'C1', moreThan: 4_994 },
      },
    ]);
  });

  test('of a workspace of more than ten pages the rest is looked up, up to 30 people', async () => {
    const people = hire(10_100);
    slack.addChannel({ id: 'C1', members: [...people.slice(0, 40), ...people.slice(-20)] });
    slack.addChannel({ id: 'C2', members: [...people.slice(0, 40), ...people.slice(-50)] });
    expect(await isTeamChannel(team, 'C1')).toBe(true);
    expect(await isTeamChannel(team, 'C2')).toBe(false);
    expect(callsOf('users.list')).toBe(10);
    expect(callsOf('users.info')).toBe(20);
    expect(log.lines.map(({ details }) => details)).toEqual([
      { channel: 'C2', members: 90, unlisted: 50 },
    ]);
  });
});

test('an organisation’s token says whose accounts it asks for', async () => {
  slack.addEnterprise({ id: 'E1', botToken: 'xoxb-1' });
  slack.addTeam({ id: 'T1', enterpriseId: 'E1', botUserId: 'U0BOTE1' });
  slack.addTeam({ id: 'T2', enterpriseId: 'E1', botUserId: 'U0BOTE1' });
  const people = Array.from({ length: 40 }, (_, index) => `U${index}`);
  for (const id of people) slack.addUser({ id, teamId: 'T2' });
  slack.addChannel({ id: 'C1', teamId: 'T2' });
  expect(await isTeamChannel({ team: 'T2', enterprise: 'E1' }, 'C1')).toBe(true);
  expect(slack.calls('users.list').map(({ args }) => args['team_id'])).toEqual(['T2']);
  expect(callsOf('users.info')).toBe(0);
});
