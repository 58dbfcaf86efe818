import { describe, expect, it } from 'vitest';
import { buildPrompt, inputBudget, type PromptRequest } from '../../../src/chat/build-prompt.ts';
import { citationInstruction, citationReminder } from '../../../src/chat/citation-prompt.ts';
import type { Message } from '../../../src/domain/message.ts';
import { buildChunk } from '../../fakes/build.ts';

const countTokens = (text: string): number =>
  text.split(/\s+/).filter((word) => word !== '').length;
const build = (request: Partial<PromptRequest> = {}, budgetTokens = 10_000) =>
  buildPrompt(
    {
      template: 'Answer from this:{knowledge}\nTeam {team}.',
      values: new Map([['team', 'Support']]),
      question: 'How many days?',
      history: [],
      chunks: [buildChunk()],
      quote: true,
      ...request,
    },
    { budgetTokens, countTokens },
  );
const tokensOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + countTokens(content) + 4, 0);
const long = (words: number) => buildChunk({ text: 'word '.repeat(words).trim() });
const history: readonly Message[] = [
  { role: 'user', content: 'first '.repeat(50) },
  { role: 'assistant', content: 'one '.repeat(50) },
  { role: 'user', content: 'second '.repeat(50) },
  { role: 'assistant', content: 'two '.repeat(50) },
];

describe('the prompt', () => {
  it('counts no token of what fits by its length alone, and is the same', () => {
    let counted = 0;
    const counting = (text: string): number => {
      counted += 1;
      return countTokens(text);
    };
    const request = { template: '{knowledge}', values: new Map(), question: 'How many days?' };
    const whole = { ...request, history, chunks: [buildChunk(), long(100)], quote: true };
    const ample = buildPrompt(whole, { budgetTokens: 100_000, countTokens: counting });
    expect(counted).toBe(0);
    const counts = buildPrompt(whole, { budgetTokens: 3_000, countTokens: counting });
    expect(counted).toBeGreaterThan(0);
    expect(ample).toEqual(counts);
  });

  it('has the passages before the question, the rules in the system message and once more behind the question', () => {
    const { messages } = build({ history });
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    const [system, last] = [messages[0]?.content ?? '', messages.at(-1)?.content ?? ''];
    expect(system.indexOf('28 days of leave')).toBeGreaterThan(0);
    expect(system.indexOf(citationInstruction)).toBeGreaterThan(system.indexOf('28 days of leave'));
    expect(system).toContain('Team Support.');
    expect(last).toBe(`How many days?\n\n${citationReminder}`);
  });

  it('has no rules about citing when answers are not quoted, or nothing was found', () => {
    for (const request of [{ quote: false }, { chunks: [] }]) {
      const text = build(request)
        .messages.map(({ content }) => content)
        .join('\n');
      expect(text).not.toContain('[ID:');
      expect(text).not.toContain('{knowledge}');
    }
  });

  it('shows the passages behind a template that does not name them', () => {
    const system = build({ template: 'Be brief.' }).messages[0]?.content ?? '';
    expect(system).toMatch(/^Be brief\.[\s\S]*28 days of leave[\s\S]*How to use/);
  });

  it.each([
    500, 700, 900, 1_300,
  ])('fits a budget of %i; the crossing passage and all behind it are left out', (budget) => {
    const chunks = [long(150), long(150), long(400), long(1)];
    const { messages, shownCount } = build({ chunks, history }, budget);
    expect(tokensOf(messages)).toBeLessThanOrEqual(budget);
    expect(shownCount).toBe(budget < 500 ? 1 : budget < 1_200 ? 2 : 4);
    expect(messages[0]?.content.match(/^ID: \d+$/gm)).toHaveLength(shownCount);
  });

  it('loses history before passages', () => {
    const chunks = [long(150), long(150)];
    const { messages, shownCount } = build({ chunks, history }, 700);
    expect(shownCount).toBe(2);
    expect(messages.map(({ content }) => content.slice(0, 6))).not.toContain('first ');
  });

  it('throws when the question alone is too much, or not one passage fits', () => {
    const overflow = expect.objectContaining({ code: 'model_context_overflow' });
    expect(() => build({ question: 'word '.repeat(600) }, 500)).toThrow(overflow);
    expect(() => build({ chunks: [long(600)] }, 500)).toThrow(overflow);
  });

  it('cuts an oversized system message only when there are no passages to lose', () => {
    const { messages } = build({ template: 'word '.repeat(600), chunks: [] }, 100);
    expect(tokensOf(messages)).toBeLessThanOrEqual(100);
    expect(messages.at(-1)?.content).toBe('How many days?');
  });
});

describe('the input budget', () => {
  it.each([
    [8_192, 1_024, 7_168],
    [8_192, 128, 7_782],
    [128_000, 2_048, 121_600],
  ])('of %i with %i for the output is %i', (contextTokens, maxOutputTokens, budget) => {
    expect(inputBudget({ contextTokens, maxOutputTokens })).toBe(budget);
  });
});
