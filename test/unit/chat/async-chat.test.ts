import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/domain/chat-event.ts';
import { deltas, finalOf, kinds, leave, question, setUp } from './set-up-chat.ts';

describe('an answer', () => {
  it('is retrieved, generated as it grows, and ends with a final that says what it rests on', async () => {
    const { model, ask } = setUp();
    model.reply(['You have 28 days', ' of leave [ID:0]', '.']);
    const events = await ask(question);
    expect(kinds(events)).toEqual(['retrieving', 'generating', 'delta', 'delta', 'delta', 'final']);
    expect(deltas(events)).toBe('You have 28 days of leave [ID:0].');
    const { answer, reference, unfinished, usage } = finalOf(events);
    expect(answer).toBe('You have 28 days of leave [ID:0].');
    expect(reference.chunks.map(({ id }) => id)).toEqual(['leave', 'carry', 'parental']);
    expect(reference.total).toBe(3);
    expect(reference.documents).toEqual([
      { documentId: 'leave.md', documentName: 'Leave', count: 1, url: leave.url },
    ]);
    expect(unfinished).toBeUndefined();
    expect(usage.estimated).toBe(true);
    expect(usage.completionTokens).toBe(9);
  });

  it('shows what the model sees before the first word, with all its documents', async () => {
    const { ask } = setUp();
    const generating = (await ask(question)).find(
      (event) => event.type === 'status' && event.phase === 'generating',
    );
    expect(generating).toMatchObject({
      reference: {
        documents: [
          { documentId: 'leave.md', count: 2 },
          { documentId: 'parental.md', count: 1 },
        ],
      },
    });
  });

  it('has its near misses repaired, its lists split and its marks out of range removed', async () => {
    const { model, ask } = setUp();
    model.reply(['28 days (ID: 0), 5 of them next year [ID:0, ID:1] [ID:9].']);
    const { answer } = finalOf(await ask(question));
    expect(answer).toBe('28 days [ID:0], 5 of them next year [ID:0] [ID:1].');
  });

  it('gets the citations that its model forgot', async () => {
    const { model, ask } = setUp();
    model.reply(['Everybody has 28 days of leave a year. Parents get twelve weeks of leave.']);
    const { answer, reference } = finalOf(await ask(question));
    const numberOf = (id: string) => reference.chunks.findIndex((chunk) => chunk.id === id);
    expect(answer).toBe(
      `Everybody has 28 days of leave a year [ID:${numberOf('leave')}]. Parents get twelve weeks of leave [ID:${numberOf('parental')}].`,
    );
  });

  it('cites nothing when nothing is alike, and keeps all documents then', async () => {
    const { model, ask } = setUp();
    model.reply(['No passage says so.']);
    const { answer, reference } = finalOf(await ask(question));
    expect(answer).toBe('No passage says so.');
    expect(reference.documents).toHaveLength(2);
  });

  it('carries no citation and no reference when the dialog does not quote', async () => {
    const { model, ask } = setUp({ prompt: { quote: false } });
    model.reply(['28 days [ID:0].']);
    const { answer, reference } = finalOf(await ask(question));
    expect(answer).toBe('28 days.');
    expect(reference).toEqual({ total: 0, chunks: [], documents: [] });
  });

  it('links only where a cited passage does; a delta never shows a foreign link', async () => {
    const { model, ask } = setUp();
    model.reply([
      'See https://hr.acme.com/leave and [the',
      ' form](https://ev',
      'il.io/?q=1) and https://git.acme.com/leave.md#days [ID:2].',
    ]);
    const events = await ask(question);
    expect(deltas(events)).toBe(
      'See https://hr.acme.com/leave and [the form] (link removed) and https://git.acme.com/leave.md#days [ID:2].',
    );
    const { answer, reference } = finalOf(events);
    expect(reference.chunks[2]?.id).not.toBe('leave');
    expect(answer).toBe(
      'See (link removed) and [the form] (link removed) and (link removed) [ID:2].',
    );
  });

  it('tells reasoning from text, in tags and in events of its own', async () => {
    const { model, ask } = setUp();
    model.reply([
      { type: 'reasoning', text: 'Let me see https://evil.io. ' },
      '<thi',
      'nk>Page one?</think>\n\n28 days [ID:0].',
    ]);
    const events = await ask(question);
    expect(kinds(events)).toEqual([
      'retrieving',
      'generating',
      'reasoning',
      'reasoning',
      'delta',
      'final',
    ]);
    expect(events.map((event) => (event.type === 'reasoning' ? event.text : '')).join('')).toBe(
      'Let me see (link removed). Page one?',
    );
    expect(finalOf(events).answer).toBe('28 days [ID:0].');
  });

  it('adds up the tokens that the endpoint tells', async () => {
    const { model, ask } = setUp();
    model.reply(
      [
        'How many days of leave do contractors have?',
        { type: 'usage', promptTokens: 50, completionTokens: 10 },
      ],
      ['None [ID:0].', { type: 'usage', promptTokens: 700, completionTokens: 5 }],
    );
    const events = await ask([
      { role: 'user', content: question },
      { role: 'assistant', content: '28 days [ID:4].' },
      { role: 'user', content: 'And contractors?' },
    ]);
    expect(kinds(events)).toEqual(['refining', 'retrieving', 'generating', 'delta', 'final']);
    expect(finalOf(events).usage).toEqual({
      promptTokens: 750,
      completionTokens: 15,
      estimated: false,
    });
  });

  it('says how long each step took, on the monotonic clock', async () => {
    const { model, clock, start } = setUp();
    model.reply(['28 days ', '[ID:0].']);
    const events: ChatEvent[] = [];
    for await (const event of start(question)) {
      events.push(event);
      if (event.type !== 'final') await clock.advance(100);
    }
    expect(finalOf(events).timings).toEqual({
      retrieveMs: 0,
      firstTokenMs: 0,
      generateMs: 200,
      totalMs: 400,
    });
  });
});

describe('a request', () => {
  it.each([
    [[]],
    [[{ role: 'assistant', content: 'Hi' } as const]],
  ])('whose last message is not the user’s is refused: %j', async (messages) => {
    await expect(setUp().ask(messages)).rejects.toMatchObject({ code: 'last_message_not_user' });
  });

  it('without a required parameter is refused by its name', async () => {
    const parameters = [
      { key: 'knowledge', optional: false },
      { key: 'team', optional: false },
    ];
    const { model, ask } = setUp({ prompt: { parameters, system: '{team}: {knowledge} {}' } });
    await expect(ask(question)).rejects.toMatchObject({
      code: 'parameter_missing',
      details: { parameter: 'team' },
    });
    await ask(question, { parameters: { team: 'Support' } });
    expect(model.requests[0]?.messages[0]?.content).toMatch(/^Support: [\s\S]*<\/passage>\n {}/);
  });

  it('that is too long for the model is refused', async () => {
    const { ask } = setUp({ contextTokens: 2_000 });
    await expect(ask('leave '.repeat(2_000))).rejects.toMatchObject({
      code: 'model_context_overflow',
    });
  });

  it('that stops while the model is silent ends at once with the reason', async () => {
    const { model, start } = setUp();
    model.reply(['28 days']);
    model.hangNext();
    const [stop, reason] = [new AbortController(), new Error('stopped')];
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of start(question, { signal: stop.signal })) {
        seen.push(event.type);
        if (event.type === 'delta') stop.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toEqual(['status', 'status', 'delta']);
    expect(model.open).toBe(0);
  });

  it('that stops while the embedder is silent ends at once with the reason', async () => {
    const { embedder, clock, ask } = setUp();
    embedder.hang();
    const [stop, reason] = [new AbortController(), new Error('stopped')];
    const asking = ask(question, { signal: stop.signal });
    await clock.whenSleeping();
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
  });

  it('that was stopped before does nothing', async () => {
    const { search, ask } = setUp();
    const reason = new Error('stopped');
    await expect(ask(question, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(search.queries).toEqual([]);
  });

  it('whose reader leaves closes the model’s stream', async () => {
    const { model, start } = setUp();
    model.reply(['28 ', 'days']);
    for await (const event of start(question)) if (event.type === 'delta') break;
    expect(model.open).toBe(0);
  });
});
