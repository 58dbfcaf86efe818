/** Servers that go away in mid-answer: nothing acknowledged is lost, nothing is answered twice, and the log tells each outage once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Turn } from '../../../src/domain/turn.ts';
import { machineClock } from '../../fakes/http/clock.ts';
import { type CountingWorld, readAloud, startCountingWorld } from './count-aloud.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { curlJson } from './seed-client.ts';
import { turnIdOf, turnInState } from './stored-turns.ts';

/** How often each line was written; not those whose number depends on when a sweep comes. */
const told = ({ log }: FootnoteProcess): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { event } of log) {
    if (event !== 'sweep found conversations') counts[event] = (counts[event] ?? 0) + 1;
  }
  return counts;
};
const outageMsOf = ({ log }: FootnoteProcess, back: string) =>
  Number(log.find(({ event }) => event === back)?.['outageMs']);
const statusOf = async (url: string) => (await fetch(url)).status;
const secondsSince = (startedMs: number) => (performance.now() - startedMs) / 1_000;
/** The outage's length is what is tested: nothing announces its end. */
const untilSecond = (second: number, startedMs: number) =>
  delay(Math.max(0, (second - secondsSince(startedMs)) * 1_000));

describe.concurrent('Redis stopped for 20 s in mid-answer, then emptied in mid-answer', () => {
  let world: CountingWorld;
  let api: FootnoteProcess;
  let worker: FootnoteProcess;
  const acks: { readonly status: number; readonly ackMs: number }[] = [];
  let workerExit: number | null;
  let answeredWithout: number;
  let readWithout: number;
  let long: Awaited<ReturnType<typeof readAloud>>;
  let short: Awaited<ReturnType<typeof readAloud>>;
  let emptied: Awaited<ReturnType<typeof readAloud>>;

  beforeAll(async () => {
    world = await startCountingWorld({ ownServers: true });
    [api, worker] = await Promise.all([world.startApi(), world.startWorker()]);
    const running = await world.ask(150);
    await world.begun(running);
    [short, long] = await Promise.all([readAloud(api.url, 110), readAloud(api.url, 400)]);

    await world.redis.stop();
    const stoppedMs = performance.now();
    const during = [await world.ask(5), await world.ask(6), await world.ask(7)];
    for (const { deliveries } of during) acks.push(...deliveries);
    await Promise.all(during.map((asked, index) => world.whole(asked, 5 + index)));
    answeredWithout = secondsSince(stoppedMs);
    await world.whole(running, 150);
    await short.ended;
    readWithout = secondsSince(stoppedMs);
    await untilSecond(20, stoppedMs);
    await world.redis.start();

    await Promise.all([api.logged('redis back'), worker.logged('redis back'), long.ended]);
    await world.whole(await world.ask(8), 8);

    emptied = await readAloud(api.url, 60);
    const inSlack = await world.ask(61);
    await world.begun(inSlack);
    const redis = new Redis(world.redis.url);
    await redis.flushall();
    await redis.quit();
    await Promise.all([emptied.ended, world.whole(inSlack, 61)]);
    await world.whole(await world.ask(9), 9);
    workerExit = (await worker.stop()).code;
  });
  afterAll(() => world?.close());

  it('acknowledges questions of the outage at once and answers them before it is over', () => {
    expect(acks).toHaveLength(6);
    for (const { status, ackMs } of acks) {
      expect(status).toBe(200);
      expect(ackMs).toBeLessThan(3_000);
    }
    expect(answeredWithout).toBeLessThan(10);
  });

  it('gives an HTTP reader every word once, also one whose answer ends in the outage', () => {
    expect(readWithout).toBeLessThan(20);
    for (const { reader, expected } of [short, long, emptied]) {
      expect(reader.text).toBe(expected);
      expect(reader.isEnded).toBe(true);
    }
    expect([short, long, emptied].map(({ reader }) => reader.resets)).toEqual([1, 1, 1]);
  });

  it('answers nothing twice', async () => {
    const upTo = [150, 110, 400, 5, 6, 7, 8, 60, 61, 9];
    expect(upTo.map(world.askedModel)).toEqual(upTo.map(() => 1));
  });

  it('keeps both processes up', async () => {
    expect(await statusOf(`${api.url}/healthz`)).toBe(200);
    expect(await statusOf(`${api.url}/readyz`)).toBe(200);
    expect(workerExit).toBe(0);
  });

  it('tells it in one line each', () => {
    expect(told(api)).toEqual({
      started: 1,
      'redis lost': 1,
      'wake-ups not sent, the sweep finds the turns': 1,
      // Of each reader.
      'answer can not be followed, tried again': 2,
      'redis back': 1,
    });
    const {
      'answers not logged, readers are served later': unlogged = 0,
      'answers logged again': logged = 0,
      ...rest
    } = told(worker);
    expect(rest).toEqual({
      started: 1,
      'redis lost': 1,
      'redis back': 1,
      'limits shared no more, going on with a share': 1,
      'limits shared again': 1,
      'wake-up lost by the queue': 1,
      stopping: 1,
      stopped: 1,
    });
    // One for the outage; of the two answers that Redis forgot, the second may be noticed after the first was written again.
    expect([2, 3]).toContain(unlogged);
    expect(logged).toBe(unlogged);
    for (const one of [api, worker]) {
      expect(outageMsOf(one, 'redis back')).toBeGreaterThan(19_000);
      expect(outageMsOf(one, 'redis back')).toBeLessThan(23_000);
    }
  });
});

/** Slack's waits of 1 and 5 minutes between its tries take 8 and 12 s. */
const hastySlack = {
  ...machineClock,
  sleep: (ms: number, signal?: AbortSignal) =>
    machineClock.sleep(ms === 60_000 ? 8_000 : ms === 300_000 ? 12_000 : ms, signal),
};

describe.concurrent('MongoDB stopped for 10 s in mid-answer, longer than a lease', () => {
  const leaseMs = 3_000;
  let world: CountingWorld;
  let api: FootnoteProcess;
  let workers: readonly FootnoteProcess[];
  let running: Awaited<ReturnType<CountingWorld['ask']>>;
  let runningTurn: Turn;
  let firstTs: string;
  let late: Awaited<ReturnType<CountingWorld['ask']>>;
  let refused: Awaited<ReturnType<typeof curlJson>>;
  let health: { readonly ready: number; readonly alive: number };
  let readyAgain: number;
  let stoppedMs: number;
  let startedMs: number;

  beforeAll(async () => {
    world = await startCountingWorld({ ownServers: true, leaseMs, slack: { clock: hastySlack } });
    const { mongo } = world;
    [api, ...workers] = await Promise.all([
      world.startApi(),
      world.startWorker(),
      world.startWorker(),
    ]);
    const { data } = await curlJson(`${api.url}/v1/conversation/set`, { body: {} });
    running = await world.ask(100);
    firstTs = (await world.begun(running)).ts;
    const acknowledged = await world.ask(5);
    expect(acknowledged.deliveries.map(({ status }) => status)).toEqual([200, 200]);

    await mongo?.stop();
    stoppedMs = performance.now();
    await untilSecond(2, stoppedMs);
    const lateAsked = world.ask(6, { retries: true });
    refused = await curlJson(`${api.url}/v1/conversation/completion`, {
      body: { conversation_id: data.id, messages: [{ role: 'user', content: 'Hello?' }] },
    });
    const [ready, alive] = await Promise.all(
      ['/readyz', '/healthz'].map((route) => statusOf(`${api.url}${route}`)),
    );
    health = { ready: ready ?? 0, alive: alive ?? 0 };
    await untilSecond(10, stoppedMs);
    startedMs = performance.now();
    await mongo?.start();

    await Promise.all([api, ...workers].map((one) => one.logged('store back')));
    readyAgain = await statusOf(`${api.url}/readyz`);
    late = await lateAsked;
    await Promise.all([
      world.whole(running, 100),
      world.whole(acknowledged, 5),
      world.whole(late, 6),
    ]);
    runningTurn = await turnInState(world, { id: turnIdOf(world, running), state: 'done' });
  });
  afterAll(() => world?.close());

  it('acknowledges nothing that is not stored, and takes it in when Slack sends it again', () => {
    for (const type of ['app_mention', 'message']) {
      const tries = late.deliveries.filter(({ eventType }) => eventType === type);
      const refusals = tries.slice(0, -1);
      expect(refusals.length).toBeGreaterThanOrEqual(2);
      for (const { status, ackMs } of refusals) {
        expect(status).toBe(500);
        expect(ackMs).toBeLessThan(3_000);
      }
      expect(tries.at(-1)).toMatchObject({ status: 200, retryNum: refusals.length });
    }
  });

  it('refuses a question over HTTP', () => {
    expect(refused).toMatchObject({ status: 503, code: 105, error: 'store_unavailable' });
  });

  it('is alive but not ready until the store is back', () => {
    expect(health).toEqual({ ready: 503, alive: 200 });
    expect(readyAgain).toBe(200);
  });

  it('writes nothing after the lease ran out, then finishes in the same message', async () => {
    const changes = world.slack.timeline(running.channel, running.threadTs);
    const unleased = changes.filter(({ atMs }) => atMs > stoppedMs + leaseMs && atMs < startedMs);
    expect(unleased).toEqual([]);
    expect((await world.whole(running, 100)).ts).toBe(firstTs);
    expect(runningTurn).toMatchObject({ attempt: 2, parts: [{ index: 0, platformId: firstTs }] });
    expect(world.askedModel(100)).toBe(2);
    expect(world.askedModel(6)).toBe(1);
  });

  it('tells it in one line each', () => {
    const outage = { started: 1, 'store lost': 1, 'store back': 1 };
    expect(told(api)).toEqual({
      ...outage,
      'request failed': 1,
      'slack event not taken in': late.deliveries.filter(({ status }) => status === 500).length,
      'slack sends an event again': late.deliveries.filter(({ retryNum }) => retryNum).length,
    });
    for (const worker of workers) {
      const { 'lease lost': _ofEachAnswer, ...lines } = told(worker);
      expect(lines).toEqual(outage);
    }
    const { conversationId } = runningTurn;
    const lost = workers.flatMap(({ log }) => log.filter(({ event }) => event === 'lease lost'));
    expect(lost.filter((line) => line['conversationId'] === conversationId)).toHaveLength(1);
    for (const one of [api, ...workers]) {
      expect(outageMsOf(one, 'store back')).toBeGreaterThan(9_000);
      expect(outageMsOf(one, 'store back')).toBeLessThan(20_000);
    }
  });
});

describe.concurrent('MongoDB stopped for 10 s in mid-answer, shorter than a lease', () => {
  let world: CountingWorld;
  let worker: FootnoteProcess;
  let asked: Awaited<ReturnType<CountingWorld['ask']>>;
  let stoppedMs: number;
  let startedMs: number;

  beforeAll(async () => {
    world = await startCountingWorld({ ownServers: true, leaseMs: 30_000 });
    const { mongo } = world;
    [worker] = await Promise.all([world.startWorker(), world.startApi()]);
    asked = await world.ask(100);
    await world.begun(asked);
    await mongo?.stop();
    stoppedMs = performance.now();
    await untilSecond(10, stoppedMs);
    startedMs = performance.now();
    await mongo?.start();
    await world.whole(asked, 100);
  });
  afterAll(() => world?.close());

  it('shows the answer growing meanwhile, and finishes it in the same attempt', async () => {
    const changes = world.slack.timeline(asked.channel, asked.threadTs);
    const during = changes.filter(({ atMs }) => atMs > stoppedMs && atMs < startedMs);
    const lengths = during.map(({ text }) => text.length);
    expect(lengths.length).toBeGreaterThan(3);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(changes.at(-1)?.ts).toBe(during[0]?.ts);
    const turn = await turnInState(world, { id: turnIdOf(world, asked), state: 'done' });
    expect(turn).toMatchObject({ attempt: 1, fence: 1 });
    expect(world.askedModel(100)).toBe(1);
  });

  it('tells it in two lines', () => {
    expect(told(worker)).toEqual({ started: 1, 'store lost': 1, 'store back': 1 });
    expect(outageMsOf(worker, 'store back')).toBeGreaterThan(9_000);
  });
});
