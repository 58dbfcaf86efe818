import { describe, expect, test } from 'vitest';
import { coverageOf, questionWords } from '../../../../src/drivers/quote-model/question-words.ts';

const written = (question: string) => questionWords(question).map((word) => word.written);
const names = (question: string) =>
  questionWords(question).flatMap((word) => (word.isName ? [word.written] : []));

test('keeps what a question is about, once each', () => {
  expect(written('How many days of leave do people in Leeds get, and which days?')).toEqual([
    'days',
    'leave',
    'Leeds',
  ]);
});

test('keeps everything when nothing else is there', () => {
  expect(written('how many?')).toEqual(['many']);
});

test('finds no word in signs', () => {
  expect(questionWords('???')).toEqual([]);
});

describe('names', () => {
  test.each([
    ['What does the KV-300 cost?', ['KV-300']],
    ['Is there an office in Singapore?', ['Singapore']],
    ['hotel limit 2024', ['2024']],
    ['What is it? Germany has one.', []],
    ['Can I come on a Wednesday in May?', []],
    ['Can I ship at 4pm, or 30kg?', []],
    ['Wie Lange Dauert Der Urlaub', []],
  ])('of %j are %j', (question, expected) => {
    expect(names(question)).toEqual(expected);
  });
});

describe('coverage', () => {
  const coverage = (question: string, text: string) => {
    const { share, lacking } = coverageOf(questionWords(question), text);
    return [share, lacking.map((word) => word.written)];
  };

  test.each([
    ['days of leave in Leeds', 'Leeds: 25 days of leave', 1, []],
    ['annual leave', 'Sick leave', 0.5, ['annual']],
    ['Wi-Fi password', 'The password of the WIFI', 0.5, ['Wi-Fi']],
    ['the Wi-Fi password', 'The password of the Wi-Fi', 1, []],
    ['the price of a KV-400', 'The price of a KV-300 is 400 EUR', 0.5, ['KV-400']],
    ['the trial', '???', 0, ['trial']],
    ['???', 'The trial', 0, []],
  ])('of %j by %j is %d', (question, text, share, lacking) => {
    expect(coverage(question, text)).toEqual([share, lacking]);
  });

  test('wants a number where the question asks how long', () => {
    expect(coverage('How long does the trial run?', 'The trial runs for three weeks')[0]).toBe(1);
    expect(coverage('How long does the trial run?', 'The trial runs on loan')[1]).toEqual(['long']);
  });

  test('goes by words in Chinese', () => {
    expect(coverage('访客要提前几天登记？', '访客必须提前两天登记。')[0]).toBe(1);
  });
});
