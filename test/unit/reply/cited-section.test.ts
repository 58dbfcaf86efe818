import { describe, expect, it } from 'vitest';
import { citedSection } from '../../../src/reply/cited-section.ts';
import { numberCitations } from '../../../src/reply/number-citations.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';

const url = (anchor: string) => `https://h.example/leave.md#${anchor}`;
const place = (title: string, anchor: string) => ({ titlePath: ['Leave', title], anchor, line: 1 });
const days = '## Days\n\nEverybody has 28 days of leave a year.\n\n';
const carry = '## Carrying over\n\nUp to five unused days move into the new year.';
const chunk = buildScoredChunk({
  text: days + carry,
  place: place('Days', 'days'),
  url: url('days'),
  sections: [
    { start: 0, place: place('Days', 'days'), url: url('days') },
    {
      start: days.length,
      place: place('Carrying over', 'carrying-over'),
      url: url('carrying-over'),
    },
  ],
});

describe('citedSection', () => {
  it.each([
    ['You have 28 days of leave each year', 'days'],
    ['Five unused days move to the next year', 'carrying-over'],
    ['退款需要五天', 'days'],
    ['', 'days'],
  ])('%j rests on #%s', (sentence, anchor) => {
    expect(citedSection(chunk, sentence).url).toBe(url(anchor));
  });

  it('gives the text of the section', () => {
    expect(citedSection(chunk, 'unused days move').text).toBe(carry);
  });

  it('is the whole passage when that is one section', () => {
    const one = buildScoredChunk({ url: url('days') });
    expect(citedSection(one, 'anything')).toEqual({
      text: one.text,
      place: one.place,
      url: one.url,
    });
  });
});

describe('numberCitations', () => {
  it('leads each claim of one passage to its own section', () => {
    const answer = 'You have 28 days of leave a year [ID:0]. Five unused days move on [ID:0].';
    const { footnotes } = numberCitations(answer, buildReference({ chunks: [chunk] }));
    expect(footnotes.map((one) => [one.number, one.place.anchor])).toEqual([
      [1, 'days'],
      [2, 'carrying-over'],
    ]);
  });
});
