/** A worker that slept longer than its lease wakes up behind its successor: it changes nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../../fakes/openai/chat-script.ts';
import {
  openStoredDocuments,
  type StoredDocuments,
  type StoredQuestion,
} from './stored-documents.ts';
import { until } from './until.ts';
import { startWorld, type World } from './world.ts';

const channel = 'CLEAVE';
const text =
  'Up to five unused days move into the new year [ID:0]. They lapse on 31 March, and whatever is left after that day is gone [ID:1].';
/** Long enough that the successor is done well before it puts the final text once more. */
const leaseMs = 5_000;

let world: World;
let documents: StoredDocuments;

beforeAll(async () => {
  world = await startWorld({ testFileUrl: import.meta.url, leaseMs });
  documents = await openStoredDocuments(world.env.MONGODB_URL);
  world.slack.addChannel({ id: channel });
  world.slack.addUser({ id: 'UANA' });
  await world.startApi();
});

afterAll(async () => {
  await documents.close();
  await world.close();
});

const ask = () => world.slack.mention({ channel, user: 'UANA', text: 'When does leave expire?' });
const isDone = ({ turn }: StoredQuestion): boolean => turn.state === 'done';

test('a worker paused in mid-stream for longer than its lease writes nothing when it goes on, and the final text stands', async () => {
  const { slack, model } = world;
  const first = await world.startWorker();
  model.script(answer(text, { tokensPerSecond: 20 }), answer(text));
  const edit = slack.stopAt({
    method: 'chat.update',
    matches: () => slack.botMessages(channel).some(({ text: seen }) => seen.startsWith('Up')),
  });
  const [asked] = await Promise.all([ask(), edit.reached]);
  first.pause();
  const pausedAt = performance.now();
  const [shown] = slack.botMessages(channel, asked.threadTs);
  expect(shown?.text).toMatch(/^Up/);
  expect((await documents.read(asked)).turn).toMatchObject({
    state: 'running',
    attempt: 1,
    fence: 1,
  });

  const second = await world.startWorker();
  const done = await documents.when(asked, isDone, { what: 'the second worker is done' });
  await until(async () => performance.now() - pausedAt > leaseMs, {
    what: 'a pause longer than the lease, which was renewed some time before it',
  });
  expect(done.turn).toMatchObject({ attempt: 2, fence: 2, parts: [{ platformId: shown?.ts }] });
  const [finalReply] = slack.botMessages(channel, asked.threadTs);
  expect(finalReply?.text).toMatch(/that day is gone \[\[2\]\].*\*\*Sources\*\*/s);

  const callsBefore = slack.calls().length;
  const editsBefore = slack.growth(channel, finalReply?.ts ?? '').length;
  first.resume();
  edit.release();
  await first.logged('lease lost');
  const settled = await documents.when(
    asked,
    ({ conversation }) => conversation.lease === undefined,
    {
      what: 'the second worker gives the lease back',
    },
  );

  const [stale, ...later] = slack.growth(channel, finalReply?.ts ?? '').slice(editsBefore);
  expect(stale).toMatch(/^Up/);
  expect(stale).not.toContain('Sources');
  expect(later).toEqual([finalReply?.text]);
  expect(
    slack.timeline(channel, asked.threadTs).filter(({ byBot, kind }) => byBot && kind === 'post'),
  ).toHaveLength(1);
  // The second worker's: it looks for messages that it does not know of, and puts the final text once more.
  const calls = slack
    .calls()
    .slice(callsBefore)
    .map(({ method }) => method);
  expect(calls.filter((method) => method !== 'auth.test')).toEqual([
    'conversations.replies',
    'chat.update',
  ]);
  expect(settled.turn).toEqual(done.turn);
  expect(settled.conversation.fence).toBe(done.conversation.fence);

  await second.stop();
  const next = await ask();
  await documents.when(next, isDone, { what: 'the first worker answers again' });
});
