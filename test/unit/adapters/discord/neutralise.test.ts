import { describe, expect, test } from 'vitest';
import {
  neutralisedLengthChars,
  neutraliseMarkdown,
  withoutLinks,
} from '../../../../adapters/discord/neutralise.ts';
import { fc } from '../../../property-tests.ts';

test.each([
  ['@everyone and @here', '@\u200Beveryone and @\u200Bhere'],
  ['ask a@here now', 'ask a@\u200Bhere now'],
  ['mail ann@here.example.com', 'mail ann@here.example.com'],
  ['<@123> <@!123> <@&123> <#123>', '<\u200B@123> <\u200B@!123> <\u200B@&123> <\u200B#123>'],
  ['</ask:123> <id:browse> <t:1:R>', '<\u200B/ask:123> <\u200Bid:browse> <\u200Bt:1:R>'],
  ['a < b and <b>bold</b> and <- x', 'a < b and <b>bold</b> and <- x'],
  ['`<@123> @everyone ||x||`', '`<@123> @everyone ||x||`'],
  ['``` <@1>\n@here || ```', '``` <@1>\n@here || ```'],
  ['   ```sh\n   a || b\n\n   <@1>\n   ```', '   ```sh\n   a || b\n\n   <@1>\n   ```'],
  ['not \\`code <@1>`', 'not \\`code <\u200B@1>`'],
  ['a ` tick\n\n<@1> and a ` tick', 'a ` tick\n\n<\u200B@1> and a ` tick'],
  ['a ` tick\n- <@1> and a ` tick', 'a ` tick\n- <\u200B@1> and a ` tick'],
  ['a ` tick\n> <@1> and a ` tick', 'a ` tick\n> <\u200B@1> and a ` tick'],
  ['`code\nthat <@1> goes on`', '`code\nthat <@1> goes on`'],
  ['a || b and ||hidden||', 'a \\|\\| b and \\|\\|hidden\\|\\|'],
  ['one | two', 'one | two'],
  ['[Guide](https://a.example/x)', '[Guide](https://a.example/x)'],
  ['[[1]](https://a.example/@here/||x)', '[[1]](https://a.example/@here/||x)'],
  ['[https://a.example](https://a.example)', '<https://a.example>'],
  ['[https://a.example/](https://a.example)', '[a.example/](https://a.example)'],
  ['[https://a.example](https://a.example/)', '<https://a.example/>'],
  ['[https://bank.example](https://evil.example)', '[bank.example](https://evil.example)'],
  ['[a\\_b](https://a.example/a_(b))', '[a\\_b](https://a.example/a_(b))'],
  ['![chart](https://a.example/p.png)', '[chart](https://a.example/p.png)'],
  ['![](https://a.example/p.png)', '<https://a.example/p.png>'],
  ['[x](<https://a.example/b>)', '[x](https://a.example/b)'],
  ['see https://a.example/@everyone', 'see https://a.example/@everyone'],
  ['[@everyone](https://a.example)', '[@\u200Beveryone](https://a.example)'],
])('%j becomes %j', (markdown, sent) => {
  expect(neutraliseMarkdown(markdown)).toBe(sent);
});

test.each([
  ['[Guide](https://a.example/x) and <https://b.example>', 'Guide and b.example'],
  ['see https://a.example/x, **now**', 'see a.example/x, **now**'],
  ['[https://a.example](https://a.example)', 'a.example'],
  ['`curl https://a.example`', '`curl https://a.example`'],
  ['@everyone', '@\u200Beveryone'],
])('without links %j is %j', (markdown, sent) => {
  expect(withoutLinks(markdown)).toBe(sent);
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '@everyone',
          '@here',
          '<@1>',
          '<@!1>',
          '<@&1>',
          '<#1>',
          '</a:1>',
          '<id:guide>',
          '<t:1>',
          '||',
        ],
        ...[
          '`',
          '``',
          '```',
          '\\',
          '\n',
          ' ',
          '[',
          ']',
          '](https://a.example)',
          '![',
          '(',
          ')',
          '<',
          '>',
        ],
        ...[
          'https://a.example',
          '[https://a.example](https://b.example)',
          'a@here.example',
          '@',
          '|',
        ],
      ),
      fc.string(),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** What Discord takes for code, or for an address. */
const quiet = /\\[^\w\s]|```[\s\S]*?```|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|https?:\/\/[^\s<>`]+/g;
const live =
  /<(?:@[!&]?\d+|#\d+|\/[^<>\n]{1,100}:\d+|id:\w+|t:-?\d+(?::\w)?)>|(?<![\w.+-])@(?:everyone|here)/;

describe('whatever an answer holds', () => {
  test('no token of Discord survives outside of code and addresses', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        for (const sent of [neutraliseMarkdown(markdown), withoutLinks(markdown)])
          expect(
            sent.replace(quiet, (found) => (found.startsWith('\\') ? found : ' ')),
          ).not.toMatch(live);
      }),
      { numRuns: 3_000 },
    );
  });

  test('it is never longer than measured, and the measure adds up', () => {
    fc.assert(
      fc.property(hostile, fc.nat(), (markdown, at) => {
        const measured = neutralisedLengthChars(markdown);
        expect(neutraliseMarkdown(markdown).length).toBeLessThanOrEqual(measured);
        expect(withoutLinks(markdown).length).toBeLessThanOrEqual(measured);
        const cut = at % (markdown.length + 1);
        expect(
          neutralisedLengthChars(markdown.slice(0, cut)) +
            neutralisedLengthChars(markdown.slice(cut)),
        ).toBe(measured);
      }),
      { numRuns: 3_000 },
    );
  });

  test('it takes time in step with its length', () => {
    for (const part of [
      '[',
      '[a](',
      '`',
      '\\',
      '<',
      '@here',
      '||',
      '[https://a',
      '![[]',
      '](https://a(',
    ]) {
      expect(neutraliseMarkdown(part.repeat(20_000)).length).toBeGreaterThan(0);
    }
  });
});
