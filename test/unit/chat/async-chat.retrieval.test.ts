import { describe, expect, it } from 'vitest';
import type { KnowledgeBase } from '../../../src/domain/chunk.ts';
import { asId } from '../../../src/domain/ids.ts';
import { finalOf, kinds, question, setUp } from './set-up-chat.ts';

describe('retrieval', () => {
  it('looks only where the audience may read', async () => {
    const knowledgeBases: readonly KnowledgeBase[] = [
      { id: asId('handbook'), audience: 'team' },
      { id: asId('site'), audience: 'public' },
    ];
    const { search, ask } = setUp({ knowledgeBases });
    await ask(question, { audience: 'public' });
    await ask(question, { audience: 'team' });
    expect(search.queries.map((query) => query.knowledgeBaseIds)).toEqual([
      ['site'],
      ['handbook', 'site'],
    ]);
  });

  it('that may read nothing finds nothing, without a search', async () => {
    const { search, model, ask } = setUp();
    const events = await ask(question, { audience: 'public' });
    expect(finalOf(events).answer).toBe('I found nothing about this in the documents.');
    expect([search.queries.length, model.requests.length]).toEqual([0, 0]);
  });

  it('that finds nothing is one delta and a final, without the model', async () => {
    const { model, ask } = setUp({ chunks: [] });
    const events = await ask(question);
    const text = 'I found nothing about this in the documents.';
    expect(events).toEqual([
      { type: 'status', phase: 'retrieving' },
      { type: 'delta', text },
      {
        type: 'final',
        answer: text,
        reference: { total: 0, chunks: [], documents: [] },
        timings: { retrieveMs: 0, totalMs: 0 },
        usage: { promptTokens: 0, completionTokens: 0, estimated: false },
      },
    ]);
    expect(model.requests).toEqual([]);
  });

  it('that finds nothing leaves the answer to the model when the dialog has no sentence for it', async () => {
    const { model, ask } = setUp({ chunks: [], prompt: { emptyResponse: ' ' } });
    model.reply(['I do not know.']);
    expect(finalOf(await ask(question)).answer).toBe('I do not know.');
    expect(model.requests[0]).not.toHaveProperty('grounding');
  });

  it('is skipped for small talk, which the model answers', async () => {
    const { model, search, embedder, ask } = setUp();
    model.reply(['You are welcome!']);
    const events = await ask('Thanks a lot!');
    expect(kinds(events)).toEqual(['generating', 'delta', 'final']);
    expect([search.queries.length, embedder.batches.length]).toEqual([0, 0]);
  });

  it.each([
    ['has no knowledge base', { dialog: { knowledgeBaseIds: [] } }],
    ['does not ask for knowledge', { prompt: { parameters: [] } }],
  ])('is skipped in a dialog that %s', async (_, given) => {
    const { search, ask } = setUp(given);
    expect(kinds(await ask(question))).toEqual(['generating', 'delta', 'final']);
    expect(search.queries).toEqual([]);
  });

  it('goes on by words when the embedder fails, with one line in the log', async () => {
    const { embedder, search, log, model, ask } = setUp();
    embedder.fail('model_unavailable');
    model.reply(['28 days [ID:0].']);
    expect(finalOf(await ask(question)).reference.chunks).toHaveLength(3);
    expect(search.queries[0]?.vector).toBeUndefined();
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'embedding failed, going on by words',
        details: { code: 'model_unavailable' },
      },
    ]);
  });

  it('waits 10 s for the embedder at most', async () => {
    const { embedder, clock, model, ask } = setUp();
    embedder.hang();
    model.reply(['28 days [ID:0].']);
    const asking = ask(question);
    await clock.whenSleeping();
    await clock.advance(10_000);
    expect(finalOf(await asking).timings.retrieveMs).toBe(10_000);
  });

  it('that can not reach the index ends the answer', async () => {
    const { search, ask } = setUp();
    search.fail('store_unavailable');
    await expect(ask(question)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
