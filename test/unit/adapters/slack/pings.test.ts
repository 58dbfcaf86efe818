/** Whatever a model, a document or a person wrote, nobody is pinged by it and no link hides where it leads: on the wire, and as Slack shows it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { slackCommandTurnId, slackTurnId } from '../../../../src/domain/turn-id.ts';
import type { PutPartOptions } from '../../../../src/ports/speaker.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { liveTokens } from '../../../fakes/slack/seen-text.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';
import { pings } from '../../../fixtures/slack/pings.ts';

const { signal } = new AbortController();
const put: PutPartOptions = { final: true, signal };
const asker = '<@U1>';
let slack: FakeSlack;
let direct: string;

beforeEach(async () => {
  slack = await startFakeSlack({ signingSecret: 'secret', botToken: 'xoxb-1', limits: 'off' });
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: 'C1' });
  direct = slack.openDirectMessage({ user: 'U1' });
  slack.sendEventsTo('http://127.0.0.1:9/');
});
afterEach(() => slack.close());

const openReply = (turn: Turn, nativeStreams = false) =>
  createSlackSpeaker(
    oneWorkspace({
      apiUrl: slack.apiUrl,
      clock: createFakeClock(),
      log: createRecordingLog(),
      behaviour: { nativeStreams },
    }),
  ).openReply(turn, { parts: [], firstAttempt: true });

const ask = async (): Promise<Turn> => {
  const { ts, threadTs } = await slack.directMessage({ user: 'U1', text: 'How?' });
  const place = { team: slack.team.id, channel: direct, ts };
  return buildTurn({ id: slackTurnId(place), replyTo: { ...place, threadTs, user: 'U1' } });
};

/** What is live in any text that was sent, whatever the call: every field is looked at. */
const liveOnTheWire = (): readonly string[] =>
  slack.calls().flatMap(({ args }) => {
    const blocks = JSON.parse(String(args['blocks'] ?? '[]'));
    const streamed = { type: 'markdown', text: String(args['markdown_text'] ?? '') };
    return liveTokens({ text: String(args['text'] ?? ''), blocks: [...blocks, streamed] });
  });

const expectNobodyReached = (allowed: readonly string[] = []): void => {
  expect(liveOnTheWire().filter((token) => !allowed.includes(token))).toEqual([]);
  expect(slack.pings().filter((token) => !allowed.includes(token))).toEqual([]);
  for (const { args } of slack.calls()) {
    expect(String(args['blocks'] ?? '')).not.toContain('"type":"image"');
    expect(args['link_names'] ?? 'false').toBe('false');
    expect(args['parse'] ?? 'none').toBe('none');
  }
};

test('there are more than forty spellings, and the fake takes those that Slack takes for live', () => {
  expect(pings.length).toBeGreaterThan(40);
  const live = pings.filter((text) => liveTokens({ text, blocks: [] }).length > 0);
  expect(live.length).toBeGreaterThan(25);
});

describe.each(pings.map((spelling) => [spelling]))('%j reaches no one', (spelling) => {
  test('in an answer, plain or not, posted and edited', async () => {
    const reply = openReply(await ask());
    for (const plain of [false, true]) {
      await reply.putPart(0, `Look: ${spelling}`, {
        ...put,
        plain,
        actions: ['feedback', 'again'],
      });
      await reply.putPart(plain ? 2 : 1, spelling, { ...put, plain });
    }
    expectNobodyReached();
  });

  test('in an answer that streams, however it is cut', async () => {
    const reply = openReply(await ask(), true);
    const text = `Look: ${spelling} done.`;
    for (let committedChars = 1; committedChars <= text.length; committedChars += 3)
      await reply.putPart(0, text, { final: false, committedChars, signal });
    await reply.putPart(0, text, put);
    expectNobodyReached();
  });

  test('in the question of a command, a ping and a file', async () => {
    const turn = buildTurn({
      id: slackCommandTurnId({ team: slack.team.id, digest: 'a' }),
      question: { text: spelling },
      replyTo: { team: slack.team.id, channel: 'C1', user: 'U1' },
    });
    const opened = await openReply(turn).openThread({ signal });
    const reply = openReply({ ...turn, replyTo: opened?.replyTo ?? {} });
    await reply.putPart(0, spelling, { ...put, ping: true });
    await reply.putFile(1, { name: `${spelling}.md`, text: spelling }, { signal });
    expectNobodyReached([asker]);
  });
});

test('code reads as it was written', async () => {
  const reply = openReply(await ask());
  const code = '```rust\nlet v = vec![1];\nlet s: Vec<u8> = x(!y); // [x](!channel) <@U1>\n```';
  const ts = await reply.putPart(0, code, put);
  expect(slack.botMessages(direct).find((message) => message.ts === ts)?.text).toBe(code);
});
