/** The Speaker's contract on Slack, over a Slack on loopback: by edits in a channel, and by Slack's own streaming in direct messages. */
import { describe } from 'vitest';
import { actionIds } from '../../adapters/slack/action-ids.ts';
import { createSlackSpeaker } from '../../adapters/slack/slack-speaker.ts';
import { slackCommandTurnId, slackTurnId } from '../../src/domain/turn-id.ts';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import { buildTurn } from '../fakes/build.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../fakes/slack-workspaces.ts';
import { describeSpeaker } from './speaker.contract.ts';
import type { SpeakerHarness } from './speaker-harness.ts';

const user = 'U1';
const always = { times: Number.POSITIVE_INFINITY };

type Ask = (slack: FakeSlack) => Promise<{ readonly ts: string; readonly threadTs: string }>;

const startHarness = async (place: {
  readonly channel: string;
  readonly ask: Ask;
  readonly nativeStreams: boolean;
}): Promise<SpeakerHarness> => {
  const { channel, ask, nativeStreams } = place;
  const slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'off',
    // Nobody listens there: the events of what people do are not this contract's.
    eventsUrl: 'http://127.0.0.1:9/',
  });
  slack.addUser({ id: user });
  slack.addChannel({ id: 'C1' });
  const direct = slack.openDirectMessage({ user });
  const team = slack.team.id;
  let commands = 0;
  let privateBefore = 0;
  const all = () => slack.botMessages(channel);
  const isRoot = ({ metadata }: ReturnType<typeof all>[number]) =>
    metadata?.event_payload['part'] === 'root';
  const isNotice = ({ metadata }: ReturnType<typeof all>[number]) =>
    metadata?.event_payload['part'] === 'notice';
  const replies = () =>
    all().filter((message) => !isRoot(message) && !isNotice(message) && !message.files);
  return {
    speaker: createSlackSpeaker(
      oneWorkspace({
        apiUrl: slack.apiUrl,
        clock: createFakeClock(),
        log: createRecordingLog(),
        behaviour: { nativeStreams },
      }),
    ),
    ask: async () => {
      const { ts, threadTs } = await ask(slack);
      privateBefore = slack.channelMessages(direct).length;
      return buildTurn({
        id: slackTurnId({ team, channel, ts }),
        replyTo: { team, channel, threadTs, ts, user },
      });
    },
    askByCommand: async () => {
      commands += 1;
      return buildTurn({
        id: slackCommandTurnId({ team, digest: String(commands) }),
        askedAt: new Date(),
        replyTo: { team, channel, user },
      });
    },
    seen: () => replies().map(({ ts, text }) => ({ platformId: ts, text })),
    seenFiles: () =>
      slack.files(channel).map(({ id, title, text }) => ({ platformId: id, name: title, text })),
    seenThreads: () => all().filter(isRoot).length,
    actionsOn: (platformId) =>
      (replies().find(({ ts }) => ts === platformId)?.blocks ?? []).flatMap(actionsIn),
    rang: (platformId) =>
      slack
        .timeline(channel)
        .some(({ ts, kind, pings }) => ts === platformId && kind === 'post' && pings.length > 0),
    dispose: () => slack.close(),
    faults: {
      loseNextPost: () => slack.failNext('chat.postMessage', { status: 'apply-then-drop' }),
      failNextPost: () => slack.failNext('chat.postMessage', { status: 503 }),
      loseNextFile: () =>
        slack.failNext('files.completeUploadExternal', { status: 'apply-then-drop' }),
      limitNextPost: (retryAfterMs) =>
        slack.failNext('chat.postMessage', { status: 429, retryAfterS: retryAfterMs / 1_000 }),
      deleteByPerson: async (ts) => {
        await slack.deleteMessage({ channel, ts });
      },
      closeEditing: () => {
        const closed = new Set(all().map(({ ts }) => ts));
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
      privateNotices: () =>
        slack
          .channelMessages(direct)
          .slice(privateBefore)
          .map(({ text }) => text),
    },
  };
};

const actionOf = (element: Readonly<Record<string, unknown>>): ReplyAction => {
  const names = Object.entries(actionIds).find(([, id]) => id === element['action_id']);
  const isPrimary = element['style'] === 'primary';
  return (isPrimary ? `${names?.[0]}-edited` : names?.[0]) as ReplyAction;
};

const actionsIn = ({ type, elements }: { type: string } & Record<string, unknown>) =>
  type === 'actions' || type === 'context_actions'
    ? (elements as Record<string, unknown>[]).map(actionOf)
    : [];

describe('Slack, in a channel', () => {
  describeSpeaker(() =>
    startHarness({
      channel: 'C1',
      ask: (slack) => slack.mention({ channel: 'C1', user, text: 'How?' }),
      nativeStreams: false,
    }),
  );
});

describe('Slack, by its own streaming', () => {
  describeSpeaker(
    () =>
      startHarness({
        channel: 'D1',
        ask: (slack) => slack.directMessage({ user, text: 'How?' }),
        nativeStreams: true,
      }),
    {
      skip: {
        'tells the asker in private when the place refuses us':
          'the place is the private one already',
      },
    },
  );
});
