/** The passages behind an answer, as one person reads them. */
import { expect, test } from 'vitest';
import { passagesMessage } from '../../../../adapters/discord/passages-message.ts';
import type { CitedPassage } from '../../../../src/conversation/cited-passages.ts';

const passage = (over: Partial<CitedPassage> = {}): CitedPassage => ({
  ...{ number: 1, title: 'Leave', text: 'Everybody has 28 days.', url: 'https://docs.example/a' },
  place: { titlePath: ['Leave', 'Days'], anchor: 'days', line: 3 },
  ...over,
});
const sizeOf = (embeds: readonly object[]) =>
  embeds.flatMap((embed) => {
    const { title, description, footer } = embed as Record<string, unknown>;
    return [title, description, (footer as { text?: string } | undefined)?.text ?? ''] as string[];
  });

test('one embed a passage, with number, link and place', () => {
  expect(passagesMessage([passage(), passage({ number: 2, url: 'javascript:x' })])).toEqual({
    content: 'The passages behind this answer.',
    embeds: [
      {
        ...{ title: '1. Leave', url: 'https://docs.example/a' },
        ...{ description: 'Everybody has 28 days\\.', footer: { text: 'Leave › Days' } },
      },
      {
        ...{ title: '2. Leave', description: 'Everybody has 28 days\\.' },
        footer: { text: 'Leave › Days' },
      },
    ],
  });
});

test('none is said', () => {
  expect(passagesMessage([])).toEqual({ content: 'This answer cites no passage.' });
});

test('keeps within what a message takes, and says what is missing', () => {
  const long = passage({ title: '*'.repeat(500), text: '_😀'.repeat(2_000) });
  const { content, embeds = [] } = passagesMessage(Array(30).fill(long));
  const sizes = sizeOf(embeds).map(({ length }) => length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(6_000);
  expect(Math.max(...embeds.map((embed) => String(embed['title']).length))).toBeLessThanOrEqual(
    256,
  );
  expect(content).toBe(
    `The passages behind this answer. ${30 - embeds.length} more are not shown.`,
  );
  expect(() => sizeOf(embeds).map(encodeURIComponent)).not.toThrow();
  expect(passagesMessage(Array(30).fill(passage())).embeds).toHaveLength(10);
});

test('nothing in a document is markup', () => {
  const text = '# a **b** [c](https://d.e) <@1> @everyone ||f|| `g` > h - i 1. j ~~k~~ __l__';
  const [embed] = passagesMessage([passage({ text })]).embeds ?? [];
  expect(String(embed?.['description']).replace(/\\[^a-z\d\s]/g, '')).not.toMatch(
    /[*_`~|<>[\]()#@:]/,
  );
});
