/** What Slack's Speaker does beyond the contract. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import { slackTurnId } from '../../../../src/domain/turn-id.ts';
import type { Speaker } from '../../../../src/ports/speaker.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

const { signal } = new AbortController();
const put = { final: true, signal } as const;
let slack: FakeSlack;
let speaker: Speaker;

beforeEach(async () => {
  slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'off',
    eventsUrl: 'http://127.0.0.1:9/',
  });
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: 'C1' });
  speaker = createSlackSpeaker(
    oneWorkspace({
      apiUrl: slack.apiUrl,
      clock: createFakeClock(),
      log: createRecordingLog(),
    }),
  );
});
afterEach(() => slack.close());

const ask = async (threadTs?: string) => {
  const thread = threadTs === undefined ? {} : { threadTs };
  const sent = await slack.mention({ channel: 'C1', user: 'U1', text: 'How?', ...thread });
  const place = { team: slack.team.id, channel: 'C1', ts: sent.ts };
  return buildTurn({
    id: slackTurnId(place),
    replyTo: { ...place, threadTs: sent.threadTs, user: 'U1' },
  });
};
const open = (turn: Awaited<ReturnType<typeof ask>>, firstAttempt = true) =>
  speaker.openReply(turn, { parts: [], firstAttempt });

test('the reply stands in the thread of the question', async () => {
  const root = await ask();
  const followUp = await ask(root.replyTo['ts']);
  await open(followUp).putPart(0, 'Answer', put);
  expect(slack.botMessages('C1', root.replyTo['ts'])).toHaveLength(1);
});

test('nobody is pinged and nothing is unfurled', async () => {
  const reply = open(await ask());
  for (const plain of [false, true]) {
    await reply.putPart(0, '<!channel> <@U1> **see** [x](<!here>)', { ...put, plain });
    await reply.putPart(plain ? 2 : 1, '<!everyone> `<!subteam^S1>`', { ...put, plain });
  }
  const changes = slack.timeline('C1').filter(({ byBot }) => byBot);
  expect(changes.flatMap(({ pings }) => pings)).toEqual([]);
  expect(changes.at(-1)?.text).toBe('<!everyone> `<!subteam^S1>`');
  for (const { args } of slack.calls('chat.postMessage'))
    expect(args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
});

test('an edit shows no mark of an edit', async () => {
  const reply = open(await ask());
  await reply.putPart(0, 'One', put);
  await reply.putPart(0, 'One two', put);
  expect(slack.botMessages('C1').map(({ isEdited }) => isEdited)).toEqual([false]);
});

test('a message carries ids and no text of the question', async () => {
  const turn = await ask();
  await open(turn).putPart(1, 'Answer', put);
  expect(slack.botMessages('C1')[0]?.metadata).toEqual({
    event_type: 'footnote_reply',
    event_payload: { turn: turn.id, part: 1 },
  });
});

test('a first answer costs one call', async () => {
  await open(await ask()).putPart(0, 'Answer', put);
  expect(slack.calls().map(({ method }) => method)).toEqual(['chat.postMessage']);
});

test('a lost message is found among the answers to other questions of a long thread', async () => {
  const root = await ask();
  const asked = await ask(root.replyTo['ts']);
  slack.failNext('chat.postMessage', { status: 'apply-then-drop' });
  await expect(open(asked).putPart(0, 'Lost', put)).rejects.toThrow();
  const chatter = Array.from({ length: 250 }, (_, nth) =>
    slack.threadReply({
      channel: 'C1',
      threadTs: String(root.replyTo['ts']),
      user: 'U1',
      text: `and ${nth}`,
    }),
  );
  await Promise.all(chatter);
  await open(root).putPart(0, 'Another', put);
  await open(asked, false).putPart(0, 'Found', put);
  expect(slack.botMessages('C1').map(({ text }) => text)).toEqual(['Found', 'Another']);
  expect(slack.calls('conversations.replies')).toHaveLength(2);
});

test('no messages are looked for in a thread that is gone', async () => {
  const turn = await ask();
  await slack.deleteMessage({ channel: 'C1', ts: String(turn.replyTo['ts']) });
  const reply = open(turn, false);
  await expect(reply.putPart(0, 'Answer', put)).rejects.toMatchObject({ code: 'reply_deleted' });
  await reply.removeStrays({ signal });
  expect(slack.channelMessages('C1')).toEqual([]);
});

test('an address that no Slack door wrote is refused', async () => {
  const turn = buildTurn({ replyTo: { channel: 'C1' } });
  expect(() => open(turn)).toThrow('internal');
});
