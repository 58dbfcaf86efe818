import { describe, expect, test } from 'vitest';
import { renderPart } from '../../../../adapters/slack/message-content.ts';
import { escapedLengthChars } from '../../../../adapters/slack/neutralise.ts';
import { findBlockFault } from '../../../fakes/slack/block-rules.ts';
import { livePings, seenText } from '../../../fakes/slack/seen-text.ts';
import { fc } from '../../../property-tests.ts';

const maxPartChars = 11_500;
const blocksOf = (markdown: string, plain: boolean) =>
  renderPart(markdown, { plain }).blocks as Parameters<typeof seenText>[0]['blocks'] & {};

test('a part is one markdown block with a short text beside it', () => {
  const content = renderPart('# Leave\n\nYou have **28** days [1](https://a.example) `now`.', {
    plain: false,
  });
  expect(content).toEqual({
    blocks: [
      { type: 'markdown', text: '# Leave\n\nYou have **28** days [1](https://a.example) `now`.' },
    ],
    text: 'Leave You have 28 days 1 now.',
  });
});

test.each([
  ['words '.repeat(100), /^(words ){24}words …$/],
  ['<!channel> & more', /^&lt;!channel&gt; &amp; more$/],
  ['***', /^…$/],
])('the short text of %j is short, escaped and never empty', (markdown, expected) => {
  expect(renderPart(markdown, { plain: false }).text).toMatch(expected);
});

describe('plain', () => {
  test('shows the same characters, without markup of Slack', () => {
    const markdown = 'One <!here> & two\n\n> three `<x>`';
    const blocks = blocksOf(markdown, true);
    expect(seenText({ text: '', blocks })).toBe(markdown);
    expect(livePings({ text: '', blocks })).toEqual([]);
  });

  const texts = fc
    .array(fc.oneof(fc.constantFrom('&', '<', '>', '\n', '👍🏽', ' ', 'é'), fc.string()), {
      minLength: 1,
      maxLength: 60,
    })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.trim() !== '');

  test('any part within the limit is one that Slack takes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const times = Math.floor(maxPartChars / escapedLengthChars(text));
        const longest = text.repeat(Math.max(1, times));
        expect(findBlockFault(blocksOf(longest, true))).toBeUndefined();
        expect(findBlockFault(blocksOf(longest, false))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('no section ends inside a character', () => {
    const sections = blocksOf('👍'.repeat(4_000), true).map(({ text }) =>
      String((text as { text: string }).text),
    );
    expect(sections.length).toBeGreaterThan(1);
    for (const section of sections) expect(section).toMatch(/^(👍)+$/u);
  });
});
