import { describe, expect, it } from 'vitest';
import { refinedFrom, refineMessages, refineQuestion } from '../../../src/chat/refine-question.ts';
import type { Message } from '../../../src/domain/message.ts';
import { createFakeChatModel } from '../../fakes/fake-chat-model.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const history: readonly Message[] = [
  { role: 'user', content: 'How many days of parental leave do I get?' },
  { role: 'assistant', content: 'Twelve weeks.' },
];
const question = 'And for contractors?';
const refined = 'How many days of parental leave do contractors get?';

const setUp = () => {
  const [model, clock, log] = [createFakeChatModel(), createFakeClock(), createRecordingLog()];
  const countTokens = (text: string): number => text.length;
  const refine = (signal = new AbortController().signal) =>
    refineQuestion({ model, clock, log, countTokens }, { question, history, signal });
  return { model, clock, log, refine };
};

describe('a refined question', () => {
  it('is what the model makes of conversation and question, in one short call', async () => {
    const { model, refine } = setUp();
    model.reply([refined, { type: 'usage', promptTokens: 90, completionTokens: 9 }]);
    expect(await refine()).toEqual({
      question: refined,
      usage: { promptTokens: 90, completionTokens: 9, estimated: false },
    });
    expect(model.requests).toHaveLength(1);
    expect(model.requests[0]?.maxOutputTokens).toBe(512);
    expect(model.requests[0]?.messages[1]?.content).toContain('USER: And for contractors?');
  });

  it.each([
    [
      'thinking first',
      '<think>leave?</think>\n"How many days of leave for contractors?"',
      'How many days of leave for contractors?',
    ],
    ['nothing', '  ', undefined],
    ['thought alone', '<think>leave for contractors', undefined],
    ['an error as text', '**ERROR**: RATE_LIMIT - contractors', undefined],
    ['a refusal', 'I am sorry, that is beyond me.', undefined],
    ['an essay', 'contractors '.repeat(100), undefined],
  ])('is taken from a reply with %s', (_, reply, expected) => {
    expect(refinedFrom(reply, { question, history })).toBe(expected);
  });

  it('is the question as it is when the model fails, with one line in the log', async () => {
    const { model, log, refine } = setUp();
    model.failNext('model_unavailable');
    expect(await refine()).toEqual({ question });
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'refining failed, searching for the question as it is',
        details: { code: 'model_unavailable' },
      },
    ]);
  });

  it('is the question as it is when the reply was cut off', async () => {
    const { model, refine } = setUp();
    model.reply(['How many days of parental', { type: 'finish', reason: 'length' }]);
    expect((await refine()).question).toBe(question);
  });

  it('is not waited for longer than 8 s', async () => {
    const { model, clock, log, refine } = setUp();
    model.hangNext();
    const waiting = refine();
    await clock.whenSleeping();
    await clock.advance(8_000);
    expect((await waiting).question).toBe(question);
    expect(log.lines[0]?.details).toEqual({ code: 'model_stalled' });
    expect(model.open).toBe(0);
  });

  it('is given up at once with the signal’s reason', async () => {
    const { model, clock, refine } = setUp();
    model.hangNext();
    const [stop, reason] = [new AbortController(), new Error('stop')];
    const waiting = refine(stop.signal);
    await clock.whenSleeping();
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('is asked for with the newest messages, each cut short', () => {
    const many = Array.from(
      { length: 20 },
      (_, n): Message => ({
        role: 'user',
        content: `question ${n} ${'x '.repeat(5_000)}`,
      }),
    );
    const prompt = refineMessages({ question, history: many })[1]?.content ?? '';
    expect(prompt.length).toBeLessThan(6_000);
    expect(prompt).toContain('question 19');
    expect(prompt).not.toContain('question 13 ');
  });
});
