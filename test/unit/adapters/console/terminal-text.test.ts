import { describe, expect, it } from 'vitest';
import { neutralise, renderForTerminal } from '../../../../adapters/console/terminal-text.ts';

const plain = (markdown: string) => renderForTerminal(markdown, { hyperlinks: false });
const linked = (markdown: string) => renderForTerminal(markdown, { hyperlinks: true });
const url = 'https://example.com/leave#days';

describe('the text for a terminal', () => {
  it.each([
    ['28 days [[1]](https://example.com/a). Yes.', '28 days [1]. Yes.'],
    ['28 days [1].', '28 days [1].'],
    ['See [the page](https://example.com/a).', 'See the page (https://example.com/a).'],
    ['[https://a.io](https://a.io)', 'https://a.io'],
    ['**28** days, *really*, _yes_', '28 days, really, yes'],
    ['2 * 3 * 4, snake_case_name, * item', '2 * 3 * 4, snake_case_name, * item'],
    ['a \\* b \\[c\\]', 'a * b [c]'],
    ['`**a** [[1]](b)` **c**', '`**a** [[1]](b)` c'],
    ['```\n**a**\n[[1]](b)\n```', '```\n**a**\n[[1]](b)\n```'],
    ['| a | b |\n|---|---|', '| a | b |\n|---|---|'],
  ])('of %j is %j', (markdown, text) => {
    expect(plain(markdown)).toBe(text);
  });

  it('has the sources under it, each with its link on a line of its own', () => {
    const markdown = [
      '28 days [[1]](https://example.com/leave#days) [2].',
      '',
      '**Sources**',
      `1. [Leave \\[2026\\]](${url}) — Days › Full time`,
      '2. Pay: “Paid on the *25th*.”',
    ].join('\n');
    expect(plain(markdown)).toBe(
      [
        '28 days [1] [2].',
        '',
        'Sources',
        '[1] Leave [2026] — Days › Full time',
        `    ${url}`,
        '[2] Pay: “Paid on the *25th*.”',
      ].join('\n'),
    );
  });

  it('names what was only looked at', () => {
    expect(plain(`Nothing.\n\n**Looked at**\n- [Leave](${url})\n- Pay`)).toBe(
      `Nothing.\n\nLooked at\n- Leave\n    ${url}\n- Pay`,
    );
  });

  it('links a footnote where the terminal can', () => {
    expect(linked(`28 [[1]](${url}), [page](${url})`)).toBe(
      `28 \u001b]8;;${url}\u0007[1]\u001b]8;;\u0007, \u001b]8;;${url}\u0007page\u001b]8;;\u0007`,
    );
  });

  it.each([
    'javascript:alert',
    'file:///etc/passwd',
    '//example.com',
    'https://',
  ])('never links %s', (target) => {
    expect(linked(`[[1]](${target})`)).toBe('[1]');
    expect(linked(`[x](${target})`)).toBe(`x (${target})`);
  });

  it.each([
    ['a colour', 'a\u001b[31mb', 'ab'],
    ['a title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a link of its own', '\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007', 'x'],
    ['an eight-bit sequence', 'a\u009b31mb', 'ab'],
    ['backspaces and returns', 'safe\b\b\b\b\rrm', 'saferm'],
    ['the clipboard', '\u001b]52;c;cm0=\u0007ok', 'ok'],
    ['half a sequence', 'a\u001b[', 'a['],
    ['another direction', 'a\u202eb\u2066c', 'abc'],
    ['a tab and a line break', 'a\tb\r\nc', 'a    b\nc'],
  ])('is free of %s', (_, text, safe) => {
    expect(neutralise(text)).toBe(safe);
    expect(plain(text)).toBe(safe);
  });

  it('cannot be told to escape by a link', () => {
    const text = linked('[[1]](https://a.io/\u0007\u001b[2J)');
    expect(text).toBe('\u001b]8;;https://a.io/\u0007[1]\u001b]8;;\u0007');
  });

  it('takes time in step with the text', () => {
    for (const piece of ['[', '[[1]](', '**', '_a', '\\', '`', '**Sources**\n1. a\n'])
      expect(plain(piece.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
