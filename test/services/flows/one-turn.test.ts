/** However often and in whatever order Slack tells of a message: one turn, one answer. Each question of a thread in its turn. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../fakes/openai/chat-script.ts';
import { questionIn } from './cite-passages.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { type Posted, postUntold } from './post-untold.ts';
import { turnIdOf, turnInState, turnsInThread } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const channel = 'C0PEOPLE';
/** Retrieval finds the page about it, and the model's answer tells the questions apart. */
const questionAbout = (name: string) => `How do I report sick leave in the case of ${name}?`;

describe('one message in Slack', () => {
  let world: World;
  let worker: FootnoteProcess;

  beforeAll(async () => {
    world = await startWorld({ testFileUrl: import.meta.url });
    const { slack, model } = world;
    slack.addChannel({ id: channel, name: 'people' });
    slack.addUser({ id: 'U0ADA', name: 'ada' });
    slack.addUser({ id: 'U0BOB', name: 'bob' });
    [worker] = await Promise.all([world.startWorker(), world.startApi()]);
    model.respond((request) => {
      const [, name] = /in the case of ([\w ]+)\?/.exec(questionIn(request)) ?? [];
      return answer(`In the case of ${name}: by 09:30.`);
    });
  });
  afterAll(() => world?.close());

  const done = (asked: { readonly channel: string; readonly ts: string }) =>
    turnInState(world, { id: turnIdOf(world, asked), state: 'done' });
  const callsAbout = (name: string) =>
    world.model
      .requests('chat')
      .filter(({ body }) => JSON.stringify(body['messages']).includes(`case of ${name}?`));
  const post = (name: string, threadTs?: string) =>
    postUntold(world.slack, {
      channel,
      user: 'U0ADA',
      text: questionAbout(name),
      ...(threadTs !== undefined && { threadTs }),
    });
  const statusesOf = (deliveries: readonly { readonly status: number }[]) =>
    deliveries.map(({ status }) => status);

  const expectOneAnswer = async (posted: Posted, name: string) => {
    await done(posted);
    expect(await turnsInThread(world, posted)).toMatchObject([{ state: 'done', attempt: 1 }]);
    expect(callsAbout(name)).toHaveLength(1);
    expect(world.slack.botMessages(channel, posted.threadTs)).toMatchObject([
      { text: expect.stringMatching(`^In the case of ${name}: by 09:30`) },
    ]);
  };

  it.for([
    ['mention first', ['mention', 'mention', 'mention', 'message', 'message', 'message']],
    ['message first', ['message', 'message', 'message', 'mention', 'mention', 'mention']],
  ] as const)('is one turn and one answer when it is told three times as both event types, %s', async ([
    name,
    order,
  ]) => {
    const posted = await post(name);
    const statuses: number[] = [];
    for (const [retryNum, type] of order.entries()) {
      const delivery = await world.slack.sendEvent(posted.events[type], { retryNum });
      statuses.push(delivery.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    await expectOneAnswer(posted, name);
  });

  it('is one turn and one answer when all that tells of it comes at once', async () => {
    const posted = await post('all at once');
    const { mention, message } = posted.events;
    const deliveries = await Promise.all(
      [mention, message, mention, message, message, mention].map((event) =>
        world.slack.sendEvent(event),
      ),
    );
    expect(statusesOf(deliveries)).toEqual([200, 200, 200, 200, 200, 200]);
    await expectOneAnswer(posted, 'all at once');
  });

  it('stays answered once when it is told again after the answer', async () => {
    const posted = await post('an old message');
    await world.slack.sendEvent(posted.events.mention);
    await done(posted);
    const before = world.slack.timeline(channel, posted.threadTs);
    const again = [posted.events.mention, posted.events.message];
    for (const event of again) await world.slack.sendEvent(event, { retryNum: 3 });

    // The thread is worked in order: had the first question been opened again, its reply would have changed before this one came.
    const next = await world.slack.mention({
      channel,
      threadTs: posted.threadTs,
      user: 'U0ADA',
      text: questionAbout('a later one'),
    });
    await done(next);
    expect(callsAbout('an old message').length).toBeLessThanOrEqual(2);
    expect(world.slack.timeline(channel, posted.threadTs).slice(0, before.length + 1)).toEqual([
      ...before,
      expect.objectContaining({ ts: next.ts }),
    ]);
    expect(await turnsInThread(world, posted)).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
  });

  describe('five questions at once in one thread', () => {
    const names = ['one', 'two', 'three', 'four', 'five'];

    const postFive = async (round: string) => {
      const root = await postUntold(world.slack, { channel, user: 'U0ADA', text: 'Good morning' });
      const posted: Posted[] = [];
      for (const name of names) {
        // Slack's time of a question is kept in milliseconds; within one, the order of arrival counts.
        await delay(2);
        posted.push(await post(`${name} ${round}`, root.ts));
      }
      return { root, posted };
    };
    const sendAtOnce = (posted: readonly Posted[]) =>
      Promise.all(posted.map(({ events }) => world.slack.sendEvent(events.mention)));
    const answersIn = (rootTs: string) =>
      world.slack
        .botMessages(channel, rootTs)
        .map(({ text }) => /^In the case of (\w+) \w+: by 09:30/.exec(text)?.[1]);

    it('get five answers in the order of the questions, each in its own message, whatever came first', async () => {
      const { root, posted } = await postFive('shuffled');
      // A worker at work takes what has come in the meantime; one that is idle would take the first that came.
      worker.pause();
      const [one, two, three, four, five] = posted as [Posted, Posted, Posted, Posted, Posted];
      const deliveries = await sendAtOnce([four, one, five, three, two]);
      worker.resume();
      expect(statusesOf(deliveries)).toEqual([200, 200, 200, 200, 200]);
      for (const each of posted) await done(each);

      expect(answersIn(root.ts)).toEqual(names);
      const posts = world.slack
        .timeline(channel, root.ts)
        .filter(({ byBot, kind }) => byBot && kind === 'post');
      expect(posts).toHaveLength(5);
      expect(posts.map(({ metadata }) => metadata?.event_payload['turn'])).toEqual(
        posted.map((each) => turnIdOf(world, each)),
      );
    });

    it('get five answers from a worker that is idle', async () => {
      const { root, posted } = await postFive('idle');
      expect(statusesOf(await sendAtOnce(posted))).toEqual([200, 200, 200, 200, 200]);
      for (const each of posted) await done(each);
      expect(answersIn(root.ts).toSorted()).toEqual(names.toSorted());
      expect(callsAbout('one idle').length).toBeGreaterThan(0);
    });
  });

  it('that follows up without a mention is answered to the asker, and nobody else', async () => {
    const { slack } = world;
    const asked = await slack.mention({ channel, user: 'U0ADA', text: questionAbout('the root') });
    await done(asked);
    const thread = { channel, threadTs: asked.threadTs };
    const byBob = await slack.threadReply({
      ...thread,
      user: 'U0BOB',
      text: questionAbout('a stranger'),
    });
    const byAda = await slack.threadReply({
      ...thread,
      user: 'U0ADA',
      text: questionAbout('the asker'),
    });
    expect(statusesOf([...byBob.deliveries, ...byAda.deliveries])).toEqual([200, 200]);
    await done(byAda);
    expect((await turnsInThread(world, thread)).map(({ asker }) => asker)).toEqual([
      'U0ADA',
      'U0ADA',
    ]);
    expect(callsAbout('a stranger')).toEqual([]);
    expect(slack.botMessages(channel, asked.threadTs).map(({ text }) => text)).toEqual([
      expect.stringContaining('the root: by 09:30'),
      expect.stringContaining('the asker: by 09:30'),
    ]);
  });

  describe('deleted in mid-answer', () => {
    const half = 'In this case you first tell your lead';

    it.for([
      'root',
      'reply',
    ] as const)('takes the reply away, cancels the turn and stops the model, as a thread’s %s', async (where) => {
      const { slack, model } = world;
      const root =
        where === 'reply'
          ? await postUntold(slack, { channel, user: 'U0ADA', text: 'Good morning' })
          : undefined;
      model.script({ steps: [...answer(half).steps, { type: 'hang' }] });
      const asked = await slack.mention({
        channel,
        user: 'U0ADA',
        text: questionAbout(`a deleted ${where}`),
        ...(root !== undefined && { threadTs: root.ts }),
      });
      await slack.waitFor(
        () => slack.botMessages(channel, asked.threadTs).some(({ text }) => text.startsWith(half)),
        { timeoutMs: 10_000 },
      );
      expect(callsAbout(`a deleted ${where}`)).toMatchObject([{ aborted: false }]);

      const deliveries = await slack.deleteMessage(asked);
      expect(statusesOf(deliveries)).toEqual(deliveries.map(() => 200));
      await model.until((call) => call.aborted && call === callsAbout(`a deleted ${where}`)[0]);
      const turn = await turnInState(world, { id: turnIdOf(world, asked), state: 'cancelled' });
      expect(turn).toMatchObject({ open: false });
      expect(slack.botMessages(channel, asked.threadTs)).toEqual([]);
      expect(callsAbout(`a deleted ${where}`)).toHaveLength(1);
    });
  });
});
