/** The Speaker's contract on Slack, over a Slack on loopback. */
import { describe } from 'vitest';
import { createSlackSpeaker } from '../../adapters/slack/slack-speaker.ts';
import { slackTurnId } from '../../src/domain/turn-id.ts';
import { buildTurn } from '../fakes/build.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../fakes/slack-workspaces.ts';
import { describeSpeaker } from './speaker.contract.ts';

const channel = 'C1';
const user = 'U1';
const always = { times: Number.POSITIVE_INFINITY };

describe('Slack', () => {
  describeSpeaker(async () => {
    const slack = await startFakeSlack({
      signingSecret: 'secret',
      botToken: 'xoxb-1',
      limits: 'off',
      // Nobody listens there: the events of what people do are not this contract's.
      eventsUrl: 'http://127.0.0.1:9/',
    });
    slack.addUser({ id: user });
    slack.addChannel({ id: channel });
    const bot = () => slack.botMessages(channel);
    return {
      speaker: createSlackSpeaker(
        oneWorkspace({
          apiUrl: slack.apiUrl,
          clock: createFakeClock(),
          log: createRecordingLog(),
        }),
      ),
      ask: async () => {
        const { ts, threadTs } = await slack.mention({ channel, user, text: 'How?' });
        const team = slack.team.id;
        return buildTurn({
          id: slackTurnId({ team, channel, ts }),
          replyTo: { team, channel, threadTs, ts, user },
        });
      },
      seen: () => bot().map(({ ts, text }) => ({ platformId: ts, text })),
      dispose: () => slack.close(),
      faults: {
        loseNextPost: () => slack.failNext('chat.postMessage', { status: 'apply-then-drop' }),
        failNextPost: () => slack.failNext('chat.postMessage', { status: 503 }),
        limitNextPost: (retryAfterMs) =>
          slack.failNext('chat.postMessage', { status: 429, retryAfterS: retryAfterMs / 1_000 }),
        deleteByPerson: async (ts) => {
          await slack.deleteMessage({ channel, ts });
        },
        closeEditing: () => {
          const closed = new Set(bot().map(({ ts }) => ts));
          slack.failNext('chat.update', {
            ...always,
            error: 'edit_window_closed',
            matches: ({ args }) => closed.has(String(args['ts'])),
          });
        },
        refuseMarkup: () =>
          slack.failNext('*', {
            ...always,
            error: 'invalid_blocks',
            matches: ({ args }) => String(args['blocks']).includes('"type":"markdown"'),
          }),
        removeBot: () => slack.removeBotFrom(channel),
        privateNotices: () => slack.channelMessages('D1').map(({ text }) => text),
      },
    };
  });
});
