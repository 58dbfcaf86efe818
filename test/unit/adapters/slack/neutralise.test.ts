import { describe, expect, test } from 'vitest';
import {
  escapedLengthChars,
  escapeText,
  neutraliseMarkdown,
} from '../../../../adapters/slack/neutralise.ts';
import { livePings, seenText } from '../../../fakes/slack/seen-text.ts';
import { fc } from '../../../property-tests.ts';

const asBlock = (text: string) => ({ text: '', blocks: [{ type: 'markdown', text }] });
const seen = (markdown: string) => seenText(asBlock(neutraliseMarkdown(markdown)));

test.each([
  ['<!channel> look', '&lt;!channel> look'],
  ['<@U1> and <!subteam^S1|ops>', '&lt;@U1> and &lt;!subteam^S1|ops>'],
  ['<https://evil.example|your bank>', '&lt;https://evil.example|your bank>'],
  ['[x](<!channel>)', 'x'],
  ['[x]( @U1 )', 'x'],
  ['[x](!channel and more', '[x] !channel and more'],
  ['see [Refunds](#refunds) and [`--all`](#all "how")', 'see Refunds and `--all`'],
  ['![chart](#refunds) and \\[x\\](#y)', 'chart and \\[x\\] #y)'],
  ['[x]: <!here>', '[x]  &lt;!here>'],
  ['[x]: https://a.example', '[x]: https://a.example'],
  ['as said [1]: fine', 'as said [1]: fine'],
  ['![chart](https://a.example/p.png)', '[chart](https://a.example/p.png)'],
  ['![](https://a.example/p.png)', 'https://a.example/p.png'],
  ['![chart][ref] and wow!', '[chart][ref] and wow!'],
  ['`vec![1]` and `[x](!channel)`', '`vec![1]` and `[x](!channel)`'],
  ['[x](<https://a.example/b>)', '[x](https://a.example/b)'],
  ['see <https://a.example/?a=1&b=2>', 'see https://a.example/?a=1&b=2'],
  ['[x](https://a.example/?a=1&b=2)', '[x](https://a.example/?a=1&b=2)'],
  ['> a quote\n> of two lines', '> a quote\n> of two lines'],
  ['1 < 2 && 3 > 2', '1 &lt; 2 && 3 > 2'],
  ['`List<String>` and ``<!here>``', '`List&lt;String>` and ``&lt;!here>``'],
  ['```html\n<a href="<https://x>">\n```', '```html\n&lt;a href="&lt;https://x>">\n```'],
  [
    '~~~\n<https://in.code>\n~~~\n<https://in.prose>',
    '~~~\n&lt;https://in.code>\n~~~\nhttps://in.prose',
  ],
  ['```\nnot closed <https://x>', '```\nnot closed &lt;https://x>'],
  [
    'a ` tick\n\n[x](!here) ![c](https://a)\n\nand ` one',
    'a ` tick\n\nx [c](https://a)\n\nand ` one',
  ],
  ['[x]![]()(!here) !![](#a)[c](https://a)', '[x] !here) [c](https://a)'],
  ['\\` [x](!here) \\`', '\\` x \\`'],
  ['``` a`b\n\n[x](!here)', '``` a`b\n\nx'],
  ['> ```\n> open\n\n[x](!here)\n\n```\nc\n```', '> ```\n> open\n\nx\n\n```\nc\n```'],
  ['- ```\n  [x](!here)\n  ```\n\n[x](!here)', '- ```\n  [x](!here)\n  ```\n\nx'],
  ['\uE000 `a` \uE000 `b`', '\uE000 `a` \uE000 `b`'],
])('%j becomes %j', (markdown, sent) => {
  expect(neutraliseMarkdown(markdown)).toBe(sent);
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['<!channel>', '<!here>', '<!everyone>', '<@U1>', '<#C1|x>', '<!subteam^S1|x>'],
        ...['<https://a.example|b>', '<https://a.example>', '](<', '<', '>', '&lt;', '&', '&#60;'],
        ...['`', '``', '```', '```\n', '\n', '\n> ', '~~~', '[x](', ')', '!', '|', '\uE000'],
      ),
      fc.string(),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

describe('whatever an answer holds', () => {
  test('no token of Slack survives', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        const sent = neutraliseMarkdown(markdown);
        expect(sent).not.toContain('<');
        expect(livePings(asBlock(sent))).toEqual([]);
        expect(escapeText(markdown)).not.toMatch(/[<>]/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('no link to a token survives beside what only looks like code', () => {
    const pieces = ['`', '``', '```', '~~~', '\n', '\n\n', '\\', '> ', '- ', 'a', '[x](!channel)'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (markdown) => {
        expect(livePings(asBlock(neutraliseMarkdown(markdown.join(''))))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('code reads as it was written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -_a-~]{1,40}$/), (inside) => {
        fc.pre(!/&(lt|gt|amp);|^ *[`~]/.test(inside));
        const fence = `\`\`\`\n${inside}\n\`\`\``;
        expect(seen(fence)).toBe(fence);
      }),
    );
  });

  test('what is sent is no longer than what was measured', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        const sent = neutraliseMarkdown(markdown);
        const onSlack = sent.replace(/&(?!lt;)/g, '&amp;').replaceAll('>', '&gt;');
        expect(onSlack.length).toBeLessThanOrEqual(escapedLengthChars(markdown));
        expect(escapeText(markdown)).toHaveLength(escapedLengthChars(markdown));
      }),
    );
  });

  test('the measure of a text is the sum of its pieces', () => {
    fc.assert(
      fc.property(hostile, hostile, (left, right) => {
        expect(escapedLengthChars(left + right)).toBe(
          escapedLengthChars(left) + escapedLengthChars(right),
        );
      }),
    );
  });
});

test('the longest part takes no time, however odd', () => {
  const odd = ['`', '```\n', '<', '](<', '` ``', '<https://'].map((piece) =>
    piece.repeat(Math.floor(12_000 / piece.length)),
  );
  const runs = Array.from({ length: 150 }, (_, size) => '`'.repeat(size + 1)).join(' ');
  for (const text of [...odd, runs]) expect(neutraliseMarkdown(text).length).toBeGreaterThan(0);
});
