/** What stands around a question on Slack: the newest of the thread within few calls, and files that only Slack is asked for. */
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSlackContextReader } from '../../../../adapters/slack/slack-context-reader.ts';
import type { ContextReader } from '../../../../src/ports/context-reader.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';
import { createManualClock, type ManualClock } from '../../fakes/fake-slack-setup.ts';

const { signal } = new AbortController();
const channel = 'C1';
let slack: FakeSlack;
let slackClock: ManualClock;
let reader: ContextReader;

beforeEach(async () => {
  slackClock = createManualClock();
  slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    limits: 'off',
    clock: slackClock,
    eventsUrl: 'http://127.0.0.1:9/',
  });
  onTestFinished(() => slack.close());
  for (const id of ['U1', 'U2', 'U3']) slack.addUser({ id });
  slack.addChannel({ id: channel });
  reader = createSlackContextReader(
    oneWorkspace({
      apiUrl: slack.apiUrl,
      callTimeoutMs: 500,
      clock: createFakeClock(),
      log: createRecordingLog(),
    }),
  );
});

const say = async (user: string, text: string, threadTs?: string): Promise<string> => {
  slackClock.advance(1_000);
  const typed = { channel, user, text };
  const { ts } =
    threadTs === undefined
      ? await slack.say(typed)
      : await slack.threadReply({ ...typed, threadTs });
  return ts;
};
/** A thread of so many replies, one a second. */
const chat = async (count: number): Promise<string> => {
  const root = await say('U2', 'root');
  for (let nth = 1; nth <= count; nth += 1) await say('U2', `reply ${nth}`, root);
  return root;
};
const ask = async (threadTs: string) => {
  slackClock.advance(1_000);
  const sent = await slack.mention({ channel, user: 'U1', text: 'and now?', threadTs });
  const replyTo = { team: slack.team.id, channel, ts: sent.ts, threadTs, user: 'U1' };
  return buildTurn({ replyTo });
};
const read = async (turn: ReturnType<typeof buildTurn>, last = 30) =>
  (await reader.readThread(turn, { last, signal })).map(({ author, text }) => `${author}: ${text}`);
const reads = () => slack.calls('conversations.replies');
const newest = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => `Person 1: reply ${from + nth}`);

describe('a thread', () => {
  test('is what people wrote before the question, by numbered persons', async () => {
    const root = await say('U2', 'The build fails on <main> & I asked U9');
    await say('U3', 'It is the cache', root);
    await say('U2', '   ', root);
    await slack.mention({ channel, user: 'U2', text: 'why?', threadTs: root });
    await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-1', 'content-type': 'application/json' },
      body: JSON.stringify({ channel, thread_ts: root, text: 'An answer of ours' }),
    });
    const turn = await ask(root);
    await say('U2', 'said later', root);
    expect(await read(turn)).toEqual([
      'Person 1: The build fails on <main> & I asked U9',
      'Person 2: It is the cache',
    ]);
    expect(reads()).toHaveLength(1);
  });

  test('is empty where the question began it, or stands alone', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    const place = { team: slack.team.id, channel, ts, threadTs: ts, user: 'U1' };
    expect(await read(buildTurn({ replyTo: place }))).toEqual([]);
    const { threadTs: _none, ...command } = place;
    expect(await read(buildTurn({ replyTo: command }))).toEqual([]);
    expect(reads()).toHaveLength(0);
  });

  test('of one page gives the newest, by one call', async () => {
    expect(await read(await ask(await chat(150)))).toEqual(newest(121, 150));
    expect(reads()).toHaveLength(1);
  });

  test('of many pages gives the newest by few calls, from the question backwards', async () => {
    expect(await read(await ask(await chat(700)))).toEqual(newest(671, 700));
    expect(reads().length).toBeLessThanOrEqual(3);
  });

  test('gives the newest where Slack gives 15 a page', async () => {
    const turn = await ask(await chat(120));
    slack.limitPages(15);
    expect(await read(turn, 20)).toEqual(newest(101, 120));
    expect(reads().length).toBeLessThanOrEqual(5);
  });

  test('whose talk is old gives the newest by windows that widen', async () => {
    const root = await chat(300);
    slackClock.advance(30 * 24 * 3_600_000);
    const turn = await ask(root);
    expect((await read(turn)).at(-1)).toBe('Person 1: reply 300');
    expect(reads().length).toBeLessThanOrEqual(5);
  });

  test('never takes more than five calls', async () => {
    const turn = await ask(await chat(400));
    slack.limitPages(2);
    expect((await read(turn)).length).toBeGreaterThan(0);
    expect(reads()).toHaveLength(5);
  });

  test('gives what came until Slack refuses more', async () => {
    const turn = await ask(await chat(300));
    slack.failNext('conversations.replies', {
      status: 429,
      retryAfterS: 60,
      matches: ({ nth }) => nth === 2,
    });
    expect((await read(turn)).length).toBe(30);
    expect(reads()).toHaveLength(2);
  });

  test('that Slack does not give at all is a failure with its code', async () => {
    const turn = await ask(await chat(2));
    slack.failNext('conversations.replies', { status: 429, retryAfterS: 60 });
    await expect(read(turn)).rejects.toMatchObject({ code: 'platform_rate_limited' });
  });

  test('is not read for an aborted turn', async () => {
    const turn = await ask(await chat(2));
    const options = { last: 30, signal: AbortSignal.abort(new Error('lease lost')) };
    await expect(reader.readThread(turn, options)).rejects.toThrow('lease lost');
    expect(reads()).toHaveLength(0);
  });
});

describe('a file', () => {
  const readFile = async (file: { id: string; sizeBytes: number }, maxBytes = 1_000) => {
    const turn = buildTurn({
      replyTo: { team: slack.team.id, channel, ts: '1.000001', threadTs: '1.000001', user: 'U1' },
    });
    const bytes = await reader.readFile(turn, { name: 'a', ...file }, { maxBytes, signal });
    return Buffer.from(bytes).toString();
  };
  const failure = (file: { id: string; sizeBytes: number }, maxBytes?: number) =>
    readFile(file, maxBytes).catch((error: unknown) => error);

  test('comes with its bytes', async () => {
    const file = slack.addFile({ name: 'notes é.md', user: 'U1', content: '# Notes: 漢字' });
    expect(await readFile(file)).toBe('# Notes: 漢字');
  });

  test('that is a page itself comes too', async () => {
    const page = { name: 'a.html', user: 'U1', mimetype: 'text/html', content: '<p>Hi</p>' };
    expect(await readFile(slack.addFile(page))).toBe('<p>Hi</p>');
  });

  test('that a shared channel shows by its id alone is looked up', async () => {
    const { id } = slack.addFile({ name: 'plan.md', user: 'U1', content: '# Plan' });
    const turn = buildTurn({ replyTo: { team: slack.team.id, channel, user: 'U1' } });
    const nameFile = (fileId: string) =>
      reader.nameFile?.(turn, { id: fileId, name: fileId, sizeBytes: 0 }, { signal });
    expect(await nameFile(id)).toEqual({ id, name: 'plan.md', sizeBytes: 6 });
    await expect(nameFile('FNONE')).rejects.toMatchObject({ code: 'platform_rejected' });
  });

  test('above the limit is not fetched', async () => {
    const file = slack.addFile({ name: 'a.txt', user: 'U1', content: 'x'.repeat(1_001) });
    expect(await failure(file)).toMatchObject({
      code: 'document_unreadable',
      details: { reason: 'too_large' },
    });
    expect(slack.calls('download')).toEqual([]);
  });

  test('in whose place Slack shows its sign-in page is refused, whatever the page says', async () => {
    const file = slack.addFile({ name: 'a.txt', user: 'U1', content: 'secret' });
    slack.failNext('files.info', { status: 503 });
    expect(await failure(file)).toMatchObject({ code: 'platform_unavailable' });
    slack.signOutDownloads();
    expect(await failure(file)).toMatchObject({ code: 'platform_forbidden' });
  });

  test.each([
    ['is gone', { error: 'file_not_found' }, 'platform_rejected'],
    ['was deleted', { error: 'file_deleted' }, 'platform_rejected'],
    ['needs a scope that we have not', { error: 'missing_scope' }, 'platform_forbidden'],
  ] as const)('that %s', async (_what, refusal, code) => {
    slack.failNext('files.info', refusal);
    expect(await failure({ id: 'F1', sizeBytes: 1 })).toMatchObject({ code });
  });

  test.each([
    ['limited', { status: 429, retryAfterS: 7 }, 'platform_rate_limited'],
    ['broken', { status: 500 }, 'platform_unavailable'],
    ['redirected', { status: 302 }, 'platform_forbidden'],
    ['cut off', { status: 'drop-connection' }, 'platform_unavailable'],
    ['never answered', { status: 'hang' }, 'platform_unavailable'],
    ['not found', { status: 404 }, 'platform_rejected'],
  ] as const)('whose download is %s', async (_what, refusal, code) => {
    const file = slack.addFile({ name: 'a.txt', user: 'U1', content: 'secret' });
    slack.failNext('download', refusal);
    expect(await failure(file)).toMatchObject({ code });
  });
});
