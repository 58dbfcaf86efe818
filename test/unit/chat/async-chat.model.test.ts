import { describe, expect, it } from 'vitest';
import { finalOf, kinds, question, setUp } from './set-up-chat.ts';

describe('the model', () => {
  it('reads neutral passages, the question last, and gets the same facts as values', async () => {
    const { model, ask } = setUp();
    await ask(question);
    const request = model.requests[0];
    const system = request?.messages[0]?.content ?? '';
    expect(system).toContain('cite [ID-0]. ‹think>');
    expect(request?.messages.at(-1)?.content).toMatch(
      /^How many days of leave do I have\?\n\n\(Answer/,
    );
    expect(request?.grounding?.question).toBe(question);
    expect(request?.grounding?.chunks.map(({ text }) => text).join()).toContain('[ID-0]. ‹think>');
    expect(request?.maxOutputTokens).toBe(model.maxOutputTokens);
  });

  it('reads the history without marks and thoughts, and the question as it was asked', async () => {
    const { model, search, ask } = setUp();
    model.reply(['How many days of leave do contractors have?']);
    await ask([
      { role: 'user', content: question },
      { role: 'assistant', content: '<think>hm</think>28 days [ID:4].' },
      { role: 'user', content: 'And contractors?' },
    ]);
    expect(search.queries[0]?.terms).toContain('contractor');
    expect(search.queries[0]?.terms).toContain('leav');
    expect(model.requests[1]?.messages.map(({ content }) => content).slice(1, 3)).toEqual([
      question,
      '28 days.',
    ]);
    expect(model.requests[1]?.messages.at(-1)?.content).toMatch(/^And contractors\?/);
    expect(model.requests[1]?.grounding?.question).toBe(
      'How many days of leave do contractors have?',
    );
  });

  it.each([
    ['stands alone', 'What is the policy for parental leave?', {}],
    ['is small talk', 'Thanks!', {}],
    ['may not be refined in this dialog', 'And leave of contractors?', { refineMultiturn: false }],
  ])('is asked once when a follow-up %s', async (_, content, prompt) => {
    const { model, ask } = setUp({ prompt });
    const events = await ask([
      { role: 'user', content: question },
      { role: 'assistant', content: '28 days.' },
      { role: 'user', content },
    ]);
    expect(kinds(events)).not.toContain('refining');
    expect(model.requests).toHaveLength(1);
  });

  it.each([
    'length',
    'content_filter',
    'stalled',
  ] as const)('that ends by %s leaves what came, marked', async (reason) => {
    const { model, ask } = setUp();
    model.reply(['28 days [ID:0]. And [ID', { type: 'finish', reason }]);
    expect(finalOf(await ask(question))).toMatchObject({
      answer: '28 days [ID:0]. And',
      unfinished: reason,
    });
  });

  it.each([
    ['content_filter', 'model_refused'],
    ['stalled', 'model_stalled'],
    ['length', 'model_protocol_invalid'],
    ['stop', 'model_protocol_invalid'],
  ] as const)('that ends by %s without a word is %s', async (reason, code) => {
    const { model, ask } = setUp();
    model.reply(['<think>hm</think> ', { type: 'finish', reason }]);
    await expect(ask(question)).rejects.toMatchObject({ code });
  });

  it('that fails ends the answer with its code', async () => {
    const { model, ask } = setUp();
    model.failNext('model_auth_failed');
    await expect(ask(question)).rejects.toMatchObject({ code: 'model_auth_failed' });
  });
});
