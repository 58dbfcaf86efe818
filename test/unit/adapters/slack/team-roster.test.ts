import { beforeEach, expect, test } from 'vitest';
import type { SlackCall } from '../../../../adapters/slack/slack-call.ts';
import { createTeamRosterOf, type TeamRosterOf } from '../../../../adapters/slack/team-roster.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createGate } from '../../../fakes/gate.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';

const minuteMs = 60_000;
const workspace = { team: 'T1' };
const member = { id: 'U1', team_id: 'T1' };
const guest = { ...member, is_restricted: true };

let clock: FakeClock;
let log: RecordingLog;
let rosterOf: TeamRosterOf;
/** What Slack answers now, and how often it was asked. */
let answer: () => Promise<unknown>;
let asked: number;

beforeEach(() => {
  clock = createFakeClock();
  log = createRecordingLog();
  asked = 0;
  answer = async () => ({ members: [member] });
  const call: SlackCall = async (_method, _args, options) => {
    asked += 1;
    return options.answer.parse(await answer());
  };
  const unused = () => {
    throw new Error('a roster needs the call alone');
  };
  const one = { call, identity: unused, transfer: { download: unused, upload: unused } };
  rosterOf = createTeamRosterOf({ workspaces: { of: () => one }, clock, log });
});

const refuse = async (): Promise<never> => {
  throw new BotError('platform_rate_limited', { retryAfterMs: 1_000 });
};

test('is read anew after half an hour, and whoever asks does not wait for it', async () => {
  await rosterOf(workspace);
  await clock.advance(30 * minuteMs - 1);
  await rosterOf(workspace);
  expect(asked).toBe(1);

  const gate = createGate();
  answer = async () => {
    await gate.passed;
    return { members: [guest] };
  };
  await clock.advance(1);
  expect((await rosterOf(workspace)).get('U1')).toBe(true);
  expect((await rosterOf(workspace)).get('U1')).toBe(true);
  expect(asked).toBe(2);
  gate.open();
  await clock.advance(0);
  expect((await rosterOf(workspace)).get('U1')).toBe(false);
  expect(asked).toBe(2);
});

test('that could not be read anew serves until it is an hour old, and never longer', async () => {
  await rosterOf(workspace);
  answer = refuse;
  await clock.advance(59 * minuteMs);
  expect((await rosterOf(workspace)).get('U1')).toBe(true);
  await clock.advance(minuteMs);
  await expect(rosterOf(workspace)).rejects.toThrow('platform_rate_limited');
  expect(log.lines).toEqual([
    {
      level: 'warn',
      event: 'slack accounts not read anew',
      details: { code: 'platform_rate_limited' },
    },
  ]);
});

test('that could not be read is not remembered', async () => {
  answer = refuse;
  await expect(rosterOf(workspace)).rejects.toThrow('platform_rate_limited');
  answer = async () => ({ members: [guest] });
  expect([...(await rosterOf(workspace))]).toEqual([['U1', false]]);
});

test('of a workspace is none of another', async () => {
  await rosterOf(workspace);
  expect((await rosterOf({ team: 'T2' })).get('U1')).toBe(false);
  expect(asked).toBe(2);
});
