import { describe, expect, it } from 'vitest';
import { asId } from '../../../src/domain/ids.ts';
import { emptyReference } from '../../../src/domain/reference.ts';
import { renderDraft, renderFinal } from '../../../src/reply/render-reply.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';

const size = { maxPart: 1_000, measure: (text: string) => text.length };
const url = 'https://h.example/leave.md#days';
const linked = buildReference({ chunks: [buildScoredChunk({ url })] });

describe('renderFinal', () => {
  it('lists the cited sources with number, linked title and place', () => {
    expect(renderFinal({ text: 'You have 28 days [ID:0].', reference: linked }, size)).toEqual([
      `You have 28 days [[1]](${url}).\n\n**Sources**\n1. [Leave](${url}) — Days`,
    ]);
  });

  it('shows the passage when there is no link', () => {
    const [text] = renderFinal({ text: 'Yes [ID:0].', reference: buildReference() }, size);
    expect(text).toBe(
      'Yes [1].\n\n**Sources**\n1. Leave — Days: “Everybody has 28 days of leave a year.”',
    );
  });

  it('says what was looked at when nothing is cited', () => {
    const [text] = renderFinal({ text: 'I do not know.', reference: buildReference() }, size);
    expect(text).toBe('I do not know.\n\n**Looked at**\n- Leave');
  });

  it('adds nothing when nothing was retrieved', () => {
    expect(renderFinal({ text: 'Hello!', reference: emptyReference }, size)).toEqual(['Hello!']);
  });

  it('marks an unfinished answer', () => {
    const answer = { text: 'Half', reference: emptyReference, unfinished: 'stopped' } as const;
    expect(renderFinal(answer, size)).toEqual(['Half\n\n_Stopped here._']);
  });

  it('escapes markup in titles', () => {
    const chunk = buildScoredChunk({ documentTitle: '*Hi* [x](y)', documentId: asId('d'), url });
    const [text] = renderFinal(
      { text: 'A [ID:0]', reference: buildReference({ chunks: [chunk] }) },
      size,
    );
    expect(text).toContain('1. [\\*Hi\\* \\[x\\](y)](');
  });
});

describe('renderDraft', () => {
  it.each([
    ['a **bol', 'a **bol**'],
    ['see [the gui', 'see the gui'],
    ['```sh\nnpm ci', '```sh\nnpm ci'],
    ['28 days [ID:0', '28 days'],
  ])('closes %j for the preview', (text, shown) => {
    expect(renderDraft({ text, reference: linked }, size)).toEqual([shown]);
  });
});
