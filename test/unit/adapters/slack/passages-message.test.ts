import { describe, expect, test } from 'vitest';
import { passagesMessage } from '../../../../adapters/slack/passages-message.ts';
import type { CitedPassage } from '../../../../src/conversation/cited-passages.ts';
import { findBlockFault } from '../../../fakes/slack/block-rules.ts';
import { seenText } from '../../../fakes/slack/seen-text.ts';
import type { Block } from '../../../fakes/slack/workspace.ts';
import { fc } from '../../../property-tests.ts';

const passage = (over: Partial<CitedPassage> = {}): CitedPassage => ({
  number: 1,
  title: 'Leave',
  text: 'Everybody has 28 days.',
  place: { titlePath: ['Leave', 'Days'], anchor: 'days', line: 3 },
  ...over,
});
const blocksOf = (passages: readonly CitedPassage[]) =>
  (passagesMessage(passages).blocks ?? []) as readonly Block[];

test('shows number, title, place and text', () => {
  const url = 'https://docs.example/leave?a=1&b=2';
  expect(seenText({ text: '', blocks: blocksOf([passage({ url })]) })).toBe(
    '1. \nLeave\n › Leave › Days\nEverybody has 28 days.',
  );
  expect(JSON.stringify(blocksOf([passage({ url })]))).toContain(url);
});

test('an answer that cites nothing has a sentence in place of passages', () => {
  expect(passagesMessage([])).toEqual({ text: 'This answer cites no passage.' });
});

test.each([
  ['a link of another kind', 'javascript:alert(1)'],
  ['a link that is too long', `https://docs.example/${'x'.repeat(1_000)}`],
])('%s is left out', (_what, url) => {
  expect(JSON.stringify(blocksOf([passage({ url })]))).not.toContain('"link"');
});

describe('limits', () => {
  test('a long passage is cut, and more than a message holds are counted', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      passage({ number: index + 1, text: `${'<&>𝒳'.repeat(2_000)}` }),
    );
    const blocks = blocksOf(many);
    expect(findBlockFault(blocks)).toBeUndefined();
    const seen = seenText({ text: '', blocks });
    expect(seen).toMatch(/…/);
    expect(seen).toContain(`And ${30 - (blocks.length - 1)} more.`);
  });

  test('are kept for any passages', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3_000 }),
      fc.constantFrom('&'.repeat(3_000), '字'.repeat(3_000), '👩‍👩‍👧'.repeat(500), '\n\n'),
    );
    const any = fc.record({
      number: fc.nat(),
      title: text,
      text: text.filter((one) => one.trim() !== ''),
      place: fc.record({
        titlePath: fc.array(text, { maxLength: 3 }),
        anchor: fc.constant(''),
        line: fc.constant(1),
      }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 20 }), (passages) => {
        const message = passagesMessage(passages);
        expect(findBlockFault(message.blocks ?? [])).toBeUndefined();
        expect(message.text.length).toBeLessThanOrEqual(4_000);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
