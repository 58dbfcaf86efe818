/** What every embedder does. */
import { afterEach, expect, test } from 'vitest';
import { cosine } from '../../src/chat/cosine.ts';
import type { Embedder } from '../../src/ports/embedder.ts';

export interface EmbedderHarness {
  /** Knows `leave`, `holiday` and `printer`. */
  readonly embedder: Embedder;
  close?(): Promise<void>;
}

export const describeEmbedder = (create: () => Promise<EmbedderHarness>): void => {
  const open: EmbedderHarness[] = [];
  const start = async (): Promise<Embedder> => {
    const harness = await create();
    open.push(harness);
    return harness.embedder;
  };
  afterEach(async () => {
    for (const harness of open.splice(0)) await harness.close?.();
  });

  test('tells which model its vectors are of', async () => {
    expect((await start()).model).not.toBe('');
  });

  test('gives one vector of unit length per text, all of the same length', async () => {
    const vectors = await (await start()).embed(['days of leave', 'the printer', 'a holiday']);
    expect(vectors).toHaveLength(3);
    expect(new Set(vectors.map((vector) => vector?.length)).size).toBe(1);
    for (const vector of vectors) expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 4);
  });

  test('gives nothing for nothing', async () => {
    expect(await (await start()).embed([])).toEqual([]);
  });

  test('has no vector for a blank text, and goes on behind it', async () => {
    const [empty, leave, blank, printer] = await (await start()).embed([
      '',
      'days of leave',
      ' \n',
      'the printer',
    ]);
    expect([empty, blank]).toEqual([undefined, undefined]);
    expect(leave).toBeDefined();
    expect(printer).toBeDefined();
  });

  test('gives a text the same vector whatever stands beside it', async () => {
    const embedder = await start();
    const [alone] = await embedder.embed(['days of leave']);
    const [, beside] = await embedder.embed(['the printer', 'days of leave']);
    expect(cosine(alone, beside)).toBeCloseTo(1, 4);
  });

  test('keeps the order over many texts', async () => {
    const embedder = await start();
    const texts = Array.from({ length: 70 }, (_, at) =>
      at % 7 === 0 ? 'the printer' : 'days of leave',
    );
    const [leave, printer] = await embedder.embed(['days of leave', 'the printer']);
    const vectors = await embedder.embed(texts);
    expect(vectors).toHaveLength(70);
    for (const [at, vector] of vectors.entries())
      expect(cosine(vector, at % 7 === 0 ? printer : leave)).toBeCloseTo(1, 4);
  });

  test('puts texts about the same thing nearer to each other', async () => {
    const [leave, same, other] = await (await start()).embed([
      'How many days of leave do I have?',
      'Everybody has 28 days of leave.',
      'The printer stands in the kitchen.',
    ]);
    expect(cosine(leave, same)).toBeGreaterThan(cosine(leave, other) ?? 0);
  });

  test('rejects with the reason under an aborted signal', async () => {
    const embedder = await start();
    const reason = new Error('the worker shuts down');
    const embedding = embedder.embed(['days of leave'], { signal: AbortSignal.abort(reason) });
    await expect(embedding).rejects.toBe(reason);
  });
};
