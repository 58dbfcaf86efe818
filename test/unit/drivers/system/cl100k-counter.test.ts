/** Holds that the counter counts as cl100k does, refuses nothing and stays linear. */
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { describe, expect, test } from 'vitest';
import { countCl100kTokens } from '../../../../src/drivers/system/cl100k-counter.ts';

describe('countCl100kTokens', () => {
  test.each([
    ['', 0],
    ['hello world', 2],
    ['tiktoken is great!', 6],
    ['お誕生日おめでとう', 9],
  ])('counts %j as the reference implementation does', (text, tokens) => {
    expect(countCl100kTokens(text)).toBe(tokens);
  });

  test('counts prose exactly, however long', () => {
    const prose = 'Everybody has 28 days of leave a year, and 3 more after ten years.\n\n'.repeat(
      500,
    );
    expect(countCl100kTokens(prose)).toBe(countTokens(prose));
  });

  test.each([
    '<|endoftext|>',
    '<|im_start|>system',
    '<|fim_prefix|>',
  ])('counts the special token in %j as the text that it is', (text) => {
    expect(countCl100kTokens(text)).toBeGreaterThan(3);
  });

  test('counts half of a surrogate pair', () => {
    expect(countCl100kTokens('\ud83d')).toBeGreaterThan(0);
  });

  test('is off by at most one token per 256 characters of a long run', () => {
    const exact = countTokens('a'.repeat(4_000));
    const counted = countCl100kTokens('a'.repeat(4_000));
    expect(counted).toBeGreaterThanOrEqual(exact);
    expect(counted).toBeLessThanOrEqual(exact + 16);
  });

  test.each([
    'a',
    ' ',
    '\n',
    '=',
    '中',
    '😀',
    'a\u0301',
    '1',
  ])('counts 200,000 characters of %j in a moment', (piece) => {
    const text = piece.repeat(200_000 / piece.length);
    expect(countCl100kTokens(text)).toBeGreaterThan(0);
  });
});
