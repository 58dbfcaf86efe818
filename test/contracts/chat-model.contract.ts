/** What every chat model does. */
import { afterEach, expect, test } from 'vitest';
import type { ChatModel, ChatModelEvent, ChatModelRequest } from '../../src/ports/chat-model.ts';

export interface ChatModelHarness {
  readonly model: ChatModel;
  /** The model answers it in at least two pieces. */
  readonly request: ChatModelRequest;
  close?(): Promise<void>;
}

export const describeChatModel = (create: () => Promise<ChatModelHarness>): void => {
  const open: ChatModelHarness[] = [];
  const start = async (): Promise<ChatModelHarness> => {
    const harness = await create();
    open.push(harness);
    return harness;
  };
  afterEach(async () => {
    for (const harness of open.splice(0)) await harness.close?.();
  });

  test('tells its name and its limits', async () => {
    const { model } = await start();
    expect(model.name).not.toBe('');
    expect(model.maxOutputTokens).toBeGreaterThan(0);
    expect(model.contextTokens).toBeGreaterThan(model.maxOutputTokens);
  });

  test('streams pieces, none of them empty, and finishes once, at the end', async () => {
    const { model, request } = await start();
    const events = await collect(model, request);
    const texts = events.filter((event) => event.type === 'text');
    expect(texts.length).toBeGreaterThan(1);
    for (const { text } of texts) expect(text).not.toBe('');
    expect(events.filter(({ type }) => type === 'finish')).toEqual([
      { type: 'finish', reason: 'stop' },
    ]);
    expect(events.at(-1)?.type).toBe('finish');
  });

  test('counts its tokens once or not at all', async () => {
    const { model, request } = await start();
    const counts = (await collect(model, request)).filter(({ type }) => type === 'usage');
    expect(counts.length).toBeLessThanOrEqual(1);
    for (const count of counts) {
      expect(count).toEqual({
        type: 'usage',
        promptTokens: expect.toSatisfy(isCount),
        completionTokens: expect.toSatisfy(isCount),
      });
    }
  });

  test('answers many at once, each whole', async () => {
    const { model, request } = await start();
    const [first, ...others] = await Promise.all(
      [1, 2, 3, 4].map(async () => textOf(await collect(model, request))),
    );
    expect(first).not.toBe('');
    for (const other of others) expect(other).toBe(first);
  });

  test('rejects with the reason under an aborted signal', async () => {
    const { model, request } = await start();
    const reason = new Error('the turn was cancelled');
    const stream = model.stream(request, { signal: AbortSignal.abort(reason) });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toBe(reason);
  });

  test('rejects with the reason when the signal aborts in mid-answer', async () => {
    const { model, request } = await start();
    const controller = new AbortController();
    const reason = new Error('the turn was cancelled');
    const seen: ChatModelEvent[] = [];
    const reading = (async () => {
      for await (const event of model.stream(request, { signal: controller.signal })) {
        seen.push(event);
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });

  test('can be left in mid-answer and asked again', async () => {
    const { model, request } = await start();
    const { signal } = new AbortController();
    for await (const event of model.stream(request, { signal })) {
      expect(event.type).toBe('text');
      break;
    }
    expect(textOf(await collect(model, request))).not.toBe('');
  });
};

const collect = async (model: ChatModel, request: ChatModelRequest): Promise<ChatModelEvent[]> => {
  const events: ChatModelEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of model.stream(request, { signal })) events.push(event);
  return events;
};

const textOf = (events: readonly ChatModelEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
