import { expect, test } from 'vitest';
import { cutWindows } from '../../../../src/drivers/local-embedder/cut-windows.ts';

const words = (count: number): string =>
  Array.from({ length: count }, (_, at) => `w${at}`).join(' ');

test.each(['', '  \n'])('gives no window for the blank %j', (text) => {
  expect(cutWindows(text)).toEqual([]);
});

test('leaves a short text whole', () => {
  expect(cutWindows(' 28 days of leave ')).toEqual(['28 days of leave']);
});

test('cuts at blanks, at most 450 characters each, and loses no word', () => {
  const text = words(300);
  const windows = cutWindows(text);
  expect(windows.length).toBeGreaterThan(1);
  for (const window of windows) expect(window.length).toBeLessThanOrEqual(450);
  expect(windows.join(' ')).toBe(text);
});

test('cuts a word that is longer than a window', () => {
  expect(cutWindows('x'.repeat(1_000)).map(({ length }) => length)).toEqual([450, 450, 100]);
});

test('looks at the first eight windows only', () => {
  expect(cutWindows('x'.repeat(100_000))).toHaveLength(8);
});
