import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/knowledge/chunk-document.ts';
import { fc } from '../../property-tests.ts';

/** One token a word, and one for each character of a word beyond ten: close enough, and easy to foresee. */
const countTokens = (text: string): number =>
  (text.match(/\S+/g) ?? []).reduce((sum, word) => sum + Math.max(1, word.length - 10), 0);

const chunk = (text: string, maxTokens = 20, format: 'markdown' | 'plain' = 'markdown') =>
  chunkDocument({ path: 'people/leave.md', format, text }, { countTokens, maxTokens });

const texts = (text: string, maxTokens = 20): readonly string[] =>
  chunk(text, maxTokens).chunks.map((one) => one.text);

const words = (count: number, name = 'w'): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}`).join(' ');

describe('chunkDocument', () => {
  it('takes the first heading as title, whatever its level', () => {
    expect(chunk('Before.\n\n## Annual *leave*\n\n# Other').title).toBe('Annual leave');
  });

  it('takes the file’s name as title when there is no heading', () => {
    expect(chunk('No heading.').title).toBe('leave.md');
  });

  it('has no chunk for a blank text', () => {
    expect(chunk(' \n\n\t').chunks).toEqual([]);
    expect(chunk('', 20, 'plain').chunks).toEqual([]);
  });

  it('merges sections until the next would exceed the limit', () => {
    const text = `# A\n\n${words(5)}\n\n## B\n\n${words(4)}\n\n## C\n\n${words(18)}`;
    expect(texts(text)).toEqual([
      `# A\n\n${words(5)}\n\n## B\n\n${words(4)}`,
      `## C\n\n${words(18)}`,
    ]);
  });

  it('knows where each chunk stands: headings above all of it, anchor, line', () => {
    const text = `# A\n\n${words(15)}\n\n## B & C\n\n### D\n\n${words(15)}\n\n## B & C\n\n${words(6)}\n\n### E\n\n${words(2)}`;
    expect(chunk(text).chunks.map(({ place }) => place)).toEqual([
      { titlePath: ['A'], anchor: 'a', line: 1 },
      { titlePath: ['A', 'B & C'], anchor: 'b--c', line: 5 },
      { titlePath: ['A', 'B & C'], anchor: 'b--c-1', line: 11 },
    ]);
  });

  it('leaves out of the title path what stands above a part only', () => {
    const text = `# A\n\n## B\n\nb\n\n## C\n\nc`;
    expect(chunk(text).chunks.map(({ place }) => place)).toEqual([
      { titlePath: ['A'], anchor: 'a', line: 1 },
    ]);
    expect(chunk(`## B\n\nb\n\n## C\n\nc`).chunks[0]?.place).toEqual({
      titlePath: [],
      anchor: 'b',
      line: 1,
    });
  });

  it('has no place before the first heading', () => {
    expect(chunk(`${words(19)}\n\n# A\n\na`).chunks[0]?.place).toEqual({
      titlePath: [],
      anchor: '',
      line: 1,
    });
  });

  it('keeps a heading with what follows it', () => {
    const text = `# A\n\n${words(16)}\n\n## B\n\n### C\n\n${words(10)}`;
    expect(texts(text)).toEqual([`# A\n\n${words(16)}`, `## B\n\n### C\n\n${words(10)}`]);
  });

  it('keeps a document of headings alone', () => {
    expect(texts('# A\n\n## B')).toEqual(['# A\n\n## B']);
  });

  it('does not take a # inside a code fence for a heading', () => {
    const { title, chunks } = chunk('```sh\n# not a heading\n```\n\ntext');
    expect(title).toBe('leave.md');
    expect(chunks).toHaveLength(1);
  });

  it('cuts a long table between rows and repeats its header', () => {
    const rows = Array.from({ length: 6 }, (_, at) => `| r${at} | v${at} |`);
    const head = '| a | b |\n|---|---|';
    const { chunks } = chunk(`${head}\n${rows.join('\n')}`, 24);
    expect(chunks.map((one) => one.text)).toEqual([
      `${head}\n${rows.slice(0, 3).join('\n')}`,
      `${head}\n${rows.slice(3).join('\n')}`,
    ]);
    expect(chunks.map(({ place }) => place.line)).toEqual([1, 6]);
  });

  it('cuts long code between lines and keeps every part fenced', () => {
    const lines = Array.from({ length: 30 }, (_, at) => `line ${at};`);
    const parts = texts(`\`\`\`ts\n${lines.join('\n')}\n\`\`\``);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^```ts\n(line \d+;\n)+```$/);
    expect(parts.flatMap((part) => part.split('\n').slice(1, -1))).toEqual(lines);
  });

  it('keeps blank lines and inner fences of code', () => {
    const code = '````md\n```\nx\n```\n\ny\n````';
    expect(texts(code)).toEqual([code]);
  });

  it('cuts a long list between items', () => {
    const items = Array.from({ length: 6 }, (_, at) => `- ${words(6, `i${at}x`)}`);
    const parts = texts(items.join('\n'));
    expect(parts).toEqual([
      items.slice(0, 2).join('\n'),
      items.slice(2, 4).join('\n'),
      items.slice(4).join('\n'),
    ]);
  });

  it('cuts a long paragraph between sentences, in any script', () => {
    const sentence = (at: number): string => `${words(7, `s${at}x`)}.`;
    expect(texts([0, 1, 2, 3].map(sentence).join(' '))).toEqual([
      `${sentence(0)} ${sentence(1)}`,
      `${sentence(2)} ${sentence(3)}`,
    ]);
    const chinese = '退款需要五个工作日才能到账。'.repeat(10);
    for (const part of texts(chinese)) expect(part).toMatch(/^(退款需要五个工作日才能到账。)+$/);
  });

  it('cuts a word without end between characters, never inside one', () => {
    const family = '👨‍👩‍👧';
    const parts = texts(family.repeat(50));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(new RegExp(`^(${family})+$`, 'u'));
    expect(parts.join('')).toBe(family.repeat(50));
  });

  it('leaves out rules and comments', () => {
    expect(texts('a\n\n---\n\n<!-- hidden -->\n\nb')).toEqual(['a\n\nb']);
  });

  it('reads plain text by paragraphs, signs of Markdown included', () => {
    const { title, chunks } = chunk(`# no heading\n- x\n\n\n${words(18)}\n`, 20, 'plain');
    expect(title).toBe('leave.md');
    const at = (line: number) => ({ titlePath: [], anchor: '', line });
    expect(chunks).toEqual([
      { text: '# no heading\n- x', place: at(1), sections: [{ start: 0, place: at(1) }] },
      { text: words(18), place: at(5), sections: [{ start: 0, place: at(5) }] },
    ]);
  });

  it('tells where each heading begins in a merged chunk', () => {
    const { chunks } = chunk('# Leave\n\nIntro.\n\n## Days\n\nMany.\n\nMore.\n\n## Carry\n\nSome.');
    const [{ text, sections } = { text: '', sections: [] }] = chunks;
    expect(chunks).toHaveLength(1);
    expect(
      sections.map(({ start, place }) => [place.anchor, text.slice(start).split('\n')[0]]),
    ).toEqual([
      ['leave', '# Leave'],
      ['days', '## Days'],
      ['carry', '## Carry'],
    ]);
  });

  it('loses no word, repeats none and keeps the limit, whatever is written', () => {
    const block = fc.oneof(
      fc.integer({ min: 1, max: 60 }).map((count) => `${words(count, 'p')}.`),
      fc.integer({ min: 1, max: 3 }).map((level) => `${'#'.repeat(level)} h`),
      fc
        .integer({ min: 1, max: 30 })
        .map((count) => `- ${Array.from({ length: count }, (_, at) => `i${at}`).join('\n- ')}`),
      fc.integer({ min: 1, max: 30 }).map((count) => `> ${words(count, 'q')}`),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const text = blocks.join('\n\n');
        const { chunks } = chunk(text);
        const wordsOf = (one: string) => one.match(/\S+/g) ?? [];
        expect(chunks.flatMap((one) => wordsOf(one.text))).toEqual(wordsOf(text));
        for (const one of chunks) {
          const body = one.text.replaceAll(/^#+ h$/gm, '');
          expect(countTokens(body)).toBeLessThanOrEqual(20);
          expect(one.text.trim()).not.toBe('');
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['one line of 400,000 words', 'word '.repeat(400_000)],
    ['one word of 2 MB', 'x'.repeat(2_000_000)],
    ['a table of 40,000 rows', `| a | b |\n|---|---|\n${'| x | y |\n'.repeat(40_000)}`],
    ['a code block of 100,000 lines', `\`\`\`\n${'let a;\n'.repeat(100_000)}\`\`\``],
    ['an open code fence', `\`\`\`\n${'let a;\n\n'.repeat(50_000)}`],
    ['tildes', 'a~'.repeat(30_000)],
    ['nested quotes', `${'>'.repeat(2_000)} a`],
    ['blank lines', '\n'.repeat(1_000_000)],
  ])('takes %s in seconds', (_, text) => {
    const { chunks } = chunk(text, 512);
    for (const one of chunks) expect(countTokens(one.text)).toBeLessThanOrEqual(520);
  });
});
