/** What Slack's Speaker does beyond the contract. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import { slackCommandTurnId, slackTurnId } from '../../../../src/domain/turn-id.ts';
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

test('an edit finds no names and carries the mark', async () => {
  const turn = await ask();
  const reply = open(turn);
  await reply.putPart(0, 'One', put);
  await reply.putPart(0, 'One two', put);
  const args = slack.calls('chat.update')[0]?.args ?? {};
  expect(args).toMatchObject({ parse: 'none', link_names: 'false' });
  expect(JSON.parse(String(args['metadata'])).event_payload).toEqual({ turn: turn.id, part: 0 });
});

test('a message that Slack does not find yet is edited a moment later', async () => {
  const reply = open(await ask());
  const ts = await reply.putPart(0, 'One', put);
  slack.failNext('chat.update', { error: 'message_not_found' });
  await expect(reply.putPart(0, 'One two', put)).rejects.toMatchObject({
    code: 'platform_unavailable',
  });
  expect(await reply.putPart(0, 'One two', put)).toBe(ts);
  expect(slack.botMessages('C1').map(({ text }) => text)).toEqual(['One two']);
});

test('a message that stands and that Slack never finds can only be replaced', async () => {
  const reply = open(await ask());
  await reply.putPart(0, 'One', put);
  slack.failNext('chat.update', { error: 'message_not_found', times: 2 });
  await expect(reply.putPart(0, 'One two', put)).rejects.toThrow('platform_unavailable');
  await expect(reply.putPart(0, 'One two', put)).rejects.toThrow('reply_uneditable');
  await reply.putPart(0, 'One two', { ...put, fresh: true });
  await reply.removeStrays({ signal });
  expect(slack.botMessages('C1').map(({ text }) => text)).toEqual(['One two']);
});

test('nothing is left in the channel when the thread is gone', async () => {
  const turn = await ask();
  await slack.deleteMessage({ channel: 'C1', ts: String(turn.replyTo['ts']) });
  await expect(open(turn).putPart(0, 'Answer', put)).rejects.toMatchObject({
    code: 'reply_deleted',
  });
  expect(slack.channelMessages('C1')).toEqual([]);
});

test('rings once, also when the answer to the call was lost', async () => {
  const turn = await ask();
  const reply = open(turn);
  const ping = { ...put, ping: true };
  slack.failNext('chat.postMessage', { status: 'apply-then-drop' });
  await expect(reply.putPart(1, 'Your answer is ready.', ping)).rejects.toThrow();
  const ts = await reply.putPart(1, 'Your answer is ready.', ping);
  expect(await reply.putPart(1, 'Your answer is ready.', ping)).toBe(ts);
  expect(await open(turn, false).putPart(1, 'Your answer is ready.', ping)).toBe(ts);
  const rings = slack.timeline('C1').filter(({ byBot, pings }) => byBot && pings.length > 0);
  expect(rings.map(({ text }) => text)).toEqual(['@U1 Your answer is ready.']);
});

test('a thread that was opened names its conversation, and a lost one is found once', async () => {
  const turn = buildTurn({
    id: slackCommandTurnId({ team: slack.team.id, digest: 'a' }),
    askedAt: new Date(),
    replyTo: { team: slack.team.id, channel: 'C1', user: 'U1' },
  });
  const reply = open(turn);
  slack.failNext('chat.postMessage', { status: 'apply-then-drop' });
  await expect(reply.openThread({ signal })).rejects.toThrow('platform_unavailable');
  const opened = await reply.openThread({ signal });
  const [root] = slack.botMessages('C1');
  expect(opened).toEqual({
    conversationKey: `slack-${slack.team.id}-C1-${root?.ts}`,
    replyTo: { ...turn.replyTo, threadTs: root?.ts, ts: root?.ts },
  });
  expect(slack.calls('conversations.history')).toHaveLength(1);
  const args = slack.calls('conversations.history')[0]?.args ?? {};
  expect(Number(args['oldest'])).toBeCloseTo(turn.askedAt.getTime() / 1_000 - 10, 1);
});

describe('the thread of a command where we are no member', () => {
  const askedIn = (channel: string) =>
    buildTurn({
      id: slackCommandTurnId({ team: slack.team.id, digest: 'a' }),
      question: { text: 'How?' },
      askedAt: new Date(),
      replyTo: { team: slack.team.id, channel, user: 'U1' },
    });

  test.each([
    ['public', 'not_in_channel'],
    ['private', 'channel_not_found'],
  ])('of a %s channel is in the asker’s direct messages', async (kind) => {
    slack.addChannel({ id: 'CNOT', isMember: false, isPrivate: kind === 'private' });
    const turn = askedIn('CNOT');
    const reply = open(turn);
    const opened = await reply.openThread({ signal });
    const [root] = slack.botMessages('D1');
    expect(root?.text).toBe('@U1 asked: How?');
    expect(opened).toEqual({
      conversationKey: `slack-${slack.team.id}-D1-${root?.ts}`,
      replyTo: { ...turn.replyTo, channel: 'D1', threadTs: root?.ts, ts: root?.ts },
    });
    expect(await reply.openThread({ signal })).toEqual(opened);
    expect(await open(turn, false).openThread({ signal })).toEqual(opened);
    expect(slack.botMessages('D1')).toHaveLength(1);
  });

  test('is found when the answer to the call was lost', async () => {
    slack.addChannel({ id: 'CNOT', isMember: false });
    const reply = open(askedIn('CNOT'));
    slack.failNext('chat.postMessage', { error: 'not_in_channel' });
    slack.failNext('chat.postMessage', { status: 'apply-then-drop' });
    await expect(reply.openThread({ signal })).rejects.toThrow('platform_unavailable');
    const opened = await reply.openThread({ signal });
    expect(opened?.replyTo['ts']).toBe(slack.botMessages('D1')[0]?.ts);
    expect(slack.botMessages('D1')).toHaveLength(1);
  });

  test('is none where Slack refuses for another reason', async () => {
    slack.addChannel({ id: 'COLD', isArchived: true });
    await expect(open(askedIn('COLD')).openThread({ signal })).rejects.toThrow(
      'platform_forbidden',
    );
    expect(slack.calls('conversations.open')).toEqual([]);
  });
});

test('who asked again is rung for and told in private, not who asked first', async () => {
  slack.addUser({ id: 'U2' });
  const repeat = { ...(await ask()), asker: 'U2' };
  const reply = open(repeat);
  await reply.putPart(0, 'Ready.', { ...put, ping: true });
  await reply.noticePrivately('platform_forbidden', { signal });
  expect(new Set(slack.pings())).toEqual(new Set(['<@U2>']));
  expect(slack.botMessages(slack.openDirectMessage({ user: 'U2' }))).toHaveLength(1);
  expect(slack.botMessages(slack.openDirectMessage({ user: 'U1' }))).toEqual([]);
});

test('an asker is told in private once, whatever is tried again', async () => {
  const turn = await ask();
  slack.failNext('chat.postMessage', { status: 'apply-then-drop' });
  const reply = open(turn);
  const tell = (of = reply) => of.noticePrivately('platform_forbidden', { signal });
  await expect(tell()).rejects.toThrow('platform_unavailable');
  await tell();
  await tell(open(turn, false));
  expect(slack.channelMessages('D1')).toHaveLength(1);
});

test('the buttons of a reply carry the turn and nothing else', async () => {
  const turn = await ask();
  const ts = await open(turn).putPart(0, 'Answer', {
    ...put,
    actions: ['feedback', 'again-edited', 'passages'],
  });
  const message = slack.botMessages('C1').find((each) => each.ts === ts);
  expect(message?.blocks?.slice(1)).toEqual([
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'footnote_feedback',
          positive_button: {
            text: { type: 'plain_text', text: 'Helpful' },
            accessibility_label: 'This answer helped',
            value: `${turn.id}|helpful`,
          },
          negative_button: {
            text: { type: 'plain_text', text: 'Not helpful' },
            accessibility_label: 'This answer did not help',
            value: `${turn.id}|not_helpful`,
          },
        },
      ],
    },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'footnote_again',
          text: { type: 'plain_text', text: 'Answer the edited question' },
          value: turn.id,
          style: 'primary',
        },
        {
          type: 'button',
          action_id: 'footnote_passages',
          text: { type: 'plain_text', text: 'Show passages' },
          value: turn.id,
        },
      ],
    },
  ]);
});

test('edits are counted as the workspace allows them', async () => {
  const turn = await ask();
  expect(speaker.editBucket(turn)).toEqual({
    ...{ name: 'slack:T0FAKE:chat.update', limit: 50, windowMs: 60_000 },
  });
});
