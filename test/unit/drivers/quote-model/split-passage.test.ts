import { expect, test } from 'vitest';
import { splitPassage } from '../../../../src/drivers/quote-model/split-passage.ts';
import { buildChunk } from '../../../fakes/build.ts';

const place = { titlePath: ['Leave'], anchor: 'leave', line: 1 };
const split = (text: string) => splitPassage(buildChunk({ text, place }));
const texts = (text: string) => split(text).map((quotable) => quotable.text);

test('quotes sentences with their punctuation', () => {
  expect(texts('Everybody has 28 days. Ask your lead!\nE.g. in May? v1.2 is out')).toEqual([
    'Everybody has 28 days.',
    'Ask your lead!',
    'E.g. in May?',
    'v1.2 is out',
  ]);
});

test('quotes Chinese sentences', () => {
  expect(texts('访客必须提前两天登记。请带护照。')).toEqual([
    '访客必须提前两天登记。',
    '请带护照。',
  ]);
});

test('joins the lines of a paragraph', () => {
  expect(texts('Everybody has\n28 days.')).toEqual(['Everybody has 28 days.']);
});

test('quotes a table row with the head of its table', () => {
  const table = '| Office | Days |\n| --- | ---: |\n| Leeds | 25 |\n| Utrecht | 27 |';
  expect(split(table)).toEqual([
    {
      text: '| Office | Days |\n| --- | ---: |\n| Leeds | 25 |',
      gist: 'Leave: Office: Leeds; Days: 25',
    },
    {
      text: '| Office | Days |\n| --- | ---: |\n| Utrecht | 27 |',
      gist: 'Leave: Office: Utrecht; Days: 27',
    },
  ]);
});

test('quotes the rows of a table that was cut off from its head', () => {
  expect(texts('| Leeds | 25 |\n| Utrecht | 27 |')).toEqual(['| Leeds | 25 |', '| Utrecht | 27 |']);
});

test('keeps a list item whole, with the lines that go on', () => {
  expect(texts('- Ask your lead. Then wait.\n  Two days.\n1. Book it.')).toEqual([
    '- Ask your lead. Then wait.\n  Two days.',
    '1. Book it.',
  ]);
});

test('keeps a fence whole', () => {
  const fence = '```bash\nkv deploy --ref main. Now!\n\n# not a heading\n```';
  expect(texts(`Run this.\n${fence}\nDone.`)).toEqual(['Run this.', fence, 'Done.']);
});

test('quotes no heading, and knows which one it stands under', () => {
  expect(split('## Leave\n\n28 days.\n\n### Carrying over\n\nFive days.')).toEqual([
    { text: '28 days.', gist: 'Leave: 28 days.' },
    { text: 'Five days.', gist: 'Leave > Carrying over: Five days.' },
  ]);
});

test.each(['', '## Only a heading', '---', '| --- |'])('finds nothing to quote in %j', (text) => {
  expect(texts(text).filter((one) => /[\p{L}\p{N}]/u.test(one))).toEqual([]);
});
