/** What every AnswerLog does. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnswerEvent } from '../../src/domain/chat-event.ts';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { AnswerLog, AnswerLogEntry } from '../../src/ports/answer-log.ts';
import { buildReference, buildScoredChunk } from '../fakes/build.ts';

export interface AnswerLogHarness {
  readonly log: AnswerLog;
  /** Lets the time of what is kept for the turn go by. */
  pass(turnId: TurnId, ms: number): Promise<void>;
  /** Frees what the harness made beyond the log. */
  dispose(): Promise<void>;
}

export const delta = (text: string): AnswerEvent => ({ type: 'delta', text });
const place = { titlePath: ['Leave'], anchor: 'days', line: 3 };

export const finalEvent = (answer: string): AnswerEvent => ({
  type: 'final',
  answer,
  reference: buildReference({
    chunks: [buildScoredChunk({ sections: [{ start: 0, place, url: 'https://h.example/#days' }] })],
  }),
  timings: { retrieveMs: 4, totalMs: 12.5 },
  usage: { promptTokens: 10, completionTokens: 3, estimated: false },
});

const never = () => new AbortController().signal;
const hourMs = 3_600_000;
let turnCount = 0;

/** Reads until the iteration ends. */
export const readAll = async (
  log: AnswerLog,
  { turnId, after, signal = never() }: { turnId: TurnId; after?: string; signal?: AbortSignal },
): Promise<AnswerLogEntry[]> => {
  const entries: AnswerLogEntry[] = [];
  const options = after === undefined ? { signal } : { after, signal };
  for await (const entry of log.read(turnId, options)) entries.push(entry);
  return entries;
};

export const eventsOf = (entries: readonly AnswerLogEntry[]): AnswerEvent[] =>
  entries.map(({ event }) => event);

export const newTurnId = (): TurnId => {
  turnCount += 1;
  return asId(`http-0123456789abcdef0123456789abcdef-m${turnCount}`);
};

export const describeAnswerLog = (create: () => Promise<AnswerLogHarness>): void => {
  let harness: AnswerLogHarness;
  let log: AnswerLog;
  let turnId: TurnId;

  beforeEach(async () => {
    harness = await create();
    log = harness.log;
    turnId = newTurnId();
  });
  afterEach(async () => {
    await log.close();
    await harness.dispose();
  });

  const write = async (...events: readonly AnswerEvent[]) => {
    for (const event of events) await log.append(turnId, event);
  };

  test('gives every kind of event back as it was, in order', async () => {
    const events: AnswerEvent[] = [
      { type: 'status', phase: 'retrieving' },
      { type: 'status', phase: 'generating', reference: buildReference() },
      { type: 'reasoning', text: 'hm' },
      delta('Twenty-eight '),
      delta('días [ID:0] 💡'),
      { type: 'reset', attempt: 2 },
      { ...finalEvent('28'), unfinished: 'stalled' } as AnswerEvent,
    ];
    await write(...events);
    expect(eventsOf(await readAll(log, { turnId }))).toEqual(events);
  });

  test('keeps the order of calls that did not wait for each other', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `${index} `);
    await Promise.all(texts.map((text) => log.append(turnId, delta(text))));
    await write(finalEvent('done'));
    const events = eventsOf(await readAll(log, { turnId }));
    expect(events).toEqual([...texts.map(delta), finalEvent('done')]);
  });

  test('gives each entry an id of its own', async () => {
    await write(delta('a'), delta('a'), finalEvent('a'));
    const ids = (await readAll(log, { turnId })).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  test('goes on after a known id, with nothing twice and nothing left out', async () => {
    await write(delta('a'), delta('b'), delta('c'), finalEvent('abc'));
    const entries = await readAll(log, { turnId });
    for (const [index, { id }] of entries.entries()) {
      expect(await readAll(log, { turnId, after: id })).toEqual(entries.slice(index + 1));
    }
  });

  test('gives new entries to a reader who came before the writer', async () => {
    const reading = readAll(log, { turnId });
    await write(delta('a'), delta('b'), finalEvent('ab'));
    expect(eventsOf(await reading)).toEqual([delta('a'), delta('b'), finalEvent('ab')]);
  });

  test('gives each entry to the reader before the next is written', async () => {
    const reader = log.read(turnId, { signal: never() })[Symbol.asyncIterator]();
    for (const text of ['a', 'b', 'c']) {
      const next = reader.next();
      await write(delta(text));
      expect((await next).value).toMatchObject({ event: delta(text) });
    }
    await reader.return?.();
  });

  test('serves 200 readers at once, each with everything', async () => {
    const readings = Array.from({ length: 200 }, () => readAll(log, { turnId }));
    const events = [delta('a'), delta('b'), delta('c'), finalEvent('abc')];
    await write(...events);
    for (const entries of await Promise.all(readings)) expect(eventsOf(entries)).toEqual(events);
  });

  test('keeps turns apart', async () => {
    const other = newTurnId();
    await log.append(other, delta('other'));
    await write(delta('mine'), finalEvent('mine'));
    expect(eventsOf(await readAll(log, { turnId }))).toEqual([delta('mine'), finalEvent('mine')]);
  });

  test('ends the iteration after an error event', async () => {
    const error: AnswerEvent = { type: 'error', code: 'model_unavailable' };
    const reading = readAll(log, { turnId });
    await write(delta('a'), error);
    expect(eventsOf(await reading)).toEqual([delta('a'), error]);
  });

  test('opens an ended log again with a reset', async () => {
    const reset: AnswerEvent = { type: 'reset', attempt: 2 };
    await write(delta('old'), { type: 'error', code: 'lease_lost' }, reset, delta('new'));
    const reading = readAll(log, { turnId });
    await write(finalEvent('new'));
    expect(eventsOf(await reading).slice(2)).toEqual([reset, delta('new'), finalEvent('new')]);
  });

  test.each([
    '1-1',
    'no-id',
    '',
    '-',
    '99999999999999-0',
  ])('ends at once without an entry after the unknown id "%s"', async (after) => {
    await write(delta('a'));
    expect(await readAll(log, { turnId, after })).toEqual([]);
  });

  test('ends at once after any id when nothing is kept for the turn', async () => {
    expect(await readAll(log, { turnId, after: '1767603600000-1' })).toEqual([]);
  });

  test('ends a waiting reader when its signal aborts', async () => {
    const controller = new AbortController();
    const reader = log.read(turnId, { signal: controller.signal })[Symbol.asyncIterator]();
    await write(delta('a'));
    await reader.next();
    const next = reader.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('gives nothing under an aborted signal', async () => {
    await write(delta('a'), finalEvent('a'));
    expect(await readAll(log, { turnId, signal: AbortSignal.abort() })).toEqual([]);
  });

  test('ends its readers when it is closed', async () => {
    const reading = readAll(log, { turnId });
    await log.close();
    expect(await reading).toEqual([]);
  });

  test('tells whether anything is kept', async () => {
    expect(await log.has(turnId)).toBe(false);
    await write(delta('a'));
    expect(await log.has(turnId)).toBe(true);
  });

  test('keeps an answer for one hour after its end, and then forgets it', async () => {
    await write(delta('a'), finalEvent('a'));
    const last = (await readAll(log, { turnId })).at(-1)?.id ?? '';
    await harness.pass(turnId, hourMs - 60_000);
    expect(await readAll(log, { turnId })).toHaveLength(2);
    await harness.pass(turnId, 60_000);
    expect(await log.has(turnId)).toBe(false);
    expect(await readAll(log, { turnId, after: last })).toEqual([]);
  });

  test('keeps an answer that is still written for a day', async () => {
    await write(delta('a'));
    await harness.pass(turnId, 23 * hourMs);
    expect(await log.has(turnId)).toBe(true);
    await harness.pass(turnId, hourMs);
    expect(await log.has(turnId)).toBe(false);
  });

  test('counts the hour anew when a reset opened the log and it ended again', async () => {
    await write(finalEvent('old'));
    await harness.pass(turnId, hourMs - 60_000);
    await write({ type: 'reset', attempt: 2 }, finalEvent('new'));
    await harness.pass(turnId, hourMs - 60_000);
    expect(await log.has(turnId)).toBe(true);
  });
};
