import { describe, expect, it } from 'vitest';
import { isSmallTalk } from '../../../src/chat/small-talk.ts';

describe('small talk', () => {
  it.each([
    'Hi!',
    'hello there 👋',
    'Good morning everyone',
    'Thanks a lot, that was very helpful'.replace('helpful', 'good'),
    'thank you so much for your help',
    'ok, great',
    'Danke!',
    '谢谢',
    'ありがとうございます。',
    ':wave:',
    "That's great, thanks!",
  ])('is "%s"', (text) => {
    expect(isSmallTalk(text)).toBe(true);
  });

  it.each([
    'Hi, how many days of leave do I have?',
    'thanks, and for contractors?',
    'good morning meeting rules',
    'leave',
    'who are you',
    '???',
    '',
    'hello '.repeat(20),
  ])('is not "%s"', (text) => {
    expect(isSmallTalk(text)).toBe(false);
  });
});
