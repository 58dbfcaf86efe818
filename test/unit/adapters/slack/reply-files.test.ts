/** The rest of a long answer as a file: one, whatever gets lost on the way. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import type { ReplyPart, Turn } from '../../../../src/domain/turn.ts';
import { slackTurnId } from '../../../../src/domain/turn-id.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';
import { answer, openDelivery } from '../../reply/open-delivery.ts';

const { signal } = new AbortController();
const file = { name: 'answer.md', text: '# The rest\n\n漢字 & <!channel>' };
const channel = 'C1';
const log = createRecordingLog();
let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'off',
    eventsUrl: 'http://127.0.0.1:9/',
  });
  onTestFinished(() => slack.close());
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: channel });
});

const ask = async (threadTs?: string): Promise<Turn> => {
  const thread = threadTs === undefined ? {} : { threadTs };
  const sent = await slack.mention({ channel, user: 'U1', text: 'How?', ...thread });
  const place = { team: slack.team.id, channel, ts: sent.ts };
  return buildTurn({
    id: slackTurnId(place),
    replyTo: { ...place, threadTs: sent.threadTs, user: 'U1' },
  });
};
const createSpeaker = () =>
  createSlackSpeaker(
    oneWorkspace({ apiUrl: slack.apiUrl, callTimeoutMs: 500, clock: createFakeClock(), log }),
  );
const open = (turn: Turn, parts?: readonly ReplyPart[]) =>
  createSpeaker().openReply(turn, { parts: parts ?? [], firstAttempt: parts === undefined });
const files = () => slack.files(channel);

test('stands in the thread under its plain title, its bytes as they are', async () => {
  const turn = await ask();
  const id = await open(turn).putFile(5, file, { signal });
  expect(files()).toMatchObject([
    { id, title: 'answer.md', text: file.text, threadTs: turn.replyTo['threadTs'] },
  ]);
  expect(files()[0]?.name).toMatch(/^answer-[0-9a-f]{8}-[0-9a-f]{8}\.md$/);
  expect(slack.calls().map(({ method }) => method)).toEqual([
    'files.getUploadURLExternal',
    'upload',
    'files.completeUploadExternal',
  ]);
});

test.each([
  ['no address is given', 'files.getUploadURLExternal', { status: 503 }],
  ['the address is lost', 'files.getUploadURLExternal', { status: 'apply-then-drop' }],
  ['the bytes do not arrive', 'upload', { status: 500 }],
  ['the bytes arrive unseen', 'upload', { status: 'apply-then-drop' }],
  ['the end does not come through', 'files.completeUploadExternal', { status: 503 }],
  ['the end comes through unseen', 'files.completeUploadExternal', { status: 'apply-then-drop' }],
  ['the end is never answered', 'files.completeUploadExternal', { status: 'apply-then-hang' }],
] as const)('stands once when %s', async (_what, method, failure) => {
  const reply = open(await ask());
  slack.failNext(method, failure);
  await expect(reply.putFile(5, file, { signal })).rejects.toMatchObject({
    code: 'platform_unavailable',
  });
  const id = await reply.putFile(5, file, { signal });
  expect(files()).toMatchObject([{ id, text: file.text }]);
});

test('stands once when Slack takes its time to show it', async () => {
  const turn = await ask();
  const reply = open(turn);
  slack.holdShares();
  slack.failNext('files.completeUploadExternal', { status: 'apply-then-drop' });
  await expect(reply.putFile(5, file, { signal })).rejects.toThrow();
  const id = await reply.putFile(5, file, { signal });
  slack.releaseShares();
  expect(files()).toMatchObject([{ id }]);
});

test('is found by the next worker, also among the answers to other questions', async () => {
  const root = await ask();
  const turn = await ask(root.replyTo['ts']);
  slack.failNext('files.completeUploadExternal', { status: 'apply-then-drop' });
  await expect(open(turn).putFile(5, file, { signal })).rejects.toThrow();
  await open(root).putFile(5, { ...file, text: 'another rest' }, { signal });
  const id = await open(turn, []).putFile(5, file, { signal });
  expect(files().filter(({ text }) => text === file.text)).toMatchObject([{ id }]);
  expect(files()).toHaveLength(2);
});

test('with an older text is not taken for it, and goes with the strays', async () => {
  const turn = await ask();
  await open(turn).putFile(5, { ...file, text: 'an older rest' }, { signal });
  const reply = open(turn, []);
  const id = await reply.putFile(5, file, { signal });
  await reply.removeStrays({ signal });
  expect(files()).toMatchObject([{ id, text: file.text }]);
  expect(slack.botMessages(channel)).toHaveLength(1);
});

test('is removed with the message that shares it, by another worker too', async () => {
  const turn = await ask();
  const id = await open(turn).putFile(5, file, { signal });
  await open(turn, [{ index: 5, platformId: id, kind: 'file' }]).removePart(5, { signal });
  expect(files()).toEqual([]);
  expect(slack.botMessages(channel)).toEqual([]);
});

test('that a person deleted counts as removed', async () => {
  const turn = await ask();
  const id = await open(turn).putFile(5, file, { signal });
  const [shared] = slack.botMessages(channel);
  await slack.deleteMessage({ channel, ts: String(shared?.ts) });
  const reply = open(turn, [{ index: 5, platformId: id }]);
  await reply.removePart(5, { signal });
  await reply.removePart(5, { signal });
  expect(files()).toEqual([]);
});

test('in a thread that is gone is removed all the same', async () => {
  const turn = await ask();
  const id = await open(turn).putFile(5, file, { signal });
  slack.failNext('conversations.replies', { error: 'thread_not_found' });
  await open(turn, [{ index: 5, platformId: id }]).removePart(5, { signal });
  expect(files()).toEqual([]);
});

test.each([
  ['file_uploads_disabled', 'platform_rejected'],
  ['file_type_not_allowed', 'platform_rejected'],
  ['storage_limit_reached', 'platform_rejected'],
  ['missing_scope', 'platform_forbidden'],
])('that the workspace does not take (%s) is %s', async (error, code) => {
  slack.failNext('files.getUploadURLExternal', { error });
  await expect(open(await ask()).putFile(5, file, { signal })).rejects.toMatchObject({ code });
});

test('leaves neither its text nor its address in a log line or an error', async () => {
  const failures: unknown[] = [];
  for (const status of [500, 'drop-connection'] as const) {
    slack.failNext('upload', { status });
    failures.push(
      await open(await ask())
        .putFile(5, file, { signal })
        .catch((error) => error),
    );
  }
  expect(failures).toHaveLength(2);
  const told = failures.map((each) => {
    const { message, stack, cause, details } = each as Error & { details: object };
    return [message, stack, cause, details];
  });
  expect(JSON.stringify([told, log.lines])).not.toMatch(/upload\/v1|The rest/);
});

test('that Slack refuses is made up for by messages, and no word is lost', async () => {
  slack.failNext('files.getUploadURLExternal', { error: 'missing_scope' });
  const turn = await ask();
  const { openFor, saved } = openDelivery(turn);
  const paragraphs = Array.from({ length: 2_500 }, (_, n) => `Paragraph ${n} says something.`);
  await openFor(turn, createSpeaker()).finish(answer(paragraphs.join('\n\n')));
  const texts = slack.botMessages(channel).map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.flatMap((text) => text.match(/Paragraph \d+ says something\./g))).toEqual(
    paragraphs,
  );
  expect(texts.filter((text) => text.includes('answer.md'))).toEqual([]);
  expect(saved()).toHaveLength(texts.length);
  expect(files()).toEqual([]);
});
