/** A worker is told to stop by SIGTERM: what it was answering goes on elsewhere, in the same messages. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answer } from '../../fakes/openai/chat-script.ts';
import type { Sent } from '../../fakes/slack/people.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import {
  openStoredDocuments,
  type StoredDocuments,
  type StoredQuestion,
} from './stored-documents.ts';
import { startWorld, type World } from './world.ts';

const text =
  'Up to five unused days move into the new year [ID:0]. They lapse on 31 March, and whatever is left after that day is gone [ID:1].';
const longestStopMs = 10_000;

let world: World;
let documents: StoredDocuments;
const workers: FootnoteProcess[] = [];

beforeAll(async () => {
  world = await startWorld({ testFileUrl: import.meta.url });
  documents = await openStoredDocuments(world.env.MONGODB_URL);
  world.slack.addUser({ id: 'UANA' });
  world.model.respond(() => answer(text, { tokensPerSecond: 300 }));
  await world.startApi();
});

afterAll(async () => {
  await documents.close();
  await world.close();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});

const startWorker = async (): Promise<FootnoteProcess> => {
  const worker = await world.startWorker();
  workers.push(worker);
  return worker;
};
const ask = (channel: string) =>
  world.slack.mention({ channel, user: 'UANA', text: 'When does leave expire?' });
const isDone = ({ turn }: StoredQuestion): boolean => turn.state === 'done';
const repliesTo = ({ channel, threadTs }: Sent) => world.slack.botMessages(channel, threadTs);
const postsTo = ({ channel, threadTs }: Sent) =>
  world.slack.timeline(channel, threadTs).filter(({ byBot, kind }) => byBot && kind === 'post');

/** Resolves when words of all five answers are shown, none of them can go on, and the store knows the messages. */
const holdFive = async (channel: string): Promise<readonly Sent[]> => {
  const { model, slack } = world;
  slack.addChannel({ id: channel });
  const begun = model.requests('chat').length;
  const stops = [1, 2, 3, 4, 5].map((nth) => model.stopAt({ call: begun + nth, afterChunks: 12 }));
  const asked = await Promise.all(stops.map(() => ask(channel)));
  await Promise.all(stops.map(({ reached }) => reached));
  for (const each of asked) {
    await slack.waitFor(() => repliesTo(each)[0]?.text.startsWith('Up'));
    await documents.when(each, ({ turn }) => turn.parts.length === 1, {
      what: 'the message is known',
    });
  }
  return asked;
};

const stopInTime = async (worker: FootnoteProcess): Promise<void> => {
  const { code, tookMs } = await worker.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(longestStopMs);
};

/** All five are done in the messages that stood already. */
const expectWhole = async (asked: readonly Sent[], messages: readonly (string | undefined)[]) => {
  for (const [index, each] of asked.entries()) {
    const { turn } = await documents.when(each, isDone, { what: 'handed over and done' });
    expect(turn).toMatchObject({ attempt: 1, parts: [{ index: 0, platformId: messages[index] }] });
    expect(repliesTo(each).map(({ ts }) => ts)).toEqual([messages[index]]);
    expect(repliesTo(each)[0]?.text).toMatch(/that day is gone \[\[2\]\].*\*\*Sources\*\*/s);
    expect(postsTo(each)).toHaveLength(1);
  }
};

describe('a worker with five running answers that is told to stop', () => {
  test('leaves them queued, with no attempt counted, to a worker that is started after', async () => {
    const first = await startWorker();
    const asked = await holdFive('CAFTER');
    const messages = asked.map((each) => repliesTo(each)[0]?.ts);
    await stopInTime(first);
    expect(first.log.filter(({ event }) => event === 'turn handed over')).toHaveLength(5);
    for (const each of asked) {
      const { turn, conversation } = await documents.read(each);
      expect(turn).toMatchObject({ state: 'queued', attempt: 0, fence: 1 });
      expect(conversation.lease).toBeUndefined();
    }
    await startWorker();
    await expectWhole(asked, messages);
  });

  test('hands them to a worker that runs already', async () => {
    const first = await startWorker();
    const asked = await holdFive('CBEFORE');
    const messages = asked.map((each) => repliesTo(each)[0]?.ts);
    await startWorker();
    await stopInTime(first);
    await expectWhole(asked, messages);
  });
});

test('a first message whose confirmation was lost before the hand-over is found, and no second one is posted', async () => {
  const { slack } = world;
  const channel = 'CLOST';
  slack.addChannel({ id: channel });
  const first = await startWorker();
  const post = slack.stopAt({ method: 'chat.postMessage', when: 'after-apply' });
  const [asked] = await Promise.all([ask(channel), post.reached]);
  const [shown] = repliesTo(asked);
  await stopInTime(first);
  post.release('drop');
  expect((await documents.read(asked)).turn).toMatchObject({
    state: 'queued',
    attempt: 0,
    parts: [],
  });
  await startWorker();
  await expectWhole([asked], [shown?.ts]);
});
