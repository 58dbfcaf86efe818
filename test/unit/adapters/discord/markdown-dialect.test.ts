import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { createMarkdownDialect } from '../../../../adapters/discord/markdown-dialect.ts';
import type { AnswerPiece } from '../../../../src/ports/speaker.ts';
import { fc } from '../../../property-tests.ts';

const piece = (text: string): AnswerPiece => ({ text, mark: false });
const mark = (n: number): AnswerPiece => ({
  text: ` [[${n}]](https://a.example/${n})`,
  mark: true,
});

const speak = (pieces: readonly AnswerPiece[]): readonly AnswerPiece[] => {
  const dialect = createMarkdownDialect();
  return [...pieces.flatMap((one) => dialect.push(one)), ...dialect.end()];
};
const joined = (pieces: readonly AnswerPiece[]) => pieces.map(({ text }) => text).join('');
const spoken = (markdown: string) => joined(speak([piece(markdown)]));
const lines = (...text: readonly string[]) => text.join('\n');

describe('tables', () => {
  test('become aligned text', () => {
    expect(
      spoken(
        lines(
          'Plans:',
          '',
          '| Plan | Price | Note |',
          '|:-----|------:|------|',
          '| Basic | 9 | *for* **one** |',
          '| `Team` | 120 | [all](https://a.example) of it |',
          '',
          'Ask away.',
        ),
      ),
    ).toBe(
      lines(
        'Plans:',
        '',
        '```',
        'Plan   Price  Note',
        '-----  -----  ---------',
        'Basic      9  for one',
        'Team     120  all of it',
        '```',
        '',
        'Ask away.',
      ),
    );
  });

  test('align characters that are two columns wide', () => {
    const table = spoken('| 名前 | n |\n|---|---|\n| 漢字です | 1 |\n| ab | 2 |\n').split('\n');
    expect(table.slice(1, -2).map((line) => stringWidth(line))).toEqual([11, 11, 11, 11]);
  });

  test('keep the number of a footnote, and lose its link', () => {
    const answer = [piece('| a | b |\n|--|--|\n| one'), mark(3), piece(' | two |\n')];
    expect(joined(speak(answer))).toBe('```\na        b\n-------  ---\none [3]  two\n```\n');
  });

  test('wider than 80 columns become records, with links and footnotes', () => {
    const long = 'word '.repeat(20).trim();
    const answer = [
      piece(`| Name: | What |\n|--|--|\n| [One](https://a.example) | ${long}`),
      mark(2),
      piece(` |\n| Two | |\nEnd`),
    ];
    expect(joined(speak(answer))).toBe(
      lines(
        '**Name:** [One](https://a.example)',
        `**What:** ${long} [[2]](https://a.example/2)`,
        '',
        '**Name:** Two',
        'End',
      ),
    );
    expect(speak(answer).filter((one) => one.mark)).toEqual([mark(2)]);
  });

  test('end with the first line that is no row', () => {
    expect(spoken('| a |\n|---|\n| 1 |\n#### Next\n')).toBe('```\na\n-\n1\n```\n**Next**\n');
    expect(spoken('| a |\n|---|\n| 1 |\nText')).toBe('```\na\n-\n1\n```\nText');
  });

  test('need a second line of dashes', () => {
    const text = '| a | b |\n| c | d |\n| e |';
    expect(spoken(text)).toBe(text);
    expect(spoken('| x |\n| a |\n|---|\n| 1 |\n')).toBe('| x |\n```\na\n-\n1\n```\n');
  });

  test('need no pipe at the beginning of their lines', () => {
    const shown = '```\nPlan   Price\n-----  -----\nBasic      9\nTeam     120\n```\n\nEnd';
    for (const table of [
      'Plan | Price\n--- | ---:\nBasic | 9\nTeam | 120\n\nEnd',
      'Plan | Price |\n|---|---:|\n| Basic | 9\nTeam | 120 |\n\nEnd',
    ])
      expect(spoken(table)).toBe(shown);
    const noted = [piece('a | b\n-|-\none'), mark(3), piece(' | two\nEnd')];
    expect(joined(speak(noted))).toBe('```\na        b\n-------  ---\none [3]  two\n```\nEnd');
  });

  test.each([
    'a | b\nc | d\n',
    'a | b\n--- | --- | ---\n',
    'use x | y\n',
    'Yes, a pipe | b\n--- | ---\n',
    '- a | b\n--- | ---\n',
    '```\na | b\n--- | ---\n```\n',
  ])('are not %j', (text) => {
    expect(spoken(text)).toBe(text);
  });

  test('that may begin hold prose back for some words, which show all the same', () => {
    const dialect = createMarkdownDialect();
    expect(dialect.push(piece('You take'))).toEqual([]);
    expect(dialect.pending()).toBe('You take');
    expect(dialect.push(piece(' **tw'))).toEqual([]);
    expect(dialect.pending()).toBe('');
    expect(joined(dialect.push(piece('o** days, no')))).toBe('You take **two** days, no');
    expect(dialect.push(piece(' more'))).toEqual([piece(' more')]);
  });

  test('keep escaped pipes, break fences, and fill missing cells', () => {
    expect(spoken('| a | b |\n|--|--|\n| x \\| y |\n| ``` | 2 | 3 |\n')).toBe(
      '```\na      b\n-----  -  -\nx | y\n``\u200B`    2  3\n```\n',
    );
  });

  test('are shown before they end, as if they ended there', () => {
    const dialect = createMarkdownDialect();
    expect(dialect.push(piece('See\n| a |\n|---|\n| 1 '))).toEqual([piece('See\n')]);
    expect(dialect.pending()).toBe('```\na\n-\n1\n```');
    expect(dialect.pending()).toBe('```\na\n-\n1\n```');
    expect(joined([...dialect.push(piece('|\n\nEnd')), ...dialect.end()])).toBe(
      '```\na\n-\n1\n```\n\nEnd',
    );
    expect(dialect.pending()).toBe('');
  });
});

test.each([
  ['#### Four\n', '**Four**\n'],
  ['###### **Six** of `it` ##\nx', '**Six of `it`**\nx'],
  ['#### `__init__` and `a**b` of **x** 2**3\n', '**`__init__` and `a**b` of x 2\\*\\*3**\n'],
  ['### Three\n', '### Three\n'],
  ['>>> quote\nx', '> quote\nx'],
  ['>>>x', '>>>x'],
  ['```python title="x"\ny\n```', '```python\ny\n```'],
  ['```C++ \ny\n```', '```C++\ny\n```'],
  ['```{r}\ny\n```', '```\ny\n```'],
  ['####no heading', '####no heading'],
  ['a\n***\nb', 'a\n────────────\nb'],
  ['- - -', '────────────'],
  ['- a\n- b\n  - c\n    - d', '- a\n- b\n  - c\n    - d'],
  ['**bold** and *it*', '**bold** and *it*'],
  ['~~~js\nx\n~~~\n', '```js\nx\n```\n'],
  ['````md\n```js\nx\n```\n````\n', '```md\n``\u200B`js\nx\n``\u200B`\n```\n'],
  ['```\na ```` b\n~~~\n`````\nc', '```\na ``\u200B`` b\n~~~\n```\nc'],
  ['```md\n| a |\n|---|\n#### x\n---\n```\n', '```md\n| a |\n|---|\n#### x\n---\n```\n'],
  ['- one\n  ```sh\n  #### x\n  ```\n- two', '- one\n  ```sh\n  #### x\n  ```\n- two'],
  ['> ```\n> #### x\n\n#### y', '> ```\n> #### x\n\n**y**'],
  ['```code``` in a line', '```code``` in a line'],
  ['<b>html</b> &amp; a | b', '<b>html</b> &amp; a | b'],
])('%j becomes %j', (markdown, shown) => {
  expect(spoken(markdown)).toBe(shown);
});

const answers = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '| a | b |\n',
          '|---|:-:|\n',
          'a | b\n',
          '--- | :-:\n',
          'word ',
          '>>> ',
          '|',
          '| c',
          '\n',
          '\n\n',
          ' ',
          '  ',
          '\t',
          '#',
          '####',
          '#### h',
        ],
        ...[
          '---',
          '***',
          '- ',
          '* ',
          '1. ',
          '> ',
          '`',
          '``',
          '```',
          '```js\n',
          '~~~',
          '~~~~\n',
          'x',
          '漢字',
        ],
        ...[
          '\\|',
          '**b**',
          '[l](https://a.example)',
          '👍🏽',
          `${'-'.repeat(199)}`,
          '>'.repeat(120),
        ],
      ),
      fc.string(),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** The same text in pieces that begin at these places, with a footnote at some of them. */
const cutAt = (text: string, places: readonly number[]): readonly AnswerPiece[] => {
  const borders = [0, ...places.map((one) => one % (text.length + 1)), text.length].toSorted(
    (a, b) => a - b,
  );
  return borders.flatMap((from, index) => {
    const cut = text.slice(from, borders[index + 1] ?? text.length);
    return cut === '' ? [] : [piece(cut)];
  });
};

describe('whatever an answer holds', () => {
  test('the pieces that it comes in make no difference', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat({ max: 400 }), { maxLength: 40 }), (text, places) => {
        const whole = speak(text === '' ? [] : [piece(text)]);
        expect(joined(speak(cutAt(text, places)))).toBe(joined(whole));
        expect(whole.every((one) => one.text !== '')).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('nor with footnotes in it', () => {
    fc.assert(
      fc.property(
        fc.array(answers, { maxLength: 4 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 20 }),
        (texts, places) => {
          const from = (cut: (text: string) => readonly AnswerPiece[]) =>
            joined(speak(texts.flatMap((text, index) => [...cut(text), mark(index + 1)])));
          expect(from((text) => cutAt(text, places))).toBe(
            from((text) => (text === '' ? [] : [piece(text)])),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('what is shown while it grows changes nothing', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat({ max: 400 }), { maxLength: 20 }), (text, places) => {
        const dialect = createMarkdownDialect();
        const out = cutAt(text, places).flatMap((one) => {
          dialect.pending();
          return dialect.push(one);
        });
        dialect.pending();
        expect(joined([...out, ...dialect.end()])).toBe(spoken(text));
      }),
    );
  });

  test('no word of prose is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,6}[ .\n]$/), { maxLength: 60 }), (words) => {
        expect(spoken(words.join(''))).toBe(words.join(''));
      }),
    );
  });
});

test('a long table and a long line take time in step with their length', () => {
  const row = '| some cell | another one |\n';
  for (const text of [
    `| a | b |\n|--|--|\n${row.repeat(3_000)}`,
    `| ${'x'.repeat(80_000)}`,
    `\`\`\`\n${'`'.repeat(80_000)}`,
    `| a |\n|-${' '.repeat(80_000)}x\n`,
    `#### a${' '.repeat(80_000)}b\n`,
    `${'`'.repeat(60_000)}${'x'.repeat(60_000)}\`\n`,
    `${'|'.repeat(20_000)}\n|-\n${'|a|\n'.repeat(10_000)}`,
    `|a|\n|-|\n|${'*a'.repeat(50_000)}|\n`,
  ]) {
    const dialect = createMarkdownDialect();
    const said = [...text].flatMap((character) => dialect.push(piece(character)));
    expect([...said, ...dialect.end()].length).toBeGreaterThan(0);
  }
});
