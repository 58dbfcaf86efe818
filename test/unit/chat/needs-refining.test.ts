import { describe, expect, it } from 'vitest';
import { needsRefining } from '../../../src/chat/needs-refining.ts';

describe('a follow-up', () => {
  it.each([
    'How many days of leave do employees get per year?',
    'What is the refund policy?',
    'Who owns billing?',
    'How do I reset my VPN password?',
    'Is there a parental leave policy for contractors?',
    'What changes in the travel budget this year?',
    `My laptop was stolen on a train. ${'It happened in the morning near the border. '.repeat(8)}`,
  ])('that stands alone costs no call: "%s"', (question) => {
    expect(needsRefining(question)).toBe(false);
  });

  it.each([
    'And for contractors?',
    'What about Berlin?',
    'How long does it take?',
    'Who approves them?',
    'What is the limit?',
    'Can you explain more?',
    'Why?',
    'Does this apply to interns in Spain?',
    'How do I get there from the station?',
    'Is that the same for the Madrid office?',
    'Und wie lange gilt das für Praktikanten?',
    '实习生呢？',
    'shorter please',
  ])('that leans on the conversation is refined: "%s"', (question) => {
    expect(needsRefining(question)).toBe(true);
  });
});
