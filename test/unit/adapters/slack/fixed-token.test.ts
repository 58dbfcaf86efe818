/** The one token of the configuration is its own workspace's, or its organisation's, and nobody else's. */
import { expect, onTestFinished, test } from 'vitest';
import { createFixedToken } from '../../../../adapters/slack/fixed-token.ts';
import { createMethodLimits } from '../../../../adapters/slack/method-limits.ts';
import { createSlackCall } from '../../../../adapters/slack/slack-call.ts';
import { createSlackClient } from '../../../../adapters/slack/slack-client.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../../fakes/recording-metrics.ts';
import { startFakeSlack } from '../../../fakes/slack/fake-slack.ts';

const setUp = async (botToken = 'xoxb-1') => {
  const clock = createFakeClock();
  const slack = await startFakeSlack({
    ...{ signingSecret: 'secret', botToken: 'xoxb-1', limits: 'off' },
    eventsUrl: 'http://127.0.0.1:9/',
  });
  onTestFinished(() => slack.close());
  slack.addEnterprise({ id: 'E1', botToken: 'xoxb-org' });
  slack.addTeam({ id: 'T0ORG', enterpriseId: 'E1' });
  const client = createSlackClient({ botToken, apiUrl: slack.apiUrl, callTimeoutMs: 10_000 });
  const call = createSlackCall({
    ...{ client, limits: createMethodLimits(clock) },
    ...{ metrics: createRecordingMetrics(), log: createRecordingLog() },
  });
  const asked: Promise<unknown>[] = [];
  const tokenOf = createFixedToken({
    ...{ botToken, clock },
    call: (method, args, options) => {
      const answer = call(method, args, options);
      asked.push(answer);
      return answer;
    },
  });
  /** Slack has said whose the token is, or failed to. */
  const settled = async () => {
    await Promise.allSettled(asked);
  };
  return { slack, clock, tokenOf, settled };
};

test('is given at once, before Slack has said whose it is', async () => {
  const { slack, tokenOf, settled } = await setUp();
  slack.failNext('auth.test', { status: 'hang' });
  expect(await tokenOf({ team: 'T0FAKE' })).toBe('xoxb-1');
  await slack.close();
  await settled();
});

test('is refused to every other workspace from then on, at the cost of one call', async () => {
  const { slack, tokenOf, settled } = await setUp();
  await Promise.all(Array.from({ length: 20 }, () => tokenOf({ team: 'T0FAKE' })));
  await settled();
  expect(await tokenOf({ team: 'T0FAKE' })).toBe('xoxb-1');
  await expect(tokenOf({ team: 'T0OTHER' })).rejects.toThrow('installation_missing');
  await expect(tokenOf({ team: 'T0OTHER', enterprise: 'E1' })).rejects.toThrow(
    'installation_missing',
  );
  expect(slack.calls('auth.test')).toHaveLength(1);
});

test('of an organisation is every workspace’s of it', async () => {
  const { tokenOf, settled } = await setUp('xoxb-org');
  await tokenOf({ team: 'T0ORG', enterprise: 'E1' });
  await settled();
  expect(await tokenOf({ team: 'T0ORG', enterprise: 'E1' })).toBe('xoxb-org');
  await expect(tokenOf({ team: 'T0ORG', enterprise: 'E2' })).rejects.toThrow(
    'installation_missing',
  );
});

test('is given while Slack is away, which is asked again after a minute', async () => {
  const { slack, clock, tokenOf, settled } = await setUp();
  slack.failNext('auth.test', { status: 500 });
  for (let nth = 0; nth < 3; nth += 1) {
    expect(await tokenOf({ team: 'T0OTHER' })).toBe('xoxb-1');
    await settled();
  }
  expect(slack.calls('auth.test')).toHaveLength(1);
  await clock.advance(60_000);
  await tokenOf({ team: 'T0OTHER' });
  await settled();
  await expect(tokenOf({ team: 'T0OTHER' })).rejects.toThrow('installation_missing');
});
