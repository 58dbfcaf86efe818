/** Answers in direct messages by Slack's own streaming: nothing is lost, whatever ends the stream. */

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import type { TurnId } from '../../../../src/domain/ids.ts';
import type { ReplyPart, Turn } from '../../../../src/domain/turn.ts';
import { slackTurnId } from '../../../../src/domain/turn-id.ts';
import type { Reply, Speaker } from '../../../../src/ports/speaker.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';
import { fc } from '../../../property-tests.ts';
import { createManualClock, type ManualClock } from '../../fakes/fake-slack-setup.ts';

const { signal } = new AbortController();
const final = { final: true, signal } as const;
const draft = (committedChars: number) => ({ final: false, committedChars, signal }) as const;
const text = 'You have **28** days of leave.\n\n- Ask your lead.\n- Tell the team.\n';

let slack: FakeSlack;
let channel: string;
let slackClock: ManualClock;
let clock: FakeClock;
let stopped: TurnId[];

beforeEach(async () => {
  slackClock = createManualClock();
  clock = createFakeClock();
  stopped = [];
  slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'on',
    clock: slackClock,
    eventsUrl: 'http://127.0.0.1:9/',
  });
  onTestFinished(() => slack.close());
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: 'C1' });
  channel = slack.openDirectMessage({ user: 'U1' });
});

const startSpeaker = (): Speaker =>
  createSlackSpeaker({
    ...oneWorkspace({
      apiUrl: slack.apiUrl,
      clock,
      log: createRecordingLog(),
      callTimeoutMs: 500,
      behaviour: { nativeStreams: true },
    }),
    stopTurn: (id) => stopped.push(id),
  });
const ask = async (): Promise<Turn> => {
  const { ts, threadTs } = await slack.directMessage({ user: 'U1', text: 'How?' });
  const place = { team: slack.team.id, channel, ts };
  return buildTurn({ id: slackTurnId(place), replyTo: { ...place, threadTs, user: 'U1' } });
};
const open = (turn: Turn, options: { parts?: readonly ReplyPart[]; speaker?: Speaker } = {}) =>
  (options.speaker ?? startSpeaker()).openReply(turn, {
    parts: options.parts ?? [],
    firstAttempt: options.parts === undefined,
  });
const advance = async (ms: number): Promise<void> => {
  slackClock.advance(ms);
  await clock.advance(ms);
};
const methods = () => slack.calls().map(({ method }) => method);
const shown = () => slack.botMessages(channel).map((message) => message.text);

describe('an answer that streams', () => {
  test('grows in one message, without an edit, and ends with its mark and its buttons', async () => {
    const turn = await ask();
    const reply = open(turn);
    const ts = await reply.putPart(0, text, draft(20));
    expect(await reply.putPart(0, text, draft(40))).toBe(ts);
    expect(await reply.putPart(0, text, { ...final, actions: ['feedback', 'again'] })).toBe(ts);
    expect(methods()).toEqual(['chat.startStream', 'chat.appendStream', 'chat.stopStream']);
    expect(slack.calls('chat.startStream')[0]?.args).toMatchObject({
      recipient_user_id: 'U1',
      recipient_team_id: slack.team.id,
      thread_ts: turn.replyTo['threadTs'],
    });
    expect(slack.growth(channel, ts)).toEqual([
      'You have **28** day',
      'You have **28** days of leave.\n\n- Ask y',
      text,
    ]);
    const [message] = slack.botMessages(channel);
    expect(message).toMatchObject({
      streamState: 'completed',
      isEdited: false,
      metadata: { event_payload: { turn: turn.id, part: 0 } },
    });
    expect(message?.blocks?.map(({ type }) => type)).toEqual([
      'markdown',
      'context_actions',
      'actions',
    ]);
  });

  test('keeps every character, however it is cut', async () => {
    const words = fc.array(
      fc.constantFrom(
        ' ',
        '\n',
        '\n\n',
        '\t',
        'a',
        'word',
        '漢字',
        '👍🏽',
        '<b>',
        '&',
        '\u00a0',
        '. ',
      ),
      { minLength: 1, maxLength: 40 },
    );
    const cuts = fc.array(fc.nat(120), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(words, cuts, async (pieces, at) => {
        await advance(60_000);
        const whole = `x${pieces.join('')}x`;
        const reply = open(await ask());
        for (const end of at.map((each) => Math.min(each, whole.length)).toSorted((a, b) => a - b))
          await reply.putPart(0, whole, draft(end));
        const ts = await reply.putPart(0, whole, final);
        const message = slack.botMessages(channel).find((each) => each.ts === ts);
        expect(message?.text).toBe(whole);
        expect(message?.streamState).not.toBe('in_progress');
      }),
      { numRuns: 60 },
    );
  });

  test('is ended by the last draft of a part that says nothing of what stays', async () => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(20));
    await reply.putPart(0, text, { final: false, signal });
    await reply.putPart(1, 'More', draft(2));
    expect(shown()).toEqual([text, 'M']);
    expect(slack.botMessages(channel)[0]?.streamState).toBe('completed');
  });

  test('begins with nothing when nothing is sure yet', async () => {
    const reply = open(await ask());
    const ts = await reply.putPart(0, '_Searching…_', draft(0));
    await reply.putPart(0, text, draft(9));
    await reply.putPart(0, text, final);
    expect(slack.growth(channel, ts)).toEqual(['', 'You hav', text]);
  });

  test('does not stream in a channel, nor where it is not wanted', async () => {
    const { ts } = await slack.mention({ channel: 'C1', user: 'U1', text: 'How?' });
    const place = { team: slack.team.id, channel: 'C1', ts, threadTs: ts, user: 'U1' };
    await open(buildTurn({ replyTo: place })).putPart(0, text, draft(20));
    expect(methods()).toEqual(['chat.postMessage']);
  });
});

describe('goes over to edits of the same message', () => {
  const throughout = async (reply: Reply, interrupt: () => Promise<void> | void) => {
    const ts = await reply.putPart(0, text, draft(20));
    await interrupt();
    expect(await reply.putPart(0, text, draft(40))).toBe(ts);
    expect(shown()).toEqual([text]);
    expect(await reply.putPart(0, `${text}Done.`, { ...final, actions: ['again'] })).toBe(ts);
    expect(shown()).toEqual([`${text}Done.`]);
    expect(slack.botMessages(channel)[0]?.metadata?.event_payload).toMatchObject({ part: 0 });
  };

  test('after four minutes', async () => {
    await throughout(open(await ask()), () => advance(241_000));
    expect(methods().slice(1, 3)).toEqual(['chat.stopStream', 'chat.update']);
  });

  test('when Slack has ended the stream', async () => {
    // Only Slack's clock: ours stood still, like that of a machine that slept.
    await throughout(open(await ask()), () => slackClock.advance(301_000));
    expect(slack.calls('chat.appendStream')[0]?.error).toBe('message_not_in_streaming_state');
  });

  test.each([
    ['message_not_in_streaming_state'],
    ['streaming_mode_mismatch'],
    ['streaming_state_conflict'],
    ['msg_too_long'],
    ['unknown_method'],
    ['method_deprecated'],
    ['feature_not_enabled'],
    ['internal_error'],
    ['a_code_of_tomorrow'],
  ])('when an append answers %s', async (error) => {
    await throughout(open(await ask()), () => slack.failNext('chat.appendStream', { error }));
  });

  test.each([
    ['fails', { status: 503 }],
    ['is lost on its way', { status: 'drop-connection' }],
    ['is done and its answer lost', { status: 'apply-then-drop' }],
    ['is done and its answer never comes', { status: 'apply-then-hang' }],
  ] as const)('when an append %s', async (_what, failure) => {
    await throughout(open(await ask()), () => slack.failNext('chat.appendStream', failure));
  });

  test('when neither an append nor the end of the stream is answered', async () => {
    await throughout(open(await ask()), () => {
      slack.failNext('chat.appendStream', { status: 503 });
      slack.failNext('chat.stopStream', { status: 503 });
    });
  });

  test('before a message holds more than 9,000 bytes', async () => {
    const long = '漢字'.repeat(2_000);
    const reply = open(await ask());
    const ts = await reply.putPart(0, long, draft(1_000));
    await reply.putPart(0, long, draft(2_900));
    await reply.putPart(0, long, draft(3_100));
    expect(slack.calls('chat.update')).toHaveLength(1);
    await reply.putPart(0, long, final);
    expect(shown()).toEqual([long]);
    expect(slack.botMessages(channel)[0]?.ts).toBe(ts);
    expect(slack.calls().map(({ error }) => error ?? 'ok')).not.toContain('msg_too_long');
  });

  test('for a final that is another text than what was streamed', async () => {
    const reply = open(await ask());
    const ts = await reply.putPart(0, text, draft(40));
    await reply.putPart(0, 'You have 28 days [1].', final);
    expect(slack.growth(channel, ts).at(-1)).toBe('You have 28 days [1].');
    expect(slack.botMessages(channel)).toHaveLength(1);
  });

  test.each([
    ['invalid_blocks'],
    ['msg_blocks_too_long'],
    ['message_not_in_streaming_state'],
  ])('when the final end of the stream answers %s', async (error) => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(40));
    slack.failNext('chat.stopStream', { error });
    await reply.putPart(0, text, final);
    expect(shown()).toEqual([text]);
  });

  test('when the answer to the final end is lost', async () => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(40));
    slack.failNext('chat.stopStream', { status: 'apply-then-drop' });
    await reply.putPart(0, text, final);
    expect(shown()).toEqual([text]);
  });

  test('for plain text', async () => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(40));
    await reply.putPart(0, text, { ...final, plain: true });
    expect(slack.botMessages(channel)[0]?.blocks?.[0]?.type).toBe('section');
  });
});

describe('what is limited', () => {
  test('an append waits, and the stream goes on', async () => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(20));
    slack.failNext('chat.appendStream', { status: 429, retryAfterS: 3 });
    await expect(reply.putPart(0, text, draft(40))).rejects.toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 3_000,
    });
    await advance(3_000);
    await reply.putPart(0, text, draft(50));
    await reply.putPart(0, text, final);
    expect(shown()).toEqual([text]);
    expect(methods()).not.toContain('chat.update');
  });

  test('the twenty-first stream of a minute is posted and edited', async () => {
    const speaker = startSpeaker();
    const turns = await Promise.all(Array.from({ length: 21 }, ask));
    for (const turn of turns) {
      await advance(1_100);
      const reply = open(turn, { speaker });
      await reply.putPart(0, text, draft(20));
      await advance(1_100);
      await reply.putPart(0, text, final);
    }
    expect(shown()).toEqual(turns.map(() => text));
    expect(slack.calls('chat.startStream').map(({ status }) => status)).toEqual([
      ...turns.slice(1).map(() => 200),
      429,
    ]);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  test('counts as edits, before and after it goes over to them', async () => {
    const speaker = startSpeaker();
    const turn = await ask();
    const bucket = { name: 'slack:T0FAKE:chat.update', limit: 50, windowMs: 60_000 };
    expect(speaker.editBucket(turn)).toEqual(bucket);
    await advance(1_100);
    slack.failNext('chat.startStream', { status: 429 });
    await open(turn, { speaker }).putPart(0, text, draft(20));
    expect(methods()).toEqual(['chat.startStream', 'chat.postMessage']);
    expect(speaker.editBucket(turn)).toEqual(bucket);
  });
});

describe('a workspace without streams', () => {
  test.each([
    ['unknown_method'],
    ['method_deprecated'],
    ['feature_not_enabled'],
    ['channel_type_not_supported'],
    ['not_allowed_token_type'],
  ])('that answers %s is asked again only after an hour', async (error) => {
    const speaker = startSpeaker();
    slack.failNext('chat.startStream', { error });
    for (let nth = 0; nth < 3; nth += 1)
      await open(await ask(), { speaker }).putPart(0, text, draft(20));
    expect(slack.calls('chat.startStream')).toHaveLength(1);
    expect(shown()).toEqual([text, text, text]);
    await advance(3_600_000);
    await open(await ask(), { speaker }).putPart(0, text, draft(20));
    expect(slack.calls('chat.startStream')).toHaveLength(2);
  });

  test('one refused start says nothing of the next', async () => {
    const speaker = startSpeaker();
    slack.failNext('chat.startStream', { error: 'invalid_thread_ts' });
    await open(await ask(), { speaker }).putPart(0, text, draft(20));
    await open(await ask(), { speaker }).putPart(0, text, draft(20));
    expect(methods()).toEqual(['chat.startStream', 'chat.postMessage', 'chat.startStream']);
  });
});

describe('another worker', () => {
  test.each([
    [20],
    [0],
  ])('ends a stream of %d characters that it did not begin, and edits it', async (sent) => {
    const turn = await ask();
    const ts = await open(turn).putPart(0, text, draft(sent));
    const second = open(turn, { parts: [{ index: 0, platformId: ts }] });
    await second.putPart(0, 'Again', draft(3));
    await second.putPart(0, text, final);
    expect(shown()).toEqual([text]);
  });

  test('comes to the message whose id was never stored', async () => {
    const turn = await ask();
    await open(turn).putPart(0, text, draft(20));
    await open(turn, { parts: [] }).putPart(0, text, final);
    expect(shown()).toEqual([text]);
  });
});

describe('a lost start', () => {
  test('is found, and no second message is made', async () => {
    const reply = open(await ask());
    slack.failNext('chat.startStream', { status: 'apply-then-drop' });
    await expect(reply.putPart(0, text, draft(20))).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    await reply.putPart(0, text, draft(40));
    await reply.putPart(0, text, final);
    expect(shown()).toEqual([text]);
  });

  test('is removed with the strays, and what other turns streamed is not', async () => {
    const other = open(await ask());
    await other.putPart(0, 'Another', draft(3));
    await other.putPart(0, 'Another', final);
    const turn = await ask();
    slack.failNext('chat.startStream', { status: 'apply-then-drop' });
    await expect(open(turn).putPart(0, text, draft(20))).rejects.toThrow();
    await open(turn).removeStrays({ signal });
    expect(shown()).toEqual(['Another']);
  });
});

describe('a person', () => {
  test('who presses Slack’s own Stop stops the turn, and what came is put with its mark', async () => {
    const turn = await ask();
    const reply = open(turn);
    const ts = await reply.putPart(0, text, draft(20));
    slack.stopStreamByUser({ channel, ts });
    expect(await reply.putPart(0, text, draft(40))).toBe(ts);
    expect(await reply.putPart(0, text, draft(50))).toBe(ts);
    expect(stopped).toEqual([turn.id]);
    expect(shown()).toEqual(['You have **28** day']);
    expect(slack.calls('chat.appendStream')).toHaveLength(1);
    const marked = `${text}\n_Stopped here._`;
    expect(await reply.putPart(0, marked, { ...final, actions: ['again'] })).toBe(ts);
    expect(shown()).toEqual([marked]);
    expect(slack.botMessages(channel)[0]?.metadata).toMatchObject({
      event_payload: { turn: turn.id, part: 0 },
    });
  });

  test('who presses it when the answer is whole gets it whole', async () => {
    const reply = open(await ask());
    const ts = await reply.putPart(0, text, draft(20));
    slack.stopStreamByUser({ channel, ts });
    expect(await reply.putPart(0, text, final)).toBe(ts);
    expect([shown(), stopped]).toEqual([[text], []]);
  });

  test('who pressed it has the reply removed like any other', async () => {
    const reply = open(await ask());
    const ts = await reply.putPart(0, text, draft(20));
    slack.stopStreamByUser({ channel, ts });
    await reply.removePart(0, { signal });
    expect(shown()).toEqual([]);
  });

  test('who deletes the message has it too', async () => {
    const reply = open(await ask());
    const ts = await reply.putPart(0, text, draft(20));
    await slack.deleteMessage({ channel, ts });
    await expect(reply.putPart(0, text, draft(40))).rejects.toMatchObject({
      code: 'reply_deleted',
    });
    await expect(reply.putPart(0, text, final)).rejects.toMatchObject({ code: 'reply_deleted' });
    expect(shown()).toEqual([]);
  });

  test('a stream is removed like any message', async () => {
    const reply = open(await ask());
    await reply.putPart(0, text, draft(20));
    await reply.removePart(0, { signal });
    expect(shown()).toEqual([]);
  });
});
