/** Random Markdown as models write it and as they should not. */
import { fc } from '../../property-tests.ts';

const words = fc.oneof(
  { weight: 4, arbitrary: fc.lorem({ maxCount: 14 }) },
  fc.constantFrom(
    '退款需要五天。请联系支持！退款需要五天，然后再等三天；最后完成。',
    'ページを再読み込みしてください。「設定」を開きます。',
    'שלום עולם, זה מבחן של טקסט מימין לשמאל.',
    'مرحبا بالعالم، هذا اختبار.',
    '👩🏽‍🚀👨‍👩‍👧‍👦🇩🇪🏳️‍🌈👍🏿',
    'é'.repeat(20),
    'a\u0301\u0327 o\u0308 n\u0303',
    'नमस्ते दुनिया क्षत्रिय',
    'ประเทศไทยเป็นเมืองหลวง',
    'x'.repeat(90),
    'https://h.example/a/very/long/path?with=query&and=more#anchor',
    'Yes <b>bold</b> & so on > that',
    '**bold _and_ italic** ~~gone~~ snake_case 2 * 3',
    'stray ` tick and [ bracket',
    'see [the guide](https://h.example/guide_(new)) and [ref][1]',
    '![image](https://h.example/i.png) `inline code` ``a ` b``',
    'A claim [ID:0]. Another [ID:1][ID:0], third [ID: 1, ID: 9] (ref 0) and [1].',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((line) => line.replace(/\s+/g, ' ')),
);
const prose = fc.array(words, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
const codeLine = fc.oneof(
  fc.constantFrom('', '  if (a < b && c) {', '}', '# comment', '- not a list', '| not | a table |'),
  fc.string({ maxLength: 50 }).map((line) => line.replace(/[`~\r\n]/g, '')),
  fc.constant(`const long = '${'ab '.repeat(60)}';`),
  fc.constant('```js inside'),
  fc.constant('[ID:0] stays'),
);
const code = fc.array(codeLine, { maxLength: 12 });
const info = fc.constantFrom('', 'ts', ' python title="x"', 'js {1,3} '.repeat(9), 'l'.repeat(70));
const fenced = fc
  .record({
    mark: fc.constantFrom('````', '~~~~', '`````', '~~~~~~'),
    info,
    code,
    lead: fc.constantFrom('', '  ', '> ', '   '),
    closed: fc.boolean(),
  })
  .map(({ mark, info, code, lead, closed }) =>
    [mark + info, ...code, ...(closed ? [mark] : [])].map((line) => lead + line).join('\n'),
  );
const simpleFence = fc
  .record({ info: fc.constantFrom('', 'ts', 'sh'), code: fc.array(fc.lorem(), { maxLength: 14 }) })
  .map(({ info, code }) => [`\`\`\`${info}`, ...code, '```'].join('\n'));
const inList = fc
  .record({
    text: words,
    code: fc.array(fc.lorem(), { minLength: 1, maxLength: 10 }),
    deep: fc.boolean(),
  })
  .map(({ text, code, deep }) => {
    const lead = deep ? '    ' : '  ';
    const lines = ['```ts', ...code, '```'].map((line) => lead + line);
    return [`- ${text}`, ...(deep ? ['  - nested'] : []), ...lines, '- next'].join('\n');
  });
const cell = fc.oneof(
  fc.lorem({ maxCount: 3 }),
  fc.constantFrom('', '退款', '`a`', '[ID:0]', '👍🏿'),
);
const table = fc
  .record({
    columns: fc.integer({ min: 1, max: 4 }),
    rows: fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 12 }),
    wide: fc.boolean(),
  })
  .map(({ columns, rows, wide }) => {
    const row = (cells: readonly string[]) => `| ${cells.slice(0, columns).join(' | ')} |`;
    return [
      row(['name', 'days', 'who', 'why']),
      row(['---', ':--', '--:', ':-:']),
      ...rows.map(row),
      ...(wide ? [row(['w '.repeat(150), 'x', 'y', 'z']), row(['a', 'b', 'c', 'd'])] : []),
    ].join('\n');
  });
const list = fc
  .array(fc.tuple(fc.constantFrom('- ', '* ', '1. ', '  - ', '    1. ', '10. '), words), {
    minLength: 1,
    maxLength: 9,
  })
  .map((items) => items.map(([marker, text]) => marker + text).join('\n'));
const quote = fc
  .array(words, { minLength: 1, maxLength: 4 })
  .map((lines) => `> ${lines.join('\n> ')}`);

const block = fc.oneof(
  { weight: 4, arbitrary: prose },
  fc.tuple(fc.constantFrom('# ', '## ', '### '), fc.lorem({ maxCount: 4 })).map(([h, t]) => h + t),
  fenced,
  simpleFence,
  inList,
  table,
  list,
  quote,
  fc.constantFrom('---', '***', '', '    indented code', 'a | b\n--- | ---\nc | d'),
);

/** From nothing to some ten thousand characters. */
export const markdown = fc
  .array(fc.tuple(block, fc.constantFrom('\n\n', '\n\n', '\n\n', '\n', '\n\n\n')), {
    maxLength: 25,
  })
  .map((blocks) => blocks.flat().join(''));

/** The text in random pieces, surrogate pairs cut too. */
export const pieces = (text: string, sizes: readonly number[]): readonly string[] => {
  const all: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? 7);
    all.push(text.slice(at, at + length));
    at += length;
  }
  return all;
};
export const pieceSizes = fc.array(fc.integer({ min: 1, max: 30 }), {
  minLength: 1,
  maxLength: 12,
});

export const codeUnits = (text: string): number => text.length;
/** As Slack counts: `&`, `<` and `>` as entities. */
export const escapedChars = (text: string): number =>
  text.replaceAll('&', '&amp;').replace(/[<>]/g, '&lt;').length;
