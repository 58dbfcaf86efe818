import { describe, expect, it } from 'vitest';
import { asId } from '../../../src/domain/ids.ts';
import { emptyReference } from '../../../src/domain/reference.ts';
import { goesOnLine } from '../../../src/reply/message-part.ts';
import { renderFinal } from '../../../src/reply/render-final.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';
import { fc } from '../../property-tests.ts';
import { codeUnits, escapedChars, markdown } from './arbitrary-markdown.ts';
import { joinReply } from './join-parts.ts';
import { answerOf } from './long-answer.ts';

const size = { maxPart: 1_000, maxParts: 5, measure: codeUnits };
const url = 'https://h.example/leave.md#days';
const linked = buildReference({ chunks: [buildScoredChunk({ url })] });
const two = buildReference({
  chunks: [buildScoredChunk({ url }), buildScoredChunk({ documentId: asId('d2') })],
});
const slack = { maxPart: 11_500, maxParts: 5, measure: escapedChars };
const discord = { maxPart: 2_000, maxParts: 5, measure: codeUnits };
/** One endless message. */
const unsplit = { maxPart: Number.POSITIVE_INFINITY, maxParts: 1, measure: codeUnits };

const sourcesOf = (text: string): string => text.slice(text.indexOf('**Sources**'));

/**
 * Without the fence lines at the end of the answer, before what stands under it: where an answer ends inside a fence its closing line is ours, and a message
 * that begins in a list item may need another one than the whole. That no line of the text itself is lost is the splitter's property.
 */
const withoutEndFence = (text: string): string =>
  text.replace(
    /(?:(?:^|\n)[ >]*(?:`{3,}|~{3,}) ?)+(?=\n\n(?:_(?:Stopped here|The answer reached)|\*\*(?:Sources|Looked at)\*\*\n))/,
    '',
  );

describe('renderFinal', () => {
  it('lists the cited sources with number, linked title and place', () => {
    expect(renderFinal({ text: 'You have 28 days [ID:0].', reference: linked }, size)).toEqual({
      parts: [`You have 28 days [[1]](${url}).\n\n**Sources**\n1. [Leave](${url}) — Days`],
      holds: 'footnotes',
    });
  });

  it('shows the passage when there is no link', () => {
    const answer = { text: 'Yes [ID:0].', reference: buildReference() };
    expect(renderFinal(answer, size).parts).toEqual([
      'Yes [1].\n\n**Sources**\n1. Leave — Days: “Everybody has 28 days of leave a year.”',
    ]);
  });

  it('shows the passage without the headings that it begins with', () => {
    const chunk = buildScoredChunk({ text: '# Leave\n\n## Days\n\nEverybody has 28 days.' });
    const answer = { text: 'Yes [ID:0].', reference: buildReference({ chunks: [chunk] }) };
    expect(renderFinal(answer, size).parts[0]).toContain('“Everybody has 28 days.”');
  });

  it('says what was looked at when nothing is cited', () => {
    const answer = { text: 'I do not know.', reference: buildReference() };
    expect(renderFinal(answer, size).parts).toEqual(['I do not know.\n\n**Looked at**\n- Leave']);
  });

  it.each([
    ['Hello!', 'Hello!'],
    [' \n', '_There is no answer._'],
    ['', '_There is no answer._'],
  ])('adds nothing when nothing was retrieved: %j', (text, shown) => {
    expect(renderFinal({ text, reference: emptyReference }, size)).toEqual({
      parts: [shown],
      holds: 'words',
    });
  });

  it('holds no footnotes where something was found and nothing is cited', () => {
    const answer = { text: 'I do not know [ID:7].', reference: buildReference() };
    expect(renderFinal(answer, size).holds).toBe('words');
  });

  it.each(['', ' \n', '[ID:7]'])('says of %j only that it was stopped before', (text) => {
    const answer = { text, reference: buildReference(), unfinished: 'stopped' } as const;
    expect(renderFinal(answer, size)).toEqual({
      parts: ['_Stopped before there was an answer._'],
      holds: 'nothing',
    });
  });

  it('marks an unfinished answer', () => {
    const answer = { text: 'Half', reference: emptyReference, unfinished: 'stopped' } as const;
    expect(renderFinal(answer, size).parts).toEqual(['Half\n\n_Stopped here._']);
  });

  it('closes a fence that is still open before what it adds', () => {
    const answer = { text: '```sh\nnpm', reference: linked, unfinished: 'length' } as const;
    expect(renderFinal(answer, size).parts[0]).toMatch(/^```sh\nnpm\n```\n\n_The answer reached/);
  });

  it('escapes markup in titles', () => {
    const chunk = buildScoredChunk({ documentTitle: '*Hi* [x](y)', documentId: asId('d'), url });
    const reference = buildReference({ chunks: [chunk] });
    expect(renderFinal({ text: 'A [ID:0]', reference }, size).parts[0]).toContain(
      '1. [\\*Hi\\* \\[x\\](y)](',
    );
  });

  it('puts sources that do not fit under the last part into a message of their own', () => {
    const far = buildScoredChunk({ url: `https://h.example/${'x'.repeat(200)}` });
    const answer = {
      text: `${'word '.repeat(120)}end [ID:0].`,
      reference: buildReference({ chunks: [far] }),
    };
    const { parts, file } = renderFinal(answer, { ...size, maxPart: 1_200 });
    const narrow = renderFinal(answer, size);
    expect(parts).toHaveLength(1);
    expect(narrow.parts).toHaveLength(2);
    expect(narrow.parts.join('')).toBe(parts.join(''));
    expect(narrow.parts[1]).toBe(sourcesOf(parts[0] ?? ''));
    expect([file, narrow.file]).toEqual([undefined, undefined]);
  });

  it('puts sources that no message has room for into the file', () => {
    const chunks = Array.from({ length: 12 }, (_, n) =>
      buildScoredChunk({
        documentId: asId(`d${n}`),
        url: `https://h.example/${'x'.repeat(60)}/${n}`,
      }),
    );
    const text = `${'word '.repeat(30)}${chunks.map((_, n) => `claim ${n} [ID:${n}]`).join(', ')}.`;
    const reply = renderFinal(
      { text, reference: buildReference({ chunks }) },
      { ...size, maxPart: 1_500, maxParts: 1 },
    );
    expect(reply.parts).toHaveLength(1);
    expect(reply.parts[0]?.endsWith(`\n\n${goesOnLine}`)).toBe(true);
    expect(reply.file?.text.match(/^\d+\. /gm)).toHaveLength(12);
  });

  it('puts the rest into a file with all sources, and repeats them under the last message', () => {
    const text = answerOf(100_000);
    const { parts, file } = renderFinal({ text, reference: two }, slack);
    expect(parts).toHaveLength(5);
    for (const part of parts) expect(escapedChars(part)).toBeLessThanOrEqual(11_500);
    const [, list] = parts[4]?.split(`\n\n${goesOnLine}\n\n`) ?? [];
    expect(list).toMatch(/^\*\*Sources\*\*\n1\. .*\n2\. .*$/);
    expect(file?.name).toBe('answer.md');
    expect(sourcesOf(file?.text ?? '')).toBe(list);
    expect(parts.slice(0, 4).join('')).not.toContain('**Sources**');
  });

  it('repeats the header of a table, or the fence, at the top of the file', () => {
    const rows = Array.from({ length: 200 }, (_, n) => `| row ${n} | ${n} |`).join('\n');
    const table = renderFinal(
      { text: `| a | b |\n| - | - |\n${rows}`, reference: emptyReference },
      { ...size, maxParts: 2 },
    );
    expect(table.file?.text).toMatch(/^\n\| a \| b \|\n\| - \| - \|\n\| row \d+/);
    const code = renderFinal(
      { text: `\`\`\`ts\n${rows}\n\`\`\``, reference: emptyReference },
      { ...size, maxParts: 2 },
    );
    expect(code.file?.text).toMatch(/^```ts\n\| row \d+/);
    expect(code.parts[1]).toContain(`\n\`\`\`\n\n${goesOnLine}`);
  });

  it.each([
    [40_000, 'Slack', slack],
    [100_000, 'Slack', slack],
    [40_000, 'Discord', discord],
    [100_000, 'Discord', discord],
  ])('delivers %i characters whole on %s', (lengthChars, _, platform) => {
    const answer = { text: answerOf(lengthChars), reference: two };
    const reply = renderFinal(answer, platform);
    const whole = renderFinal(answer, unsplit);
    expect(reply.parts.length).toBeLessThanOrEqual(5);
    expect(whole.file).toBeUndefined();
    expect(joinReply(reply)).toBe(whole.parts[0]);
  });

  it('keeps its cuts when citations are inserted afterwards', () => {
    const sentences = Array.from({ length: 120 }, (_, n) => `Sentence number ${n} says something`);
    const on = buildReference({ chunks: [buildScoredChunk({ url: 'https://h.example/a' })] });
    const cuts = (text: string): readonly string[] =>
      renderFinal({ text, reference: on }, { ...size, maxPart: 2_000 })
        .parts.map((part) => part.replace(/ ?\[\[1\]\]\([^)]*\)/g, ''))
        .map((part) => part.slice(0, 60));
    const cited = sentences.map((one, n) => (n % 8 === 0 ? `${one} [ID:0]` : one));
    expect(cuts(`${cited.join('. ')}.`)).toEqual(cuts(`${sentences.join('. ')}.`));
  });

  it('loses nothing: messages and file joined are what one message would hold', () => {
    const sizes = fc.record({
      maxPart: fc.integer({ min: 400, max: 2_500 }),
      maxParts: fc.constantFrom(1, 2, 3, 4, 5, 6, Number.POSITIVE_INFINITY),
      measure: fc.constantFrom(codeUnits, escapedChars),
    });
    const unfinished = fc.constantFrom(undefined, 'stopped', 'length');
    fc.assert(
      fc.property(markdown, sizes, unfinished, (text, platform, why) => {
        const answer = {
          text,
          reference: two,
          ...(why !== undefined && { unfinished: why as 'stopped' | 'length' }),
        };
        const reply = renderFinal(answer, platform);
        expect(reply.parts.length).toBeGreaterThan(0);
        expect(reply.parts.length).toBeLessThanOrEqual(platform.maxParts);
        for (const part of reply.parts) {
          expect(platform.measure(part)).toBeLessThanOrEqual(platform.maxPart);
          expect(part.trim()).not.toBe('');
        }
        const whole = renderFinal(answer, unsplit);
        expect(whole.parts).toHaveLength(1);
        expect(withoutEndFence(joinReply(reply))).toBe(withoutEndFence(whole.parts[0] ?? ''));
      }),
      { numRuns: 100 },
    );
  });
});
