import { describe, expect, it } from 'vitest';
import { createLinkFilter, linksOf, safeLinks } from '../../../src/chat/safe-links.ts';
import { fc } from '../../property-tests.ts';

const allowed = linksOf([
  {
    text: 'See https://good.io/a. Also [the form](./form.md), <https://good.io/c_(d)>, ftp://good.io/f and www.good.io.',
    url: 'https://git.acme.com/leave.md#days',
  },
]);

describe('safe links', () => {
  it.each([
    ['See [the page](https://git.acme.com/leave.md#days).', 'a link of the source itself'],
    [
      'See [the form](./form.md) and https://good.io/a, or (https://good.io/c_(d)).',
      'links in its text',
    ],
    ['**https://good.io/a/** and <https://good.io/a> and ftp://good.io/f', 'with decoration'],
    ['[https://good.io/a](https://good.io/a "Title")', 'a link named by its address'],
    ['请看https://good.io/a。谢谢', 'before full-width punctuation'],
    ['Run `curl https://evil.io` or\n```sh\ncurl https://evil.io\n```\n', 'code byte for byte'],
    [
      'Pick a//b or x < y, see [ID:0] [1] [note]: fine. http and www are words; 10://',
      'what is no link',
    ],
  ])('keep "%s" (%s)', (text) => {
    expect(safeLinks(text, allowed)).toBe(text);
  });

  it.each([
    ['[log in](https://evil.io/?q=secret) now', '[log in] (link removed) now'],
    ['![chart](https://evil.io/x.png)', '![chart] (link removed)'],
    [
      '[![a](https://evil.io/x.png)](https://good.io/a)',
      '[![a] (link removed)](https://good.io/a)',
    ],
    [
      '[log in](evil.io) [x](javascript:alert(1)) [y](//evil.io)',
      '[log in] (link removed) [x] (link removed) [y] (link removed)',
    ],
    ['Go to https://evil.io/a?b=c.', 'Go to (link removed).'],
    ['Go to HTTPS://EVIL.IO and www.evil.io/x!', 'Go to (link removed) and (link removed)!'],
    [
      '<https://evil.io> or <mailto:a@evil.io> or <https://evil.io|click>',
      '(link removed) or (link removed) or (link removed)|click>',
    ],
    [
      'mailto:a@evil.io, slack://evil, //evil.io/x',
      '(link removed), slack:(link removed), (link removed)',
    ],
    ['a//b](https://evil.io)', 'a//b] (link removed)'],
    ['[x](\nhttps://evil.io)', '[x] (\n(link removed))'],
    ['[x]: https://evil.io\n[y]: //evil.io/z', '[x]: (link removed)\n[y]: (link removed)'],
    ['https://good.io/a/../../evil https://good.io.evil.io', '(link removed) (link removed)'],
    ['<img src="https://evil.io/x.png">', '<img src="(link removed)">'],
    ['[x](https://evil.io', '[x] ((link removed)'],
    [`https://evil.io/${'x'.repeat(5_000)} end`, '(link removed) end'],
  ])('take the foreign link out of "%s"', (text, expected) => {
    expect(safeLinks(text, allowed)).toBe(expected);
  });

  it.each([
    ['a code span that is never closed', 'a ` b https://evil.io'],
    ['a span that a new paragraph ends', 'a ` b\n\nhttps://evil.io ` c'],
    ['a span that a list item ends', '`a\n- `b` https://evil.io `'],
    ['an escaped backtick', '\\` https://evil.io `x`'],
    ['a fence that its list item ends', '- ```\n  code\n\nhttps://evil.io'],
    ['a fence that its quote ends', '> ```\n> code\nhttps://evil.io'],
    ['a line of backticks with text behind', '```x``` y\nhttps://evil.io'],
    ['a fence that is closed further left', '- a\n  ```\n  code\n```\nhttps://evil.io'],
  ])('are not fooled by %s', (_, text) => {
    expect(safeLinks(text, allowed)).not.toContain('evil.io');
  });

  const bits = fc.array(
    fc.constantFrom(
      'word',
      ' ',
      '\n',
      '\n\n',
      '[',
      ']',
      '(',
      ')',
      '](',
      '<',
      '>',
      'http',
      's',
      '://',
      'https://evil.io/x',
      'https://good.io/a',
      'www',
      '.',
      'evil.io',
      '//',
      '`',
      '``',
      '```',
      '~~~',
      '```\n',
      '- ',
      '> ',
      '1. ',
      '  ',
      '\\',
      'mailto:',
      'a@b.c',
      '![',
      '"',
      '|',
      '(b)',
      ':',
      '。',
      'é',
    ),
    { maxLength: 40 },
  );
  const cuts = fc.array(fc.nat({ max: 150 }), { maxLength: 30 });

  it('come out the same however the text is cut', () => {
    fc.assert(
      fc.property(bits, cuts, (parts, places) => {
        const whole = parts.join('');
        const borders = [0, ...places.filter((place) => place < whole.length), whole.length].sort(
          (a, b) => a - b,
        );
        const filter = createLinkFilter(allowed);
        const streamed = borders
          .slice(1)
          .map((end, index) => filter.push(whole.slice(borders[index], end)));
        expect(streamed.join('') + filter.end()).toBe(safeLinks(whole, allowed));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '<www.https://evil.io/x',
    '<http:x www.a',
    '<a.www.b:c',
  ])('hold %j back from where it may begin', (text) => {
    const filter = createLinkFilter(allowed);
    const streamed = [...text].map((character) => filter.push(character));
    expect(streamed.join('') + filter.end()).toBe(safeLinks(text, allowed));
  });

  it('never let a foreign address through outside code', () => {
    fc.assert(
      fc.property(bits, (parts) => {
        const safe = safeLinks(parts.filter((part) => !/[`~]/.test(part)).join(''), allowed);
        expect(safe).not.toMatch(
          /https?:\/\/evil|(?<![a-z0-9])www\.evil|\]\([^)]*evil|(?<![a-z0-9])mailto:a/,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('hold back only what may still become a link', () => {
    const filter = createLinkFilter(allowed);
    expect([
      filter.push('see [the'),
      filter.push(' page]'),
      filter.push(' now'),
      filter.push(' h'),
    ]).toEqual(['see [the', ' page', '] now', ' ']);
    expect(filter.push('ow')).toBe('how');
  });

  it('take time in proportion to the text, in the smallest pieces too', () => {
    for (const hostile of [
      '](',
      '[',
      '`',
      '```',
      '(',
      'https://',
      '//',
      '<a',
      '\\',
      'x'.repeat(50),
    ]) {
      const text = hostile.repeat(Math.ceil(20_000 / hostile.length));
      const filter = createLinkFilter(allowed);
      for (const character of text) filter.push(character);
      filter.end();
    }
  });
});
